/* The table of media types, and the table of first bytes. */
#include "protocol/media_type.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/text.h"

/* The types by Gemini's names. An ending that stands in two rows means the
 * first of them, unless a kind is asked for. */
static const struct type_row {
	const char *name;
	int kind;
	bool by_url;
	const char *endings;
} types[] = {
    {"image/jpeg", MEDIA_IMAGE, true, "jpg jpeg jpe jfif"},
    {"image/png", MEDIA_IMAGE, true, "png"},
    {"image/webp", MEDIA_IMAGE, true, "webp"},
    {"image/bmp", MEDIA_IMAGE, true, "bmp"},
    {"image/gif", MEDIA_IMAGE, false, "gif"},
    {"image/heic", MEDIA_IMAGE, false, "heic"},
    {"image/heif", MEDIA_IMAGE, false, "heif"},
    {"image/avif", MEDIA_IMAGE, false, "avif"},
    {"application/pdf", MEDIA_PDF, true, "pdf"},
    {"video/mp4", MEDIA_VIDEO, true, "mp4 m4v"},
    {"video/quicktime", MEDIA_VIDEO, true, "mov qt"},
    {"video/webm", MEDIA_VIDEO, true, "webm"},
    {"video/mpeg", MEDIA_VIDEO, true, "mpeg mpg"},
    {"video/x-msvideo", MEDIA_VIDEO, false, "avi"},
    {"video/avi", MEDIA_VIDEO, true, ""},
    {"video/x-flv", MEDIA_VIDEO, true, "flv"},
    {"video/wmv", MEDIA_VIDEO, true, "wmv"},
    {"video/3gpp", MEDIA_VIDEO, true, "3gp 3gpp"},
    {"audio/wav", MEDIA_AUDIO, false, "wav wave"},
    {"audio/mp3", MEDIA_AUDIO, false, "mp3"},
    {"audio/flac", MEDIA_AUDIO, false, "flac"},
    {"audio/ogg", MEDIA_AUDIO, false, "ogg oga"},
    {"audio/aac", MEDIA_AUDIO, false, "aac"},
    {"audio/aiff", MEDIA_AUDIO, false, "aiff aif"},
    {"audio/m4a", MEDIA_AUDIO, false, "m4a"},
    {"audio/opus", MEDIA_AUDIO, false, "opus"},
    {"audio/webm", MEDIA_AUDIO, false, "webm weba"},
    {"text/plain", MEDIA_TEXT, true,
	"txt text log c h cc cpp hpp cs java kt go rs rb php pl sh sql swift "
	"ts "
	"tsx jsx lua r yaml yml toml ini cfg conf tex diff patch srt vtt"},
    {"text/markdown", MEDIA_TEXT, false, "md markdown"},
    {"text/html", MEDIA_TEXT, true, "html htm xhtml"},
    {"text/css", MEDIA_TEXT, true, "css"},
    {"text/xml", MEDIA_TEXT, true, "xml"},
    {"text/csv", MEDIA_TEXT, true, "csv"},
    {"text/rtf", MEDIA_TEXT, true, "rtf"},
    {"text/javascript", MEDIA_TEXT, true, "js mjs"},
    {"text/x-python", MEDIA_TEXT, false, "py"},
    {"application/json", MEDIA_TEXT, true, "json"},
};

