/* Scripted neighbours for the relay: the client, the account, the record. */
#include "scripted_ports.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "scripted_stage.h"
#include "unit.h"

#define START 1000000 /* of the clock that never jumps */

/* --- the record ----------------------------------------------------------- */

void
scripted_note(struct stage *s, const char *format, ...)
{
	char word[300];
	va_list args;
	va_start(args, format);
	vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	struct buf *log = &s->record->log;
	if (log->len > 0)
		buf_byte(log, ' ');
	if (s->scene->times)
		buf_fmt(log, "%lld:", (long long)(s->now - START));
	buf_str(log, word);
}

void
scripted_note_verdict(
    struct stage *s, const char *where, struct json_object *verdict)
{
	struct buf *out = &s->record->verdicts;
	if (verdict == NULL)
		return;
	if (out->len > 0)
		buf_byte(out, ' ');
	buf_str(out, where);
	json_write(out, verdict);
}

/* --- Gemini --------------------------------------------------------------- */

static void
send_scripted(void *ctx, const struct lease *const *leases, int n,
    const struct exchange_many_sink *sink)
{
	struct stage *s = ctx;
	int64_t ids[EXCHANGE_LANES];
	char keys[100];
	for (int i = 0; i < n; i++) {
		ids[i] = leases[i]->key_id;
		CU_ASSERT(unit_same(leases[i]->secret, "secret"));
	}
	scripted_write_keys(keys, sizeof(keys), ids, n);
	scripted_note(s, "send%s", keys);
	scripted_exchange(s, n, sink);

	/* On to the next exchange of the script. */
	s->exchange += strcspn(s->exchange, "/");
	s->exchange += *s->exchange == '/';
}

static void
attempt(void *ctx, int n)
{
	((struct stage *)ctx)->attempts = n;
}

/* --- the client ----------------------------------------------------------- */

static int64_t
mono_ms(void *ctx)
{
	return ((struct stage *)ctx)->now;
}

static int64_t
wall_ms(void *ctx)
{
	return ((struct stage *)ctx)->now - START + SCRIPTED_WALL;
}

static int
chance(void *ctx)
{
	int set = ((struct stage *)ctx)->scene->chance;
	return set < 0 ? 0 : set == 0 ? 50 : set;
}

static bool
gone(void *ctx)
{
	return ((struct stage *)ctx)->gone;
}

static bool
stopped(void *ctx)
{
	return ((struct stage *)ctx)->stopped;
}

static void
pause_ms(void *ctx, int ms)
{
	struct stage *s = ctx;
	scripted_note(s, "pause%d", ms);
	s->now += ms;
	if (++s->pauses == s->scene->gone_in_pause)
		s->gone = true;
}

static void
commit(void *ctx, bool whole, size_t len)
{
	if (whole)
		scripted_note(ctx, "commit=%zu", len);
	else
		scripted_note(ctx, "commit");
}

static bool
write_client(void *ctx, const char *bytes, size_t len)
{
	if (len == 14 && memcmp(bytes, ": keep-alive\n\n", 14) == 0)
		scripted_note(ctx, "beat");
	else
		scripted_note(ctx, "write(%.*s)", (int)len, bytes);
	((struct stage *)ctx)->now += ((struct stage *)ctx)->scene->slow_write;
	return !gone(ctx);
}

static void
refuse(void *ctx, const struct api_error *error)
{
	char more[300] = "";
	size_t n = 0;
	if (error->retry_after_s > 0)
		n += (size_t)snprintf(
		    more, sizeof(more), " after=%d", error->retry_after_s);
	if (error->retry_ms > 0)
		n += (size_t)snprintf(
		    more + n, sizeof(more) - n, " ms=%d", error->retry_ms);
	if (error->code != NULL)
		n += (size_t)snprintf(
		    more + n, sizeof(more) - n, " code=%s", error->code);
	if (error->google != NULL)
		snprintf(more + n, sizeof(more) - n, " google");
	scripted_note(
	    ctx, "refuse(%s%s)", scripted_fault_name(error->fault), more);
}

static void
break_off(void *ctx)
{
	scripted_note(ctx, "break");
}

static void
finish(void *ctx)
{
	struct stage *s = ctx;
	scripted_note(s, "finish");
	s->gone = s->gone || s->scene->gone_at_end;
}

/* Of what was used nothing may be lost, and nothing be counted twice. */
static void
check_usage(struct stage *s, const struct account *a)
{
	int64_t prompt = a->prompt, answer = a->answer;
	for (size_t i = 0; i < json_count(a->failed); i++) {
		prompt += json_get_int(json_at(a->failed, i), "prompt", 0);
		answer += json_get_int(json_at(a->failed, i), "answer", 0);
	}
	usage_add(&s->lost, &s->usage);
	CU_ASSERT(prompt == s->lost.prompt && answer == s->lost.answer);
}

