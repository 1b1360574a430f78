/*
 * Items that grow: reasoning and messages. At most one is open, and it is
 * closed before any other item begins (contract section 5). In a stream each
 * step is told by its events.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_ITEM_H
#define KEYWHEEL_PROTOCOL_RESPONSES_ITEM_H

#include "protocol/responses_answer_parts.h"

/* Have an item of that kind open: the one that is, or a new one. */
void responses_item_open(struct responses_answer *a, enum responses_kind kind);

/* A piece of text for the open item. */
void responses_item_text(
    struct responses_answer *a, const char *text, size_t len);

/* What Gemini says of the tokens of the open message. */
void responses_item_logprobs(
    struct responses_answer *a, struct json_object *result);

/* Finish the open item, if there is one. whole: it has come to its end.
 * sealed is the encrypted_content of a reasoning item, or NULL. */
void responses_item_close(
    struct responses_answer *a, bool whole, const struct buf *sealed);

/* A message that is a refusal, from its beginning to its end. */
void responses_item_refuse(
    struct responses_answer *a, const char *text, size_t len);

#endif
