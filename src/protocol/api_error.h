/*
 * What a client is told when a request fails: one closed set of faults, a
 * table that gives each its HTTP status and its words in both dialects
 * (contract sections 3.1 and 3.3), and the two writers.
 */
#ifndef KEYWHEEL_PROTOCOL_API_ERROR_H
#define KEYWHEEL_PROTOCOL_API_ERROR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

/* GOOGLE_WORD: that of Google's newer methods, with a word for a code. */
enum api_dialect { DIALECT_OPENAI, DIALECT_GOOGLE, DIALECT_GOOGLE_WORD };

/* One error on its way to a client. Text members are owned: api_error_clear
 * frees them. Zero-initialised = no error. */
struct api_error {
	enum api_fault fault;
	char *message;     /* NULL: the table's text */
	char *param;       /* the field at fault, or NULL; of FAULT_METHOD
			      the methods that are possible, for Allow */
	char *code;        /* the code instead of the table's, where that is
			      a word, or NULL */
	int status;        /* the HTTP status instead of the table's, where
			      the dialect's errors do not tell it; or 0 */
	char *google;      /* for the Google dialect: a redacted error object of
			      Google's to send instead of our own, or NULL */
	int retry_after_s; /* sent as Retry-After; 0 for none. Of what Google
			      refuses at most 59 */
	int retry_ms;      /* true time until a key is free; 0 unknown */
	bool never;        /* the same again cannot help */
	const char *limit; /* which limit of the gateway's own is reached, a
			      static text, sent as x-keywheel-limit; or NULL */
};

/* SDKs wait for so long by themselves; what takes longer is not to be tried
 * again by them. */
#define API_ERROR_PATIENCE_S 60

void api_error_clear(struct api_error *e);

/* Set fault, param (may be NULL) and a formatted message; an earlier error
 * is replaced. Always returns false, so `return api_error_set(…)` refuses. */
bool api_error_set(struct api_error *e, enum api_fault fault, const char *param,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same with a code of its own. */
bool api_error_set_code(struct api_error *e, enum api_fault fault,
    const char *code, const char *param, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The HTTP status in that dialect. */
int api_error_status(const struct api_error *e, enum api_dialect dialect);

/* False where a retry by the client cannot help (sent as x-should-retry). */
bool api_error_may_retry(const struct api_error *e);

/* Append the error object as one line of JSON, without a newline:
 * {"error":{"message":…,"type":…,"param":…,"code":…}} or
 * {"error":{"code":429,"message":…,"status":…,"details":[…]}} or
 * {"error":{"code":"resource_exhausted","message":…}}.
 * The message has been redacted. */
void api_error_write(
    const struct api_error *e, enum api_dialect dialect, struct buf *out);

#endif
