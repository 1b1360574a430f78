/* Reading the "do" of a rule by a table of its members. */
#include "deed.h"

#include <json-c/json.h>
#include <stddef.h>
#include <string.h>

#include "errors.h"

enum deed_kind {
	DEED_NUMBER,
	DEED_FLAG,
	DEED_TEXT,
	DEED_ANY,
	DEED_LIST,
	DEED_MAP
};

/* clang-format off */
static const struct {
	const char *name;
	enum deed_kind kind;
	size_t place;
	long long most;
} deed_members[] = {
#define ROW(m, kind, most) { #m, kind, offsetof(struct deed, m), most }
	ROW(status, DEED_NUMBER, 999),
	ROW(text_events, DEED_NUMBER, 1000000),
	ROW(event_delay_ms, DEED_NUMBER, 86400000),
	ROW(first_delay_ms, DEED_NUMBER, 86400000),
	ROW(head_delay_ms, DEED_NUMBER, 86400000),
	ROW(chunk_bytes, DEED_NUMBER, 1 << 30),
	ROW(chunk_delay_ms, DEED_NUMBER, 86400000),
	ROW(cut_after_bytes, DEED_NUMBER, 1 << 30),
	ROW(cut_after_events, DEED_NUMBER, 1000000),
	ROW(silence_after_events, DEED_NUMBER, 1000000),
	ROW(error_event_at, DEED_NUMBER, 1000000),
	ROW(filler_bytes, DEED_NUMBER, 1 << 28),
	ROW(raw, DEED_TEXT, 0),
	ROW(content_type, DEED_TEXT, 0),
	ROW(error, DEED_TEXT, 0),
	ROW(retry_delay, DEED_TEXT, 0),
	ROW(project, DEED_TEXT, 0),
	ROW(text, DEED_TEXT, 0),
	ROW(error_array, DEED_FLAG, 0),
	ROW(silence, DEED_FLAG, 0),
	ROW(close, DEED_FLAG, 0),
	ROW(reset, DEED_FLAG, 0),
	ROW(no_finish, DEED_FLAG, 0),
	ROW(own_tokens, DEED_FLAG, 0),
	ROW(body, DEED_ANY, 0),
	ROW(headers, DEED_MAP, 0),
	ROW(events, DEED_LIST, 0),
#undef ROW
};
/* clang-format on */

#define DEED_MEMBERS (sizeof(deed_members) / sizeof(*deed_members))

const struct deed deed_none = {
    .status = -1,
    .text_events = -1,
    .event_delay_ms = -1,
    .first_delay_ms = -1,
    .head_delay_ms = -1,
    .chunk_bytes = -1,
    .chunk_delay_ms = -1,
    .cut_after_bytes = -1,
    .cut_after_events = -1,
    .silence_after_events = -1,
    .error_event_at = -1,
    .filler_bytes = -1,
};

const char *
deed_json(struct json_object *value, size_t *length)
{
	return json_object_to_json_string_length(value,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, length);
}

/* Put one member where it belongs; false: of the wrong type or too large. */
static bool
deed_member(struct deed *deed, size_t i, struct json_object *value)
{
	void *at = (char *)deed + deed_members[i].place;
	int64_t number;

	switch (deed_members[i].kind) {
	case DEED_NUMBER:
		number = json_object_get_int64(value);
		*(long long *)at = number;
		return json_object_is_type(value, json_type_int) &&
		    number >= 0 && number <= deed_members[i].most;
	case DEED_FLAG:
		*(bool *)at = json_object_get_boolean(value);
		return json_object_is_type(value, json_type_boolean);
	case DEED_TEXT:
		*(const char **)at = json_object_get_string(value);
		return json_object_is_type(value, json_type_string);
	case DEED_ANY:
		*(struct json_object **)at = value;
		return value != NULL;
	case DEED_LIST:
		*(struct json_object **)at = value;
		return json_object_is_type(value, json_type_array);
	case DEED_MAP:
		*(struct json_object **)at = value;
		return json_object_is_type(value, json_type_object);
	}
	return false;
}

static void
deed_count(struct json_object *usage, const char *name, long long *n)
{
	struct json_object *value;

	if (json_object_object_get_ex(usage, name, &value))
		*n = json_object_get_int64(value);
}

bool
deed_usage(struct json_object *answer, struct tokens *tokens)
{
	struct json_object *usage;

	if (!json_object_object_get_ex(answer, "usageMetadata", &usage) ||
	    !json_object_is_type(usage, json_type_object))
		return false;
	*tokens = (struct tokens){0};
	deed_count(usage, "promptTokenCount", &tokens->prompt);
	deed_count(usage, "cachedContentTokenCount", &tokens->cached);
	deed_count(usage, "candidatesTokenCount", &tokens->answer);
	deed_count(usage, "thoughtsTokenCount", &tokens->thoughts);
	return true;
}

/* Learn from one answer or event: its usage, and whether it is an end. */
static void
deed_learn(struct deed *deed, struct json_object *answer)
{
	struct json_object *list, *value;

	if (!json_object_is_type(answer, json_type_object))
		return;
	deed_usage(answer, &deed->tokens);
	if (json_object_object_get_ex(answer, "promptFeedback", &value))
		deed->finished = true;
	if (!json_object_object_get_ex(answer, "candidates", &list) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		value = json_object_array_get_idx(list, i);
		if (json_object_is_type(value, json_type_object) &&
		    json_object_object_get_ex(value, "finishReason", NULL))
			deed->finished = true;
	}
}

/* Members that need more than a type. */
static bool
deed_check(struct deed *deed, struct buf *why)
{
	if (deed->error != NULL && !errors_known(deed->error)) {
		buf_printf(why, "\"do\": unknown error \"%s\"", deed->error);
		return false;
	}
	if (deed->status >= 0 && deed->status < 200) {
		buf_text(why, "\"do\": \"status\" must be 200 to 999");
		return false;
	}
	if (deed->error_event_at == 0) {
		buf_text(why, "\"do\": \"error_event_at\" counts from 1");
		return false;
	}
	if (deed->headers != NULL) {
		json_object_object_foreach(deed->headers, name, value)
		{
			if (json_object_is_type(value, json_type_string))
				continue;
			buf_printf(why,
			    "\"do\": header \"%s\" must be a "
			    "string",
			    name);
			return false;
		}
	}
	return true;
}

bool
deed_read(struct deed *deed, struct json_object *o, struct buf *why)
{
	*deed = deed_none;
	if (!json_object_is_type(o, json_type_object)) {
		buf_text(why, "\"do\" must be an object");
		return false;
	}
	json_object_object_foreach(o, name, value)
	{
		size_t i = 0;

		while (
		    i < DEED_MEMBERS && strcmp(deed_members[i].name, name) != 0)
			i++;
		if (i == DEED_MEMBERS || !deed_member(deed, i, value)) {
			buf_printf(why, "\"do\": %s \"%s\"",
			    i == DEED_MEMBERS ? "unknown member"
					      : "bad value of",
			    name);
			return false;
		}
	}
	if (!deed_check(deed, why))
		return false;
	if (deed->body != NULL)
		deed_learn(deed, deed->body);
	if (deed->events != NULL)
		for (size_t i = 0; i < json_object_array_length(deed->events);
		     i++)
			deed_learn(
			    deed, json_object_array_get_idx(deed->events, i));
	return true;
}

bool
deed_fixed(const struct deed *deed)
{
	bool error = deed->error != NULL && deed->error_event_at < 0;

	return error || deed->body != NULL || deed->raw != NULL ||
	    deed->silence || deed->close || deed->status >= 300;
}
