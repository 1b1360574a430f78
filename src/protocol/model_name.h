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
	bool reads_urls;   /* https URLs in fileData are fetched by Gemini */
	bool thinking;     /* may be told how to think at all */
	bool levels;       /* … by a thinkingLevel, where its family is */
	bool minimal;      /* … of MINIMAL too */
	bool thinking_off; /* a budget of 0 is taken */
	bool mixed_tools;  /* built-in tools beside the client's functions */
	bool json_mode;    /* responseMimeType application/json works */
	bool json_schema;  /* …JsonSchema works; else the OpenAPI dialect */
	bool json_with_tools; /* … beside tools, too */
	bool large_schemas;   /* the schema of this request is not too large */
};

/* The name without `models/`, `google/` or `gemini/` in front; NULL if what
 * is left is empty, longer than 128, holds a character outside
 * [A-Za-z0-9._:@-] or is "." or "..". Points into name. */
const char *model_name_clean(const char *name);

/* The same of a name that may also ask for the keys of one pool: *pool is
 * "vertex" if `vertex/` or `vertex-express/` stands in front, "paid" for
 * `paid/`, else NULL. Two pools are no name. A slash is in no model's own
 * name, so none is hidden by this. */
const char *model_name_split(const char *name, const char **pool);

/* What the database calls a model that is asked for in that pool, or NULL:
 * Vertex is another API, and what its models refuse, and when they rest, says
 * nothing about Gemini's of the same name. The caller frees it. */
char *model_name_in_pool(const char *clean_name, const char *pool);

struct model_traits model_traits(const char *clean_name);

#endif
