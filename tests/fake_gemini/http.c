/* Reading HTTP/1.x requests: head, headers, chunked bodies, queries. */
#include "http.h"

#include <string.h>

/* Take a line from rest; false if no line end is in it. */
static bool
http_line(struct span *rest, struct span *line)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	size_t n;

	if (end == NULL)
		return false;
	n = (size_t)(end - rest->at);
	line->at = rest->at;
	line->len = n > 0 && end[-1] == '\r' ? n - 1 : n;
	rest->at += n + 1;
	rest->len -= n + 1;
	return true;
}

/* The request line: VERB target HTTP/1.x */
static bool
http_first(struct span line, struct http_request *r)
{
	const char *end = line.at + line.len;
	const char *sp1 = memchr(line.at, ' ', line.len);
	const char *sp2, *mark;
	struct span target;

	if (sp1 == NULL)
		return false;
	sp2 = memchr(sp1 + 1, ' ', (size_t)(end - sp1 - 1));
	if (sp2 == NULL || end - sp2 != 9 || memcmp(sp2, " HTTP/1.", 8) != 0)
		return false;
	r->http10 = end[-1] == '0';
	r->verb = (struct span){line.at, (size_t)(sp1 - line.at)};
	target = (struct span){sp1 + 1, (size_t)(sp2 - sp1 - 1)};

	/* A proxy's absolute form: the path begins at the third slash. */
	if (target.len > 7 && memcmp(target.at, "http://", 7) == 0) {
		const char *slash = memchr(target.at + 7, '/', target.len - 7);

		if (slash == NULL)
			return false;
		target.len -= (size_t)(slash - target.at);
		target.at = slash;
	}
	mark = memchr(target.at, '?', target.len);
	r->path = target;
	r->query = (struct span){target.at + target.len, 0};
	if (mark != NULL) {
		r->path.len = (size_t)(mark - target.at);
		r->query.at = mark + 1;
		r->query.len = target.len - r->path.len - 1;
	}
	return true;
}

/* What a header means to us; false: nonsense that must be refused. */
static bool
http_meaning(struct http_request *r, struct span name, struct span value)
{
	long long n;

	switch (name.len) {
	case 6:
		if (buf_is_nocase(name, "expect"))
			r->expect = buf_is_nocase(value, "100-continue");
		break;
	case 10:
		if (!buf_is_nocase(name, "connection"))
			break;
		if (buf_is_nocase(value, "close"))
			r->keep = false;
		else if (buf_is_nocase(value, "keep-alive"))
			r->keep = true;
		break;
	case 14:
		if (buf_is_nocase(name, "x-goog-api-key"))
			r->key = value;
		if (!buf_is_nocase(name, "content-length"))
			break;
		if (!buf_number(value, 1LL << 60, &n))
			return false;
		r->length = (size_t)n;
		break;
	case 17:
		if (buf_is_nocase(name, "transfer-encoding")) {
			r->chunked = true;
			return buf_is_nocase(value, "chunked");
		}
		break;
	}
	return true;
}

struct span
http_headers(struct span head)
{
	struct span line;

	http_line(&head, &line);
	return head;
}

bool
http_header(struct span *rest, struct span *name, struct span *value)
{
	struct span line;
	const char *colon;

	do {
		if (!http_line(rest, &line) || line.len == 0)
			return false;
		colon = memchr(line.at, ':', line.len);
	} while (colon == NULL);

	*name = (struct span){line.at, (size_t)(colon - line.at)};
	value->at = colon + 1;
	value->len = line.len - name->len - 1;
	while (value->len > 0 && (*value->at == ' ' || *value->at == '\t')) {
		value->at++;
		value->len--;
	}
	while (value->len > 0 &&
	    (value->at[value->len - 1] == ' ' ||
		value->at[value->len - 1] == '\t'))
		value->len--;
	return true;
}

