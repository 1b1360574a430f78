/* JSON reading and writing over json-c. */
#include "base/json.h"

#include <errno.h>
#include <json-c/json_visit.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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
 * json-c lets some things pass that are no JSON, and turns integers beyond
 * 64 bits into others. So a look at the tokens comes first; the structure is
 * json-c's business. An integer that json-c cannot hold gets this tail on its
 * way there, which makes it a double that keeps its text; the tail is cut off
 * again afterwards. Nobody writes such a tail himself.
 */
static const char tail[] = "e+00000000000000000000";

struct scan {
	const char *p, *end;
	size_t containers, values;
};

static size_t
skip_digits(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - start);
}

static bool
skip_one(struct scan *s, const char *any)
{
	bool there =
	    s->p < s->end && *s->p != '\0' && strchr(any, *s->p) != NULL;
	s->p += there;
	return there;
}

/* True for an integer that json-c does not give back as it was: -0, and what
 * needs more than 64 bits. */
static bool
is_odd_integer(const char *text, size_t len)
{
	if (len < 20)
		return len == 2 && memcmp(text, "-0", 2) == 0;
	if (len > 20)
		return true;
	char copy[24] = "";
	memcpy(copy, text, len);
	errno = 0;
	if (copy[0] == '-')
		(void)strtoll(copy, NULL, 10);
	else
		(void)strtoull(copy, NULL, 10);
	return errno == ERANGE;
}

/* A number by the grammar of RFC 8259. */
static const char *
scan_number(struct scan *s, bool *odd)
{
	const char *start = s->p;
	skip_one(s, "-");
	const char *digits = s->p;
	if (skip_digits(s) == 0)
		return "a number is malformed";
	bool ok = *digits != '0' || s->p - digits == 1;
	bool whole = true;
	if (skip_one(s, ".")) {
		ok = ok && skip_digits(s) > 0;
		whole = false;
	}
	if (skip_one(s, "eE")) {
		skip_one(s, "+-");
		ok = ok && skip_digits(s) > 0;
		whole = false;
	}
	*odd = ok && whole && is_odd_integer(start, (size_t)(s->p - start));
	return ok ? NULL : "a number is malformed";
}

/* A string; its escapes are json-c's business, but it would cut a member's
 * name at a NUL and let raw control characters pass. */
static const char *
scan_string(struct scan *s)
{
	bool nul = false;
	for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
		if ((unsigned char)*s->p < ' ')
			return "a string holds a raw control character";
		if (*s->p != '\\')
			continue;
		nul = nul ||
		    (s->end - s->p >= 6 && memcmp(s->p, "\\u0000", 6) == 0);
		s->p++;
	}
	if (s->p >= s->end)
		return "the text ends in the middle of a value";
	s->p++;
	while (skip_one(s, " \t\r\n"))
		continue;
	return nul && s->p < s->end && *s->p == ':'
	    ? "the name of a member holds a NUL"
	    : NULL;
}

/* Go on until the end or behind an odd integer. */
static const char *
scan_on(struct scan *s, bool *odd)
{
	const char *why = NULL;
	*odd = false;
	while (s->p < s->end && why == NULL && !*odd) {
		char c = *s->p;
		if (c == '"')
			why = scan_string(s);
		else if (c == '-' || (c >= '0' && c <= '9'))
			why = scan_number(s, odd);
		else if (c >= 'A' && c <= 'Z')
			why = "the text is not JSON"; /* NaN, Infinity */
		else {
			s->containers += c == '{' || c == '[';
			s->values += c == ',' || c == ':';
			s->p++;
		}
		if (s->containers > JSON_MAX_CONTAINERS ||
		    s->values > JSON_MAX_VALUES)
			why = "it holds too many values";
	}
	return why;
}

static int
cut_tail(struct json_object *value, int flags, struct json_object *parent,
    const char *name, size_t *index, void *ctx)
{
	(void)flags, (void)parent, (void)name, (void)index, (void)ctx;
	char *text = json_object_is_type(value, json_type_double)
	    ? json_object_get_userdata(value)
	    : NULL;
	size_t len = text == NULL ? 0 : strlen(text);
	if (len > sizeof(tail) &&
	    strcmp(text + len - (sizeof(tail) - 1), tail) == 0)
		text[len - (sizeof(tail) - 1)] = '\0';
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/* Look at the tokens and hand them to json-c, piece by piece. */
static struct json_object *
read_value(
    struct json_tokener *tok, const char *bytes, size_t len, const char **why)
{
	struct scan s = {.p = bytes, .end = bytes + len};
	struct json_object *o = NULL;
	bool odd, any_odd = false;
	enum json_tokener_error error;
	do {
		const char *from = s.p;
		*why = scan_on(&s, &odd);
		if (*why != NULL)
			return NULL;
		o = json_tokener_parse_ex(tok, from, (int)(s.p - from));
		error = json_tokener_get_error(tok);
		if (odd && error == json_tokener_continue) {
			o = json_tokener_parse_ex(tok, tail, sizeof(tail) - 1);
			error = json_tokener_get_error(tok);
			any_odd = true;
		}
	} while (s.p < s.end && error == json_tokener_continue);

	/* A bare number at the end is complete only when told so. */
	if (error == json_tokener_continue) {
		o = json_tokener_parse_ex(tok, "", 1);
		error = json_tokener_get_error(tok);
	}
	if (error != json_tokener_success) {
		*why = parse_error_text(error);
		return NULL;
	}
	if (o == NULL)
		*why = "the value is null";
	else if (any_odd)
		json_c_visit(o, 0, cut_tail, NULL);
	return o;
}

struct json_object *
json_parse(const char *bytes, size_t len, const char **why)
{
	const char *ignored;
	if (why == NULL)
		why = &ignored;
	*why = NULL;
	if (len > INT32_MAX - 1)
		*why = "the text is too long";
	else if (len > 0 && memchr(bytes, '\0', len) != NULL)
		*why = "the text holds a NUL byte";
	else if (!text_is_utf8(bytes, len))
		*why = "the text is not valid UTF-8";
	if (*why != NULL)
		return NULL;

	/* Room for a hundred levels is not made anew for each event of a
	 * stream; what a failure leaves in it goes with the reset. */
	static struct json_tokener *tok;
	if (tok == NULL)
		tok = json_tokener_new_ex(JSON_MAX_DEPTH);
	if (tok == NULL) {
		*why = "out of memory";
		return NULL;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	struct json_object *o = read_value(tok, len > 0 ? bytes : "", len, why);
	json_tokener_reset(tok);
	return o;
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
