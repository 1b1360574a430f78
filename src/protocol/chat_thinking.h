/*
 * How much a model shall think (contract sections 1.6 and 1.8): the many ways
 * in which clients say it, and thinkingConfig.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_THINKING_H
#define KEYWHEEL_PROTOCOL_CHAT_THINKING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/model_name.h"

enum effort {
	EFFORT_ABSENT,
	EFFORT_NONE,
	EFFORT_MINIMAL,
	EFFORT_LOW,
	EFFORT_MEDIUM,
	EFFORT_HIGH,
	EFFORT_MAX, /* xhigh, max */
	EFFORT__COUNT
};

/* What the client said so far. Zero-initialised = nothing. */
struct chat_thinking {
	const char *field; /* the field that said it last; static */
	enum effort effort;
	bool has_budget;
	int64_t budget;   /* tokens; -1 = the model decides */
	bool exclude;     /* no thoughts in the answer */
	bool off_by_name; /* NAME-non-thinking */

	/* From google.thinking_config, borrowed; they win. */
	struct json_object *google_budget;
	struct json_object *google_level;
	struct json_object *google_include;
};

struct chat_build;
struct chat_field;

/* Handlers of fields (chat_field_fn). */
bool chat_thinking_take_effort(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);
bool chat_thinking_take_reasoning(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);
bool chat_thinking_take_thinking(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);
bool chat_thinking_take_google(struct chat_build *b,
    const struct chat_field *field, struct json_object *value,
    const char *path);

/* Add thinkingConfig to generationConfig if there is anything to say: what
 * the client said, else the model's name, else THINKING_BUDGET_MAP. */
void chat_thinking_write(struct chat_build *b);

/* True if thoughts that come all the same are not for the client. Its own
 * word counts before the settings'. */
MUSTCHECK bool chat_thinking_hidden(const struct chat_build *b);

#endif
