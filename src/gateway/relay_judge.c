/* The relay's judgement: what an attempt means, and whether another follows. */
#include "gateway/relay_parts.h"

#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/verdict_json.h"

/* A request may be wrong for a model in several ways. */
#define MAX_REPAIRS 4

/* --- judging ------------------------------------------------------------- */

/* Somebody should look at the key. */
static void
log_alarm(const struct relay *r)
{
	const struct log_field fields[] = {
	    {"key_id", LOG_NUMBER, NULL, r->lease.key_id},
	    {"hint", LOG_TEXT, r->lease.hint[0] ? r->lease.hint : NULL, 0},
	    {"verdict", LOG_TEXT, r->verdict.name, 0},
	    {"detail", LOG_TEXT, r->verdict.reason, 0},
	};
	log_fields(LOG_ERROR, "alarm", fields, COUNT_OF(fields));
}

/* What the attempt means; r->verdict, r->said and the evidence are set. */
void
relay_judge(struct relay *r, enum attempt_end end)
{
	error_body_clear(&r->said);
	struct attempt_facts facts = {.end = end,
	    .status = r->status,
	    .file_route = r->task->file_route,
	    .prompt_tokens = r->policy->prompt_tokens};
	if (end == ATTEMPT_REFUSED) {
		error_body_read(&r->said, r->refusal.data, r->refusal.len);
		facts.error = &r->said;
	}
	r->verdict = verdict_of(&facts);

	const char *words = end == ATTEMPT_REFUSED ? r->said.message
	    : r->why.len > 0                       ? buf_cstr(&r->why)
						   : r->verdict.reason;
	buf_reset(&r->evidence);
	text_redact(&r->evidence, words, text_cut(words, EVIDENCE_MAX));
	if (r->verdict.alarm)
		log_alarm(r);
}

/* Does the verdict speak against the key or its project? */
static bool
blames_key(const struct verdict *v)
{
	return v->rest != REST_NOTHING || v->disable_after > 0;
}

/* What the answer tells of the key's project, whatever it means else; false
 * if it tells nothing that is not known. */
static bool
teaches(const struct relay *r)
{
	bool known = strncmp(r->lease.scope, "project/", 8) == 0;
	if (r->said.project[0] != '\0' && !known)
		return true;
	for (int i = 0; i < LIMIT__MAX; i++)
		if (r->said.quota.limits[i] > 0)
			return true;
	return false;
}

static void
add_lessons(const struct relay *r, struct json_object *o)
{
	const struct quota *quota = &r->said.quota;
	struct json_object *limits = NULL;
	if (r->said.project[0] != '\0')
		json_set_text(o, "project", r->said.project);
	for (int i = 0; i < LIMIT__MAX; i++)
		if (quota->limits[i] > 0) {
			if (limits == NULL)
				limits = json_object_new_object();
			json_set_int(limits,
			    limit_kind_name((enum limit_kind)i),
			    quota->limits[i]);
		}
	if (limits != NULL)
		json_set(o, "limits", limits);
	if (limits != NULL && quota->model[0] != '\0')
		json_set_text(o, "model", quota->model);
}

/* The verdict as keywheel.apply_verdict takes it; NULL if it changes
 * nothing. The caller owns it. */
struct json_object *
relay_verdict_json(struct relay *r)
{
	bool lessons = teaches(r);
	if (!verdict_counts(&r->verdict) && !lessons)
		return NULL;
	struct json_object *o = verdict_full_json(&r->verdict, r->lease.key_id,
	    buf_cstr(&r->evidence), r->ports->wall_ms(r->ports->ctx),
	    r->policy->max_failures);
	if (lessons)
		add_lessons(r, o);
	return o;
}

/* A row for keywheel.attempts. */
void
relay_note_failure(struct relay *r)
{
	struct json_object *o = json_object_new_object();
	if (r->failed == NULL)
		r->failed = json_object_new_array();
	json_set_int(o, "attempt", r->attempts);
	json_set_int(o, "key", r->lease.key_id);
	json_set_text(o, "verdict", r->verdict.name);
	json_set_int(o, "status", r->status);
	json_set_int(o, "total_ms", relay_now(r) - r->attempt_ms);
	json_set_text(o, "evidence", buf_cstr(&r->evidence));
	if (r->said.google != NULL && strlen(r->said.google) <= ERROR_MAX)
		json_set_text(o, "error", r->said.google);
	json_object_array_add(r->failed, o);
}