/* Other names for them. "" in place of those that say nothing. */
static const struct {
	const char *other, *name;
} names[] = {
    {"application/octet-stream", ""},
    {"binary/octet-stream", ""},
    {"application/x-binary", ""},
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/x-png", "image/png"},
    {"image/x-ms-bmp", "image/bmp"},
    {"application/x-pdf", "application/pdf"},
    {"video/x-m4v", "video/mp4"},
    {"video/mov", "video/quicktime"},
    {"video/mpg", "video/mpeg"},
    {"video/x-ms-wmv", "video/wmv"},
    {"audio/x-wav", "audio/wav"},
    {"audio/wave", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
    {"audio/x-flac", "audio/flac"},
    {"audio/x-aac", "audio/aac"},
    {"audio/x-aiff", "audio/aiff"},
    {"audio/x-m4a", "audio/m4a"},
    {"text/x-markdown", "text/markdown"},
    {"application/xml", "text/xml"},
    {"application/rtf", "text/rtf"},
    {"application/xhtml+xml", "text/html"},
    {"application/javascript", "text/javascript"},
    {"application/x-javascript", "text/javascript"},
    {"application/x-python", "text/x-python"},
    {"application/typescript", "text/plain"},
    {"application/yaml", "text/plain"},
    {"application/x-yaml", "text/plain"},
    {"application/toml", "text/plain"},
    {"application/sql", "text/plain"},
    {"application/x-sh", "text/plain"},
};

static const struct {
	const char *prefix;
	int kind;
} prefixes[] = {
    {"image/", MEDIA_IMAGE},
    {"audio/", MEDIA_AUDIO},
    {"video/", MEDIA_VIDEO},
    {"text/", MEDIA_TEXT},
};

static const struct type_row *
row_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

void
media_type_read(const char *text, size_t len, char name[MEDIA_TYPE_SIZE])
{
	size_t n = 0;
	int slashes = 0;
	name[0] = '\0';
	for (; len > 0 && (*text == ' ' || *text == '\t'); text++)
		len--;
	for (; n < len && strchr("; \t", text[n]) == NULL; n++) {
		/* A type has one slash, and nothing that needs quoting. */
		slashes += text[n] == '/';
		if (n == MEDIA_TYPE_SIZE - 1 ||
		    (!isalnum((unsigned char)text[n]) &&
			strchr("/.+-_", text[n]) == NULL)) {
			name[0] = '\0';
			return;
		}
		name[n] = (char)tolower((unsigned char)text[n]);
	}
	name[slashes == 1 ? n : 0] = '\0';

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(name, names[i].other) == 0)
			snprintf(name, MEDIA_TYPE_SIZE, "%s", names[i].name);
	/* Any other text is text. */
	if (text_starts(name, "text/") && row_of(name) == NULL)
		snprintf(name, MEDIA_TYPE_SIZE, "text/plain");
}

int
media_type_kind(const char *name)
{
	const struct type_row *row = row_of(name);
	for (size_t i = 0; row == NULL && i < COUNT_OF(prefixes); i++)
		if (text_starts(name, prefixes[i].prefix))
			return prefixes[i].kind;
	return row == NULL ? 0 : row->kind;
}

bool
media_type_by_url(const char *name)
{
	const struct type_row *row = row_of(name);
	return row != NULL && row->by_url;
}

/* --- by name ----------------------------------------------------------- */

