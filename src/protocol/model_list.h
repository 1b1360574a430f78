/*
 * Lists of models for clients (contract sections 4.4 and 6.7), out of an
 * array of Gemini's own model objects. Filtered models are in none of them.
 * Objects of models that no key can use have `available` (false) and
 * `unavailableReason` besides what Gemini says; clients are told both.
 */
#ifndef KEYWHEEL_PROTOCOL_MODEL_LIST_H
#define KEYWHEEL_PROTOCOL_MODEL_LIST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/chat_policy.h"

/* The names in the array, without `models/`: {"name": true}, as chat_policy
 * has them. The caller owns it. */
struct json_object *model_list_names(struct json_object *models);

/* The object of the model of that clean name, or NULL. Borrowed. */
struct json_object *model_list_find(
    struct json_object *models, const char *name);

/* OpenAI's model object: id is what the client may ask for, model Gemini's
 * object, which says more about it. The caller owns it. */
struct json_object *model_list_one(const char *id, struct json_object *model);

/* OpenAI's list: the models that can be used through this gateway, each
 * followed by its names with suffixes, and the one that draws for chats. The
 * caller owns it. */
struct json_object *model_list_openai(
    struct json_object *models, const struct chat_policy *policy);

/* Add to OpenAI's list the same names with `vertex/` before them, of models
 * that answer prompts: whatever else Vertex has is not served. */
void model_list_add_vertex(struct json_object *list, struct json_object *models,
    const struct chat_policy *policy);

/* Gemini's objects of those models, naming the methods that Vertex is asked
 * for here. The caller owns the array. */
struct json_object *model_list_of_vertex(struct json_object *models);

/* Gemini's list: at most `size` models whose names come after `after`, in
 * the order of the array, which is that of the names; with nextPageToken if
 * there are more. The caller owns it. */
struct json_object *model_list_native(struct json_object *models,
    const struct chat_policy *policy, size_t size, const char *after);

/* Append the name that the page of that token comes after. False if it is no
 * token of ours. */
MUSTCHECK bool model_list_read_token(const char *token, struct buf *after);

#endif
