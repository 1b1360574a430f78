/* File objects, Gemini's and OpenAI's. */
#include "protocol/file_object.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/json.h"

#define PURPOSE "purpose" /* among the facts; Gemini has none */
#define USUAL_PURPOSE "user_data"

int64_t
file_object_time_s(const char *text)
{
	struct tm t = {0};
	char zone = '\0';
	if (text == NULL ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%c", &t.tm_year, &t.tm_mon,
		&t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &zone) != 7 ||
	    (zone != 'Z' && zone != '.'))
		return -1;
	t.tm_year -= 1900;
	t.tm_mon--;
	return (int64_t)timegm(&t);
}

int64_t
file_object_left_s(struct json_object *file, int64_t now_s)
{
	int64_t end = file_object_time_s(json_get_text(file, "expirationTime"));
	int64_t left = end - now_s;
	return end < 0 ? FILE_OBJECT_LIFE_S : left < 0 ? 0 : left;
}

struct json_object *
file_object_facts(struct json_object *file, const char *purpose)
{
	static const char *const kept[] = {"displayName", "mimeType",
	    "sizeBytes", "createTime", "updateTime", "expirationTime",
	    "sha256Hash", "uri", "downloadUri", "state", "source"};
	struct json_object *facts = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		struct json_object *value = json_get(file, kept[i]);
		if (json_object_is_type(value, json_type_string))
			json_share(facts, kept[i], value);
	}
	if (purpose != NULL)
		json_set_text(facts, PURPOSE, purpose);
	return facts;
}

struct json_object *
file_object_native(const char *name, struct json_object *facts)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", name);
	json_object_object_foreach(facts, member, value)
	{
		if (strcmp(member, PURPOSE) != 0)
			json_share(o, member, value);
	}
	return o;
}

/* OpenAI's word for a state. */
static const char *
status_of(const char *state)
{
	static const struct {
		const char *state, *status;
	} rows[] = {{"PROCESSING", "uploaded"}, {"FAILED", "error"}};
	for (size_t i = 0; state != NULL && i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].state, state) == 0)
			return rows[i].status;
	return "processed";
}

static const char *
text_or(struct json_object *o, const char *member, const char *fallback)
{
	const char *text = json_get_text(o, member);
	return text != NULL && *text != '\0' ? text : fallback;
}

struct json_object *
file_object_openai(const char *name, struct json_object *facts, int64_t now_s)
{
	struct json_object *o = json_object_new_object();
	const char *slash = strchr(name, '/');
	const char *short_name = slash == NULL ? name : slash + 1;
	int64_t created =
	    file_object_time_s(json_get_text(facts, "createTime"));
	struct buf id;
	buf_init(&id, BUF_SMALL);
	buf_fmt(&id, "file-%s", short_name);
	json_set_text(o, "id", buf_cstr(&id));
	json_set_text(o, "object", "file");
	json_set_int(o, "bytes", json_get_int(facts, "sizeBytes", 0));
	json_set_int(o, "created_at", created < 0 ? now_s : created);
	json_set_int(o, "expires_at", now_s + file_object_left_s(facts, now_s));
	json_set_text(o, "filename", text_or(facts, "displayName", short_name));
	json_set_text(o, "purpose", text_or(facts, PURPOSE, USUAL_PURPOSE));
	json_set_text(o, "status", status_of(json_get_text(facts, "state")));
	json_set_null(o, "status_details");
	buf_clear(&id);
	return o;
}

bool
file_object_name(const char *id, struct buf *name)
{
	static const char *const starts[] = {"files/", "file-"};
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		size_t n = strlen(starts[i]);
		if (strncmp(id, starts[i], n) != 0)
			continue;
		id += n;
		if (*id == '\0' ||
		    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_") !=
			strlen(id))
			return false;
		buf_fmt(name, "files/%s", id);
		return true;
	}
	return false;
}
