/* Token counts: Gemini's usageMetadata and OpenAI's usage (contract 2.3). */
#ifndef KEYWHEEL_PROTOCOL_USAGE_H
#define KEYWHEEL_PROTOCOL_USAGE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct usage {
	bool known;     /* a usageMetadata was seen */
	int64_t prompt; /* promptTokenCount + toolUsePromptTokenCount */
	int64_t cached; /* part of prompt */
	int64_t answer; /* candidatesTokenCount: without thoughts */
	int64_t thought;
	int64_t total;
	int64_t prompt_audio, answer_audio;
};

/* Read a usageMetadata object; fields that are missing are zero. The last
 * one of a stream counts, so u is overwritten. NULL changes nothing. */
void usage_read(struct usage *u, struct json_object *metadata);

/* Read what an answer of any of Google's APIs, or an event of it, says of
 * tokens: usageMetadata, the usage of the OpenAI-compatible one or that of an
 * interaction. Nothing changes if it says nothing. */
void usage_read_any(struct usage *u, struct json_object *answer);

/* u is that of a further call for the same request: a hop that went on where
 * before had stopped, or another choice. The prompt is counted once, as in
 * before; the outputs are summed (contract 2.3, 2.7). */
void usage_continue(struct usage *u, const struct usage *before);

/* Add all that another call has used, its prompt too. */
void usage_add(struct usage *u, const struct usage *other);

/* The usage object of a chat completion; the caller owns it. */
struct json_object *usage_to_openai(const struct usage *u);

/* The usage object of a response (contract section 5); the same. */
struct json_object *usage_to_responses(const struct usage *u);

#endif
