/* Models that speak: what they refuse, and the sound they answer with. */
#ifndef FAKE_SPEECH_H
#define FAKE_SPEECH_H

#include "deed.h"
#include "prompt.h"
#include "reply.h"
#include "route.h"

/*
 * speech_may(prompt, model, why): false for a request that Google would not
 *   take for what it says of sound; why has the message of the 400.
 * speech_model(model): does that one speak?
 * speech_write(deed, route, prompt, reply): the answer, whole or as a stream.
 */
bool speech_may(const struct prompt *, const char *, struct buf *);
bool speech_model(const char *);
void speech_write(const struct deed *, const struct route *,
    const struct prompt *, struct reply *);

#endif
