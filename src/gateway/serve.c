/* One request: its route, and who serves it. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/network.h"
#include "base/text.h"
#include "gateway/access.h"
#include "gateway/body_record.h"
#include "gateway/endpoint.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/tokens.h"
#include "web/call.h"
#include "web/url_repair.h"

/* Clients whose base URL lacks the version find OpenAI's paths as well. */
#define OPENAI(method, path, endpoint)                                       \
	{method, "/v1" path, &endpoint}, {method, "/hf/v1" path, &endpoint}, \
	{                                                                    \
		method, path, &endpoint                                      \
	}
#define NATIVE(method, path, endpoint)                   \
	{method, "/v1beta" path, &endpoint},             \
	    {method, "/v1alpha" path, &endpoint},        \
	    {method, "/gemini/v1beta" path, &endpoint},  \
	    {method, "/gemini/v1alpha" path, &endpoint}, \
	{                                                \
		method, "/gemini/v1" path, &endpoint     \
	}
/* What cannot be OpenAI's under /v1 is there as well. */
#define NATIVE_ALONE(method, path, endpoint)  \
	NATIVE(method, path, endpoint),       \
	{                                     \
		method, "/v1" path, &endpoint \
	}
/* What SDKs send to Google's upload server, at the same place. */
#define UPLOADS(prefix, path)                                          \
	{"POST", prefix "/upload/v1beta" path, &endpoint_upload},      \
	    {"PUT", prefix "/upload/v1beta" path, &endpoint_upload},   \
	    {"POST", prefix "/upload/v1alpha" path, &endpoint_upload}, \
	    {"PUT", prefix "/upload/v1alpha" path, &endpoint_upload},  \
	    {"POST", prefix "/upload/v1" path, &endpoint_upload},      \
	{                                                              \
		"PUT", prefix "/upload/v1" path, &endpoint_upload      \
	}
#define UPLOAD(path) UPLOADS("", path), UPLOADS("/gemini", path)
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
	OPENAI("POST", "/embeddings", endpoint_embeddings),
	OPENAI("POST", "/audio/speech", endpoint_speech),
	OPENAI("POST", "/audio/transcriptions", endpoint_transcription),
	OPENAI("POST", "/audio/translations", endpoint_translation),
	OPENAI("POST", "/images/generations", endpoint_image_generations),
	OPENAI("POST", "/images/edits", endpoint_image_edits),
	OPENAI("GET", "/models", endpoint_models),
	OPENAI("GET", "/models/{}", endpoint_model),
	OPENAI("GET", "/models/{}/{}", endpoint_model),
	NATIVE_ALONE("POST", "/models/{}:generateContent", endpoint_native_generate),
	NATIVE_ALONE("POST", "/models/{}:streamGenerateContent",
	    endpoint_native_stream),
	NATIVE_ALONE("POST", "/models/{}:countTokens", endpoint_native_count),
	NATIVE_ALONE("POST", "/models/{}:embedContent", endpoint_native_embed),
	NATIVE_ALONE("POST", "/models/{}:batchEmbedContents",
	    endpoint_native_embed_batch),
	NATIVE("GET", "/models", endpoint_native_models),
	NATIVE("GET", "/models/{}", endpoint_native_model),
	NATIVE_ALONE("POST", "/models/{}/{}:generateContent",
	    endpoint_native_generate),
	NATIVE_ALONE("POST", "/models/{}/{}:streamGenerateContent",
	    endpoint_native_stream),
	NATIVE_ALONE("POST", "/models/{}/{}:countTokens", endpoint_native_count),
	NATIVE_ALONE("POST", "/models/{}/{}:embedContent", endpoint_native_embed),
	NATIVE_ALONE("POST", "/models/{}/{}:batchEmbedContents",
	    endpoint_native_embed_batch),
	NATIVE("GET", "/models/{}/{}", endpoint_native_model),
	OPENAI("GET", "/files", endpoint_openai_files),
	OPENAI("POST", "/files", endpoint_openai_files_create),
	OPENAI("GET", "/files/{}", endpoint_openai_file),
	OPENAI("DELETE", "/files/{}", endpoint_openai_file),
	OPENAI("GET", "/files/{}/content", endpoint_openai_file_content),
	NATIVE("GET", "/files", endpoint_files),
	NATIVE("GET", "/files/{}", endpoint_file),
	NATIVE("DELETE", "/files/{}", endpoint_file),
	NATIVE("GET", "/files/{}:download", endpoint_file_download),
	UPLOAD("/files"),
	UPLOAD("/fileSearchStores/{}:uploadToFileSearchStore"),
	VERTEX("POST", "/models/{}:generateContent",
	    endpoint_native_vertex_generate),
	VERTEX("POST", "/models/{}:streamGenerateContent",
	    endpoint_native_vertex_stream),
	VERTEX("POST", "/models/{}:countTokens", endpoint_native_vertex_count),
	VERTEX("POST", "/models/{}:embedContent", endpoint_native_vertex_embed),
	VERTEX("POST", "/models/{}:batchEmbedContents",
	    endpoint_native_vertex_embed_batch),
	VERTEX("GET", "/models", endpoint_vertex_models),
	VERTEX("GET", "/models/{}", endpoint_native_vertex_model),
	NATIVE_ALONE("POST", "/models/{}:generateAnswer",
	    endpoint_native_action),
	NATIVE_ALONE("POST", "/models/{}:predict", endpoint_native_action),
	NATIVE_ALONE("POST", "/models/{}:predictLongRunning",
	    endpoint_native_action),
	NATIVE_ALONE("POST", "/models/{}:batchGenerateContent",
	    endpoint_native_action),
	NATIVE_ALONE("POST", "/models/{}:asyncBatchEmbedContent",
	    endpoint_native_action),
	NATIVE_ALONE("*", "/models/{}/operations/**",
	    endpoint_native_operation),
	NATIVE_ALONE("*", "/cachedContents/**", endpoint_native_resource),
	NATIVE("*", "/batches/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/operations/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/fileSearchStores/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/generatedFiles/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/tunedModels/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/corpora/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/interactions/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/agents/**", endpoint_native_resource),
	NATIVE("*", "/credentials/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/environments/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/triggers/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/voices/**", endpoint_native_resource),
	NATIVE_ALONE("*", "/webhooks/**", endpoint_native_resource),
	{"*", "/openai/v1/**", &endpoint_openai_pipe},
	NATIVE("*", "/openai/chat/**", endpoint_openai_pipe),
	NATIVE("*", "/openai/embeddings/**", endpoint_openai_pipe),
	NATIVE("*", "/openai/images/**", endpoint_openai_pipe),
	NATIVE("*", "/openai/audio/**", endpoint_openai_pipe),
	NATIVE("*", "/openai/files/**", endpoint_openai_pipe),
	NATIVE("*", "/openai/batches/**", endpoint_openai_pipe),
	NATIVE("GET", "/openai/models/**", endpoint_openai_pipe),
	{"GET", "/ws/**", &endpoint_native_live},
	{"GET", "/gemini/ws/**", &endpoint_native_live},
	{"GET", "/health", &endpoint_health},
	{"GET", "/metrics", &endpoint_metrics},
	{"GET", "/pictures/{}", &endpoint_picture},
};

