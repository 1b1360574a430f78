/*
 * Pictures, sound, films and files among the parts of a message. The table
 * of part types is in chat_parts.c; here are its converters.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_MEDIA_H
#define KEYWHEEL_PROTOCOL_CHAT_MEDIA_H

#include "protocol/chat_parts.h"
#include "protocol/field.h"

/* Room for the path of a member of a part. */
#define CHAT_MEMBER_SIZE (FIELD_PATH_SIZE + 32)

struct chat_part;

/* Append what the part becomes. False with *part->error set. */
typedef bool chat_part_fn(const struct chat_part *part);

/* What media of one sort may be. */
struct chat_media_class {
	int kinds;         /* media_type.h */
	int formats;       /* the kinds that words for formats mean */
	const char *usual; /* the type if nothing tells, or NULL */
	/* The codes of errors: for a URL that is none, for something of
	 * another kind. */
	const char *bad_url, *bad_kind;
};

struct chat_part_type {
	const char *name;
	int speakers;
	chat_part_fn *convert;
	const char *member; /* where the content is; NULL: in the part */
	const struct chat_media_class *media; /* NULL: a text */
};

/* One part on its way. All borrowed. */
struct chat_part {
	const struct chat_parts_env *env;
	const struct chat_part_type *type;
	enum chat_speaker speaker;
	struct json_object *part; /* the client's */
	const char *path;         /* of it */
	struct json_object *to;   /* the array of Gemini's parts */
	struct api_error *error;
};

/* {"url":…} or the URL itself; or `file_id`. */
chat_part_fn chat_media_url;
/* {"data":base64,"format":"wav"}. */
chat_part_fn chat_media_data;
/* `file_data`, `file_url` or `file_id`, and `filename`. */
chat_part_fn chat_media_file;

/* Append a picture that is held in a data URL inside of a text, which starts
 * at an offset. False, and no error set, if it is none. */
MUSTCHECK bool chat_media_inside(const struct chat_part *part,
    struct json_object *text, size_t offset, size_t len);

/* The same of one that is linked to: the gateway fetches it, and words take
 * its place if that fails. Both are texts. */
MUSTCHECK bool chat_media_linked(const struct chat_part *part,
    struct json_object *url, struct json_object *words);

#endif
