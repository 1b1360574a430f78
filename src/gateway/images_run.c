/*
 * Pictures: the calls for them, side by side, and what the client gets. Each
 * call is an answer of its own: where some of them fail, the client has the
 * pictures of the others.
 */
#include "base/clock.h"
#include "base/json.h"
#include "gateway/images_parts.h"
#include "gateway/picture_host.h"
#include "gateway/service.h"
#include "protocol/chat_answer.h"

/* Putting all pictures on the image host takes no longer. */
#define HOSTING_MS 60000

/* What an answer has besides its pictures. */
#define ROOM_FOR_WORDS ((size_t)64 * 1024)

_Static_assert(IMAGE_MAX <= EXCHANGE_LANES, "a lane for each picture");

/* The calls that are still wanted. */
static int
lanes(void *ctx)
{
	const struct images *im = ctx;
	return im->request.calls - im->answered;
}

/* The bytes are written once: what they were made of is not kept beside them
 * for as long as the model draws. */
static void
leased(void *ctx, const struct lease *lease)
{
	struct images *im = ctx;
	(void)lease;
	if (im->request.gemini != NULL) {
		json_write(&im->upstream, im->request.gemini);
		json_object_put(im->request.gemini);
		json_object_put(im->inputs);
		im->request.gemini = im->inputs = NULL;
	}
	im->live.body = buf_cstr(&im->upstream);
	im->live.body_len = im->upstream.len;
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct images *im = ctx;
	(void)out, (void)refusal;
	buf_add(&im->raw[lane], bytes, len);
	return buf_ok(&im->raw[lane]) ? FEED_HOLD : FEED_GARBLED;
}

/* --- the client's answer ------------------------------------------------- */

/* Where a picture cannot be put, it goes to the client itself. */
static void
host_pictures(struct images *im)
{
	int64_t until = clock_mono_ms() + HOSTING_MS;
	struct buf url;
	buf_init(&url, BUF_SMALL);
	for (int i = 0; i < im->answer.n; i++) {
		struct image_picture *p = &im->answer.of[i];
		int64_t left = until - clock_mono_ms();
		buf_reset(&url);
		if (left <= 0 ||
		    !picture_host_put(im->service, p->mime,
			buf_cstr(&p->base64), p->base64.len, left, &url))
			continue;
		p->url = buf_take(&url);
		buf_clear(&p->base64);
	}
	buf_clear(&url);
}

/* An answer has a ceiling: pictures that would go beyond it are left out. */
static void
keep_ceiling(struct images *im, size_t max)
{
	size_t size = 0;
	int n = 0;
	for (int i = 0; i < im->answer.n; i++) {
		size += im->answer.of[i].base64.len + ROOM_FOR_WORDS;
		if (i == 0 || size <= max)
			n = i + 1;
	}
	image_answer_drop(&im->answer, n);
}

static void
finish(struct images *im, struct buf *out)
{
	if (im->request.as_url)
		host_pictures(im);
	keep_ceiling(im, out->max);
	image_answer_write(&im->answer, &im->request,
	    im->service->wall_started_ms / 1000, out);
}

/* All calls are answered, and what came is all there is. */
static void
conclude(struct images *im, struct closing *closing, struct buf *out)
{
	if (im->answer.n > 0) {
		finish(im, out);
		closing->end = buf_ok(out) ? ATTEMPT_ANSWERED : ATTEMPT_GARBLED;
		closing->outcome = OUTCOME_COMPLETE;
		return;
	}
	closing->as_error = true;
	closing->fault = FAULT_CONTENT_POLICY;
	closing->reason = im->reason;
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	static const struct closing closings[] = {
	    [IMAGE_FOUND] = {.end = ATTEMPT_ANSWERED,
		.outcome = OUTCOME_COMPLETE},
	    [IMAGE_REFUSED] = {.end = ATTEMPT_BLOCKED,
		.outcome = OUTCOME_BLOCKED},
	    [IMAGE_NONE] = {.end = ATTEMPT_EMPTY},
	    [IMAGE_GARBLED] = {.end = ATTEMPT_GARBLED},
	    [IMAGE_CUT] = {.end = ATTEMPT_CUT},
	};
	struct images *im = ctx;
	const struct image_request *req = &im->request;
	enum image_found found = image_answer_take(&im->answer, &im->raw[lane],
	    req->n / req->calls, im->reason, sizeof(im->reason));
	struct closing closing = closings[found];
	(void)last;
	if (found == IMAGE_NONE)
		closing.reason = im->reason;
	if (found == IMAGE_FOUND || found == IMAGE_REFUSED)
		im->answered++;
	if (im->answered == req->calls)
		conclude(im, &closing, out);
	return closing;
}

/* Another attempt begins, for what has not come. */
static void
restart(void *ctx)
{
	struct images *im = ctx;
	for (int i = 0; i < EXCHANGE_LANES; i++)
		buf_reset(&im->raw[i]);
	image_answer_restart(&im->answer);
}

static bool
rescue(void *ctx, const struct api_error *error, struct buf *out)
{
	struct images *im = ctx;
	(void)error;
	if (im->answer.n == 0)
		return false;
	finish(im, out);
	return buf_ok(out);
}

static bool
fail(void *ctx, const struct api_error *error, struct buf *out)
{
	const struct images *im = ctx;
	if (im->request.stream)
		chat_answer_fail(error, out);
	return im->request.stream;
}

static const struct usage *
usage(void *ctx)
{
	struct images *im = ctx;
	return &im->answer.billed;
}

static bool
admit(void *ctx, struct api_error *error)
{
	struct images *im = ctx;
	*error = im->refusal;
	im->refusal = (struct api_error){0};
	return error->fault == FAULT_NONE;
}

void
images_run(struct images *im)
{
	const struct relay_task task = {
	    .ctx = im,
	    .heartbeats = im->request.stream,
	    .streamed = im->request.stream,
	    .apart = true,
	    .empty_retries = 1,
	    .empty_words = "Gemini answered without a picture",
	    .lanes = lanes,
	    .admit = admit,
	    .leased = leased,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .rescue = rescue,
	    .fail = fail,
	    .usage = usage,
	};
	size_t max =
	    settings_bytes(im->service->settings, SETTING_ID_MAX_ANSWER_MB);
	im->live.content_type = im->request.stream
	    ? "text/event-stream; charset=utf-8"
	    : "application/json; charset=utf-8";
	for (int i = 0; i < EXCHANGE_LANES; i++)
		buf_init(&im->raw[i], max);
	live_run(&im->live, &task, true);
	for (int i = 0; i < EXCHANGE_LANES; i++)
		buf_clear(&im->raw[i]);
	image_answer_clear(&im->answer);
}
