/* What the answer shall be made of: text, JSON, an image, speech. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_OUTPUT_H
#define KEYWHEEL_PROTOCOL_CHAT_OUTPUT_H

#include "protocol/chat_fields.h"

/* Handlers for response_format, modalities (with audio) and image_config. */
chat_field_fn chat_output_take_format;
chat_field_fn chat_output_take_modalities;
chat_field_fn chat_output_take_image;

/* Ask for an answer of text and pictures. */
void chat_output_ask_image(struct chat_build *b);

#endif
