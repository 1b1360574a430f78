/*
 * Settings that name a model which Gemini's list does not have, or which
 * cannot do what it is asked for. Pure.
 */
#ifndef KEYWHEEL_ADMIN_MODEL_WARN_H
#define KEYWHEEL_ADMIN_MODEL_WARN_H

#include "base/setting.h"

struct json_object;

struct model_warning {
	enum setting_id id;
	const char *message; /* with $model, $low and $high in it */
	const char *model;
	int64_t low, high; /* of a thinking budget */
};

/* Call back for each. models: {name: Gemini's object}; empty or NULL: no list
 * has come, so nothing can be said. What a list names by default is no
 * mistake of anybody's, nor is a name of Vertex's. */
void model_warn(const struct settings *settings, struct json_object *models,
    void (*warn)(void *ctx, const struct model_warning *warning), void *ctx);

#endif
