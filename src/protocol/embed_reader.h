/*
 * The bytes of Gemini's embeddings: {"embedding": {"values": [0.1, …]}} or
 * {"embeddings": [{"values": […]}, …]}, with or without
 * {"usageMetadata": {"promptTokenCount": n}}; other members are passed over.
 */
#ifndef KEYWHEEL_PROTOCOL_EMBED_READER_H
#define KEYWHEEL_PROTOCOL_EMBED_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct embed_sink {
	void *ctx;
	/* A number of the vector that comes. False stops. */
	bool (*number)(void *ctx, float number);
	/* The vector is complete. False stops. */
	bool (*vector)(void *ctx);
	int64_t tokens; /* set by the reader; 0: not told */
};

/* Read a whole text. False if it is not such JSON, or the sink stopped. */
MUSTCHECK bool embed_reader_read(
    const char *text, size_t len, struct embed_sink *sink);

#endif
