/*
 * Model names: what a client may ask for, and which family a model is of
 * (contract section 0), which decides what may be sent to it.
 */
#ifndef KEYWHEEL_PROTOCOL_MODEL_NAME_H
#define KEYWHEEL_PROTOCOL_MODEL_NAME_H

#include <stdbool.h>

enum model_family {
	MODEL_G2,    /* gemini-2.*: budgets, candidateCount, prefill */
	MODEL_G3A,   /* gemini-3-, 3.1-, 3.5-flash: levels, prefill */
	MODEL_G3B,   /* later, and unknown: no prefill, sampling ignored */
	MODEL_GEMMA, /* no systemInstruction */
};

struct model_traits {
	enum model_family family;
	bool image, tts, embedding; /* output modality */
	bool keeps_sampling;        /* temperature, topP, topK mean something */
	bool many_candidates;       /* candidateCount > 1 works */
	bool prefill;               /* the last turn may be the model's */
	bool system;                /* systemInstruction is understood */
	bool penalties; /* presence/frequencyPenalty are understood */
	bool logprobs;
	bool thinking;     /* may be told how to think at all */
	bool levels;       /* … by a thinkingLevel, where its family is */
	bool minimal;      /* … of MINIMAL too */
	bool thinking_off; /* a budget of 0 is taken */
	bool mixed_tools;  /* built-in tools beside the client's functions */
};

/* The name without `models/`, `google/` or `gemini/` in front; NULL if what
 * is left is empty, longer than 128, holds a character outside
 * [A-Za-z0-9._:@-] or is "." or "..". Points into name. */
const char *model_name_clean(const char *name);

struct model_traits model_traits(const char *clean_name);

#endif
