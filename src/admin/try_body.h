/*
 * The APIs that the page of trials speaks, and a request made of its form.
 * Facts: the contract of the API, sections 2 to 4; the budgets of thought are
 * those that Google gives for OpenAI's efforts
 * (https://ai.google.dev/gemini-api/docs/openai).
 */
#ifndef KEYWHEEL_ADMIN_TRY_BODY_H
#define KEYWHEEL_ADMIN_TRY_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_object;
struct try_form;

struct try_route {
	const char *id;    /* in the form */
	const char *title; /* a message */
	/* Up to the model's name, if the path holds one, and behind it. */
	const char *path, *action, *stream_action;
	const char *stream_query;
	const char *credential; /* a header field for a token */
	struct json_object *(*make)(const struct try_form *form);
};

extern const struct try_route try_routes[];
extern const size_t try_n_routes;

/* The efforts of thought, as OpenAI calls them. */
struct try_effort {
	const char *name;
	int64_t budget; /* in tokens */
};
extern const struct try_effort try_efforts[];
extern const size_t try_n_efforts;

/* Append the path and the query ("": none) of the request. */
void try_body_target(
    const struct try_form *form, struct buf *path, struct buf *query);

/* Append the body that the fields make, as JSON with a line a value. The form
 * is good (try_form_check). */
void try_body_make(const struct try_form *form, struct buf *body);

/* Append a JSON text with a line a value. False if it is none: as it is. */
bool try_body_pretty(const char *text, size_t len, struct buf *out);

#endif
