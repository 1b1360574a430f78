/* Writing JSON: straight into the buffer, without json-c's second copy. */
#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What was parsed may lie a few levels deep in what we build around it. */
#define WRITE_MAX_DEPTH (2 * JSON_MAX_DEPTH)

static void
write_escape(struct buf *out, char c)
{
	static const char bytes[] = "\b\f\n\r\t\"\\";
	static const char letters[] = "bfnrt\"\\";
	const char *at = c == '\0' ? NULL : strchr(bytes, c);
	if (at != NULL) {
		buf_byte(out, '\\');
		buf_byte(out, letters[at - bytes]);
	} else
		buf_fmt(out, "\\u%04x", (unsigned)(unsigned char)c);
}

static void
write_text(struct buf *out, const char *text, size_t len)
{
	buf_byte(out, '"');
	while (len > 0) {
		size_t plain = text_plain_run(text, len);
		buf_add(out, text, plain);
		if (plain < len)
			write_escape(out, text[plain++]);
		text += plain;
		len -= plain;
	}
	buf_byte(out, '"');
}

/* The userdata of a text that lies somewhere else. */
struct view {
	struct json_object *owner; /* of the text, or NULL */
	char *own;                 /* the text itself, or NULL */
	const char *text;
	size_t len;
};

static void
free_view(struct json_object *value, void *userdata)
{
	struct view *view = userdata;
	(void)value;
	json_object_put(view->owner);
	free(view->own);
	free(view);
}

static void
set_view(struct json_object *string, const struct view *view)
{
	struct view *kept = malloc(sizeof(*kept));
	if (string == NULL || kept == NULL)
		abort(); /* no memory for a hundred bytes */
	*kept = *view;
	json_object_set_userdata(string, kept, free_view);
}

static struct json_object *
new_view(const struct view *view)
{
	struct json_object *string = json_object_new_string("");
	set_view(string, view);
	return string;
}

void
json_set_view(struct json_object *string, const char *text, size_t len)
{
	json_object_set_string(string, "");
	set_view(string, &(struct view){.text = text, .len = len});
}

struct json_object *
json_new_view(struct json_object *owner, const char *text, size_t len)
{
	return new_view(&(struct view){
	    .owner = json_object_get(owner), .text = text, .len = len});
}

struct json_object *
json_new_taken(struct buf *text)
{
	size_t len = text->len;
	char *own = buf_take(text);
	return own == NULL
	    ? NULL
	    : new_view(&(struct view){.own = own, .text = own, .len = len});
}

const char *
json_text(struct json_object *string, size_t *len)
{
	const struct view *view = json_object_get_userdata(string);
	*len = view != NULL ? view->len
			    : (size_t)json_object_get_string_len(string);
	return view != NULL ? view->text : json_object_get_string(string);
}

static void
write_string(struct buf *out, struct json_object *value)
{
	size_t len;
	const char *text = json_text(value, &len);
	write_text(out, text, len);
}

/* The text it was read from, else the shortest that reads back the same. */
static void
write_double(struct buf *out, struct json_object *value)
{
	const char *written = json_object_get_userdata(value);
	if (written != NULL) {
		buf_str(out, written);
		return;
	}
	double number = json_object_get_double(value);
	if (!isfinite(number)) {
		buf_fail(out);
		return;
	}
	char text[64] = "";
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_str(out, text);
	if (strpbrk(text, ".e") == NULL)
		buf_str(out, ".0");
}

/* json-c keeps what does not fit into an int64_t as a uint64_t. */
static void
write_int(struct buf *out, struct json_object *value)
{
	int64_t number = json_object_get_int64(value);
	if (number < 0)
		buf_fmt(out, "%" PRId64, number);
	else
		buf_fmt(out, "%" PRIu64, json_object_get_uint64(value));
}

static void write_value(struct buf *out, struct json_object *value, int depth);

static void
write_object(struct buf *out, struct json_object *object, int depth)
{
	struct json_object_iterator i = json_object_iter_begin(object);
	struct json_object_iterator end = json_object_iter_end(object);
	const char *comma = "";

	buf_byte(out, '{');
	while (!json_object_iter_equal(&i, &end)) {
		const char *name = json_object_iter_peek_name(&i);
		buf_str(out, comma);
		write_text(out, name, strlen(name));
		buf_byte(out, ':');
		write_value(out, json_object_iter_peek_value(&i), depth);
		comma = ",";
		json_object_iter_next(&i);
	}
	buf_byte(out, '}');
}

static void
write_array(struct buf *out, struct json_object *array, int depth)
{
	buf_byte(out, '[');
	size_t count = json_object_array_length(array);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_byte(out, ',');
		write_value(out, json_object_array_get_idx(array, i), depth);
	}
	buf_byte(out, ']');
}

static void
write_value(struct buf *out, struct json_object *value, int depth)
{
	if (depth > WRITE_MAX_DEPTH) {
		buf_fail(out);
		return;
	}
	switch (json_object_get_type(value)) {
	case json_type_object:
		write_object(out, value, depth + 1);
		break;
	case json_type_array:
		write_array(out, value, depth + 1);
		break;
	case json_type_string:
		write_string(out, value);
		break;
	case json_type_int:
		write_int(out, value);
		break;
	case json_type_double:
		write_double(out, value);
		break;
	case json_type_boolean:
		buf_str(out, json_object_get_boolean(value) ? "true" : "false");
		break;
	default:
		buf_str(out, "null");
	}
}

void
json_write(struct buf *out, struct json_object *value)
{
	write_value(out, value, 1);
}

void
json_write_text(struct buf *out, const char *text, size_t len)
{
	write_text(out, text, len);
}

/* A double writes the text that it was read from: see write_double(). */
struct json_object *
json_flatten(struct json_object *value)
{
	struct json_object *flat = NULL;
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, value);
	if (buf_ok(&text))
		flat = json_object_new_double_s(0, buf_cstr(&text));
	buf_clear(&text);
	return flat;
}