/* Where nothing else is: methods that are younger than this table. */
static const struct route last_routes[] = {
	NATIVE("*", "/**", endpoint_native_other),
};
/* clang-format on */

/* Whose dialect a path speaks that has no route. */
static enum api_dialect
dialect_of(const char *path)
{
	static const char *const native[] = {
	    "/v1alpha", "/v1beta", "/gemini", "/vertex", "/upload", "/ws"};
	for (size_t i = 0; i < COUNT_OF(native); i++)
		if (text_starts(path, native[i]))
			return DIALECT_GOOGLE;
	return DIALECT_OPENAI;
}

/* Browsers ask for HTML wherever they go, and no client of an API does. */
static bool
is_browser(struct service *s)
{
	return text_contains(web_header(s->call, "accept"), "text/html");
}

static void
serve_nothing(struct service *s, const char *allow)
{
	struct api_error error = {0};
	const char *path = web_path(s->call);
	if (is_browser(s) && s->lost != NULL) {
		s->lost(s);
		return;
	}
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

/* What has no route carries no token: nobody's is asked about, for the
 * settings' version. */
static void
refresh_settings(struct service *s)
{
	static const uint8_t nobody[CRYPT_HASH_SIZE];
	const struct token_question question = {.hash = nobody};
	struct token token;
	if (tokens_check(s->db, &question, &token))
		service_refresh(s, token.settings_version);
}

/* Only the web server's word counts: what stands in a header anybody may have
 * written. */
static void
set_address(struct service *s)
{
	const char *told = web_variable(s->call, "REMOTE_ADDR");
	struct buf address;
	buf_init(&address, BUF_SMALL);
	bool ok = told != NULL && network_read_address(told, &address);
	snprintf(
	    s->address, sizeof(s->address), "%s", ok ? buf_cstr(&address) : "");
	buf_clear(&address);
}

static void
serve_preflight(struct service *s)
{
	refresh_settings(s);
	respond_preflight(s);
}

static void
serve_route(struct service *s, const struct route_match *match)
{
	const struct endpoint *endpoint = match->route->target;
	endpoint->serve(s, match);
}

/* A path that is not to be repaired: say which one is right. */
static void
serve_hint(struct service *s, const struct route_match *match, const char *path)
{
	const struct endpoint *endpoint = match->route->target;
	struct api_error error = {0};
	api_error_set(&error, FAULT_UNKNOWN_URL, NULL,
	    "There is nothing at this address. It looks like %s %s.",
	    web_method(s->call), path);
	respond_error(s, endpoint->dialect, &error);
	api_error_clear(&error);
}

/* Serve a path that is misspelt, or tell how it is spelt. False if nobody knows
 * what it means, or it is right for other methods (allow) and not to be
 * repaired. young: it may also be one that is younger than the table. */
static bool
serve_misspelt(struct service *s, const char *allow, bool young)
{
	struct url_guesses guesses;
	struct route_match match = {0};
	int i = 0;
	url_repair_guess(web_path(s->call), &guesses);
	if (young && !guesses.sure)
		url_guesses_clear(&guesses);
	for (; i < guesses.n && match.route == NULL; i++) {
		route_match_clear(&match);
		route_find(routes, COUNT_OF(routes), web_method(s->call),
		    buf_cstr(&guesses.path[i]), &match);
	}
	bool served = match.route != NULL;
	if (served)
		refresh_settings(s);
	if (served &&
	    settings_int(s->settings, SETTING_ID_URL_NORMALIZATION_ENABLED)) {
		serve_route(s, &match);
	} else if (served && *allow == '\0') {
		serve_hint(s, &match, buf_cstr(&guesses.path[i - 1]));
	} else {
		served = false;
	}
	route_match_clear(&match);
	url_guesses_clear(&guesses);
	return served;
}

/* A route that takes whatever is below it, for a path that may as well be a
 * misspelt one: methods that are younger than the table; Gemini's own below
 * OpenAI's, whose paths have no colon. NULL: it is no such path. */
static const struct route_match *
find_loose(const char *path, const struct route_match *match,
    const struct route_match *page, const struct route_match *last)
{
	if (match->route != NULL)
		return match->route->target == &endpoint_openai_pipe &&
			strchr(path, ':') != NULL
		    ? match
		    : NULL;
	return page->route == NULL && *match->allow == '\0' &&
		last->route != NULL
	    ? last
	    : NULL;
}

/* Some paths are a page and, without their version, OpenAI's. Whoever gives
 * no token there, which the API wants, and is a browser or has signed in to the
 * pages, wants the page. */
static bool
wants_page(struct service *s)
{
	const char *cookies = web_header(s->call, "cookie");
	return (is_browser(s) || text_contains(cookies, "keywheel=")) &&
	    !access_is_given(s);
}

static void
begin(struct service *s)
{
	own_time_begin(&s->own_time);
	client_id_read(s->call, s->client_request_id);
	s->started_ms = clock_mono_ms();
	s->wall_started_ms = clock_wall_ms();
	crypt_uuid7(s->request_id);
	set_address(s);
	s->upload_status[0] = '\0';
	s->attempts = 0;
	s->rate = (struct rate_state){0};
}

static void
dispatch(struct service *s)
{
	struct route_match match, page, last;
	const char *method = web_method(s->call);
	const char *path = web_path(s->call);

	route_find(routes, COUNT_OF(routes), method, path, &match);
	route_find(s->pages, s->n_pages, method, path, &page);
	route_find(last_routes, COUNT_OF(last_routes), method, path, &last);
	bool first =
	    page.route != NULL && (match.route == NULL || wants_page(s));
	const struct route_match *hit = first ? &page
	    : match.route != NULL             ? &match
					      : NULL;
	const struct route_match *loose =
	    find_loose(path, &match, &page, &last);
	if (loose != NULL && hit != &page) {
		if (!serve_misspelt(s, "", true))
			serve_route(s, loose);
	} else if (hit != NULL) {
		serve_route(s, hit);
	} else if (strcmp(method, "OPTIONS") == 0 &&
	    (*page.allow == '\0' || *match.allow != '\0')) {
		serve_preflight(s);
	} else {
		const char *allow = *match.allow ? match.allow : page.allow;
		if (!serve_misspelt(s, allow, false))
			serve_nothing(s, allow);
	}
	route_match_clear(&match);
	route_match_clear(&page);
	route_match_clear(&last);
}

static void
serve(struct service *s)
{
	begin(s);
	if (s->instead != NULL)
		s->instead(s);
	else
		dispatch(s);
	web_finish(s->call);
	body_record_clear(s);
}

void
service_serve(struct service *s)
{
	s->as = NULL;
	serve(s);
}

void
service_serve_inner(struct service *s, struct web_call *call,
    const uint8_t token[CRYPT_HASH_SIZE])
{
	struct web_call *outer = s->call;
	s->call = call;
	s->as = token;
	serve(s);
	s->call = outer;
	s->as = NULL;
}
