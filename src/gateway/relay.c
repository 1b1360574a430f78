/* The relay: the loop over attempts, from the first lease to the account. */
#include "gateway/relay.h"

#include <json-c/json.h>

#include "gateway/relay_parts.h"

int64_t
relay_now(const struct relay *r)
{
	return r->ports->mono_ms(r->ports->ctx);
}

/* Wait until the pool has said its last word on a key; is it ours? */
static bool
have_key(struct relay *r, enum attempt_end *end)
{
	if (!relay_wait_for_key(r)) {
		*end = ATTEMPT_CLIENT_GONE;
		return false;
	}
	return r->lease.answer == LEASE_GIVEN;
}

/* A part is answered; may the next one be asked for? */
static bool
go_on(struct relay *r, enum attempt_end *end)
{
	relay_lease_next(r);
	buf_reset(&r->out);
	return have_key(r, end);
}

/* An attempt has failed; may there be another? */
static bool
try_again(struct relay *r, enum attempt_end *end)
{
	const struct relay_ports *p = r->ports;
	int wait = 0;
	relay_judge(r, *end);
	bool mended = relay_repair(r, *end);
	bool more = mended || relay_may_retry(r, &wait);
	if (*end != ATTEMPT_CLIENT_GONE)
		relay_note_failure(r);
	if (!more)
		return false;

	/* Wait with an eye on the client, then go on. */
	if (!mended) {
		relay_wait(r, wait);
		if (p->gone(p->ctx)) {
			*end = ATTEMPT_CLIENT_GONE;
			return false;
		}
		if (r->verdict.retry == RETRY_OTHER_KEY) {
			relay_lease_again(r);
			r->told = r->lease.answer != LEASE_NO_DATABASE;
		}
		if (!have_key(r, end))
			return false;
	}
	relay_restart(r);
	buf_reset(&r->out);
	return true;
}

/* Attempts until all is answered or none may follow. */
static bool
try_keys(struct relay *r, enum attempt_end *end)
{
	for (;;) {
		r->last_key = r->lease.key_id;
		r->told = false;
		*end = relay_attempt(r);
		bool good = *end == ATTEMPT_ANSWERED || *end == ATTEMPT_BLOCKED;
		if (good && !r->next)
			return true;
		if (good ? !go_on(r, end) : !try_again(r, end))
			return false;
	}
}

static bool
is_admitted(struct relay *r)
{
	const struct relay_task *task = r->task;
	return task->admit == NULL || task->admit(task->ctx, &r->error);
}

static void
start(struct relay *r, const struct relay_ports *ports,
    const struct relay_task *task, const struct relay_policy *policy)
{
	*r = (struct relay){.ports = ports,
	    .task = task,
	    .policy = policy,
	    .first_byte_ms = -1,
	    .silences = {-1, -1, -1},
	    .n_lanes = 1};
	r->started = r->client_ms = relay_now(r);
	r->wall_started = ports->wall_ms(ports->ctx);
	buf_init(&r->out, policy->max_answer);
	buf_init(&r->refusal, BUF_SMALL);
	buf_init(&r->why, BUF_SMALL);
	buf_init(&r->evidence, BUF_SMALL);
}

static void
clear(struct relay *r)
{
	buf_clear(&r->out);
	buf_clear(&r->refusal);
	buf_clear(&r->why);
	buf_clear(&r->evidence);
	error_body_clear(&r->said);
	api_error_clear(&r->error);
	lease_clear(&r->lease);
	relay_fan_clear(r);
	json_object_put(r->failed);
}

void
relay_run(const struct relay_ports *ports, const struct relay_task *task,
    const struct relay_policy *policy)
{
	struct relay r;
	enum attempt_end end = ATTEMPT_REFUSED;
	bool answered = false;
	start(&r, ports, task, policy);

	/* The first lease may bring new settings, and so another policy. */
	ports->begin(ports->ctx, &r.lease);
	r.out.max = policy->max_answer;
	if (!relay_wait_for_key(&r))
		end = ATTEMPT_CLIENT_GONE;
	else if (r.lease.answer == LEASE_GIVEN && is_admitted(&r))
		answered = try_keys(&r, &end);

	if (answered)
		relay_deliver_answer(&r);
	else
		relay_deliver_failure(&r, end);
	relay_report(&r, answered);
	clear(&r);
}
