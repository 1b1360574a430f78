/* The relay's end: what the client gets, and the account. */
#include "gateway/relay_parts.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/access.h"
#include "pool/deadline.h"

/* --- how it ends for the client ------------------------------------------ */

/* What the last answer meant, in our words. */
static void
set_verdict(struct relay *r)
{
	const char *reason = r->verdict.reason;
	api_error_set(&r->error, r->verdict.fault, NULL, "%c%s.",
	    toupper((unsigned char)reason[0]), reason + 1);
}

/* No key was to be had at the start: say why. */
static void
set_no_lease(struct relay *r)
{
	switch (r->lease.answer) {
	case LEASE_UNAUTHORIZED:
	case LEASE_REFUSED:
		access_refuse(&r->error, r->lease.why, r->lease.allowed,
		    r->lease.wait_ms);
		break;
	case LEASE_RESTING:
	case LEASE_TRIED:
		relay_tell_all_rest(r);
		break;
	case LEASE_NONE:
		relay_tell_no_key(r);
		break;
	case LEASE_APART:
		relay_tell_apart(r);
		break;
	case LEASE_NOT_YOURS:
		relay_tell_not_yours(r);
		break;
	case LEASE_NO_UPLOAD:
		api_error_set(&r->error, FAULT_NOT_FOUND, NULL,
		    "There is no such upload, or it is over.");
		break;
	case LEASE_UNREADABLE:
		api_error_set(&r->error, FAULT_INTERNAL, NULL,
		    "A stored key cannot be opened with the master key.");
		break;
	default:
		api_error_set(&r->error, FAULT_DATABASE, NULL,
		    "The gateway's database cannot be reached.");
		break;
	}
}

/* The last key that may be tried has failed, and it was the key: what the
 * pool has left is the client's answer, not the trouble of that one. */
static void
set_out_of_tries(struct relay *r)
{
	struct json_object *verdict = relay_verdict_json(r);
	const struct verdict *v = &r->verdict;
	r->told = r->ports->when_free(r->ports->ctx, verdict, &r->lease);
	json_object_put(verdict);
	if (!r->told && v->fault == FAULT_NO_KEY)
		set_verdict(r);
	else if (!r->told)
		relay_tell_resting(r,
		    verdict_rest_ms(v, r->ports->wall_ms(r->ports->ctx)),
		    v->fault == FAULT_QUOTA);
	else if (r->lease.answer == LEASE_NONE)
		set_no_lease(r);
	else if (r->lease.wait_ms > 0)
		relay_tell_all_rest(r);
	else {
		api_error_set(&r->error, FAULT_RESTING, NULL,
		    "The keys that were tried cannot serve this model now; "
		    "others can. Please retry.");
		r->error.retry_after_s = 1;
		r->error.retry_ms = 1000;
	}
}

/* Gemini's own words, for faults of the request. */
static void
set_refusal(struct relay *r)
{
	/* A page is nobody's own words. */
	if (r->said.page) {
		set_verdict(r);
		return;
	}
	api_error_set(
	    &r->error, r->verdict.fault, NULL, "%s", buf_cstr(&r->evidence));
	if (r->said.google != NULL)
		r->error.google = strdup(r->said.google);
	if (r->said.word[0] != '\0')
		r->error.code = strdup(r->said.word);
	/* That of a key's credential is not the client's. */
	if (r->task->keeps_status && r->status >= 400 && r->status < 500 &&
	    (r->status < 401 || r->status > 403))
		r->error.status = r->status;
}

