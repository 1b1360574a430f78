/* Reading and filtering query strings. */
#include "web/query.h"

#include <string.h>

#include "base/text.h"
#include "base/url.h"

/* One name=value of a query: where its parts are. */
struct pair {
	const char *name, *value, *end;
	size_t name_len, value_len;
};

/* The pair that starts at text. */
static struct pair
read_pair(const char *text)
{
	struct pair p = {.name = text};
	size_t len = strcspn(text, "&");
	const char *equals = memchr(text, '=', len);
	p.end = text + len;
	p.name_len = equals == NULL ? len : (size_t)(equals - text);
	p.value = equals == NULL ? p.end : equals + 1;
	p.value_len = (size_t)(p.end - p.value);
	return p;
}

/* Compare decoded, so that %6bey is seen for what it is. */
static bool
is_named(const struct pair *p, const char *name)
{
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	bool same = text_unescape_url(&plain, p->name, p->name_len, true) &&
	    buf_ok(&plain) && plain.len == strlen(name) &&
	    memcmp(buf_cstr(&plain), name, plain.len) == 0;
	buf_clear(&plain);
	return same;
}

bool
query_get(const char *query, const char *name, struct buf *value)
{
	while (*query != '\0') {
		struct pair p = read_pair(query);
		if (is_named(&p, name))
			return text_unescape_url(
			    value, p.value, p.value_len, true);
		query = *p.end == '&' ? p.end + 1 : p.end;
	}
	return false;
}

bool
query_next(const char **query, struct buf *name, struct buf *value)
{
	while (**query != '\0') {
		struct pair p = read_pair(*query);
		buf_reset(name);
		buf_reset(value);
		bool good = p.end > *query &&
		    text_unescape_url(name, p.name, p.name_len, true) &&
		    text_unescape_url(value, p.value, p.value_len, true);
		*query = *p.end == '&' ? p.end + 1 : p.end;
		if (good)
			return true;
	}
	return false;
}

void
query_add(struct buf *out, const char *name, const char *value)
{
	if (out->len > 0)
		buf_byte(out, '&');
	url_escape(out, name);
	buf_byte(out, '=');
	url_escape(out, value);
}

void
query_without(
    const char *query, const char *const *names, size_t n, struct buf *out)
{
	bool first = true;
	while (*query != '\0') {
		struct pair p = read_pair(query);
		bool drop = p.end == query;
		for (size_t i = 0; i < n && !drop; i++)
			drop = is_named(&p, names[i]);
		if (!drop) {
			if (!first)
				buf_byte(out, '&');
			buf_add(out, query, (size_t)(p.end - query));
			first = false;
		}
		query = *p.end == '&' ? p.end + 1 : p.end;
	}
}
