/* JSON by its tokens. */
#include "base/json_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static size_t
skip_digits(struct json_scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - start);
}

static bool
skip_one(struct json_scan *s, const char *any)
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
scan_number(struct json_scan *s, bool *odd)
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
 * name at a NUL and let raw control characters pass. *plain is the size of a
 * value without any escape, else 0. */
static const char *
scan_string(struct json_scan *s, size_t *plain)
{
	bool nul = false;
	const char *start = ++s->p;
	s->p += text_plain_run(s->p, (size_t)(s->end - s->p));
	*plain = (size_t)(s->p - start);
	while (s->p < s->end && *s->p != '"') {
		if ((unsigned char)*s->p < ' ')
			return "a string holds a raw control character";
		*plain = 0;
		nul = nul ||
		    (s->end - s->p >= 6 && memcmp(s->p, "\\u0000", 6) == 0);
		s->p += s->end - s->p > 1 ? 2 : 1;
		s->p += text_plain_run(s->p, (size_t)(s->end - s->p));
	}
	if (s->p >= s->end)
		return "the text ends in the middle of a value";
	s->p++;
	while (skip_one(s, " \t\r\n"))
		continue;
	if (s->p == s->end || *s->p != ':')
		return NULL;
	*plain = 0;
	return nul ? "the name of a member holds a NUL" : NULL;
}

/* All that may stand outside of strings and numbers: structure, white space,
 * and the letters of true, false and null. json-c knows more: NaN, Infinity,
 * names in single quotes. */
static const char between[] = "{}[]:, \t\r\ntruefalsn";

/* One token, or a byte of what lies between them. */
static const char *
scan_token(struct json_scan *s, enum json_stop *stop, size_t *len)
{
	const char *start = s->p;
	const char *why = NULL;
	char c = *s->p;
	bool odd = false;
	size_t plain = 0;

	if (c == '"')
		why = scan_string(s, &plain);
	else if (c == '-' || (c >= '0' && c <= '9'))
		why = scan_number(s, &odd);
	else if (c == '\0' || strchr(between, c) == NULL)
		why = "the text is not JSON";
	else {
		s->containers += c == '{' || c == '[';
		s->values += c == ',' || c == ':';
		s->names += c == ':';
		s->p++;
	}
	if (odd)
		*stop = JSON_STOP_INTEGER;
	if (plain >= JSON_LONG_TEXT) {
		*stop = JSON_STOP_TEXT;
		*len = plain;
		s->p = start;
	}
	return why;
}

const char *
json_scan_on(struct json_scan *s, enum json_stop *stop, size_t *len)
{
	const char *why = NULL;
	*stop = JSON_STOP_END;
	*len = 0;
	while (s->p < s->end && why == NULL && *stop == JSON_STOP_END) {
		why = scan_token(s, stop, len);
		if (s->containers > JSON_MAX_CONTAINERS ||
		    s->values > JSON_MAX_VALUES)
			why = "it holds too many values";
	}
	return why;
}
