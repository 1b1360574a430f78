/* One request: its route, and who serves it. */
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "gateway/endpoint.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/tokens.h"
#include "web/call.h"

/* Clients whose base URL lacks the version find OpenAI's paths as well. */
#define OPENAI(method, path, endpoint)                                       \
	{method, "/v1" path, &endpoint}, {method, "/hf/v1" path, &endpoint}, \
	{                                                                    \
		method, path, &endpoint                                      \
	}
#define NATIVE(method, path, endpoint)                   \
	{method, "/v1beta" path, &endpoint},             \
	{                                                \
		method, "/gemini/v1beta" path, &endpoint \
	}
/* gemini-balance's prefix; the version is that of the setting, whatever the
 * client writes. Google's own SDKs name the publisher too. */
#define VERTEX_EXPRESS(method, path, endpoint)                   \
	{method, "/vertex-express/v1beta" path, &endpoint},      \
	    {method, "/vertex-express/v1beta1" path, &endpoint}, \
	    {method, "/vertex-express/v1" path, &endpoint},      \
	{                                                        \
		method, "/vertex-express" path, &endpoint        \
	}
#define VERTEX(method, path, endpoint)          \
	VERTEX_EXPRESS(method, path, endpoint), \
	    VERTEX_EXPRESS(method, "/publishers/google" path, endpoint)

/* clang-format off */
static const struct route routes[] = {
	OPENAI("POST", "/chat/completions", endpoint_chat),
	OPENAI("POST", "/responses", endpoint_responses),
	OPENAI("GET", "/responses/{}", endpoint_response),
	OPENAI("DELETE", "/responses/{}", endpoint_response),
	OPENAI("POST", "/responses/{}/cancel", endpoint_response),
	OPENAI("GET", "/responses/{}/input_items", endpoint_response),
	OPENAI("GET", "/models", endpoint_models),
	OPENAI("GET", "/models/{}", endpoint_model),
	OPENAI("GET", "/models/{}/{}", endpoint_model),
	NATIVE("POST", "/models/{}:generateContent", endpoint_native_generate),
	NATIVE("POST", "/models/{}:streamGenerateContent",
	    endpoint_native_stream),
	NATIVE("POST", "/models/{}:countTokens", endpoint_native_count),
	NATIVE("GET", "/models", endpoint_native_models),
	NATIVE("GET", "/models/{}", endpoint_native_model),
	NATIVE("POST", "/models/{}/{}:generateContent",
	    endpoint_native_generate),
	NATIVE("POST", "/models/{}/{}:streamGenerateContent",
	    endpoint_native_stream),
	NATIVE("POST", "/models/{}/{}:countTokens", endpoint_native_count),
	NATIVE("GET", "/models/{}/{}", endpoint_native_model),
	VERTEX("POST", "/models/{}:generateContent",
	    endpoint_native_vertex_generate),
	VERTEX("POST", "/models/{}:streamGenerateContent",
	    endpoint_native_vertex_stream),
	VERTEX("POST", "/models/{}:countTokens", endpoint_native_vertex_count),
	VERTEX("GET", "/models", endpoint_vertex_models),
	VERTEX("GET", "/models/{}", endpoint_native_vertex_model),
	{"GET", "/health", &endpoint_health},
	{"GET", "/pictures/{}", &endpoint_picture},
};
/* clang-format on */

/* Whose dialect a path speaks that has no route. */
static enum api_dialect
dialect_of(const char *path)
{
	static const char *const native[] = {
	    "/v1beta", "/gemini", "/vertex", "/upload"};
	for (size_t i = 0; i < COUNT_OF(native); i++)
		if (text_starts(path, native[i]))
			return DIALECT_GOOGLE;
	return DIALECT_OPENAI;
}

static void
serve_nothing(struct service *s, const char *allow)
{
	struct api_error error = {0};
	const char *path = web_path(s->call);
	if (*allow != '\0')
		api_error_set(&error, FAULT_METHOD, allow,
		    "%s is not possible here; use %s.", web_method(s->call),
		    allow);
	else
		api_error_set(&error, FAULT_UNKNOWN_URL, NULL,
		    "There is nothing at this address. The OpenAI API is "
		    "under /v1, the Gemini API under /v1beta.");
	respond_error(s, dialect_of(path), &error);
	api_error_clear(&error);
}

/* A preflight carries no token: nobody's is asked about, for the settings'
 * version. */
static void
serve_preflight(struct service *s)
{
	static const uint8_t nobody[CRYPT_HASH_SIZE];
	struct token token;
	if (tokens_check(s->db, nobody, &token))
		service_refresh(s, token.settings_version);
	respond_preflight(s);
}

void
service_serve(struct service *s)
{
	struct route_match match, page;
	const char *method = web_method(s->call);
	const char *path = web_path(s->call);
	s->started_ms = clock_mono_ms();
	s->wall_started_ms = clock_wall_ms();
	crypt_uuid7(s->request_id);

	route_find(routes, COUNT_OF(routes), method, path, &match);
	route_find(s->pages, s->n_pages, method, path, &page);
	const struct route_match *hit = match.route != NULL ? &match
	    : page.route                                    ? &page
							    : NULL;
	if (hit != NULL) {
		const struct endpoint *endpoint = hit->route->target;
		endpoint->serve(s, hit);
	} else if (strcmp(method, "OPTIONS") == 0 && *page.allow == '\0') {
		serve_preflight(s);
	} else {
		serve_nothing(s, *match.allow ? match.allow : page.allow);
	}
	route_match_clear(&match);
	route_match_clear(&page);
	web_finish(s->call);
}
