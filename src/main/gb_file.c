/* Rows of gemini-balance's t_file_records. */
#include "main/gb_file.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/file_object.h"

/* As GB_FILE_COLUMNS has them. */
enum {
	NAME,
	API_KEY,
	USER_TOKEN,
	EXPIRES,
	CREATED,
	UPDATED,
	DISPLAY_NAME,
	MIME_TYPE,
	SIZE,
	SHA256,
	URI,
	STATE,
	COLUMNS
};

static const struct {
	const char *member;
	size_t column;
} facts[] = {
    {"displayName", DISPLAY_NAME},
    {"mimeType", MIME_TYPE},
    {"sizeBytes", SIZE},
    {"sha256Hash", SHA256},
    {"uri", URI},
    {"state", STATE},
};

/* The value as a text; NULL if it is none. */
static const char *
text_of(const struct dump_row *row, size_t column)
{
	const struct dump_value *v = &row->values[column];
	return v->text != NULL && strlen(v->text) == v->len &&
		text_is_utf8(v->text, v->len)
	    ? v->text
	    : NULL;
}

/* 2026-11-21 13:00:00, maybe with a fraction, in UTC, as Google writes it;
 * false if it is none. */
static bool
time_of(const struct dump_row *row, size_t column, char *out, size_t size)
{
	const char *text = text_of(row, column);
	char date[11], hours[9];
	if (text == NULL ||
	    sscanf(text, "%10[0-9-]%*1[ T]%8[0-9:]", date, hours) != 2)
		return false;
	snprintf(out, size, "%sT%sZ", date, hours);
	return file_object_time_s(out) >= 0;
}

struct json_object *
gb_file_new(const struct dump_row *row, int64_t now_s)
{
	char created[24], updated[24], expires[24];
	const char *name = text_of(row, NAME);
	const char *key = text_of(row, API_KEY);
	const char *token = text_of(row, USER_TOKEN);
	if (name == NULL || !text_starts(name, "files/") || key == NULL ||
	    !time_of(row, EXPIRES, expires, sizeof(expires)) ||
	    file_object_time_s(expires) <= now_s ||
	    !time_of(row, CREATED, created, sizeof(created)))
		return NULL;

	struct json_object *o = json_object_new_object();
	struct json_object *told = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(facts); i++) {
		const char *text = text_of(row, facts[i].column);
		if (text != NULL && *text != '\0')
			json_set_text(told, facts[i].member, text);
	}
	json_set_text(told, "createTime", created);
	if (time_of(row, UPDATED, updated, sizeof(updated)))
		json_set_text(told, "updateTime", updated);
	json_set_text(told, "expirationTime", expires);
	json_set_text(o, "name", name);
	json_set_text(o, "api_key", key);
	json_set_text(o, "user_token", token == NULL ? "" : token);
	json_set_text(o, "created_at", created);
	json_set_text(o, "expires_at", expires);
	json_set(o, "facts", told);
	return o;
}
