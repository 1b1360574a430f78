/* Names of what projects hold, for leases and for the account. */
#include "gateway/resources.h"

#include <string.h>

#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"

/* How long an answer may wait to be gone on with. */
#define CONTINUATION_S (24 * 3600)

static bool
check(const struct resource_names *names, struct api_error *error)
{
	return !names->too_many ||
	    api_error_set(error, FAULT_BAD_ARGUMENT, NULL,
		"The request names more than %d files and the like.",
		RESOURCE_NAMES_MAX);
}

bool
resources_scan(const struct service *s, const char *body, size_t len,
    struct resource_names *names, struct api_error *error)
{
	struct buf name;
	resource_names_scan(names, body, len);
	if (names->continuation == NULL)
		return check(names, error);
	buf_init(&name, BUF_SMALL);
	resources_secret_name(s, "continuations", names->continuation, &name);
	if (names->list == NULL)
		names->list = json_object_new_array();
	json_object_array_add(
	    names->list, json_object_new_string(buf_cstr(&name)));
	buf_clear(&name);
	return check(names, error);
}

bool
resources_walk(struct json_object *body, struct resource_names *names,
    struct api_error *error)
{
	resource_names_walk(names, body);
	return check(names, error);
}

/* A list that is a member, made if need be. */
static struct json_object *
list_of(struct json_object **remember, const char *member)
{
	if (*remember == NULL)
		*remember = json_object_new_object();
	if (json_get(*remember, member) == NULL)
		json_set(*remember, member, json_object_new_array());
	return json_get(*remember, member);
}

/* Takes facts over. */
static void
add(struct json_object **remember, const char *member, const char *name,
    const char *kind, int64_t expires_s, struct json_object *facts)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", name);
	json_set_text(o, "kind", kind);
	if (expires_s >= 0)
		json_set_int(o, "expires_s", expires_s);
	if (facts != NULL)
		json_set(o, "facts", facts);
	json_object_array_add(list_of(remember, member), o);
}

void
resources_note(struct json_object **remember, const char *name,
    const char *kind, int64_t expires_s, struct json_object *facts)
{
	add(remember, "resources", name, kind, expires_s, facts);
}

void
resources_see(struct json_object **remember, const char *name,
    int64_t expires_s, struct json_object *facts)
{
	add(remember, "seen", name, "files", expires_s, facts);
}

void
resources_forget(struct json_object **remember, const char *name)
{
	json_object_array_add(
	    list_of(remember, "forget"), json_object_new_string(name));
}

struct json_object *
resources_continuation(const struct service *s, const char *token)
{
	struct json_object *o = NULL;
	struct buf name;
	if (token == NULL)
		return NULL;
	buf_init(&name, BUF_SMALL);
	resources_secret_name(s, "continuations", token, &name);
	resources_note(
	    &o, buf_cstr(&name), "continuations", CONTINUATION_S, NULL);
	buf_clear(&name);
	return o;
}

void
resources_secret_name(const struct service *s, const char *kind,
    const char *secret, struct buf *name)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	crypt_hash(&s->master, secret, strlen(secret), hash);
	buf_fmt(name, "%s/", kind);
	text_hex(name, hash, sizeof(hash));
}
