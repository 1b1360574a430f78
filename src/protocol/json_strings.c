/* Walking over the strings of a JSON text. */
#include "protocol/json_strings.h"

#include <string.h>

#include "base/json.h"

struct json_strings
json_strings_of(const char *text, size_t len)
{
	return (struct json_strings){.p = text, .end = text + len, .name = ""};
}

static const char *
skip_white(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		p++;
	return p;
}

/* The quote that ends the string whose text begins at p, or the end. */
static const char *
find_quote(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p;
}

bool
json_strings_next(struct json_strings *walk, struct json_string *s)
{
	while (walk->p < walk->end && *walk->p != '"') {
		char c = *walk->p++;
		walk->depth += c == '{' || c == '[';
		walk->depth -= c == '}' || c == ']';
		if ((c == '}' || c == ']') && walk->depth <= 0)
			walk->end = walk->p; /* the value is complete */
	}
	if (walk->p >= walk->end)
		return false;

	const char *text = walk->p + 1;
	const char *quote = find_quote(text, walk->end);
	const char *after = quote < walk->end ? quote + 1 : quote;
	const char *colon = skip_white(after, walk->end);
	*s = (struct json_string){.depth = walk->depth,
	    .is_name = colon < walk->end && *colon == ':',
	    .text = text,
	    .len = (size_t)(quote - text),
	    .name = walk->name,
	    .name_len = walk->name_len};
	walk->p = after;
	if (s->is_name) {
		walk->name = s->text;
		walk->name_len = s->len;
		walk->p = colon + 1;
		s->value = skip_white(walk->p, walk->end);
	}
	return true;
}

bool
json_string_decode(const char *text, size_t len, struct buf *out)
{
	struct buf quoted;
	buf_init(&quoted, BUF_LARGE);
	buf_byte(&quoted, '"');
	buf_add(&quoted, text, len);
	buf_byte(&quoted, '"');
	struct json_object *o = json_parse(buf_cstr(&quoted), quoted.len, NULL);
	buf_clear(&quoted);
	bool ok = json_object_is_type(o, json_type_string);
	if (ok) {
		size_t size;
		const char *plain = json_text(o, &size);
		buf_add(out, plain, size);
	}
	json_object_put(o);
	return ok;
}

bool
json_string_is(const char *text, size_t len, const char *word)
{
	if (memchr(text, '\\', len) == NULL)
		return len == strlen(word) && memcmp(text, word, len) == 0;

	/* No escape is longer than six for one. */
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	bool same = len <= 6 * strlen(word) &&
	    json_string_decode(text, len, &plain) &&
	    strcmp(buf_cstr(&plain), word) == 0 && plain.len == strlen(word);
	buf_clear(&plain);
	return same;
}

const char *
json_strings_member(const char *text, size_t len, const char *name)
{
	struct json_strings walk = json_strings_of(text, len);
	struct json_string s;
	const char *value = NULL;
	while (json_strings_next(&walk, &s))
		if (s.is_name && s.depth == 1 &&
		    json_string_is(s.text, s.len, name) && s.value < text + len)
			value = s.value;
	return value;
}

bool
json_strings_text(
    const char *text, size_t len, const char *name, struct buf *out)
{
	const char *value = json_strings_member(text, len, name);
	if (value == NULL || *value != '"')
		return false;
	const char *quote = find_quote(value + 1, text + len);
	return quote < text + len &&
	    json_string_decode(value + 1, (size_t)(quote - value - 1), out);
}
