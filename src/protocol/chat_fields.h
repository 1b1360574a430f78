/*
 * Reading the fields of a chat request by tables: a row says of a field its
 * name, what it must be, and who takes its value. Rows stand in
 * chat_request.c and, for objects inside the body, beside their handlers.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_FIELDS_H
#define KEYWHEEL_PROTOCOL_CHAT_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_parts.h"
#include "protocol/chat_request.h"
#include "protocol/chat_thinking.h"
#include "protocol/chat_tools.h"
#include "protocol/field.h"

/* A request while it is being read. */
struct chat_build {
	struct chat_request *req;
	const struct chat_policy *policy;
	struct api_error *error;
	struct json_object *body;   /* the client's; borrowed */
	struct json_object *config; /* generationConfig */
	struct chat_tools tools;
	unsigned builtins;          /* bits, of chat_builtin */
	struct json_object *safety; /* safetySettings, or NULL */
	struct json_object *cache;  /* its name; borrowed, or NULL */
	struct json_object *schema; /* of response_format, or NULL; borrowed */
	size_t schema_room;         /* for schema_clean */
	struct buf instruction;     /* of ours, behind the client's own */
	struct chat_thinking thinking;
};

/* By what the parts of its messages are converted. */
struct chat_parts_env chat_fields_parts_env(const struct chat_build *b);

struct chat_field;

/* Take a value that has passed the row's rule. False with *b->error set if
 * it is refused. path names the field from the top of the body. */
typedef bool chat_field_fn(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path);

struct chat_field {
	const char *name;
	struct field_rule rule;
	chat_field_fn *take;
	const char *to; /* for the handler: the name of Gemini's member */
};

/* Go through the rows, in their order, and hand the members of o that are
 * not null to their handlers. path names o; "" for the body itself. */
MUSTCHECK bool chat_fields_read(struct chat_build *b, struct json_object *o,
    const char *path, const struct chat_field *rows, size_t count);

/* A handler: copy the value into generationConfig as field->to. */
chat_field_fn chat_fields_take_config;

/* Note that a field was left out because the model has no use for it. */
void chat_fields_dropped(struct chat_build *b, const char *name);

/* A whole number that passed FIELD_INT, brought into [low, high]. */
int64_t chat_fields_int(struct json_object *value, int64_t low, int64_t high);

#endif
