/* Forms with files. */
#include "admin/post_parts.h"

#include <string.h>

#include "base/url.h"
#include "web/multipart.h"

struct parts {
	struct buf *fields;
	struct buf value; /* of the part that is being read */
};

static bool
begin(void *ctx, const char *name, const char *filename, const char *type)
{
	struct parts *p = ctx;
	(void)filename;
	(void)type;
	if (p->fields->len > 0)
		buf_byte(p->fields, '&');
	url_escape(p->fields, name);
	buf_byte(p->fields, '=');
	return true;
}

static bool
data(void *ctx, const char *bytes, size_t len)
{
	struct parts *p = ctx;
	buf_add(&p->value, bytes, len);
	return buf_ok(&p->value);
}

/* A NUL is passed on, for somebody to complain of. */
static bool
end(void *ctx)
{
	struct parts *p = ctx;
	const char *text = buf_cstr(&p->value);
	for (size_t at = 0; at < p->value.len; at++) {
		url_escape(p->fields, text + at);
		at += strlen(text + at);
		if (at < p->value.len)
			buf_str(p->fields, "%00");
	}
	buf_reset(&p->value);
	return buf_ok(p->fields);
}

bool
post_parts_read(
    const char *content_type, const struct buf *body, struct buf *fields)
{
	struct parts p = {.fields = fields};
	struct multipart_sink sink = {&p, begin, data, end};
	struct multipart m;
	buf_init(&p.value, BUF_LARGE);
	bool ok = multipart_init(&m, content_type, &sink) &&
	    multipart_feed(&m, buf_cstr(body), body->len) == MULTIPART_DONE;
	multipart_clear(&m);
	buf_clear(&p.value);
	return ok;
}
