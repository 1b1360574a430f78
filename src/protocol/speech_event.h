/* The events of speech that is streamed as SSE (contract 4.3). */
#ifndef KEYWHEEL_PROTOCOL_SPEECH_EVENT_H
#define KEYWHEEL_PROTOCOL_SPEECH_EVENT_H

#include <stddef.h>

#include "base/buf.h"
#include "protocol/usage.h"

/* speech.audio.delta: a piece of the sound, in the form that was asked for. */
void speech_event_delta(struct buf *out, const void *bytes, size_t len);

/* speech.audio.done: the end, and what it has cost. */
void speech_event_done(struct buf *out, const struct usage *usage);

#endif
