/* Ids for the calls that Gemini gave none. */
#ifndef KEYWHEEL_PROTOCOL_CALL_ID_H
#define KEYWHEEL_PROTOCOL_CALL_ID_H

#include <stdint.h>

#include "base/buf.h"

/* Append `call_` and 24 letters and digits. *state is a random seed at
 * first, and moves on with each id. */
void call_id_write(uint64_t *state, struct buf *out);

#endif