static void
end(void *ctx, const struct account *a, enum outcome outcome)
{
	struct stage *s = ctx;
	struct scripted *record = s->record;
	scripted_note(s, "end");
	scripted_note_verdict(s, "e:", a->verdict);
	CU_ASSERT(unit_same(a->outcome, outcome_name(outcome)));
	CU_ASSERT(a->started_ms == SCRIPTED_WALL);
	CU_ASSERT(a->total_ms == s->now - START);
	CU_ASSERT(a->token_id == 77);
	CU_ASSERT(a->attempts == s->attempts);
	check_usage(s, a);
	record->prompt = a->prompt;
	snprintf(record->account, sizeof(record->account),
	    "%s %d key=%lld attempts=%d first=%lld", a->outcome, a->status,
	    (long long)a->key_id, a->attempts, (long long)a->first_byte_ms);
	snprintf(record->silences, sizeof(record->silences),
	    "first=%lld gap=%lld", (long long)a->upstream_first_ms,
	    (long long)a->longest_gap_ms);
	snprintf(record->detail, sizeof(record->detail), "%s",
	    a->detail == NULL ? "" : a->detail);
	if (a->failed != NULL)
		json_write(&record->failed, a->failed);
}

/* --- playing -------------------------------------------------------------- */

static const struct relay_ports ports = {
    .mono_ms = mono_ms,
    .wall_ms = wall_ms,
    .chance = chance,
    .begin = scripted_begin,
    .retry = scripted_retry,
    .next = scripted_next,
    .wait = scripted_wait,
    .leave_line = scripted_leave_line,
    .lease_more = scripted_lease_more,
    .when_free = scripted_when_free,
    .attempt = attempt,
    .send = send_scripted,
    .gone = gone,
    .stopped = stopped,
    .pause = pause_ms,
    .commit = commit,
    .write = write_client,
    .refuse = refuse,
    .break_off = break_off,
    .finish = finish,
    .end = end,
};

static int64_t
or_else(int64_t given, int64_t otherwise)
{
	return given == 0 ? otherwise : given < 0 ? 0 : given;
}

void
scripted_play(const struct scene *scene, struct scripted *record)
{
	struct stage s = {.scene = scene,
	    .record = record,
	    .now = START,
	    .lease = scene->leases,
	    .more = scene->more ? scene->more : "",
	    .exchange = scene->exchanges ? scene->exchanges : ""};
	struct relay_ports mine = ports;
	struct relay_task task = scripted_task;
	task.ctx = &s;
	task.streamed = task.heartbeats = !scene->whole;
	task.file_route = scene->file_route;
	task.once = scene->once;
	task.apart = scene->apart;
	task.empty_retries = scene->empty_retries;
	const struct relay_policy policy = {
	    .max_retries = (int)or_else(scene->max_retries, 3),
	    .max_failures = (int)or_else(scene->max_failures, 3),
	    .prompt_tokens = scene->prompt_tokens,
	    .total_ms = or_else(scene->total_ms, 60000),
	    .first_byte_ms = or_else(scene->first_byte_ms, 10000),
	    .idle_ms = or_else(scene->idle_ms, 5000),
	    .heartbeat_ms = or_else(scene->heartbeat_ms, 3000),
	    .retry_after_max_s = 59,
	    .max_answer = 1024 * 1024};

	memset(record, 0, sizeof(*record));
	buf_init(&record->log, BUF_SMALL);
	buf_init(&record->verdicts, BUF_SMALL);
	buf_init(&record->failed, BUF_SMALL);
	buf_init(&s.text, BUF_SMALL);
	mine.ctx = &s;
	relay_run(&mine, &task, &policy);

	size_t len;
	scripted_word(&s.lease, &len);
	record->unread = len > 0 ||
	    strspn(s.exchange, " ") < strlen(s.exchange) ||
	    strspn(s.more, " ") < strlen(s.more);
	record->leaks = s.secrets - scripted_secrets_cleared();
	buf_clear(&s.text);
}

void
scripted_clear(struct scripted *record)
{
	buf_clear(&record->log);
	buf_clear(&record->verdicts);
	buf_clear(&record->failed);
}

/* --- comparing ------------------------------------------------------------ */

static void
compare(const struct scene *scene, const char *what, const char *got,
    const char *want)
{
	if (want == NULL)
		return;
	if (!unit_same(got, want))
		fprintf(stderr, "%s: %s\n  got:      %s\n  expected: %s\n",
		    scene->name, what, got, want);
	UNIT_ROW(unit_same(got, want), scene->name);
}

void
scripted_check(const struct scene *scene)
{
	struct scripted record;
	scripted_play(scene, &record);
	compare(scene, "log", buf_cstr(&record.log), scene->log);
	compare(scene, "account", record.account, scene->account);
	compare(scene, "verdicts", buf_cstr(&record.verdicts), scene->verdicts);
	compare(scene, "detail", record.detail, scene->detail);
	compare(scene, "silences", record.silences, scene->silences);
	UNIT_ROW(record.leaks == 0, scene->name);
	UNIT_ROW(!record.unread, scene->name);
	scripted_clear(&record);
}

void
scripted_check_all(const struct scene *scenes, int n)
{
	for (int i = 0; i < n; i++)
		scripted_check(&scenes[i]);
}
