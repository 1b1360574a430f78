/*
 * What the gateway puts into the text of an answer where the settings say so:
 * thoughts in tags, pictures, the pages that were found. Private to
 * chat_answer, chat_stream and chat_whole.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_INSERT_H
#define KEYWHEEL_PROTOCOL_CHAT_INSERT_H

#include "protocol/chat_answer_parts.h"

/* A thought: <thought> before the first of a run. */
void chat_insert_thought(struct chat_answer *a, const struct delta *d);

/* Something else comes, or the end: </thought> if one is open. */
void chat_insert_end_thought(struct chat_answer *a, int i);

/* A picture, as markdown. */
void chat_insert_image(struct chat_answer *a, const struct delta *d);

/* At the end of choice i: the pages that it rests on. */
void chat_insert_links(struct chat_answer *a, int i);

#endif
