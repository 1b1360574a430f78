/* The state of a request for models, and what its files do for each other: for
 * models*.c. */
#ifndef KEYWHEEL_GATEWAY_MODELS_PARTS_H
#define KEYWHEEL_GATEWAY_MODELS_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "gateway/model_fetch.h"
#include "protocol/api_error.h"
#include "protocol/chat_policy.h"

struct models;

/* One of the answers. */
struct models_view {
	enum api_dialect dialect;
	const char *route;
	/* The answer out of Gemini's objects. The caller owns it; NULL: it
	 * is not in there. */
	struct json_object *(*make)(
	    const struct models *m, struct json_object *models);
};

struct models {
	struct service *service;
	const struct models_view *view;
	struct model_fetch fetch;
	struct chat_policy policy;
	const char *id;    /* the one that was asked for, or NULL */
	bool vertex;       /* list the models as Vertex's too */
	struct buf base;   /* … without the suffixes of its name */
	size_t page_size;  /* of Gemini's form */
	struct buf after;  /* … the name that the page comes after */
	int64_t max_age_s; /* MODELS_CACHE_SECONDS */
	struct json_object *stored;
	struct json_object *names; /* of those */
	/* What the token may use: token.models. */
	struct json_object *allowed;
	int64_t age_ms; /* -1: nothing is stored */
};

/* models_view.c: the answers there are. */
extern const struct models_view models_view_openai, models_view_native,
    models_view_vertex, models_view_one;

/* Append an answer out of Gemini's objects; false if it is not in there. */
bool models_view_write(
    const struct models *m, struct json_object *models, struct buf *out);

#endif
