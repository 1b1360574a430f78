/* Scripted neighbours for the relay: the pool, the client, the account. */
#include "scripted_ports.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "base/json.h"
#include "scripted_stage.h"
#include "unit.h"

#define START 1000000 /* of the clock that never jumps */

/* --- the record ----------------------------------------------------------- */

static void note(struct stage *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
note(struct stage *s, const char *format, ...)
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

static void
note_verdict(struct stage *s, const char *where, struct json_object *verdict)
{
	struct buf *out = &s->record->verdicts;
	if (verdict == NULL)
		return;
	if (out->len > 0)
		buf_byte(out, ' ');
	buf_str(out, where);
	json_write(out, verdict);
}

/* --- the pool ------------------------------------------------------------- */

/* The link seam: relay.c needs this one function of store/requests.c, which
 * would bring libpq with it. */
static int secrets_cleared;

void
lease_clear(struct lease *lease)
{
	if (lease->secret != NULL) {
		crypt_wipe(lease->secret, strlen(lease->secret));
		secrets_cleared++;
	}
	free(lease->secret);
	lease->secret = NULL;
}

static void
give_key(struct stage *s, struct lease *lease, const char *word)
{
	char *end;
	lease->answer = LEASE_GIVEN;
	lease->key_id = strtol(word, &end, 10);
	lease->faults = *end == 'f' ? (int)strtol(end + 1, NULL, 10) : 0;
	lease->secret = strdup("secret");
	s->secrets++;
}

static void
answer_lease(struct stage *s, struct lease *lease)
{
	static const struct {
		char letter;
		enum lease_answer answer;
	} letters[] = {{'R', LEASE_RESTING}, {'T', LEASE_TRIED},
	    {'N', LEASE_NONE}, {'U', LEASE_UNAUTHORIZED},
	    {'X', LEASE_UNREADABLE}, {'D', LEASE_NO_DATABASE}};
	size_t len;
	const char *word = scripted_word(&s->lease, &len);
	if (len == 0) {
		note(s, "NO-MORE-LEASES");
		lease->answer = LEASE_NO_DATABASE;
		return;
	}
	if (isdigit((unsigned char)*word)) {
		give_key(s, lease, word);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == *word)
			lease->answer = letters[i].answer;
	if (lease->answer != LEASE_NO_DATABASE)
		lease->key_id = 0;
	lease->long_rest = word[1] == 'L';
	lease->wait_ms = strtoll(word + 1 + lease->long_rest, NULL, 10);
}

static void
begin(void *ctx, struct lease *lease)
{
	struct stage *s = ctx;
	*lease = (struct lease){.token_id = 77};
	answer_lease(s, lease);
}

static void
retry(void *ctx, struct json_object *verdict, const int64_t *tried, int n_tried,
    struct lease *lease)
{
	struct stage *s = ctx;
	char keys[100] = "";
	for (int i = 0; i < n_tried; i++)
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys),
		    "%s%lld", i ? "," : "", (long long)tried[i]);
	note(s, "retry(%s)", keys);
	note_verdict(s, "r:", verdict);

	/* As store/requests.c does it. */
	lease_clear(lease);
	*lease = (struct lease){.token_id = lease->token_id,
	    .key_id = lease->key_id,
	    .answer = LEASE_NO_DATABASE};
	answer_lease(s, lease);
}

/* --- Gemini --------------------------------------------------------------- */

static enum exchange_end
send_scripted(void *ctx, const struct lease *lease,
    const struct exchange_sink *sink, struct buf *why)
{
	struct stage *s = ctx;
	note(s, "send%lld", (long long)lease->key_id);
	CU_ASSERT(unit_same(lease->secret, "secret"));
	enum exchange_end end = scripted_exchange(s, sink, why);

	/* On to the next exchange of the script. */
	s->exchange += strcspn(s->exchange, "/");
	s->exchange += *s->exchange == '/';
	return end;
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

static void
pause_ms(void *ctx, int ms)
{
	struct stage *s = ctx;
	note(s, "pause%d", ms);
	s->now += ms;
	if (++s->pauses == s->scene->gone_in_pause)
		s->gone = true;
}

static void
commit(void *ctx, bool whole, size_t len)
{
	if (whole)
		note(ctx, "commit=%zu", len);
	else
		note(ctx, "commit");
}

static bool
write_client(void *ctx, const char *bytes, size_t len)
{
	if (len == 14 && memcmp(bytes, ": keep-alive\n\n", 14) == 0)
		note(ctx, "beat");
	else
		note(ctx, "write(%.*s)", (int)len, bytes);
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
	note(ctx, "refuse(%s%s)", scripted_fault_name(error->fault), more);
}

static void
break_off(void *ctx)
{
	note(ctx, "break");
}

static void
finish(void *ctx)
{
	struct stage *s = ctx;
	note(s, "finish");
	s->gone = s->gone || s->scene->gone_at_end;
}

static void
end(void *ctx, const struct account *a, enum outcome outcome)
{
	struct stage *s = ctx;
	struct scripted *record = s->record;
	note(s, "end");
	note_verdict(s, "e:", a->verdict);
	CU_ASSERT(unit_same(a->outcome, outcome_name(outcome)));
	CU_ASSERT(a->started_ms == SCRIPTED_WALL);
	CU_ASSERT(a->total_ms == s->now - START);
	CU_ASSERT(a->token_id == 77);
	CU_ASSERT(a->prompt == s->usage.prompt &&
	    a->answer == s->usage.answer && a->thought == s->usage.thought &&
	    a->cached == s->usage.cached);
	snprintf(record->account, sizeof(record->account),
	    "%s %d key=%lld attempts=%d first=%lld", a->outcome, a->status,
	    (long long)a->key_id, a->attempts, (long long)a->first_byte_ms);
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
    .begin = begin,
    .retry = retry,
    .send = send_scripted,
    .gone = gone,
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
	    .exchange = scene->exchanges ? scene->exchanges : ""};
	struct relay_ports mine = ports;
	struct relay_task task = scripted_task;
	task.ctx = &s;
	task.streamed = task.heartbeats = !scene->whole;
	task.file_route = scene->file_route;
	const struct relay_policy policy = {
	    .max_retries = (int)or_else(scene->max_retries, 3),
	    .max_failures = (int)or_else(scene->max_failures, 3),
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
	secrets_cleared = 0;
	mine.ctx = &s;
	relay_run(&mine, &task, &policy);

	size_t len;
	scripted_word(&s.lease, &len);
	record->unread =
	    len > 0 || strspn(s.exchange, " ") < strlen(s.exchange);
	record->leaks = s.secrets - secrets_cleared;
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
