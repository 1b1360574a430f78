/*
 * What requests name of what projects hold at Google, and what their answers
 * leave there (contract sections 6.2 and 6.3).
 */
#ifndef KEYWHEEL_GATEWAY_RESOURCES_H
#define KEYWHEEL_GATEWAY_RESOURCES_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "protocol/api_error.h"
#include "protocol/resource_name.h"

struct service;

/* What the bytes of a body name, or (walk) a body of ours: names->list is for
 * live.resources. False with *error set if it is more than is looked up. */
MUSTCHECK bool resources_scan(const struct service *s, const char *body,
    size_t len, struct resource_names *names, struct api_error *error);
MUSTCHECK bool resources_walk(struct json_object *body,
    struct resource_names *names, struct api_error *error);

/* Add something to account.remember (*remember NULL: made): a name that is at
 * Google now, for so many seconds (-1: it stays), or that is not. facts may be
 * NULL, and is taken over. */
void resources_note(struct json_object **remember, const char *name,
    const char *kind, int64_t expires_s, struct json_object *facts);
/* It is there still, and this is what is told of it now: whoever made it. */
void resources_see(struct json_object **remember, const char *name,
    int64_t expires_s, struct json_object *facts);
void resources_forget(struct json_object **remember, const char *name);

/* For account.remember: an answer can be gone on with by its token. NULL if
 * token is NULL. The caller owns it. */
struct json_object *resources_continuation(
    const struct service *s, const char *token);

/* Append the name of something secret: the kind, a slash, its keyed hash. */
void resources_secret_name(const struct service *s, const char *kind,
    const char *secret, struct buf *name);

#endif
