/* Routes: paths like /any/prefix/v1beta/models/{m}:{method}. */
#include "route.h"

#include <string.h>

#include "openai.h"

static const char *const route_versions[] = {
    "v1beta", "v1", "v1alpha", "v1beta1"};

/* What stands behind the version with Vertex. */
static const char publisher[] = "publishers/google/";

static const struct {
	const char *method;
	enum route_kind kind;
} route_methods[] = {
    {"generateContent", ROUTE_GENERATE},
    {"streamGenerateContent", ROUTE_STREAM},
    {"countTokens", ROUTE_COUNT},
    {"embedContent", ROUTE_EMBED},
    {"batchEmbedContents", ROUTE_EMBED_BATCH},
    {"predict", ROUTE_PREDICT},
};

/* Find the version in the path; what follows it, or NULL. */
static const char *
route_version(struct route *route)
{
	const char *p = buf_str(&route->path);

	while ((p = strchr(p, '/')) != NULL) {
		size_t n = strcspn(++p, "/");
		struct span word = {p, n};

		for (size_t i = 0;
		     i < sizeof(route_versions) / sizeof(*route_versions);
		     i++) {
			if (p[n] == '/' && buf_is(word, route_versions[i])) {
				buf_add(&route->version, p, n);
				return p + n + 1;
			}
		}
	}
	return NULL;
}

/* models/{m}:{method} */
static enum route_kind
route_action(struct route *route, const char *colon)
{
	struct span name;

	buf_text(&route->method, colon + 1);
	name = buf_span(&route->method);
	for (size_t i = 0; i < sizeof(route_methods) / sizeof(*route_methods);
	     i++)
		if (buf_is(name, route_methods[i].method))
			return route_methods[i].kind;
	return ROUTE_OTHER;
}

static enum route_kind
route_kind(struct route *route, struct span verb, const char *rest)
{
	bool get = buf_is(verb, "GET");
	const char *colon;

	if (strcmp(rest, "models") == 0) {
		buf_text(&route->method, "models");
		return get ? ROUTE_MODELS : ROUTE_OTHER;
	}
	if (strncmp(rest, "openai/", 7) == 0) {
		buf_text(&route->method, rest + 7);
		return ROUTE_OPENAI;
	}
	if (strncmp(rest, "models/", 7) == 0 &&
	    strstr(rest, "/operations/") != NULL) {
		buf_text(&route->method, "operations");
		return ROUTE_OTHER;
	}
	if (strncmp(rest, "models/", 7) != 0) {
		buf_add(&route->method, rest, strcspn(rest, "/:"));
		return ROUTE_OTHER;
	}
	rest += 7;
	colon = strrchr(rest, ':');
	if (colon == NULL) {
		buf_text(&route->model, rest);
		buf_text(&route->method, "models");
		return get ? ROUTE_MODEL : ROUTE_OTHER;
	}
	buf_add(&route->model, rest, (size_t)(colon - rest));
	if (buf_is(verb, "POST"))
		return route_action(route, colon);
	buf_text(&route->method, colon + 1);
	return ROUTE_OTHER;
}

void
route_read(struct route *route, const struct http_request *request)
{
	struct buf alt = {0};
	const char *rest;

	buf_empty(&route->path);
	buf_empty(&route->version);
	buf_empty(&route->method);
	buf_empty(&route->model);
	buf_empty(&route->key);
	buf_empty(&route->rest);
	route->kind = ROUTE_NONE;
	route->sse = false;
	http_decode(request->path, false, &route->path);
	rest = route_version(route);
	if (rest != NULL &&
	    strncmp(rest, publisher, sizeof(publisher) - 1) == 0)
		rest += sizeof(publisher) - 1;
	if (rest != NULL) {
		buf_text(&route->rest, rest);
		route->kind = route_kind(route, request->verb, rest);
	}

	/* The header goes before the query. */
	if (route->kind == ROUTE_OPENAI)
		openai_key(request, &route->key);
	else if (request->key.len > 0)
		buf_add(&route->key, request->key.at, request->key.len);
	else if (request->query.len > 0)
		http_query(request->query, "key", &route->key);
	if (request->query.len > 0 && http_query(request->query, "alt", &alt))
		route->sse = strcmp(buf_str(&alt), "sse") == 0;
	buf_clear(&alt);
}

void
route_clear(struct route *route)
{
	buf_clear(&route->path);
	buf_clear(&route->version);
	buf_clear(&route->method);
	buf_clear(&route->model);
	buf_clear(&route->key);
	buf_clear(&route->rest);
}
