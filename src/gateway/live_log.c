/* The log's line of a request. */
#include "base/attr.h"
#include "base/log.h"
#include "base/setting.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"

/* What is not there is left out. */
static const char *
or_none(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

static int64_t
number_or_none(int64_t id)
{
	return id > 0 ? id : -1;
}

void
live_log(const struct service *s, const struct request_facts *facts,
    const struct account *a, enum outcome outcome)
{
	if (!settings_int(s->settings, SETTING_ID_LOG_REQUESTS))
		return;
	const struct log_field fields[] = {
	    {"request_id", LOG_TEXT, facts->id, 0},
	    {"client_id", LOG_TEXT, or_none(a->client_id), 0},
	    {"token_id", LOG_NUMBER, NULL, number_or_none(a->token_id)},
	    {"key_id", LOG_NUMBER, NULL, number_or_none(a->key_id)},
	    {"model", LOG_TEXT, or_none(facts->model), 0},
	    {"route", LOG_TEXT, facts->route, 0},
	    {"streamed", LOG_FLAG, NULL, facts->streamed},
	    {"outcome", LOG_TEXT, a->outcome, 0},
	    {"status", LOG_NUMBER, NULL, a->status},
	    {"attempts", LOG_NUMBER, NULL, a->attempts},
	    {"prompt_tokens", LOG_NUMBER, NULL, a->prompt},
	    {"cached_tokens", LOG_NUMBER, NULL, a->cached},
	    {"thought_tokens", LOG_NUMBER, NULL, a->thought},
	    {"answer_tokens", LOG_NUMBER, NULL, a->answer},
	    {"first_byte_ms", LOG_NUMBER, NULL, a->first_byte_ms},
	    {"total_ms", LOG_NUMBER, NULL, a->total_ms},
	    {"own_ms", LOG_MS, NULL, a->own_us},
	    {"db_ms", LOG_MS, NULL, a->db_us},
	    {"detail", LOG_TEXT, or_none(a->detail), 0},
	};
	log_fields(outcome_level(outcome), "request", fields, COUNT_OF(fields));
}
