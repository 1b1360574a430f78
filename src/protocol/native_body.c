/* A scan of an object's own member names, and one splice. */
#include "protocol/native_body.h"

#include <string.h>

#include "base/attr.h"

/* Either spelling of the member. */
static const char *const names[] = {"safetySettings", "safety_settings"};

static size_t
skip_white(const char *text, size_t pos, size_t len)
{
	while (pos < len && strchr(" \t\r\n", text[pos]) != NULL &&
	    text[pos] != '\0')
		pos++;
	return pos;
}

/* Behind the quote that ends the string whose text begins at pos. */
static size_t
skip_string(const char *text, size_t pos, size_t len)
{
	while (pos < len && text[pos] != '"')
		pos += text[pos] == '\\' ? 2 : 1;
	return pos < len ? pos + 1 : len;
}

static bool
is_text(const char *text, size_t len, const char *wanted)
{
	return strlen(wanted) == len && memcmp(wanted, text, len) == 0;
}

static bool
is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (is_text(text, len, names[i]))
			return true;
	return false;
}

/* Does the object that begins before pos have the member? */
static bool
has_member(const char *text, size_t pos, size_t len)
{
	int depth = 1;
	while (pos < len && depth > 0) {
		char c = text[pos++];
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		if (c != '"')
			continue;
		size_t begin = pos;
		pos = skip_string(text, pos, len);
		size_t colon = skip_white(text, pos, len);
		if (depth == 1 && colon < len && text[colon] == ':' &&
		    is_name(text + begin, pos - 1 - begin))
			return true;
	}
	return false;
}

bool
native_body_add_safety(struct buf *body, const char *settings)
{
	const char *text = buf_cstr(body);
	size_t open = skip_white(text, 0, body->len);
	if (open >= body->len || text[open] != '{' ||
	    has_member(text, open + 1, body->len))
		return false;

	size_t first = skip_white(text, open + 1, body->len);
	bool empty = first < body->len && text[first] == '}';
	struct buf longer;
	buf_init(&longer, body->max);
	buf_add(&longer, text, open + 1);
	buf_fmt(&longer, "\"safetySettings\":%s%s", settings, empty ? "" : ",");
	buf_add(&longer, text + open + 1, body->len - open - 1);
	if (!buf_ok(&longer)) {
		buf_clear(&longer);
		return false;
	}
	buf_clear(body);
	*body = longer;
	return true;
}

int
native_body_requests(const struct buf *body)
{
	const char *text = buf_cstr(body);
	size_t pos = 0;
	int depth = 0, n = 0;
	bool listed = false; /* inside of that member */
	while (pos < body->len) {
		char c = text[pos++];
		if (c == '{' && depth == 2 && listed)
			n++;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		if (c != '"')
			continue;
		size_t begin = pos;
		pos = skip_string(text, pos, body->len);
		if (depth == 1)
			listed =
			    is_text(text + begin, pos - 1 - begin, "requests");
	}
	return n > 0 ? n : 1;
}
