/* What a client is told whose token may not. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
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
	const char *word, *what;
} limits[] = {
    {"requests_per_minute", FAULT_CLIENT_LIMIT, "limit",
	"requests in a minute"},
    {"requests_per_day", FAULT_CLIENT_LIMIT, "limit",
	"requests in a day (UTC)"},
    {"tokens_per_minute", FAULT_CLIENT_TOKENS, "limit", "tokens in a minute"},
    {"tokens_per_day", FAULT_CLIENT_TOKENS, "limit", "tokens in a day (UTC)"},
    {"concurrent_requests", FAULT_CLIENT_LIMIT, "limit", "requests at once"},
    {"budget", FAULT_CLIENT_BUDGET, "budget", "for a month (UTC)"},
};

/* What takes long is told as a time, too; of those there are, all begin a
 * minute. */
static void
write_time(struct buf *out, int64_t wait_ms)
{
	time_t at = (time_t)((clock_wall_ms() + wait_ms + 30000) / 1000);
	char text[32];
	struct tm tm;
	if (wait_ms < 3600000 || gmtime_r(&at, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	buf_fmt(out, ", at %s UTC", text);
}

static void
refuse_limit(struct api_error *error, const struct limit *limit,
    const char *allowed, int64_t wait_ms)
{
	int64_t seconds = (wait_ms + 999) / 1000;
	struct buf time;
	buf_init(&time, BUF_SMALL);
	write_time(&time, wait_ms);
	if (wait_ms <= 0)
		api_error_set(error, limit->fault, NULL,
		    "The request is larger than the %s of this token: %s %s. "
		    "The gateway sets it, not Google.",
		    limit->word, allowed, limit->what);
	else
		api_error_set(error, limit->fault, NULL,
		    "This token has reached its %s of %s %s, which the "
		    "gateway sets, not Google. Please retry in %" PRId64
		    " s%s.",
		    limit->word, allowed, limit->what, seconds,
		    buf_cstr(&time));
	error->never = wait_ms <= 0;
	error->retry_after_s = (int)seconds;
	error->retry_ms = wait_ms > INT32_MAX ? INT32_MAX : (int)wait_ms;
	error->limit = limit->name;
	buf_clear(&time);
}

bool
access_refuse(struct api_error *error, const char *why, const char *allowed,
    int64_t wait_ms)
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
