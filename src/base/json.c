/* JSON reading and building over json-c. */
#include "base/json.h"

#include <json-c/json_visit.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/json_twice.h"
#include "base/text.h"

/* A text after which the room for parsing it is not kept. */
#define LARGE ((size_t)256 * 1024)

static const char *
parse_error_text(enum json_tokener_error error)
{
	switch (error) {
	case json_tokener_error_depth:
		return "nesting is deeper than 100 levels";
	case json_tokener_error_parse_utf8_string:
		return "the text is not valid UTF-8";
	case json_tokener_continue:
	case json_tokener_error_parse_eof:
		return "the text ends in the middle of a value";
	case json_tokener_error_parse_number:
		return "a number is malformed";
	case json_tokener_error_parse_string:
		return "a string is malformed";
	default:
		return "the text is not JSON";
	}
}

/*
 * json-c would turn integers beyond 64 bits into others, and copy a picture's
 * text twice. So some tokens do not reach it as they are; what it makes of
 * their stand-ins is put right afterwards.
 *
 * An integer that it cannot hold gets this tail on its way there, which makes
 * it a double that keeps its text; the tail is cut off again. Nobody writes
 * such a tail himself.
 */
static const char tail[] = "e+00000000000000000000";

/* In place of a long text comes where it lies and its size, behind a byte
 * that no text in UTF-8 holds. */
#define STAND_IN '\xff'

/* A parse that runs. */
struct reader {
	struct json_tokener *tok;
	struct json_scan scan;
	const char *bytes;
	const char *const *in_place; /* names of members, or NULL */
	bool any;                    /* a stand-in was used */
	const char *why;
};

/* Does a member of that name stay where it is? */
static bool
is_in_place(const struct reader *r, const char *name)
{
	const char *const *row = r->in_place;
	if (row == NULL || name == NULL)
		return false;
	while (*row != NULL && strcmp(*row, name) != 0)
		row++;
	return *row != NULL;
}

static bool
restore_text(
    const struct reader *r, struct json_object *value, const char *name)
{
	const char *text = json_object_get_string(value);
	size_t at, len;
	if (text[0] != STAND_IN || sscanf(text + 1, "%zu %zu", &at, &len) != 2)
		return true;
	if (!is_in_place(r, name))
		return json_object_set_string_len(
			   value, r->bytes + at, (int)len) == 1;
	json_set_view(value, r->bytes + at, len);
	return true;
}

static void
restore_number(struct json_object *value)
{
	char *text = json_object_get_userdata(value);
	size_t len = text == NULL ? 0 : strlen(text);
	if (len > sizeof(tail) &&
	    strcmp(text + len - (sizeof(tail) - 1), tail) == 0)
		text[len - (sizeof(tail) - 1)] = '\0';
}

