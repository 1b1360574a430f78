/* The header fields of uploads (contract section 6.6). */
#ifndef KEYWHEEL_GATEWAY_UPLOAD_HEADERS_H
#define KEYWHEEL_GATEWAY_UPLOAD_HEADERS_H

#include "base/attr.h"
#include "base/buf.h"
#include "gateway/pipe_headers.h"

struct service;

#define UPLOAD_HEADERS 12

/* Fields of a client's request that Google is to have; borrowed from the
 * call. How many. */
size_t upload_headers_take(
    struct service *s, struct exchange_header of[UPLOAD_HEADERS]);

/* What Google's answers tell. */
struct upload_answer {
	struct buf url;            /* of the session; empty: none was told */
	struct pipe_headers other; /* for the client, as they are */
};
void upload_answer_init(struct upload_answer *a);
void upload_answer_clear(struct upload_answer *a);

/* A field of an answer's head. The status goes to service->upload_status. */
void upload_answer_add(struct upload_answer *a, struct service *s,
    const char *name, const char *value);

/* Append the session's id, and its query without keys. False if it has no
 * id. */
MUSTCHECK bool upload_answer_session(
    const struct upload_answer *a, struct buf *id, struct buf *query);

#endif
