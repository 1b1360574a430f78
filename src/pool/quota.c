/* Quotas as Google names them in a 429. */
#include "pool/quota.h"

#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

/* Larger limits are not believed. */
#define MAX_LIMIT INT64_C(1000000000000)

#define MODEL_CHARS                                                        \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" \
	".@"

void
quota_init(struct quota *q)
{
	*q = (struct quota){.value = -1, .last = LIMIT__MAX};
	for (int i = 0; i < LIMIT__MAX; i++)
		q->limits[i] = -1;
}

const char *
limit_kind_name(enum limit_kind kind)
{
	static const char *const names[LIMIT__MAX] = {
	    "rpm", "tpm", "rpd", "tpd"};
	return names[kind];
}

/* What a quotaId names; *limit: the limit of a model that this is, or MAX.
 * Limits on answers, and those that all models of a project share, are none
 * of those. */
static enum quota_kind
kind_of(const char *id, enum limit_kind *limit)
{
	bool day = text_contains(id, "PerDay") || text_contains(id, "Daily");
	bool minute = text_contains(id, "PerMinute");
	bool tokens = text_contains(id, "Token");

	*limit = LIMIT__MAX;
	if (text_contains(id, "PerModel") && !text_contains(id, "Output") &&
	    (tokens || text_contains(id, "Requests"))) {
		if (day)
			*limit = tokens ? LIMIT_TPD : LIMIT_RPD;
		else if (minute)
			*limit = tokens ? LIMIT_TPM : LIMIT_RPM;
	}
	if (day)
		return QUOTA_DAY;
	if (!minute)
		return QUOTA_UNKNOWN;
	return tokens ? QUOTA_MINUTE_TOKENS : QUOTA_MINUTE;
}

static void
note_model(struct quota *q, const char *model)
{
	size_t n = model == NULL ? 0 : strlen(model);
	if (q->model[0] == '\0' && n > 0 && n < sizeof(q->model) &&
	    strspn(model, MODEL_CHARS) == n)
		memcpy(q->model, model, n + 1);
}

void
quota_read(struct quota *q, struct json_object *violation)
{
	const char *id = json_get_text(violation, "quotaId");
	int64_t value = json_get_int(violation, "quotaValue", -1);
	enum quota_kind kind = kind_of(id == NULL ? "" : id, &q->last);

	q->told++;
	if (q->last < LIMIT__MAX && value > 0 && value < MAX_LIMIT)
		q->limits[q->last] = value;
	if (value == 0)
		kind = QUOTA_ZERO;
	if (kind > q->kind || (kind == q->kind && value >= 0)) {
		q->kind = kind;
		q->value = value;
	}
	note_model(
	    q, json_get_text(json_get(violation, "quotaDimensions"), "model"));
}

void
quota_read_text(struct quota *q, int64_t limit)
{
	if (limit == 0) {
		q->kind = QUOTA_ZERO;
	} else if (limit > 0 && q->told == 1 && q->value < 0) {
		q->value = limit;
		if (q->last < LIMIT__MAX)
			q->limits[q->last] = limit;
	}
}
