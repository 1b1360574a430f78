/* Answers as they come. */
#include "admin/try_stream.h"

#include "admin/page.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/inner.h"

#define MAX_PAGE ((size_t)8 * 1024 * 1024)
#define TYPE "text/event-stream"

bool
try_stream_wanted(struct service *s)
{
	return text_contains(web_header(s->call, "accept"), TYPE);
}

static bool
send_event(
    struct web_call *call, const char *name, const char *text, size_t len)
{
	struct json_object *o = json_object_new_object();
	struct buf event;
	buf_init(&event, BUF_LARGE);
	json_set_text_len(o, name, text, len);
	buf_str(&event, "data: ");
	json_write(&event, o);
	buf_str(&event, "\n\n");
	web_write(call, buf_cstr(&event), event.len);
	buf_clear(&event);
	json_object_put(o);
	return web_flush(call);
}

void
try_stream_begin(
    struct try_stream *t, struct service *s, const struct buf *text)
{
	t->s = s;
	t->call = s->call;
	t->text = text;
	t->told = 0;
	buf_init(&t->page, MAX_PAGE);
	page_start_stream(s, TYPE "; charset=utf-8");
	(void)web_flush(t->call);
}

/* Where there is nothing new, a comment says that all is well. */
bool
try_stream_more(void *ctx)
{
	struct try_stream *t = ctx;
	size_t told = t->told;
	t->told = t->text->len;
	if (t->told > told)
		return send_event(
		    t->call, "text", t->text->data + told, t->told - told);
	web_write(t->call, ":\n\n", 3);
	return web_flush(t->call);
}

/* --- the page at the end ------------------------------------------------- */

static void
pass_status(void *ctx, int status)
{
	(void)ctx;
	(void)status;
}

static void
pass_header(void *ctx, const char *name, const char *value)
{
	(void)ctx;
	(void)name;
	(void)value;
}

static bool
take_page(void *ctx, const char *bytes, size_t len)
{
	struct try_stream *t = ctx;
	buf_add(&t->page, bytes, len);
	return true;
}

void
try_stream_end(struct try_stream *t, void (*show)(void *ctx), void *ctx)
{
	struct web_inner inner = {
	    .method = "GET",
	    .path = web_path(t->call),
	    .query = "",
	    .ctx = t,
	    .start = pass_status,
	    .header = pass_header,
	    .write = take_page,
	};
	t->s->call = web_call_new_inner(t->call, &inner);
	show(ctx);
	web_call_free(t->s->call);
	t->s->call = t->call;
	(void)send_event(t->call, "page", buf_cstr(&t->page), t->page.len);
	web_finish(t->call);
	buf_clear(&t->page);
}
