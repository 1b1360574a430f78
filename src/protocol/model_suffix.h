/*
 * Model names with a wish behind them: gemini-2.5-flash-search is
 * gemini-2.5-flash with Google Search. gemini-balance's suffixes and one of
 * our own, alone or several in any order.
 *
 * A wish never hides a model: a name that Gemini lists, or that a list of the
 * settings holds, is that model's name (gemini-2.5-flash-image).
 */
#ifndef KEYWHEEL_PROTOCOL_MODEL_SUFFIX_H
#define KEYWHEEL_PROTOCOL_MODEL_SUFFIX_H

#include <stddef.h>

#include "protocol/chat_policy.h"

/* Bits of a set. */
enum model_wish {
	WISH_SEARCH = 1,      /* -search: of SEARCH_MODELS */
	WISH_IMAGE = 2,       /* -image, -image-generation: of IMAGE_MODELS */
	WISH_NO_THINKING = 4, /* -non-thinking: of every model */
	WISH_FAKE_STREAM = 8, /* -fake-stream: of every model */
};

/*
 * The wishes in a clean name; *len is how much of it names the model. A
 * suffix that the model is not offered with stays in the name, for Gemini to
 * say that there is no such model. -image-generation is a wish also where it
 * stays: it is part of the names of real models.
 */
unsigned model_suffix_split(
    const char *name, const struct chat_policy *policy, size_t *len);

/* A model has at most so many names besides its own. */
#define MODEL_SUFFIX_OFFERS 3

/* The suffixes that a model is listed with besides its own name; how many. A
 * name that is a model's is not among them. */
size_t model_suffix_offers(const char *name, const struct chat_policy *policy,
    const char *suffixes[MODEL_SUFFIX_OFFERS]);

#endif