/* Is the word one of a list with blanks between? */
static bool
is_listed(const char *list, const char *word, size_t len)
{
	while (*list != '\0') {
		size_t n = strcspn(list, " ");
		if (n == len && strncasecmp(list, word, len) == 0)
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

static const char *
by_ending(const char *word, size_t len, int kinds)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if ((types[i].kind & kinds) != 0 &&
		    is_listed(types[i].endings, word, len))
			return types[i].name;
	return NULL;
}

const char *
media_type_of_name(const char *name)
{
	const char *end = name + strcspn(name, "?#");
	const char *ending = end;
	while (ending > name && ending[-1] != '.' && ending[-1] != '/')
		ending--;
	if (ending == name || ending[-1] != '.')
		return NULL;
	return by_ending(ending, (size_t)(end - ending), MEDIA_ANY);
}

const char *
media_type_of_format(const char *word, int kinds)
{
	return by_ending(word, strlen(word), kinds);
}

/* --- by the first bytes ------------------------------------------------ */

/* Two texts and where they stand; the first row that fits. */
static const struct magic {
	const char *name;
	struct {
		size_t at, len;
		const char *bytes;
	} parts[2];
} magics[] = {
    {"image/png", {{0, 8, "\x89PNG\r\n\x1a\n"}}},
    {"image/jpeg", {{0, 3, "\xff\xd8\xff"}}},
    {"image/gif", {{0, 6, "GIF87a"}}},
    {"image/gif", {{0, 6, "GIF89a"}}},
    {"image/webp", {{0, 4, "RIFF"}, {8, 4, "WEBP"}}},
    {"audio/wav", {{0, 4, "RIFF"}, {8, 4, "WAVE"}}},
    {"video/x-msvideo", {{0, 4, "RIFF"}, {8, 4, "AVI "}}},
    {"image/bmp", {{0, 2, "BM"}, {6, 4, "\0\0\0\0"}}},
    {"application/pdf", {{0, 5, "%PDF-"}}},
    {"image/heic", {{4, 4, "ftyp"}, {8, 3, "hei"}}},
    {"image/heic", {{4, 4, "ftyp"}, {8, 4, "hevc"}}},
    {"image/heif", {{4, 4, "ftyp"}, {8, 4, "mif1"}}},
    {"image/heif", {{4, 4, "ftyp"}, {8, 4, "msf1"}}},
    {"image/avif", {{4, 4, "ftyp"}, {8, 3, "avi"}}},
    {"audio/m4a", {{4, 4, "ftyp"}, {8, 3, "M4A"}}},
    {"video/quicktime", {{4, 4, "ftyp"}, {8, 2, "qt"}}},
    {"video/3gpp", {{4, 4, "ftyp"}, {8, 3, "3gp"}}},
    {"video/mp4", {{4, 4, "ftyp"}}},
    {"video/quicktime", {{4, 4, "moov"}}},
    {"video/webm", {{0, 4, "\x1a\x45\xdf\xa3"}}},
    {"video/x-flv", {{0, 4, "FLV\x01"}}},
    {"video/mpeg", {{0, 4, "\0\0\x01\xba"}}},
    {"video/wmv", {{0, 4, "\x30\x26\xb2\x75"}}},
    {"audio/mp3", {{0, 3, "ID3"}}},
    {"audio/mp3", {{0, 2, "\xff\xfb"}}},
    {"audio/mp3", {{0, 2, "\xff\xfa"}}},
    {"audio/mp3", {{0, 2, "\xff\xf3"}}},
    {"audio/mp3", {{0, 2, "\xff\xf2"}}},
    {"audio/aac", {{0, 2, "\xff\xf1"}}},
    {"audio/aac", {{0, 2, "\xff\xf9"}}},
    {"audio/flac", {{0, 4, "fLaC"}}},
    {"audio/ogg", {{0, 4, "OggS"}}},
    {"audio/aiff", {{0, 4, "FORM"}, {8, 3, "AIF"}}},
};

static bool
is_magic(const struct magic *m, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(m->parts); i++)
		if (len < m->parts[i].at + m->parts[i].len ||
		    (m->parts[i].len > 0 &&
			memcmp(bytes + m->parts[i].at, m->parts[i].bytes,
			    m->parts[i].len) != 0))
			return false;
	return true;
}

/* A page, as servers send it in place of what was asked for. */
static bool
is_page(const uint8_t *bytes, size_t len)
{
	static const char *const starts[] = {
	    "<!doctype html", "<html", "<head", "<body", "<script"};
	char text[MEDIA_SNIFF_SIZE + 1] = "";
	size_t n = len < MEDIA_SNIFF_SIZE ? len : MEDIA_SNIFF_SIZE;
	memcpy(text, bytes, n);
	const char *p = text;
	if (strncmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	p += strspn(p, " \t\r\n");
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (text_starts(p, starts[i]))
			return true;
	return false;
}

const char *
media_type_sniff(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(magics); i++)
		if (is_magic(&magics[i], bytes, len))
			return magics[i].name;
	return is_page(bytes, len) ? "text/html" : NULL;
}

const char *
media_type_believe(const char *said, const char *sniffed)
{
	if (sniffed == NULL || *said == '\0')
		return sniffed == NULL ? said : sniffed;

	/* Sound and moving pictures share their containers, and a text may
	 * hold anything: there the word is more exact than the bytes. */
	int kinds = media_type_kind(said) | media_type_kind(sniffed);
	bool word = kinds == MEDIA_TEXT || kinds == MEDIA_AUDIO ||
	    kinds == MEDIA_VIDEO || kinds == (MEDIA_AUDIO | MEDIA_VIDEO);
	return word && media_type_kind(said) != 0 ? said : sniffed;
}
