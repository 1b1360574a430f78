/*
 * Fields by the names that the client gave them: where things of a Responses
 * request went in the chat request that it becomes, so that a refusal of the
 * chat request can be told in the client's own terms.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_PATH_H
#define KEYWHEEL_PROTOCOL_RESPONSES_PATH_H

#include <json-c/json.h>

#include "protocol/api_error.h"

/* Note that what the chat request has at a path (a format and what belongs
 * to it) came from the client's path. places is an object that collects the
 * notes; NULL collects none. */
void responses_path_note(struct json_object *places, const char *client,
    const char *chat, ...) __attribute__((format(printf, 3, 4)));

/* Rewrite the error's param, and the field that its message quotes, by the
 * notes and by what is always the same. */
void responses_path_rewrite(
    struct json_object *places, struct api_error *error);

#endif
