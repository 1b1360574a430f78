/* Forms with files. */
#include "web/form_parts.h"

#include "base/crypt.h"
#include "web/multipart.h"
#include "web/query.h"

struct parts {
	struct buf fields;
};

/* The value follows in pieces, each encoded by itself. */
static bool
begin_part(void *ctx, const char *name, const char *filename, const char *type)
{
	struct parts *p = ctx;
	(void)filename;
	(void)type;
	query_add(&p->fields, name, "");
	return buf_ok(&p->fields);
}

static bool
take_part(void *ctx, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	struct parts *p = ctx;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
		const char code[3] = {'%', digits[c >> 4], digits[c & 15]};
		buf_add(&p->fields, plain ? &bytes[i] : code, plain ? 1 : 3);
	}
	return buf_ok(&p->fields);
}

static bool
end_part(void *ctx)
{
	(void)ctx;
	return true;
}

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		crypt_wipe(b->data, b->cap);
	buf_clear(b);
}

bool
form_parts_flatten(const char *content_type, struct buf *body)
{
	struct parts p;
	struct multipart reader;
	buf_init(&p.fields, BUF_LARGE);
	const struct multipart_sink sink = {
	    &p, begin_part, take_part, end_part};
	bool ok = multipart_init(&reader, content_type, &sink) &&
	    multipart_feed(&reader, buf_cstr(body), body->len) ==
		MULTIPART_DONE;
	multipart_clear(&reader);
	wipe(body);
	if (ok)
		buf_move(body, &p.fields);
	wipe(&p.fields);
	return ok;
}
