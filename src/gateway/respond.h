/* Responses that are whole from the start: errors, JSON, nothing. */
#ifndef KEYWHEEL_GATEWAY_RESPOND_H
#define KEYWHEEL_GATEWAY_RESPOND_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/api_error.h"

struct service;

/* Status line and the headers that every answer of the API has (request ids,
 * CORS, what it took); more may be added, then web_end_headers(). */
void respond_start(struct service *s, int status, const char *content_type);

/* Add a field of ours, x-keywheel-…, if KEYWHEEL_HEADERS lets us. */
void respond_tell(struct service *s, const char *name, const char *value);

/* The header that says how many seconds old an answer is that should be
 * newer; none for 0. */
void respond_stale(struct service *s, int64_t seconds);

/* The end of the headers and a whole body, after respond_start(). */
void respond_rest(struct service *s, const char *body, size_t len);

/* A whole body. */
void respond_body(struct service *s, int status, const char *content_type,
    const char *body, size_t len);

/* An error in the caller's dialect, with Retry-After and x-should-retry. */
void respond_error(
    struct service *s, enum api_dialect dialect, const struct api_error *error);

/* The answer to a CORS preflight. */
void respond_preflight(struct service *s);

#endif
