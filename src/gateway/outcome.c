/* Outcomes: names, log levels, and which fault leads to which. */
#include "gateway/outcome.h"

#include <stddef.h>

static const struct {
	const char *name;
	enum log_level level;
} outcomes[] = {
    [OUTCOME_COMPLETE] = {"complete", LOG_INFO},
    [OUTCOME_LENGTH] = {"length", LOG_INFO},
    [OUTCOME_BLOCKED] = {"blocked", LOG_INFO},
    [OUTCOME_CLIENT_ERROR] = {"client_error", LOG_INFO},
    [OUTCOME_UNAUTHORIZED] = {"unauthorized", LOG_INFO},
    [OUTCOME_LIMITED] = {"limited", LOG_WARNING},
    [OUTCOME_NO_KEY] = {"no_key", LOG_ERROR},
    [OUTCOME_UPSTREAM_ERROR] = {"upstream_error", LOG_WARNING},
    [OUTCOME_TIMEOUT_FIRST_BYTE] = {"timeout_first_byte", LOG_WARNING},
    [OUTCOME_TIMEOUT_IDLE] = {"timeout_idle", LOG_WARNING},
    [OUTCOME_TRUNCATED] = {"truncated", LOG_WARNING},
    [OUTCOME_CLIENT_GONE] = {"client_gone", LOG_INFO},
    [OUTCOME_INTERNAL_ERROR] = {"internal_error", LOG_ERROR},
};

/* Faults that are not listed are the client's: OUTCOME_CLIENT_ERROR. */
static const struct {
	enum api_fault fault;
	enum outcome outcome;
} by_fault[] = {
    {FAULT_PROMPT_BLOCKED, OUTCOME_BLOCKED},
    {FAULT_NO_CREDENTIAL, OUTCOME_UNAUTHORIZED},
    {FAULT_BAD_CREDENTIAL, OUTCOME_UNAUTHORIZED},
    {FAULT_ACCESS_DENIED, OUTCOME_UNAUTHORIZED},
    {FAULT_CLIENT_LIMIT, OUTCOME_LIMITED},
    {FAULT_CLIENT_TOKENS, OUTCOME_LIMITED},
    {FAULT_CLIENT_BUDGET, OUTCOME_LIMITED},
    {FAULT_RESTING, OUTCOME_LIMITED},
    {FAULT_TOKENS, OUTCOME_LIMITED},
    {FAULT_PROMPT_LIMIT, OUTCOME_LIMITED},
    {FAULT_QUOTA, OUTCOME_LIMITED},
    {FAULT_NO_KEY, OUTCOME_NO_KEY},
    {FAULT_OVERLOADED, OUTCOME_UPSTREAM_ERROR},
    {FAULT_UPSTREAM, OUTCOME_UPSTREAM_ERROR},
    {FAULT_TIMEOUT, OUTCOME_TIMEOUT_FIRST_BYTE},
    {FAULT_INTERNAL, OUTCOME_INTERNAL_ERROR},
    {FAULT_DATABASE, OUTCOME_INTERNAL_ERROR},
    {FAULT_STOPPED, OUTCOME_INTERNAL_ERROR},
    {FAULT_CLIENT_GONE, OUTCOME_CLIENT_GONE},
};

const char *
outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

enum log_level
outcome_level(enum outcome outcome)
{
	return outcomes[outcome].level;
}

enum outcome
outcome_of_fault(enum api_fault fault)
{
	for (size_t i = 0; i < sizeof(by_fault) / sizeof(by_fault[0]); i++)
		if (by_fault[i].fault == fault)
			return by_fault[i].outcome;
	return OUTCOME_CLIENT_ERROR;
}
