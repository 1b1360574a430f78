/*
 * OpenAI's embeddings request (contract section 4.1): read, and written as
 * Gemini takes it, in parts. One input is one embedding; Gemini takes up to
 * EMBED_PART_MAX of them in a call and counts each against the quota.
 */
#ifndef KEYWHEEL_PROTOCOL_EMBED_REQUEST_H
#define KEYWHEEL_PROTOCOL_EMBED_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/api_error.h"

/* Inputs of a request, as OpenAI has it. */
#define EMBED_INPUTS_MAX 2048
/* Inputs of one :batchEmbedContents, as Google has it. */
#define EMBED_PART_MAX 100

/* What the settings and the list of models say; borrowed. */
struct embed_policy {
	const char *model; /* for those that name none, or one of OpenAI's */
	struct json_object *filtered_models; /* a list of names */
	struct json_object *models; /* that Gemini lists: its members; or NULL
				     */
};

struct embed_request {
	char *asked_model; /* the client's word, which the answer repeats */
	char *model;       /* Gemini's name */
	char *pool_model;  /* the database's */
	const char *pool;  /* that the name asks for, or NULL */
	struct json_object *input;     /* a string, or an array of strings */
	struct json_object *task_type; /* a string, or NULL */
	size_t n;                      /* inputs, 1 to EMBED_INPUTS_MAX */
	int64_t dimensions;            /* 0: as many as the model has */
	bool base64;
};

/*
 * Read the client's body, which must live as long as the request. False with
 * *error set if it is refused. Clear the request in either case.
 *
 * OpenAI's own names stand for policy.model with as many dimensions as they
 * have there, unless Gemini lists a model of that name: a client's table of
 * vectors has columns of that width.
 */
MUSTCHECK bool embed_request_read(struct embed_request *req,
    struct json_object *body, const struct embed_policy *policy,
    struct api_error *error);
void embed_request_clear(struct embed_request *req);

/* The size of the part that begins with that input. */
size_t embed_request_part(const struct embed_request *req, size_t first);

/* Tokens of n inputs, estimated: one for four bytes, at least one each. */
int64_t embed_request_tokens(
    const struct embed_request *req, size_t first, size_t n);

/* Append the path behind Gemini's base URL, and the body, for n inputs. */
void embed_request_path(
    const struct embed_request *req, size_t n, struct buf *path);
void embed_request_write(
    const struct embed_request *req, size_t first, size_t n, struct buf *out);

#endif
