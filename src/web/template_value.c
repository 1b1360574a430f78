/* Values in HTML templates: which are true, and how they are written. */
#include <string.h>

#include "base/json.h"
#include "web/template_parts.h"

bool
template_is_true(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return false;
	case json_type_boolean:
		return json_object_get_boolean(value);
	case json_type_int:
	case json_type_double:
		return json_object_get_double(value) != 0;
	case json_type_string:
		return json_object_get_string_len(value) > 0;
	case json_type_array:
		return json_count(value) > 0;
	default:
		return true;
	}
}

/* How HTML writes a byte that it cannot hold as it is; NULL: it can. */
static const char *
escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return c < ' ' || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

void
template_escape(struct buf *out, const char *text, size_t len)
{
	size_t done = 0;
	for (size_t i = 0; i < len; i++) {
		const char *escape = escape_of((unsigned char)text[i]);
		if (escape == NULL)
			continue;
		buf_add(out, text + done, i - done);
		buf_str(out, escape);
		done = i + 1;
	}
	buf_add(out, text + done, len - done);
}

void
template_write(struct buf *out, struct json_object *value, bool raw)
{
	enum json_type type = json_object_get_type(value);
	if (type == json_type_null || type == json_type_object ||
	    type == json_type_array)
		return;
	const char *text = json_object_get_string(value);
	size_t len = type == json_type_string
	    ? (size_t)json_object_get_string_len(value)
	    : strlen(text);
	if (raw)
		buf_add(out, text, len);
	else
		template_escape(out, text, len);
}
