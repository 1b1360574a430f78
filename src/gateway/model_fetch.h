/*
 * Asking Gemini about its models, through the relay: the whole list, of all
 * its pages, or one model.
 */
#ifndef KEYWHEEL_GATEWAY_MODEL_FETCH_H
#define KEYWHEEL_GATEWAY_MODEL_FETCH_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/live.h"

struct model_fetch {
	struct live live; /* its service, dialect, route, model, token and
			     content_type; the rest is filled here */
	const char *name; /* one model; NULL: the list */
	void *ctx;

	/* The settings have changed. */
	void (*settings_changed)(void *ctx);

	/* The client's answer, appended to out: found is an array of Gemini's
	 * model objects, which is not empty if one was asked for; the list is
	 * that of one key. */
	void (*answer)(void *ctx, struct json_object *found, int64_t key_id,
	    struct buf *out);

	/* As relay_task has it. */
	bool (*rescue)(
	    void *ctx, const struct api_error *error, struct buf *out);
};

/* Serve the request to its end. */
void model_fetch_run(struct model_fetch *fetch);

#endif
