/* The response object (contract section 5), whole or so far. */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_OBJECT_H
#define KEYWHEEL_PROTOCOL_RESPONSES_OBJECT_H

#include "protocol/responses_answer_parts.h"

/* How a response stands. */
struct responses_status {
	const char *word;              /* in_progress, completed … */
	const char *incomplete;        /* why it is incomplete, or NULL */
	const struct api_error *error; /* why it failed, or NULL */
};

/* Render what all objects of this answer have from the request. */
void responses_object_prepare(struct responses_answer *a);

/* Append the object with the items that are finished. */
void responses_object_write(const struct responses_answer *a,
    const struct responses_status *status, struct buf *out);

#endif
