/* Models that were asked for JSON in words like to put it in a fence. */
#ifndef KEYWHEEL_PROTOCOL_JSON_FENCE_H
#define KEYWHEEL_PROTOCOL_JSON_FENCE_H

#include <stddef.h>

/* The part of a text that is left: from, and how much. */
struct span {
	size_t from, len;
};

/* If the text is one fence and nothing else, what is inside, without white
 * space around it; else all of the text. */
struct span json_fence_strip(const char *text, size_t len);

#endif
