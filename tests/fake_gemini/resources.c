/* What projects hold, and the methods on it. */
#include "resources.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "errors.h"
#include "interactions.h"
#include "mem.h"
#include "resources_state.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

struct resources *
resources_new(void)
{
	return mem_alloc(sizeof(struct resources));
}

void
resources_empty(struct resources *r)
{
	while (r->first != NULL) {
		struct resource *next = r->first->next;

		json_object_put(r->first->o);
		free(r->first->name);
		free(r->first->project);
		free(r->first);
		r->first = next;
	}
}

void
resources_free(struct resources *r)
{
	resources_empty(r);
	free(r);
}

struct resource *
resources_add(struct resources *r, const char *project, const char *name,
    struct json_object *o)
{
	struct resource *one = mem_alloc(sizeof(*one));

	one->name = mem_copy(name, strlen(name));
	one->project = mem_copy(project, strlen(project));
	one->o = o;
	one->next = r->first;
	r->first = one;
	return one;
}

struct resource *
resources_find(struct resources *r, const char *project, struct span name)
{
	for (struct resource *one = r->first; one != NULL; one = one->next)
		if (buf_is(name, one->name) &&
		    strcmp(one->project, project) == 0)
			return one;
	return NULL;
}

void
resources_drop(struct resources *r, struct resource *gone)
{
	struct resource **at = &r->first;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	json_object_put(gone->o);
	free(gone->name);
	free(gone->project);
	free(gone);
}

struct json_object *
resources_member(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, name, &value);
	return value;
}