static int
restore(struct json_object *value, int flags, struct json_object *parent,
    const char *name, size_t *index, void *ctx)
{
	const struct reader *r = ctx;
	(void)flags, (void)parent, (void)index;
	if (json_object_is_type(value, json_type_double))
		restore_number(value);
	else if (json_object_is_type(value, json_type_string) &&
	    !restore_text(r, value, name))
		return JSON_C_VISIT_RETURN_ERROR;
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/* Hand json-c the tokens up to the next stop, and what stands in for the one
 * that is there. */
static struct json_object *
read_piece(struct reader *r, enum json_tokener_error *error)
{
	const char *from = r->scan.p;
	char stand_in[64];
	enum json_stop stop;
	size_t len;
	r->why = json_scan_on(&r->scan, &stop, &len);
	if (r->why != NULL)
		return NULL;

	struct json_object *o =
	    json_tokener_parse_ex(r->tok, from, (int)(r->scan.p - from));
	*error = json_tokener_get_error(r->tok);
	if (stop == JSON_STOP_END || *error != json_tokener_continue)
		return o;

	if (stop == JSON_STOP_INTEGER)
		len = (size_t)snprintf(stand_in, sizeof(stand_in), "%s", tail);
	else {
		size_t at = (size_t)(r->scan.p + 1 - r->bytes);
		r->scan.p += len + 2;
		len = (size_t)snprintf(stand_in, sizeof(stand_in),
		    "\"%c%zu %zu\"", STAND_IN, at, len);
	}
	o = json_tokener_parse_ex(r->tok, stand_in, (int)len);
	*error = json_tokener_get_error(r->tok);
	r->any = true;
	return o;
}

static bool
is_blank(const char *p, const char *end)
{
	while (p < end && *p != '\0' && strchr(" \t\r\n", *p) != NULL)
		p++;
	return p == end;
}

static struct json_object *
read_value(struct reader *r)
{
	struct json_object *o = NULL;
	enum json_tokener_error error = json_tokener_continue;
	do {
		o = read_piece(r, &error);
		if (r->why != NULL)
			return NULL;
	} while (r->scan.p < r->scan.end && error == json_tokener_continue);

	/* A bare number at the end is complete only when told so. */
	if (error == json_tokener_continue) {
		o = json_tokener_parse_ex(r->tok, "", 1);
		error = json_tokener_get_error(r->tok);
	}
	if (error != json_tokener_success) {
		r->why = parse_error_text(error);
		return NULL;
	}
	if (!is_blank(r->scan.p, r->scan.end))
		r->why = "the text is not JSON";
	else if (o == NULL)
		r->why = "the value is null";
	else if (r->any && json_c_visit(o, 0, restore, r) != 0)
		r->why = "out of memory";
	else
		return o;
	json_object_put(o);
	return NULL;
}

/* What json-c would let pass. */
static const char *
check_bytes(const char *bytes, size_t len)
{
	if (len > INT32_MAX - 1)
		return "the text is too long";
	if (len > 0 && memchr(bytes, '\0', len) != NULL)
		return "the text holds a NUL byte";
	if (!text_is_utf8(bytes, len))
		return "the text is not valid UTF-8";
	return NULL;
}

/* json_parse(), and how many names of members there were. */
static struct json_object *
parse(const char *bytes, size_t len, const char *const *in_place, size_t *names,
    const char **why)
{
	/* Room for a hundred levels is not made anew for each event of a
	 * stream; what a failure leaves in it goes with the reset. Its buffer
	 * is as large as the longest text it has seen: after a large one it
	 * goes. */
	static struct json_tokener *tok;
	if (len == 0)
		bytes = "";
	struct reader r = {.bytes = bytes,
	    .in_place = in_place,
	    .scan = {.p = bytes, .end = bytes + len},
	    .why = check_bytes(bytes, len)};
	struct json_object *o = NULL;

	if (r.why == NULL && tok == NULL &&
	    (tok = json_tokener_new_ex(JSON_MAX_DEPTH)) == NULL)
		r.why = "out of memory";
	if (r.why == NULL) {
		r.tok = tok;
		json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
		o = read_value(&r);
		json_tokener_reset(tok);
	}
	if (len > LARGE && tok != NULL) {
		json_tokener_free(tok);
		tok = NULL;
	}
	*names = r.scan.names;
	*why = r.why;
	return o;
}

struct json_object *
json_parse(const char *bytes, size_t len, const char **why)
{
	return json_parse_in_place(bytes, len, NULL, why);
}

struct json_object *
json_parse_in_place(
    const char *bytes, size_t len, const char *const *names, const char **why)
{
	const char *ignored;
	size_t n;
	return parse(bytes, len, names, &n, why == NULL ? &ignored : why);
}

struct json_object *
json_parse_unique(
    const char *bytes, size_t len, const char **why, struct buf *twice)
{
	size_t names = 0;
	struct json_object *o = parse(bytes, len, NULL, &names, why);
	if (o == NULL || json_twice_count(o) == names)
		return o;
	json_object_put(o);
	json_twice_find(bytes, len, twice);
	*why = "a name occurs twice in one object";
	return NULL;
}

struct json_object *
json_get(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;
	if (o == NULL || !json_object_is_type(o, json_type_object))
		return NULL;
	json_object_object_get_ex(o, name, &value);
	return value;
}

struct json_object *
json_path(struct json_object *o, ...)
{
	va_list names;
	va_start(names, o);
	const char *name;
	while (o != NULL && (name = va_arg(names, const char *)) != NULL)
		o = json_get(o, name);
	va_end(names);
	return o;
}

const char *
json_get_text(struct json_object *o, const char *name)
{
	struct json_object *value = json_get(o, name);
	if (!json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

int64_t
json_get_int(struct json_object *o, const char *name, int64_t fallback)
{
	struct json_object *value = json_get(o, name);
	int64_t number;
	switch (json_object_get_type(value)) {
	case json_type_int:
		return json_object_get_int64(value);
	case json_type_double: {
		double real = json_object_get_double(value);
		number = json_object_get_int64(value);
		return real == (double)number || real >= 0x1p63 ||
			real < -0x1p63
		    ? number
		    : fallback;
	}
	case json_type_string:
		return text_to_int(json_object_get_string(value), INT64_MIN,
			   INT64_MAX, &number)
		    ? number
		    : fallback;
	default:
		return fallback;
	}
}

bool
json_get_bool(struct json_object *o, const char *name)
{
	struct json_object *value = json_get(o, name);
	return json_object_is_type(value, json_type_boolean) &&
	    json_object_get_boolean(value);
}

size_t
json_count(struct json_object *array)
{
	if (!json_object_is_type(array, json_type_array))
		return 0;
	return json_object_array_length(array);
}

struct json_object *
json_at(struct json_object *array, size_t i)
{
	return i < json_count(array) ? json_object_array_get_idx(array, i)
				     : NULL;
}

bool
json_has_text(struct json_object *array, const char *text)
{
	for (size_t i = 0; i < json_count(array); i++) {
		struct json_object *o = json_at(array, i);
		if (json_object_is_type(o, json_type_string) &&
		    strcmp(json_object_get_string(o), text) == 0)
			return true;
	}
	return false;
}

void
json_set_text(struct json_object *o, const char *name, const char *text)
{
	json_set(o, name, text == NULL ? NULL : json_object_new_string(text));
}

void
json_set_text_len(
    struct json_object *o, const char *name, const char *text, size_t len)
{
	json_set(o, name, json_object_new_string_len(text, (int)len));
}

void
json_set_int(struct json_object *o, const char *name, int64_t value)
{
	json_set(o, name, json_object_new_int64(value));
}

void
json_set_bool(struct json_object *o, const char *name, bool value)
{
	json_set(o, name, json_object_new_boolean(value));
}

void
json_set_null(struct json_object *o, const char *name)
{
	json_set(o, name, NULL);
}

void
json_set(struct json_object *o, const char *name, struct json_object *value)
{
	if (json_object_object_add(o, name, value) != 0)
		json_object_put(value);
}

void
json_share(struct json_object *o, const char *name, struct json_object *value)
{
	json_set(o, name, json_object_get(value));
}
