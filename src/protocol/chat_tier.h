/*
 * OpenAI's service_tier: `flex` and `priority` are Gemini's serviceTier, which
 * only keys with billing may ask for. Whether the key is one is known when it
 * has been leased.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_TIER_H
#define KEYWHEEL_PROTOCOL_CHAT_TIER_H

#include <stdbool.h>

#include "protocol/chat_fields.h"

/* A handler for the field. */
chat_field_fn chat_tier_take;

/* Put the tier into Gemini's body, or leave it out and note that. True if the
 * body has changed. A request that has been read has it left out. */
bool chat_tier_set(struct chat_request *req, bool billed);

/* OpenAI's word for the tier that Gemini was asked for: it is the one that was
 * used. */
const char *chat_tier_used(const struct chat_request *req);

#endif
