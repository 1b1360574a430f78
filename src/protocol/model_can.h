/*
 * What a model can, as far as is known: by Gemini's own object (its methods,
 * its thinking) and by its name, since Gemini's list does not tell what a
 * model reads and gives (contract sections 0, 1.4, 1.6, 4.3).
 */
#ifndef KEYWHEEL_PROTOCOL_MODEL_CAN_H
#define KEYWHEEL_PROTOCOL_MODEL_CAN_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Bits of a set. */
enum model_can {
	MODEL_CAN_GENERATE = 1, /* answers prompts with text */
	MODEL_CAN_EMBED = 2,
	MODEL_CAN_DRAW = 4,
	MODEL_CAN_SPEAK = 8,
	MODEL_CAN_LIVE = 16, /* bidiGenerateContent */
	MODEL_CAN_THINK = 32,
	MODEL_CAN_FILM = 64,
};

/* What it can. model: Gemini's object; NULL: there is none, then the name
 * says it all, without `vertex/`. */
unsigned model_can(const char *name, struct json_object *model);

/* Kinds of what goes in and comes out, as bits of a set. */
enum model_medium {
	MODEL_TEXT = 1,
	MODEL_PICTURES = 2,
	MODEL_SOUND = 4,
	MODEL_VIDEO = 8,
	MODEL_PDF = 16,
	MODEL_NUMBERS = 32, /* embeddings */
};

/* 0, 0: not known. */
struct model_media {
	unsigned in, out;
};

struct model_media model_media(const char *name);

/* The thinking budgets it takes, besides -1 (as it likes) and 0 where off is
 * true; contract section 1.6. False: it takes levels, or that is not known. */
struct model_budgets {
	int64_t low, high;
	bool off;
};
bool model_budgets(const char *name, struct model_budgets *budgets);

#endif