/* --- retrying ------------------------------------------------------------ */

/* How often this verdict was met before in this request; counts it. */
static int
count_verdict(struct relay *r)
{
	for (int i = 0; i < r->n_met; i++)
		if (strcmp(r->met[i].name, r->verdict.name) == 0)
			return r->met[i].times++;
	if (r->n_met < MET_MAX)
		r->met[r->n_met++] = (struct met){r->verdict.name, 1};
	return 0;
}

/* What the request is to make may be there, although nobody said so, or what
 * it is to be made of be gone. */
static bool
may_be_done(const struct relay *r)
{
	const struct relay_task *task = r->task;
	if (task->spent != NULL && task->spent(task->ctx))
		return true;
	return task->once &&
	    (r->end == ATTEMPT_CUT || r->end == ATTEMPT_GARBLED ||
		r->end == ATTEMPT_NO_FIRST_BYTE || r->end == ATTEMPT_IDLE);
}

/* How often the verdict may cause another attempt. */
static int
retry_limit(const struct relay *r)
{
	int own = r->task->empty_retries;
	return r->end == ATTEMPT_EMPTY && own > 0 ? own
						  : r->verdict.retry_limit;
}

/* May there be another attempt? *wait: after how many milliseconds. */
bool
relay_may_retry(struct relay *r, int *wait)
{
	const struct verdict *v = &r->verdict;
	int before = count_verdict(r);
	if (v->retry == RETRY_NEVER || r->content_sent || may_be_done(r) ||
	    before >= retry_limit(r) ||
	    r->attempts - r->attempts_before > r->policy->max_retries)
		return false;

	/* Each repetition waits three times as long, give or take a fifth. */
	int ms = v->wait_ms;
	for (int i = 0; i < before && ms < 10000; i++)
		ms *= 3;
	*wait =
	    ms - ms / 5 + ms * 2 / 5 * r->ports->chance(r->ports->ctx) / 100;
	return relay_now(r) + *wait - r->started < r->policy->total_ms;
}

bool
relay_repair(struct relay *r, enum attempt_end end)
{
	const struct relay_task *task = r->task;
	bool mended = end == ATTEMPT_REFUSED && !r->content_sent &&
	    task->repair != NULL && r->said.message != NULL &&
	    outcome_of_fault(r->verdict.fault) == OUTCOME_CLIENT_ERROR &&
	    r->repairs < MAX_REPAIRS &&
	    relay_now(r) - r->started < r->policy->total_ms &&
	    task->repair(task->ctx, r->said.message);
	r->repairs += mended;
	return mended;
}

/* Another key, after telling the pool about this one. */
void
relay_lease_again(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	struct json_object *verdict = relay_verdict_json(r);
	bool blamed = blames_key(&r->verdict);
	if (r->n_tried < REQUEST_MAX_TRIED)
		r->tried[r->n_tried++] = r->lease.key_id;
	p->retry(p->ctx, verdict, r->tried, r->n_tried, &r->lease);
	json_object_put(verdict);

	/* A key that was not at fault may serve again if there is no other. */
	if (r->lease.answer == LEASE_TRIED && !blamed && r->lease.wait_ms == 0)
		p->retry(p->ctx, NULL, r->tried, 0, &r->lease);
}

struct json_object *
relay_praise_json(const struct relay *r)
{
	const struct lease *faulty = relay_fan_faulty(r);
	if (faulty == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	json_set_int(o, "key", faulty->key_id);
	json_set_bool(o, "clear", true);
	return o;
}

/* What the part before has met is over. */
void
relay_lease_next(struct relay *r)
{
	struct json_object *praise = relay_praise_json(r);
	r->n_tried = r->n_met = 0;
	r->attempts_before = r->attempts;
	r->verdict = (struct verdict){0};
	error_body_clear(&r->said);
	buf_reset(&r->evidence);
	r->told = true;
	r->ports->next(r->ports->ctx, praise, &r->lease);
	json_object_put(praise);
}
