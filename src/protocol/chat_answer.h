/*
 * The OpenAI side of an answer: deltas of a gemini_reader become chunks of a
 * stream (contract 2.4) or one chat.completion object (contract 2.1).
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_ANSWER_H
#define KEYWHEEL_PROTOCOL_CHAT_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/chat_request.h"
#include "protocol/gemini_reader.h"

/* What the world gives to an answer. */
struct chat_stamp {
	char id[48];       /* "chatcmpl-…" */
	int64_t created_s; /* wall clock, seconds */
	uint64_t seed;     /* random: makes call ids where Gemini gave none */
	/* Put a picture somewhere and append its address; false: it stays in
	 * the answer. NULL: all do. */
	bool (*put_picture)(void *ctx, const char *mime, const char *base64,
	    size_t len, struct buf *url);
	void *ctx;
};

struct chat_answer;

/* req is borrowed and must outlive the answer. NULL if memory ran out. */
struct chat_answer *chat_answer_new(
    const struct chat_request *req, const struct chat_stamp *stamp);
void chat_answer_free(struct chat_answer *a);

/* The reader that feeds it: usage, state and finish reasons are there. */
struct gemini_reader *chat_answer_reader(struct chat_answer *a);

/* One event of Gemini's. For a stream the chunks it gives are appended to
 * out (complete `data: …\n\n` events); out stays empty while there is
 * nothing to say. False if the event is no answer. */
MUSTCHECK bool chat_answer_feed(
    struct chat_answer *a, struct json_object *event, struct buf *out);

/* After the last event, and only when the answer is not truncated: a stream
 * gets its finish chunks, the usage chunk if asked for, and [DONE]; a whole
 * answer its JSON object. */
void chat_answer_finish(struct chat_answer *a, struct buf *out);

/* The thought signatures of the calls so far, {call id: signature}, by the
 * ids that the client got. The caller owns it; NULL: no call was signed. */
struct json_object *chat_answer_signatures(struct chat_answer *a);

/* Append an error event (stream, after the first byte; contract 2.6). */
void chat_answer_fail(const struct api_error *error, struct buf *out);

/* Forget everything for another attempt; legal only while nothing of the
 * answer has been sent. */
void chat_answer_restart(struct chat_answer *a);

#endif
