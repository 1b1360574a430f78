/* What the settings say about the pace of streams. */
#ifndef KEYWHEEL_GATEWAY_STREAMING_H
#define KEYWHEEL_GATEWAY_STREAMING_H

#include "base/setting.h"
#include "protocol/pacer.h"

/* STREAM_*: attach the pacer to the reader of a stream, if the optimizer is
 * enabled. The two delays may be set either way round. */
void streaming_pace(const struct settings *set, struct pacer *pacer,
    struct gemini_reader *reader);

#endif
