/*
 * The events of a Responses stream: their frame, their numbers, and the
 * events that every item has. An answer that is not streamed has none.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_EVENT_H
#define KEYWHEEL_PROTOCOL_RESPONSES_EVENT_H

#include "protocol/responses_answer_parts.h"
#include "protocol/responses_object.h"

/* Begin an event in a->out: members that are appended each after a comma
 * follow. The first event of all is preceded by response.created and
 * response.in_progress. False if there are no events now. */
bool responses_event_begin(struct responses_answer *a, const char *type);
void responses_event_end(struct responses_answer *a);

/* Append the place of the item with that id: item_id and output_index. */
void responses_event_place(struct responses_answer *a, const char *id);

/* Append a member with a text. */
void responses_event_text(
    struct responses_answer *a, const char *name, const char *text, size_t len);

/* A whole event: an item, as JSON, has begun. */
void responses_event_added(struct responses_answer *a, const struct buf *item);

/* An item is finished: its event, if there are events, and its place among
 * the finished ones, for which it is taken. */
void responses_event_done(struct responses_answer *a, struct buf *item);

/* A whole event about the response itself. */
void responses_event_response(struct responses_answer *a, const char *type,
    const struct responses_status *status);

/* Make the id of an item: prefix, the response's own, its index. */
void responses_event_id(const struct responses_answer *a, const char *prefix,
    char id[RESPONSES_ID_SIZE]);

#endif
