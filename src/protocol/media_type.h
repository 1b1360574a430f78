/*
 * Media types: what clients call them, what Gemini calls them, and how they
 * are told from a file's name or its first bytes.
 *
 * Sources: Gemini's guides on images, audio, video and documents for the
 * names; its guide on file input methods, "supported content types", for what
 * it fetches itself (ai.google.dev, as of 2026); the formats' own
 * specifications for their first bytes.
 */
#ifndef KEYWHEEL_PROTOCOL_MEDIA_TYPE_H
#define KEYWHEEL_PROTOCOL_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the name of a type. */
#define MEDIA_TYPE_SIZE 80

/* So many bytes are enough to know one by. */
#define MEDIA_SNIFF_SIZE 64

/* Bits of a set. */
enum media_kind {
	MEDIA_IMAGE = 1,
	MEDIA_AUDIO = 2,
	MEDIA_VIDEO = 4,
	MEDIA_PDF = 8,
	MEDIA_TEXT = 16,
};

/* What may be shown: all but text. */
#define MEDIA_SHOWN (MEDIA_IMAGE | MEDIA_AUDIO | MEDIA_VIDEO | MEDIA_PDF)
#define MEDIA_ANY (MEDIA_SHOWN | MEDIA_TEXT)

/* Read a type as it stands in a data URL or a Content-Type field: without
 * its parameters, in lower case, by Gemini's name for it. "" if it says
 * nothing: absent, malformed, application/octet-stream, image/… */
void media_type_read(const char *text, size_t len, char name[MEDIA_TYPE_SIZE]);

/* The kind of a type that media_type_read() gave; 0: another. */
int media_type_kind(const char *name);

/* Does Gemini fetch such a thing from an https URL itself? */
bool media_type_by_url(const char *name);

/* By the first bytes. NULL: not known. */
const char *media_type_sniff(const uint8_t *bytes, size_t len);

/* By the ending of a file's name, or of the path of a URL. NULL: not known. */
const char *media_type_of_name(const char *name);

/* By the word for a format, "wav", of these kinds. NULL: not known. */
const char *media_type_of_format(const char *word, int kinds);

/* Of what a thing is said to be ("": nothing was said) and what its bytes
 * look like (or NULL): what to believe. */
const char *media_type_believe(const char *said, const char *sniffed);

#endif
