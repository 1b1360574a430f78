/*
 * Google's error bodies, read once: an object, a one-element array, or an
 * error nested as a JSON string in another's message (contract section 7).
 */
#ifndef KEYWHEEL_POOL_ERROR_BODY_H
#define KEYWHEEL_POOL_ERROR_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool/quota.h"

struct error_body {
	int code;         /* error.code, 0 if absent */
	char status[40];  /* "RESOURCE_EXHAUSTED", "" if absent */
	char word[64];    /* error.code where it is a word, "" if not */
	char reason[64];  /* ErrorInfo.reason, "" if absent */
	char *message;    /* as Google wrote it, never NULL; not redacted */
	char *google;     /* the error object, redacted, details dropped:
			     {"error":{code,message,status}}; NULL if the
			     body was no error of Google's */
	char project[40]; /* the number of the key's project, "" if not named;
			     never from what a client may have written */
	struct quota quota;
	int64_t retry_ms; /* RetryInfo or "retry in 26.59s", -1 if none */
	bool page; /* no error of Google's but markup: of somebody between */
};

/* Read what came with a status other than 200 (or in an error event). Never
 * fails: a body that is not understood gives its first 300 characters, made
 * one line, as the message. Clear it afterwards. */
void error_body_read(struct error_body *e, const char *bytes, size_t len);
void error_body_clear(struct error_body *e);

#endif