void
resources_write(struct reply *reply, struct json_object *o)
{
	buf_text(&reply->body,
	    json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_text(&reply->body, "\n");
}

void
resources_refuse(struct reply *reply, int status, const char *message)
{
	reply->status = status;
	reply->good = false;
	errors_plain(&reply->body, status, message, NULL, true);
}

struct json_object *
resources_when(time_t t)
{
	char out[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%S.123456Z", &tm);
	return json_object_new_string(out);
}

/* Has the body only members of the list? Google names the first other one. */
bool
resources_known(struct json_object *body, const char *const *known, size_t n,
    struct buf *why)
{
	json_object_object_foreach(body, name, value)
	{
		size_t i = 0;

		(void)value;
		while (i < n && strcmp(known[i], name) != 0)
			i++;
		if (i < n)
			continue;
		buf_printf(why,
		    "Invalid JSON payload received. Unknown name \"%s\": "
		    "Cannot find field.",
		    name);
		return false;
	}
	return true;
}

/* --- what there is -------------------------------------------------------- */

static void
list(struct resources *r, const struct resources_call *call, const char *member,
    struct reply *reply)
{
	struct json_object *all = json_object_new_object();
	struct json_object *array = json_object_new_array();
	size_t len = strlen(call->rest);

	for (struct resource *one = r->first; one != NULL; one = one->next)
		if (strncmp(one->name, call->rest, len) == 0 &&
		    one->name[len] == '/' &&
		    strcmp(one->project, call->project) == 0)
			json_object_array_add(array, json_object_get(one->o));
	if (json_object_array_length(array) > 0)
		json_object_object_add(all, member, json_object_get(array));
	json_object_put(array);
	resources_write(reply, all);
	json_object_put(all);
}

/* GET, DELETE, PATCH and methods of what is there. */
static void
serve_one(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	struct span verb = call->request->verb;
	struct span name = {call->rest, strcspn(call->rest, ":")};
	struct resource *one = resources_find(r, call->project, name);

	if (one == NULL && strncmp(call->rest, "cached", 6) == 0) {
		resources_refuse(reply, 403,
		    "CachedContent not found (or permission denied)");
	} else if (one == NULL) {
		resources_refuse(reply, 404, "Requested entity was not found.");
	} else if (buf_is(verb, "DELETE")) {
		resources_drop(r, one);
		buf_text(&reply->body, "{}\n");
	} else if (call->rest[name.len] == ':') {
		buf_text(&reply->body, "{}\n");
	} else {
		struct json_object *ttl = resources_member(body, "ttl");

		if (buf_is(verb, "PATCH") && ttl != NULL)
			json_object_object_add(one->o, "expireTime",
			    resources_when(time(NULL) +
				atoi(json_object_get_string(ttl))));
		resources_write(reply, one->o);
	}
}

/* --- which of them -------------------------------------------------------- */

static const struct {
	const char *verb, *path; /* path: whole, or what it begins with */
	const char *method;      /* … and ends with */
	void (*make)(struct resources *, const struct resources_call *,
	    struct json_object *, struct reply *);
	const char *list; /* the member of a list */
} methods[] = {
    {"POST", "cachedContents", NULL, resources_make_cache, NULL},
    {"POST", "models/", ":batchGenerateContent", resources_make_batch, NULL},
    {"POST", "models/", ":asyncBatchEmbedContent", resources_make_batch, NULL},
    {"POST", "models/", ":predictLongRunning", resources_make_video, NULL},
    {"POST", "fileSearchStores", NULL, resources_make_store, NULL},
    {"GET", "cachedContents", NULL, NULL, "cachedContents"},
    {"GET", "batches", NULL, NULL, "operations"},
    {"GET", "fileSearchStores", NULL, NULL, "fileSearchStores"},
};

static bool
ends_with(const char *whole, const char *end)
{
	size_t n = strlen(whole), k = strlen(end);

	return n >= k && strcmp(whole + n - k, end) == 0;
}

static bool
serve_method(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	for (size_t i = 0; i < LENGTH(methods); i++) {
		const char *path = methods[i].path, *end = methods[i].method;

		if (!buf_is(call->request->verb, methods[i].verb) ||
		    (end == NULL
			    ? strcmp(call->rest, path) != 0
			    : strncmp(call->rest, path, strlen(path)) != 0 ||
				!ends_with(call->rest, end)))
			continue;
		if (methods[i].list != NULL)
			list(r, call, methods[i].list, reply);
		else if (body == NULL)
			resources_refuse(
			    reply, 400, "Invalid JSON payload received.");
		else
			methods[i].make(r, call, body, reply);
		return true;
	}
	return false;
}

static bool
is_item(const char *rest)
{
	static const char *const collections[] = {
	    "cachedContents/", "batches/", "fileSearchStores/", "operations/"};

	for (size_t i = 0; i < LENGTH(collections); i++)
		if (strncmp(rest, collections[i], strlen(collections[i])) == 0)
			return true;
	return strncmp(rest, "models/", 7) == 0 &&
	    strstr(rest, "/operations/") != NULL;
}

bool
resources_serve(struct resources *r, struct json_tokener *tokener,
    const struct resources_call *call, struct reply *reply)
{
	struct span bytes = call->request->body;
	struct json_object *body = NULL;
	bool ours = true;

	json_tokener_reset(tokener);
	if (bytes.len > 0 && bytes.len <= INT_MAX)
		body = json_tokener_parse_ex(tokener, bytes.at, (int)bytes.len);
	if (interactions_serve(r, call, body, reply)) {
		/* It has. */
	} else if (serve_method(r, call, body, reply)) {
		/* It has. */
	} else if (is_item(call->rest)) {
		serve_one(r, call, body, reply);
	} else {
		ours = false;
	}
	json_object_put(body);
	return ours;
}

bool
resources_may_use(struct resources *r, const char *project,
    struct json_object *body, struct reply *reply)
{
	struct json_object *name = resources_member(body, "cachedContent");
	struct span span;

	if (name == NULL)
		name = resources_member(body, "cached_content");
	if (name == NULL)
		return true;
	span.at = json_object_get_string(name);
	span.len = strlen(span.at);
	if (resources_find(r, project, span) != NULL)
		return true;
	resources_refuse(
	    reply, 403, "CachedContent not found (or permission denied)");
	return false;
}
