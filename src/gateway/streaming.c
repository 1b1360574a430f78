/* The settings of the stream optimizer. */
#include "gateway/streaming.h"

static int64_t
microseconds(const struct settings *set, enum setting_id id)
{
	return (int64_t)(settings_number(set, id) * 1e6);
}

void
streaming_pace(const struct settings *set, struct pacer *pacer,
    struct gemini_reader *reader)
{
	if (settings_int(set, SETTING_ID_STREAM_OPTIMIZER_ENABLED) == 0)
		return;
	int64_t one = microseconds(set, SETTING_ID_STREAM_MIN_DELAY);
	int64_t other = microseconds(set, SETTING_ID_STREAM_MAX_DELAY);
	const struct text_pace pace = {
	    .short_text = (size_t)settings_int(
		set, SETTING_ID_STREAM_SHORT_TEXT_THRESHOLD),
	    .long_text = (size_t)settings_int(
		set, SETTING_ID_STREAM_LONG_TEXT_THRESHOLD),
	    .piece = (size_t)settings_int(set, SETTING_ID_STREAM_CHUNK_SIZE),
	    .min_us = one < other ? one : other,
	    .max_us = one < other ? other : one,
	};
	pacer_attach(pacer, reader, &pace);
}
