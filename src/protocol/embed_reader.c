/* Gemini's embeddings, read without a tree. */
#include "protocol/embed_reader.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"

struct cursor {
	const char *p, *end;
	struct embed_sink *sink;
	int depth;
};

/* What is done with the value of a member. */
typedef bool value_fn(struct cursor *c);

struct member {
	const char *name;
	value_fn *read;
};

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static void
skip_blanks(struct cursor *c)
{
	while (c->p < c->end && is_one_of(*c->p, " \t\r\n"))
		c->p++;
}

/* Take that character, after blanks. */
static bool
take(struct cursor *c, char wanted)
{
	skip_blanks(c);
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

/* A string; what stands between its quotes. */
static bool
take_text(struct cursor *c, const char **text, size_t *len)
{
	if (!take(c, '"'))
		return false;
	*text = c->p;
	while (c->p < c->end && *c->p != '"') {
		ptrdiff_t step = *c->p == '\\' ? 2 : 1;
		if ((unsigned char)*c->p < 0x20 || step > c->end - c->p)
			return false;
		c->p += step;
	}
	if (c->p == c->end)
		return false;
	*len = (size_t)(c->p++ - *text);
	return true;
}

static bool
take_number(struct cursor *c, double *number)
{
	char text[48], *stop;
	size_t n = 0;
	skip_blanks(c);
	while (c->p < c->end && n < sizeof(text) - 1 &&
	    is_one_of(*c->p, "+-.0123456789eE"))
		text[n++] = *c->p++;
	text[n] = '\0';
	*number = strtod(text, &stop);
	return n > 0 && text[0] != '+' && stop == text + n;
}

/* --- lists and objects --------------------------------------------------- */

static bool
each_element(struct cursor *c, value_fn *read)
{
	if (!take(c, '['))
		return false;
	if (take(c, ']'))
		return true;
	do
		if (!read(c))
			return false;
	while (take(c, ','));
	return take(c, ']');
}

static value_fn skip_value;

static bool
read_member(struct cursor *c, const struct member *members, size_t n)
{
	const char *name;
	size_t len;
	if (!take_text(c, &name, &len) || !take(c, ':'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (strlen(members[i].name) == len &&
		    memcmp(members[i].name, name, len) == 0)
			return members[i].read(c);
	return skip_value(c);
}

/* Members that are not in the table are passed over. */
static bool
each_member(struct cursor *c, const struct member *members, size_t n)
{
	if (!take(c, '{'))
		return false;
	if (take(c, '}'))
		return true;
	do
		if (!read_member(c, members, n))
			return false;
	while (take(c, ','));
	return take(c, '}');
}

/* --- values -------------------------------------------------------------- */

static bool
skip_word(struct cursor *c)
{
	static const char *const words[] = {"true", "false", "null"};
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t len = strlen(words[i]);
		if ((size_t)(c->end - c->p) >= len &&
		    memcmp(c->p, words[i], len) == 0) {
			c->p += len;
			return true;
		}
	}
	double number;
	return take_number(c, &number);
}

static bool
skip_value(struct cursor *c)
{
	const char *text;
	size_t len;
	skip_blanks(c);
	if (c->p == c->end || c->depth == JSON_MAX_DEPTH)
		return false;
	c->depth++;
	bool ok = *c->p == '{' ? each_member(c, NULL, 0)
	    : *c->p == '['     ? each_element(c, skip_value)
	    : *c->p == '"'     ? take_text(c, &text, &len)
			       : skip_word(c);
	c->depth--;
	return ok;
}

static bool
read_value(struct cursor *c)
{
	double number;
	return take_number(c, &number) && fabs(number) <= FLT_MAX &&
	    c->sink->number(c->sink->ctx, (float)number);
}

static bool
read_values(struct cursor *c)
{
	return each_element(c, read_value) && c->sink->vector(c->sink->ctx);
}

static bool
read_vector(struct cursor *c)
{
	static const struct member members[] = {{"values", read_values}};
	return each_member(c, members, COUNT_OF(members));
}

static bool
read_vectors(struct cursor *c)
{
	return each_element(c, read_vector);
}

static bool
read_count(struct cursor *c)
{
	double number;
	if (!take_number(c, &number) || !(number >= 0 && number < 1e15))
		return false;
	c->sink->tokens = (int64_t)number;
	return true;
}

static bool
read_usage(struct cursor *c)
{
	static const struct member members[] = {
	    {"promptTokenCount", read_count}};
	return each_member(c, members, COUNT_OF(members));
}

bool
embed_reader_read(const char *text, size_t len, struct embed_sink *sink)
{
	static const struct member members[] = {
	    {"embedding", read_vector},
	    {"embeddings", read_vectors},
	    {"usageMetadata", read_usage},
	};
	struct cursor c = {text, text + len, sink, 0};
	sink->tokens = 0;
	if (!each_member(&c, members, COUNT_OF(members)))
		return false;
	skip_blanks(&c);
	return c.p == c.end;
}
