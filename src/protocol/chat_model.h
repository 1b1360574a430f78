/* The model of a chat request, and the wishes in its name. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_MODEL_H
#define KEYWHEEL_PROTOCOL_CHAT_MODEL_H

#include "protocol/chat_fields.h"

/* The handler of `model`: sets the request's asked_model, model and traits,
 * and what the suffixes of the name ask for (protocol/model_suffix.h). It
 * must come before the handlers of other fields. */
chat_field_fn chat_model_take;

#endif
