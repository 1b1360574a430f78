/* Responses that are whole from the start: errors, JSON, nothing. */
#ifndef KEYWHEEL_GATEWAY_RESPOND_H
#define KEYWHEEL_GATEWAY_RESPOND_H

#include <stddef.h>

#include "protocol/api_error.h"

struct service;

/* Status line and the headers that every answer of the API has (request id,
 * CORS); more may be added, then web_end_headers(). */
void respond_start(struct service *s, int status, const char *content_type);

/* A whole body. */
void respond_body(struct service *s, int status, const char *content_type,
    const char *body, size_t len);

/* An error in the caller's dialect, with Retry-After and x-should-retry. */
void respond_error(
    struct service *s, enum api_dialect dialect, const struct api_error *error);

/* The answer to a CORS preflight. */
void respond_preflight(struct service *s);

#endif
