/* How a request ended: the closed set of the account (design, section 7). */
#ifndef KEYWHEEL_GATEWAY_OUTCOME_H
#define KEYWHEEL_GATEWAY_OUTCOME_H

#include "base/fault.h"
#include "base/log.h"

enum outcome {
	OUTCOME_COMPLETE,
	OUTCOME_LENGTH,
	OUTCOME_BLOCKED,
	OUTCOME_CLIENT_ERROR,
	OUTCOME_UNAUTHORIZED,
	OUTCOME_LIMITED,
	OUTCOME_NO_KEY,
	OUTCOME_UPSTREAM_ERROR,
	OUTCOME_TIMEOUT_FIRST_BYTE,
	OUTCOME_TIMEOUT_IDLE,
	OUTCOME_TRUNCATED,
	OUTCOME_CLIENT_GONE,
	OUTCOME_INTERNAL_ERROR,
};

/* Its word in the database. */
const char *outcome_name(enum outcome outcome);

/* How loud the log is about it. */
enum log_level outcome_level(enum outcome outcome);

/* What a fault makes of a request that got no answer. */
enum outcome outcome_of_fault(enum api_fault fault);

#endif
