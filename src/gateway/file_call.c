/* The relay's task for calls about files. */
#include "gateway/file_call.h"

#include "base/clock.h"
#include "base/json.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/file_object.h"
#include "store/resource_lists.h"

/* A page of a hundred files has some 100 kB. */
#define MAX_ANSWER ((size_t)4 * 1024 * 1024)

static void
leased(void *ctx, const struct lease *lease)
{
	struct file_call *call = ctx;
	call->token_id = lease->token_id;
	call->key_id = lease->key_id;
}

static void
header(void *ctx, int lane, const char *name, const char *value)
{
	struct file_call *call = ctx;
	(void)lane;
	if (call->header != NULL)
		call->header(call->ctx, name, value);
}

static enum feed
feed(void *ctx, int lane, const char *bytes, size_t len, struct buf *out,
    struct buf *refusal)
{
	struct file_call *call = ctx;
	(void)lane;
	(void)out;
	(void)refusal;
	buf_add(&call->body, bytes, len);
	return buf_ok(&call->body) ? FEED_HOLD : FEED_GARBLED;
}

/* The client may come back before the account is written. */
static void
keep(struct file_call *call)
{
	if (call->remember == NULL ||
	    !resource_lists_note(call->live.service->db, call->token_id,
		call->key_id, call->remember))
		return;
	json_object_put(call->remember);
	call->remember = NULL;
}

static struct closing
close_answer(void *ctx, int lane, bool last, struct buf *out)
{
	struct file_call *call = ctx;
	struct closing closing = {.end = ATTEMPT_ANSWERED,
	    .outcome = OUTCOME_COMPLETE,
	    .if_complete = true};
	(void)lane;
	(void)last;
	struct json_object *o =
	    json_parse(buf_cstr(&call->body), call->body.len, NULL);
	enum file_next next = call->answer(call->ctx, &call->body, o, out);
	json_object_put(o);
	buf_reset(&call->body);
	closing.again = next == FILE_AGAIN;
	if (next == FILE_DONE)
		keep(call);
	if (next == FILE_BAD || !buf_ok(out))
		closing.end = ATTEMPT_GARBLED;
	return closing;
}

static void
restart(void *ctx)
{
	struct file_call *call = ctx;
	buf_reset(&call->body);
	json_object_put(call->remember);
	call->remember = NULL;
	if (call->restart != NULL)
		call->restart(call->ctx);
}

static const struct usage *
usage(void *ctx)
{
	struct file_call *call = ctx;
	return &call->usage;
}

static struct json_object *
remember(void *ctx, bool answered)
{
	struct file_call *call = ctx;
	return answered ? call->remember : NULL;
}

static bool
spent(void *ctx)
{
	struct file_call *call = ctx;
	return call->spent != NULL && call->spent(call->ctx);
}

void
file_call_run(struct file_call *call)
{
	const struct relay_task task = {
	    .ctx = call,
	    .dialect = call->live.dialect,
	    .file_route = true,
	    .once = call->once,
	    .keeps_status = true,
	    .spent = spent,
	    .leased = leased,
	    .header = header,
	    .feed = feed,
	    .close = close_answer,
	    .restart = restart,
	    .usage = usage,
	    .remember = remember,
	};
	buf_init(&call->body, MAX_ANSWER);
	call->live.model = "-";
	call->live.content_type = "application/json; charset=utf-8";
	live_run(&call->live, &task, true);
	json_object_put(call->remember);
	buf_clear(&call->body);
}

void
file_call_write(struct json_object *o, struct buf *out)
{
	json_write(out, o);
	buf_byte(out, '\n');
}

void
file_call_note(struct file_call *call, struct json_object *file,
    const char *purpose, bool seen)
{
	const char *name = json_get_text(file, "name");
	int64_t left_s = file_object_left_s(file, clock_wall_ms() / 1000);
	if (name == NULL)
		return;
	struct json_object *facts = file_object_facts(file, purpose);
	if (seen)
		resources_see(&call->remember, name, left_s, facts);
	else
		resources_note(&call->remember, name, "files", left_s, facts);
}
