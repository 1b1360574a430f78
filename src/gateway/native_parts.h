/* What the files of native.c do for each other: for native*.c. */
#ifndef KEYWHEEL_GATEWAY_NATIVE_PARTS_H
#define KEYWHEEL_GATEWAY_NATIVE_PARTS_H

#include "gateway/events.h"
#include "gateway/live.h"
#include "gateway/native.h"
#include "gateway/pipe_headers.h"
#include "protocol/gemini_reader.h"
#include "protocol/resource_name.h"

struct native {
	struct service *service;
	const struct native_kind *kind;
	const char *model; /* Gemini's name */
	struct live live;
	struct buf body, path;
	struct pipe_headers up, down; /* fields that pass */
	char type[128];               /* Content-Type of the answer */
	struct buf pending; /* bytes of an event that is not complete */
	struct events events;
	struct gemini_reader reader;
	struct resource_names names;  /* of what projects hold */
	struct json_object *remember; /* for later requests, or NULL */
	bool dressed;                 /* the body is as Gemini gets it */
	bool sent_event;              /* an event has gone out */
	bool sse;
};

/* native.c: relay_task.admit; ctx is a struct native. */
bool native_admit(void *ctx, struct api_error *error);

/* native_answer.c: run the request, and pass its answer on. */
void native_run(struct native *n);

#endif
