/* What the rows of the route tables lead to. */
#ifndef KEYWHEEL_GATEWAY_ENDPOINT_H
#define KEYWHEEL_GATEWAY_ENDPOINT_H

#include "protocol/api_error.h"
#include "web/route.h"

struct service;

struct endpoint {
	enum api_dialect dialect; /* of its errors */
	void (*serve)(struct service *s, const struct route_match *match);
};

/* One a row of the table; each in the file of its API. */
extern const struct endpoint endpoint_chat;   /* chat.c */
extern const struct endpoint endpoint_models; /* models.c */
extern const struct endpoint endpoint_model;
extern const struct endpoint endpoint_native_models;
extern const struct endpoint endpoint_native_model; /* native_kinds.c */
extern const struct endpoint endpoint_native_generate;
extern const struct endpoint endpoint_native_stream;
extern const struct endpoint endpoint_native_count;
extern const struct endpoint endpoint_vertex_models;       /* models.c */
extern const struct endpoint endpoint_native_vertex_model; /* native_kinds.c */
extern const struct endpoint endpoint_native_vertex_generate;
extern const struct endpoint endpoint_native_vertex_stream;
extern const struct endpoint endpoint_native_vertex_count;
extern const struct endpoint endpoint_health;    /* health.c */
extern const struct endpoint endpoint_picture;   /* pictures.c */
extern const struct endpoint endpoint_responses; /* responses.c */
extern const struct endpoint endpoint_response;

#endif
