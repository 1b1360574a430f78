/* Answers to trials. */
#include "admin/try_answer.h"

#include <string.h>

#include "admin/number.h"
#include "admin/try_body.h"
#include "admin/try_text.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

/* An answer in one piece, or an event, is read in whole: it may hold a picture.
 * More has no text that is shown. */
#define MAX_WHOLE ((size_t)64 * 1024 * 1024)

/* --- as it comes --------------------------------------------------------- */

static void
take_status(void *ctx, int status)
{
	struct try_answer *a = ctx;
	a->status = status;
}

static void
take_header(void *ctx, const char *name, const char *value)
{
	struct try_answer *a = ctx;
	if (text_same(name, "Content-Type"))
		a->sse = text_starts(value, "text/event-stream");
}

static void
cut(struct buf *text, size_t max, bool *was_cut)
{
	if (text->len <= max)
		return;
	buf_keep(text, 0, text_cut(text->data, max));
	*was_cut = true;
}

static void
take_json(struct try_answer *a, const char *bytes, size_t len)
{
	struct json_object *answer =
	    len == 0 ? NULL : json_parse(bytes, len, NULL);
	if (answer != NULL && !a->text_cut)
		try_text_take(answer, &a->text);
	cut(&a->text, TRY_ANSWER_MAX_TEXT, &a->text_cut);
	json_object_put(answer);
}

static bool
take_event(void *ctx, const char *data, size_t len)
{
	struct try_answer *a = ctx;
	take_json(a, data, len);
	return true;
}

/* Until it is complete an answer in one piece is kept whole. */
static bool
take_bytes(void *ctx, const char *bytes, size_t len)
{
	struct try_answer *a = ctx;
	if (a->first_ms == 0)
		a->first_ms = clock_mono_ms();
	a->bytes += (int64_t)len;
	if (!a->sse) {
		buf_add(&a->raw, bytes, len);
		return true;
	}
	if (!a->raw_cut)
		buf_add(&a->raw, bytes, len);
	cut(&a->raw, TRY_ANSWER_MAX_RAW, &a->raw_cut);
	return sse_feed(&a->parser, bytes, len, take_event, a) &&
	    (a->more == NULL || a->more(a->ctx));
}

/* --- beginning and end --------------------------------------------------- */

void
try_answer_begin(struct try_answer *a, struct web_inner *inner)
{
	memset(a, 0, sizeof(*a));
	buf_init(&a->text, MAX_WHOLE);
	buf_init(&a->raw, MAX_WHOLE);
	sse_init(&a->parser, MAX_WHOLE);
	a->began_ms = clock_mono_ms();
	inner->ctx = a;
	inner->start = take_status;
	inner->header = take_header;
	inner->write = take_bytes;
}

/* JSON is shown with a line a value. */
static void
end_whole(struct try_answer *a)
{
	struct buf pretty;
	take_json(a, buf_cstr(&a->raw), a->raw.len);
	buf_init(&pretty, BUF_LARGE);
	(void)try_body_pretty(buf_cstr(&a->raw), a->raw.len, &pretty);
	buf_clear(&a->raw);
	buf_move(&a->raw, &pretty);
	cut(&a->raw, TRY_ANSWER_MAX_RAW, &a->raw_cut);
	buf_clear(&pretty);
}

void
try_answer_end(struct try_answer *a)
{
	a->ended_ms = clock_mono_ms();
	if (!a->sse)
		end_whole(a);
	else
		a->text_cut |= !sse_end(&a->parser, take_event, a);
}

void
try_answer_clear(struct try_answer *a)
{
	buf_clear(&a->text);
	buf_clear(&a->raw);
	sse_clear(&a->parser);
}

/* --- showing ------------------------------------------------------------- */

void
try_answer_show(const struct try_answer *a, struct json_object *o)
{
	json_set_int(o, "status", a->status);
	json_set_bool(o, "good", a->status >= 200 && a->status < 300);
	json_set_text_len(o, "text", buf_cstr(&a->text), a->text.len);
	json_set_bool(o, "text_cut", a->text_cut);
	json_set_bool(o, "raw_cut", a->raw_cut);
	number_set_bytes(o, "size", a->bytes);
	/* What is no text is nothing that a page could show. */
	if (text_is_utf8(a->raw.data, a->raw.len))
		json_set_text_len(o, "raw", buf_cstr(&a->raw), a->raw.len);
	if (a->first_ms > 0)
		number_set(o, "first_ms", a->first_ms - a->began_ms);
	number_set(o, "total_ms", a->ended_ms - a->began_ms);
}
