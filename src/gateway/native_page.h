/* Which page of a list of Gemini's API is asked for. */
#ifndef KEYWHEEL_GATEWAY_NATIVE_PAGE_H
#define KEYWHEEL_GATEWAY_NATIVE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/api_error.h"

struct service;

/*
 * pageSize and pageToken of the request's query, or page_size and page_token,
 * as Google takes them. *size: `usual` if none is given or 0, and `most` if it
 * is more than that. The token is appended; nothing is if there is none. False
 * with *error set if the size is no number of a page.
 */
MUSTCHECK bool native_page_read(struct service *s, int64_t usual, int64_t most,
    int64_t *size, struct buf *token, struct api_error *error);

/* Set the error of a token that is none of ours; false. */
bool native_page_bad_token(struct api_error *error);

#endif