/* An answer that was none: Gemini's word is the code (contract 2.2). */
static void
set_empty(struct relay *r)
{
	const char *words = r->task->empty_words;
	for (char *c = r->reason; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	api_error_set_code(&r->error, r->verdict.fault, r->reason, NULL,
	    "%s (%s).", words != NULL ? words : r->verdict.reason, r->reason);
}

/* Is it the request that was at fault, so that Gemini's text is its answer? */
static bool
is_request_fault(enum api_fault fault)
{
	return outcome_of_fault(fault) == OUTCOME_CLIENT_ERROR;
}

/* Is it the key's or its project's, so that another may serve? */
static bool
is_keys_fault(enum api_fault fault)
{
	return fault == FAULT_RESTING || fault == FAULT_TOKENS ||
	    fault == FAULT_QUOTA || fault == FAULT_NO_KEY;
}

/* Is it the pool that had no other key? What it says goes before one key's
 * trouble then; that all have been tried says nothing. */
static bool
is_pools_fault(const struct relay *r)
{
	return r->lease.answer != LEASE_GIVEN &&
	    (r->lease.answer != LEASE_TRIED || r->lease.wait_ms > 0);
}

/* The last attempt failed and there is no other. */
static void
set_failure(struct relay *r)
{
	const struct verdict *v = &r->verdict;
	bool asked = r->lease.answer != LEASE_GIVEN;

	if (is_request_fault(v->fault) && r->said.message != NULL)
		set_refusal(r);
	else if (is_pools_fault(r))
		set_no_lease(r);
	else if (is_keys_fault(v->fault) && !asked)
		set_out_of_tries(r);
	else if (is_keys_fault(v->fault) && v->fault != FAULT_NO_KEY)
		relay_tell_resting(r, 1000, false);
	else if (r->reason[0] != '\0')
		set_empty(r);
	else
		set_verdict(r);
	if (r->error.fault == FAULT_OVERLOADED && r->error.retry_after_s == 0)
		r->error.retry_after_s = relay_retry_after(r, 5000);
}

static enum outcome
failed_outcome(const struct relay *r, enum attempt_end end)
{
	if (end == ATTEMPT_CLIENT_GONE)
		return OUTCOME_CLIENT_GONE;
	if (is_pools_fault(r))
		return outcome_of_fault(r->error.fault);
	if (r->content_sent && end == ATTEMPT_IDLE)
		return OUTCOME_TIMEOUT_IDLE;
	if (end == ATTEMPT_CUT || (r->content_sent && end != ATTEMPT_REFUSED))
		return r->heard || r->content_sent ? OUTCOME_TRUNCATED
						   : OUTCOME_UPSTREAM_ERROR;
	if (end == ATTEMPT_IDLE)
		return OUTCOME_TIMEOUT_IDLE;
	return outcome_of_fault(r->error.fault);
}

/* Tell the client, in the form that is still possible. */
static void
deliver_failure(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	if (!r->committed) {
		p->refuse(p->ctx, &r->error);
		return;
	}
	buf_reset(&r->out);
	if (r->task->fail != NULL &&
	    r->task->fail(r->task->ctx, &r->error, &r->out)) {
		p->write(p->ctx, r->out.data, r->out.len);
		p->finish(p->ctx);
	} else {
		p->break_off(p->ctx);
	}
}

void
relay_deliver_answer(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	if (r->as_error && !r->content_sent) {
		api_error_set(&r->error,
		    r->as_fault ? r->as_fault : FAULT_PROMPT_BLOCKED, NULL,
		    "Prompt blocked by Gemini: %s", r->reason);
		deliver_failure(r);
		return;
	}
	if (!r->committed)
		p->commit(p->ctx, !r->task->streamed, r->out.len);
	r->committed = true;
	if (r->first_byte_ms < 0)
		r->first_byte_ms = relay_now(r) - r->started;
	relay_write(r);
	p->finish(p->ctx);
	if (p->gone(p->ctx) && !r->task->streamed)
		r->outcome = OUTCOME_CLIENT_GONE;
}

/* True if the task had something better than an error for the client. */
static bool
rescued(struct relay *r)
{
	const struct relay_task *task = r->task;
	if (r->content_sent || task->rescue == NULL)
		return false;
	buf_reset(&r->out);
	if (!task->rescue(task->ctx, &r->error, &r->out))
		return false;
	r->outcome = OUTCOME_COMPLETE;
	relay_deliver_answer(r);
	return true;
}

/* The program ends, and the request with it. What has begun breaks off, so
 * that nobody takes it for whole. */
static void
deliver_stop(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	api_error_set(&r->error, FAULT_STOPPED, NULL,
	    "The gateway was stopped or restarted. Please retry.");
	r->error.retry_after_s = 1;
	buf_reset(&r->evidence);
	buf_str(&r->evidence, r->error.message);
	r->outcome =
	    r->content_sent ? OUTCOME_TRUNCATED : OUTCOME_INTERNAL_ERROR;
	if (!r->committed) {
		p->refuse(p->ctx, &r->error);
		return;
	}
	buf_reset(&r->out);
	if (r->task->fail != NULL &&
	    r->task->fail(r->task->ctx, &r->error, &r->out))
		p->write(p->ctx, r->out.data, r->out.len);
	p->break_off(p->ctx);
}

/* The request failed: say so, and settle the outcome. */
void
relay_deliver_failure(struct relay *r, enum attempt_end end)
{
	if (end == ATTEMPT_CLIENT_GONE && r->ports->stopped(r->ports->ctx)) {
		deliver_stop(r);
		return;
	}
	if (end == ATTEMPT_CLIENT_GONE) {
		r->outcome = OUTCOME_CLIENT_GONE;
		r->ports->finish(r->ports->ctx);
		return;
	}
	if (r->attempts > r->attempts_before)
		set_failure(r);
	else if (r->lease.answer != LEASE_GIVEN)
		set_no_lease(r); /* else the task has said why */
	r->outcome = failed_outcome(r, end);
	if (!rescued(r))
		deliver_failure(r);
}

/* --- the account --------------------------------------------------------- */

void
relay_report(struct relay *r, bool answered)
{
	struct usage usage = relay_settle_usage(r, answered);
	struct json_object *verdict = NULL;
	if (r->attempts > 0 && !answered)
		verdict = r->told ? NULL : relay_verdict_json(r);
	else if (answered)
		verdict = relay_praise_json(r);

	struct account account = {
	    .started_ms = r->wall_started,
	    .token_id = r->lease.token_id,
	    .key_id = r->last_key,
	    .outcome = outcome_name(r->outcome),
	    .status = r->committed || (answered && !r->as_error) ? 200
		: r->outcome == OUTCOME_CLIENT_GONE
		? 499
		: api_error_status(&r->error, r->task->dialect),
	    .attempts = r->attempts,
	    .prompt = usage.prompt,
	    .cached = usage.cached,
	    .thought = usage.thought,
	    .answer = usage.answer,
	    .first_byte_ms = r->first_byte_ms,
	    .total_ms = relay_now(r) - r->started,
	    .upstream_first_ms =
		deadline_sample(r->silences.first_ms, r->silences.cut_ms),
	    .longest_gap_ms = r->silences.gap_ms,
	    .detail = answered                     ? NULL
		: r->attempts > r->attempts_before ? buf_cstr(&r->evidence)
						   : r->error.message,
	    .failed = r->failed,
	    .verdict = verdict,
	    .remember = r->task->remember != NULL
		? r->task->remember(r->task->ctx, answered)
		: NULL,
	};
	r->ports->end(r->ports->ctx, &account, r->outcome);
	json_object_put(verdict);
}
