/* What requests recall and remember: only what the database takes. */
#include "store/memory.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/requests.h"

#define MAX_HASH_DIGITS 128
#define MAX_QUIRK 80
#define MAX_KIND 64
#define MAX_FACTS 4096 /* bytes */

/* Bytes that jsonb takes: no NUL, valid UTF-8; and not too many. */
static bool
is_fit(const char *text, size_t len, size_t most)
{
	return text != NULL && len > 0 && len <= most &&
	    memchr(text, '\0', len) == NULL && text_is_utf8(text, len);
}

static bool
is_fit_value(struct json_object *value, size_t most)
{
	return json_object_is_type(value, json_type_string) &&
	    is_fit(json_object_get_string(value),
		(size_t)json_object_get_string_len(value), most);
}

static void
copy_conversation(struct json_object *from, struct json_object *to)
{
	struct json_object *hash = json_get(from, "conversation");
	if (!is_fit_value(hash, MAX_HASH_DIGITS))
		return;
	const char *text = json_object_get_string(hash);
	size_t len = strlen(text);
	if (len % 2 == 0 && strspn(text, "0123456789abcdefABCDEF") == len)
		json_share(to, "conversation", hash);
}

/* A list's last texts that fit, in their order. */
static void
copy_texts(struct json_object *from, struct json_object *to, const char *name,
    size_t most, size_t max_len)
{
	struct json_object *list = json_get(from, name);
	size_t first = json_count(list), fit = 0;
	while (first > 0 && fit < most)
		fit += is_fit_value(json_at(list, --first), max_len);
	if (fit == 0)
		return;
	struct json_object *copy = json_object_new_array_ext((int)fit);
	for (size_t i = first; i < json_count(list); i++)
		if (is_fit_value(json_at(list, i), max_len))
			json_object_array_add(
			    copy, json_object_get(json_at(list, i)));
	json_set(to, name, copy);
}

static void
copy_signatures(struct json_object *from, struct json_object *to)
{
	struct json_object *all = json_get(from, "signatures");
	if (!json_object_is_type(all, json_type_object))
		return;
	struct json_object *copy = json_object_new_object();
	json_object_object_foreach(all, id, signature)
	{
		if (json_object_object_length(copy) < MEMORY_MAX_CALLS &&
		    is_fit(id, strlen(id), MEMORY_MAX_CALL_ID) &&
		    is_fit_value(signature, MEMORY_MAX_SIGNATURE))
			json_share(copy, id, signature);
	}
	if (json_object_object_length(copy) > 0)
		json_set(to, "signatures", copy);
	else
		json_object_put(copy);
}

/* The object, unless it is empty. */
static struct json_object *
unless_empty(struct json_object *o)
{
	if (json_object_object_length(o) > 0)
		return o;
	json_object_put(o);
	return NULL;
}

struct json_object *
memory_recall(struct json_object *recall)
{
	if (recall == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	copy_conversation(recall, o);
	copy_texts(recall, o, "calls", MEMORY_MAX_CALLS, MEMORY_MAX_CALL_ID);
	return unless_empty(o);
}

static void
copy_name(struct json_object *to, const char *member, const char *name)
{
	if (name != NULL && is_fit(name, strlen(name), MEMORY_MAX_NAME))
		json_set_text(to, member, name);
}

struct json_object *
memory_wishes(const struct request_facts *facts)
{
	struct json_object *o = memory_recall(facts->recall);
	if (facts->resources == NULL && facts->sticky == NULL &&
	    facts->upload == NULL)
		return o;
	if (o == NULL)
		o = json_object_new_object();
	if (facts->resources != NULL) {
		struct json_object *from = json_object_new_object();
		json_share(from, "resources", facts->resources);
		copy_texts(from, o, "resources", MEMORY_MAX_RESOURCES,
		    MEMORY_MAX_NAME);
		json_object_put(from);
	}
	copy_name(o, "sticky", facts->sticky);
	copy_name(o, "upload", facts->upload);
	return unless_empty(o);
}

/* Only text that jsonb takes. */
static void
copy_facts(struct json_object *from, struct json_object *to)
{
	struct json_object *facts = json_get(from, "facts");
	struct buf text;
	if (!json_object_is_type(facts, json_type_object))
		return;
	buf_init(&text, MAX_FACTS);
	json_write(&text, facts);
	if (buf_ok(&text) && strstr(buf_cstr(&text), "\\u0000") == NULL &&
	    text_is_utf8(text.data, text.len))
		json_share(to, "facts", facts);
	buf_clear(&text);
}

/* One thing that is at Google; NULL if it is not legal. */
static struct json_object *
copy_resource(struct json_object *one)
{
	int64_t expires_s = json_get_int(one, "expires_s", -1);
	if (!is_fit_value(json_get(one, "name"), MEMORY_MAX_NAME) ||
	    !is_fit_value(json_get(one, "kind"), MAX_KIND))
		return NULL;
	struct json_object *o = json_object_new_object();
	json_share(o, "name", json_get(one, "name"));
	json_share(o, "kind", json_get(one, "kind"));
	if (expires_s >= 0 && expires_s <= INT32_MAX)
		json_set_int(o, "expires_s", expires_s);
	copy_facts(one, o);
	return o;
}

static void
copy_resources(
    struct json_object *from, struct json_object *to, const char *name)
{
	struct json_object *list = json_get(from, name);
	struct json_object *copy = json_object_new_array();
	for (size_t i = 0;
	     i < json_count(list) && json_count(copy) < MEMORY_MAX_RESOURCES;
	     i++) {
		struct json_object *o = copy_resource(json_at(list, i));
		if (o != NULL)
			json_object_array_add(copy, o);
	}
	if (json_count(copy) > 0)
		json_set(to, name, copy);
	else
		json_object_put(copy);
}

struct json_object *
memory_remember(struct json_object *remember)
{
	if (remember == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	copy_conversation(remember, o);
	copy_signatures(remember, o);
	copy_texts(remember, o, "quirks", MEMORY_MAX_QUIRKS, MAX_QUIRK);
	copy_resources(remember, o, "resources");
	copy_resources(remember, o, "seen");
	copy_texts(
	    remember, o, "forget", MEMORY_MAX_RESOURCES, MEMORY_MAX_NAME);
	o = unless_empty(o);
	if (o != NULL && json_get_bool(remember, "bypass"))
		json_set_bool(o, "bypass", true);
	return o;
}
