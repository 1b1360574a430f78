/* How the model picks its words, how many answers it gives, where it stops. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_SAMPLING_H
#define KEYWHEEL_PROTOCOL_CHAT_SAMPLING_H

#include "protocol/chat_fields.h"

/* For temperature, top_p; dropped for models that ignore them. */
chat_field_fn chat_sampling_take_sampling;
chat_field_fn chat_sampling_take_top_k;
/* For presence_penalty, frequency_penalty. */
chat_field_fn chat_sampling_take_penalty;
chat_field_fn chat_sampling_take_n;
chat_field_fn chat_sampling_take_stop;
chat_field_fn chat_sampling_take_seed;
chat_field_fn chat_sampling_take_logprobs;
chat_field_fn chat_sampling_take_top_logprobs;

#endif
