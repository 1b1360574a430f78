/* The account of requests that have no lease. */
#include <json-c/json.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/body_record.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "pool/pool_choice.h"

void
live_set_facts(struct request_facts *facts, struct service *s,
    const char *route, const char *model, bool streamed)
{
	*facts = (struct request_facts){
	    .responder = s->responder,
	    .id = s->request_id,
	    .pool = POOL_GEMINI,
	    .model = model,
	    .route = route,
	    .streamed = streamed,
	    .size_class = -1,
	    .address = service_address(s),
	    .client_id = s->client_request_id,
	};
}

void
live_add_own(const struct service *s, struct account *account)
{
	account->client_id = s->client_request_id;
	own_time_read(&s->own_time, &account->own_us, &account->db_us);
}

/* The row of a request that had no lease. */
static void
account_for(struct service *s, const struct request_facts *facts,
    const struct account *account, enum outcome outcome)
{
	struct account whole = *account;
	struct buf body;
	buf_init(&body, BUF_LARGE);
	live_add_own(s, &whole);
	whole.charged = live_charged_nothing(s);
	live_log(s, facts, &whole, outcome);
	body_record_end(s, outcome, NULL, 0, &body, &whole);
	if (!requests_end(s->db, facts, &whole))
		log_request(
		    LOG_ERROR, s->request_id, "could not be accounted for");
	json_object_put(whole.charged);
	buf_clear(&body);
}

void
live_answered(
    struct service *s, const char *route, const char *model, int64_t token_id)
{
	struct request_facts facts;
	live_set_facts(&facts, s, route, model, false);
	int64_t total_ms = clock_mono_ms() - s->started_ms;
	const struct account account = {
	    .started_ms = s->wall_started_ms,
	    .token_id = token_id,
	    .outcome = outcome_name(OUTCOME_COMPLETE),
	    .status = 200,
	    .first_byte_ms = total_ms,
	    .total_ms = total_ms,
	    .upstream_first_ms = -1,
	    .longest_gap_ms = -1,
	};
	account_for(s, &facts, &account, OUTCOME_COMPLETE);
}

void
live_refused(struct service *s, const char *route, const char *model,
    bool streamed, int64_t token_id, enum api_dialect dialect,
    const struct api_error *error)
{
	struct request_facts facts;
	enum outcome outcome = outcome_of_fault(error->fault);
	live_set_facts(&facts, s, route, model, streamed);
	struct buf detail;
	buf_init(&detail, BUF_SMALL);
	if (error->message != NULL)
		text_redact(
		    &detail, error->message, text_cut(error->message, 400));
	struct account account = {
	    .started_ms = s->wall_started_ms,
	    .token_id = token_id,
	    .outcome = outcome_name(outcome),
	    .status = api_error_status(error, dialect),
	    .first_byte_ms = -1,
	    .upstream_first_ms = -1,
	    .longest_gap_ms = -1,
	    .total_ms = clock_mono_ms() - s->started_ms,
	    .detail = buf_cstr(&detail),
	};
	account_for(s, &facts, &account, outcome);
	buf_clear(&detail);
}
