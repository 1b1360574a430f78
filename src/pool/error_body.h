/*
 * Google's error bodies, read once: an object, a one-element array, or an
 * error nested as a JSON string in another's message (contract section 7).
 */
#ifndef KEYWHEEL_POOL_ERROR_BODY_H
#define KEYWHEEL_POOL_ERROR_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of limit a 429 names. Order: the worst last. */
enum quota_kind {
	QUOTA_UNKNOWN,
	QUOTA_MINUTE,        /* requests per minute */
	QUOTA_MINUTE_TOKENS, /* input tokens per minute */
	QUOTA_DAY,           /* requests or tokens per day */
	QUOTA_ZERO,          /* "limit: 0": the project has none of it */
};

struct error_body {
	int code;         /* error.code, 0 if absent */
	char status[40];  /* "RESOURCE_EXHAUSTED", "" if absent */
	char reason[64];  /* ErrorInfo.reason, "" if absent */
	char *message;    /* as Google wrote it, never NULL; not redacted */
	char *google;     /* the error object, redacted, details dropped:
			     {"error":{code,message,status}}; NULL if the
			     body was no error of Google's */
	char project[40]; /* digits of projects/NNN, "" if not named */
	enum quota_kind quota;
	int64_t quota_value; /* the limit's size, -1 if not told */
	int64_t retry_ms;    /* RetryInfo or "retry in 26.59s", -1 if none */
};

/* Read what came with a status other than 200 (or in an error event). Never
 * fails: a body that is not understood gives its first 300 characters, made
 * one line, as the message. Clear it afterwards. */
void error_body_read(struct error_body *e, const char *bytes, size_t len);
void error_body_clear(struct error_body *e);

#endif
