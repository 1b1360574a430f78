/* What a client is told whose token may not. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "gateway/access.h"

static const struct refusal {
	const char *why;
	enum api_fault fault;
	const char *words;
} refusals[] = {
    {"expired", FAULT_BAD_CREDENTIAL, "This token has expired."},
    {"disabled", FAULT_BAD_CREDENTIAL,
	"This token has been disabled. Ask whoever runs this gateway."},
    {"revoked", FAULT_BAD_CREDENTIAL, "This token has been revoked."},
    {"rotated", FAULT_BAD_CREDENTIAL,
	"This token has a new secret; the old one has ended."},
    {"address", FAULT_ACCESS_DENIED,
	"This token may not be used from this address."},
    {"model", FAULT_MODEL_NOT_ALLOWED, "This token may not use this model."},
    {"", FAULT_BAD_CREDENTIAL,
	"The API key is not valid. Pass a token of this gateway."},
};

static const struct limit {
	const char *name;
	enum api_fault fault;
	const char *what;
} limits[] = {
    {"requests_per_minute", FAULT_CLIENT_LIMIT, "requests in a minute"},
    {"requests_per_day", FAULT_CLIENT_LIMIT, "requests in a day (UTC)"},
    {"tokens_per_minute", FAULT_CLIENT_TOKENS, "tokens in a minute"},
    {"tokens_per_day", FAULT_CLIENT_TOKENS, "tokens in a day (UTC)"},
};

static void
refuse_limit(struct api_error *error, const struct limit *limit,
    int64_t allowed, int64_t wait_ms)
{
	int64_t seconds = (wait_ms + 999) / 1000;
	if (wait_ms <= 0)
		api_error_set(error, limit->fault, NULL,
		    "The request is larger than the limit of this token: "
		    "%" PRId64 " %s. The gateway sets it, not Google.",
		    allowed, limit->what);
	else
		api_error_set(error, limit->fault, NULL,
		    "This token has reached its limit of %" PRId64
		    " %s, which the gateway sets, not Google. Please retry in "
		    "%" PRId64 " s.",
		    allowed, limit->what, seconds);
	error->never = wait_ms <= 0;
	error->retry_after_s = (int)seconds;
	error->retry_ms = (int)wait_ms;
	error->limit = limit->name;
}

bool
access_refuse(
    struct api_error *error, const char *why, int64_t allowed, int64_t wait_ms)
{
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		if (strcmp(limits[i].name, why) != 0)
			continue;
		refuse_limit(error, &limits[i], allowed, wait_ms);
		return false;
	}
	size_t i = 0;
	while (i < COUNT_OF(refusals) - 1 && strcmp(refusals[i].why, why) != 0)
		i++;
	return api_error_set(
	    error, refusals[i].fault, NULL, "%s", refusals[i].words);
}

bool
access_is_own_limit(const char *detail)
{
	/* Each word of a limit of ours says so. */
	return detail != NULL && strstr(detail, "not Google") != NULL;
}
