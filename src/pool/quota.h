/*
 * Quotas as Google names them in a 429: which limit was hit, and how large
 * it is (contract section 7.1).
 */
#ifndef KEYWHEEL_POOL_QUOTA_H
#define KEYWHEEL_POOL_QUOTA_H

#include <stdint.h>

struct json_object;

/* What kind of limit was hit. Order: the worst last. */
enum quota_kind {
	QUOTA_UNKNOWN,
	QUOTA_MINUTE,        /* requests per minute */
	QUOTA_MINUTE_TOKENS, /* input tokens per minute */
	QUOTA_DAY,           /* requests or tokens per day */
	QUOTA_ZERO,          /* "limit: 0": the project has none of it */
};

/* The limits that a project has for a model: requests and input tokens, a
 * minute and a day. */
enum limit_kind { LIMIT_RPM, LIMIT_TPM, LIMIT_RPD, LIMIT_TPD, LIMIT__MAX };

struct quota {
	enum quota_kind kind;
	int64_t value;              /* the size of that limit, -1: not told */
	int64_t limits[LIMIT__MAX]; /* what was told of each, -1: nothing */
	char model[80];             /* of quotaDimensions, "" if not named */
	int told;                   /* violations that were read */
	enum limit_kind last;       /* the limit of the last one, or MAX */
};

void quota_init(struct quota *q);

/* Read one violation of a google.rpc.QuotaFailure. The worst of all decides,
 * and its value is the one that is kept. */
void quota_read(struct quota *q, struct json_object *violation);

/* What the message says of limits, for what the violations leave open:
 * error_text_limit(). */
void quota_read_text(struct quota *q, int64_t limit);

/* "rpm", "tpm", "rpd" or "tpd": as keywheel.limits has it. */
const char *limit_kind_name(enum limit_kind kind);

#endif
