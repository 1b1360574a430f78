/*
 * The Responses side of an answer: deltas of a gemini_reader become a stream
 * of events or one response object (contract section 5). The functions are
 * those of chat_answer.h, and mean the same, but for fail().
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_ANSWER_H
#define KEYWHEEL_PROTOCOL_RESPONSES_ANSWER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/chat_answer.h"

struct responses_answer;

/* req is borrowed and must outlive the answer. NULL if memory ran out. */
struct responses_answer *responses_answer_new(
    const struct chat_request *req, const struct chat_stamp *stamp);
void responses_answer_free(struct responses_answer *a);

struct gemini_reader *responses_answer_reader(struct responses_answer *a);

/* One event of Gemini's. For a stream the events it gives are appended to
 * out, each complete. False if the event is no answer. */
MUSTCHECK bool responses_answer_feed(
    struct responses_answer *a, struct json_object *event, struct buf *out);

/* After the last event, and only when the answer is not truncated. */
void responses_answer_finish(struct responses_answer *a, struct buf *out);

/* As chat_answer_signatures(). */
struct json_object *responses_answer_signatures(struct responses_answer *a);

/* A stream that has been committed fails: append `response.failed` with what
 * there is of the response. */
void responses_answer_fail(
    struct responses_answer *a, const struct api_error *error, struct buf *out);

void responses_answer_restart(struct responses_answer *a);

#endif