enum http_result
http_head(const char *bytes, size_t n, struct http_request *r)
{
	struct span rest, line, name, value;
	const char *end = memmem(bytes, n, "\r\n\r\n", 4);

	if (end == NULL)
		return n > HTTP_HEAD_MOST ? HTTP_LARGE : HTTP_MORE;
	memset(r, 0, sizeof(*r));
	r->size = (size_t)(end - bytes) + 4;
	r->head = (struct span){bytes, r->size - 2};
	rest = r->head;
	if (!http_line(&rest, &line) || !http_first(line, r))
		return HTTP_BAD;
	r->keep = !r->http10;
	while (http_header(&rest, &name, &value))
		if (!http_meaning(r, name, value))
			return HTTP_BAD;
	return HTTP_OK;
}

/* A size line, "1a2b;extension". */
static bool
http_size(struct span line, size_t *size)
{
	size_t n = 0, i;

	for (i = 0; i < line.len && line.at[i] != ';'; i++) {
		const char *digits = "0123456789abcdef";
		char c = line.at[i];
		const char *d;

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (c == ' ')
			continue;
		d = c != '\0' ? strchr(digits, c) : NULL;
		if (d == NULL || n > HTTP_BODY_MOST)
			return false;
		n = n * 16 + (size_t)(d - digits);
	}
	*size = n;
	return i > 0;
}

/* One step of a chunked body: a size line, some data, or a trailer line. */
static enum http_result
http_chunk(struct http_chunks *c, struct span *rest, struct buf *body)
{
	struct span line;
	size_t n;

	if (c->inside && c->left > 0) {
		n = rest->len < c->left ? rest->len : c->left;
		if (n == 0)
			return HTTP_MORE;
		if (body->len + n > HTTP_BODY_MOST)
			return HTTP_LARGE;
		buf_add(body, rest->at, n);
		rest->at += n;
		rest->len -= n;
		c->left -= n;
		return HTTP_OK;
	}
	if (!http_line(rest, &line))
		return rest->len > HTTP_HEAD_MOST ? HTTP_BAD : HTTP_MORE;
	if (c->inside) {
		c->inside = false;
		return line.len == 0 ? HTTP_OK : HTTP_BAD;
	}
	if (c->trailer)
		return HTTP_OK;
	if (!http_size(line, &c->left))
		return HTTP_BAD;
	c->inside = c->left > 0;
	c->trailer = c->left == 0;
	return HTTP_OK;
}

enum http_result
http_chunks(struct http_chunks *c, const char *bytes, size_t n,
    struct buf *body, size_t *used)
{
	struct span rest = {bytes, n};
	enum http_result result;
	bool over = false;

	do {
		const char *before = rest.at;
		bool trailer = c->trailer;

		result = http_chunk(c, &rest, body);

		/* An empty line in the trailer is the end of it all. */
		over = trailer && result == HTTP_OK && rest.at - before <= 2;
	} while (result == HTTP_OK && !over);
	*used = n - rest.len;
	return result;
}

static int
http_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void
http_decode(struct span s, bool plus, struct buf *out)
{
	buf_reserve(out, s.len);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%' && s.len - i > 2 &&
		    http_hex(s.at[i + 1]) >= 0 && http_hex(s.at[i + 2]) >= 0) {
			c = (char)(http_hex(s.at[i + 1]) * 16 +
			    http_hex(s.at[i + 2]));
			i += 2;
		}
		out->at[out->len++] = c;
	}
	out->at[out->len] = '\0';
}

bool
http_query(struct span query, const char *name, struct buf *out)
{
	size_t want = strlen(name);

	while (query.len > 0) {
		const char *amp = memchr(query.at, '&', query.len);
		size_t n = amp != NULL ? (size_t)(amp - query.at) : query.len;

		if (n > want && query.at[want] == '=' &&
		    memcmp(query.at, name, want) == 0) {
			http_decode(
			    (struct span){query.at + want + 1, n - want - 1},
			    true, out);
			return true;
		}
		if (amp == NULL)
			break;
		query.at += n + 1;
		query.len -= n + 1;
	}
	return false;
}
