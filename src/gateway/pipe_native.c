/*
 * What there is of Gemini's own API besides models that answer (native.c):
 * caches, batches, operations, stores, interactions, the older methods of
 * models; and what nobody here has heard of.
 */
#include <string.h>

#include "base/attr.h"
#include "gateway/endpoint.h"
#include "gateway/native_path.h"
#include "gateway/pipe.h"
#include "gateway/service.h"
#include "protocol/clean_path.h"
#include "protocol/model_name.h"
#include "web/call.h"

static bool
is_method(struct service *s, const char *method)
{
	return strcmp(web_method(s->call), method) == 0;
}

static bool
reads(struct service *s)
{
	return is_method(s, "GET") || is_method(s, "HEAD");
}

/* What every call has in common. */
static struct pipe_call
begin(struct service *s, const struct route_match *match, const char *route)
{
	return (struct pipe_call){
	    .dialect = DIALECT_GOOGLE,
	    .route = route,
	    .version = native_version(match->route->pattern),
	    .once = !reads(s),
	};
}

static void
refuse_path(struct service *s, const struct pipe_call *call)
{
	pipe_refuse(s, call, FAULT_UNKNOWN_URL,
	    "There is nothing at this address. The Gemini API is under "
	    "/v1beta.");
}

/* --- methods of models ---------------------------------------------------- */

static const struct action {
	const char *action, *route;
	bool once;
	const char *makes; /* what the answer is, or NULL */
	bool listed;       /* … and clients list them */
} actions[] = {
    {":generateAnswer", "gemini.generateAnswer", false, NULL, false},
    {":predict", "gemini.predict", false, NULL, false},
    {":predictLongRunning", "gemini.predictLongRunning", true, "operations",
	false},
    {":batchGenerateContent", "gemini.batchGenerateContent", true, "batches",
	true},
    {":asyncBatchEmbedContent", "gemini.asyncBatchEmbedContent", true,
	"batches", true},
};

static const struct action *
find_action(const char *pattern)
{
	const char *colon = strchr(pattern, ':');
	size_t i = 0;
	while (
	    i < COUNT_OF(actions) - 1 && strcmp(actions[i].action, colon) != 0)
		i++;
	return &actions[i];
}

static void
serve_action(struct service *s, const struct route_match *match)
{
	const struct action *action = find_action(match->route->pattern);
	struct pipe_call call = begin(s, match, action->route);
	struct buf path, name;
	buf_init(&path, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	route_match_join(match, &name);
	call.model = strlen(buf_cstr(&name)) == name.len
	    ? model_name_clean(buf_cstr(&name))
	    : NULL;
	call.once = action->once;
	if (action->makes != NULL)
		call.made =
		    resource_kind_of(action->makes, strlen(action->makes));
	if (action->listed)
		call.home = call.made;
	buf_fmt(&path, "/models/%s%s", call.model != NULL ? call.model : "-",
	    action->action);
	call.path = buf_cstr(&path);
	if (call.model == NULL)
		pipe_refuse(s, &call, FAULT_MODEL_NOT_FOUND,
		    "There is no model of that name.");
	else
		pipe_serve(s, &call);
	buf_clear(&path);
	buf_clear(&name);
}

/* --- collections ---------------------------------------------------------- */

static const struct collection {
	const char *name, *route;
	bool results; /* its answers may name files that are results */
	bool unnamed; /* what is posted may have a model asked by another name
			 than its own: an agent's, a tuned one's */
} collections[] = {
    {"cachedContents", "gemini.cachedContents", false, false},
    {"batches", "gemini.batches", true, false},
    {"operations", "gemini.operations", true, false},
    {"fileSearchStores", "gemini.fileSearchStores", false, false},
    {"generatedFiles", "gemini.generatedFiles", false, false},
    {"tunedModels", "gemini.tunedModels", false, true},
    {"corpora", "gemini.corpora", false, false},
    {"interactions", "gemini.interactions", false, true},
    {"agents", "gemini.agents", false, true},
    {"credentials", "gemini.credentials", false, false},
    {"environments", "gemini.environments", false, false},
    {"triggers", "gemini.triggers", false, true},
    {"voices", "gemini.voices", false, false},
    {"webhooks", "gemini.webhooks", false, false},
};

static const struct collection *
find_collection(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(collections); i++)
		if (strlen(collections[i].name) == len &&
		    memcmp(collections[i].name, name, len) == 0)
			return &collections[i];
	return NULL;
}

/* sent: what stands behind the collection, as it was sent. */
static void
serve_collection(struct service *s, const struct route_match *match,
    const struct collection *c, const char *before, const char *sent)
{
	struct pipe_call call = begin(s, match, c->route);
	const struct resource_kind *kind =
	    resource_kind_of(c->name, strlen(c->name));
	struct buf path;
	buf_init(&path, BUF_SMALL);
	if (kind->by_id)
		call.dialect = DIALECT_GOOGLE_WORD;
	if (*sent == '\0' && !kind->by_id)
		call.home = kind;
	if (*sent == '\0' && reads(s))
		call.list = kind;
	if (is_method(s, "POST") || is_method(s, "PATCH"))
		call.made = kind;
	call.results = c->results;
	call.unnamed = c->unnamed && is_method(s, "POST");
	/* Only an interaction says in its body which model it asks. */
	call.elsewhere = call.unnamed && strcmp(c->name, "interactions") != 0;
	buf_fmt(&path, "%s/%s", before, c->name);
	if (clean_path(sent, false, &path)) {
		call.path = buf_cstr(&path);
		pipe_serve(s, &call);
	} else {
		refuse_path(s, &call);
	}
	buf_clear(&path);
}

/* A pattern of this file: /v1beta/COLLECTION/ and two asterisks. */
static void
serve_resource(struct service *s, const struct route_match *match)
{
	const char *name = native_rest(match->route->pattern) + 1;
	const struct collection *c = find_collection(name, strcspn(name, "/"));
	serve_collection(s, match, c, "", buf_cstr(&match->capture[0]));
}

/* models/{}/operations and what follows. */
static void
serve_operation(struct service *s, const struct route_match *match)
{
	struct buf before;
	const struct buf *name = &match->capture[0];
	const char *model = strlen(buf_cstr(name)) == name->len
	    ? model_name_clean(buf_cstr(name))
	    : NULL;
	buf_init(&before, BUF_SMALL);
	buf_fmt(&before, "/models/%s", model != NULL ? model : "-");
	serve_collection(s, match, find_collection("operations", 10),
	    buf_cstr(&before), buf_cstr(&match->capture[1]));
	buf_clear(&before);
}

/* --- the rest ------------------------------------------------------------- */

/* What does not go to Google: tokens with which clients would call it past the
 * gateway, and gemini-balance's addresses for keys, which have some in them. */
static const struct closed {
	const char *path; /* its beginning */
	enum api_fault fault;
	const char *words;
} closed[] = {
    {"/auth_tokens", FAULT_NOT_IMPLEMENTED,
	"The Live API and its tokens are not served."},
    {"/authTokens", FAULT_NOT_IMPLEMENTED,
	"The Live API and its tokens are not served."},
    {"/reset-", FAULT_UNKNOWN_URL, "Keys are managed by `keywheel keys`."},
    {"/verify-", FAULT_UNKNOWN_URL, "Keys are managed by `keywheel keys`."},
};

static const struct closed *
find_closed(const char *path)
{
	for (size_t i = 0; i < COUNT_OF(closed); i++)
		if (strncmp(path, closed[i].path, strlen(closed[i].path)) == 0)
			return &closed[i];
	return NULL;
}

static void
serve_other(struct service *s, const struct route_match *match)
{
	struct pipe_call call = begin(s, match, "gemini.other");
	struct buf path;
	buf_init(&path, BUF_SMALL);
	bool clean = clean_path(buf_cstr(&match->capture[0]), false, &path);
	const struct closed *no = find_closed(buf_cstr(&path));
	call.path = buf_cstr(&path);
	if (is_method(s, "POST"))
		call.made = resource_kind_of("operations", 10);
	call.unknown = true;
	call.unnamed = call.elsewhere = !reads(s);
	if (!clean || path.len == 0)
		refuse_path(s, &call);
	else if (no != NULL)
		pipe_refuse(s, &call, no->fault, no->words);
	else
		pipe_serve(s, &call);
	buf_clear(&path);
}

static void
serve_live(struct service *s, const struct route_match *match)
{
	struct pipe_call call = begin(s, match, "gemini.live");
	pipe_refuse(s, &call, FAULT_NOT_IMPLEMENTED,
	    "The Live API (WebSocket) is not served.");
}

const struct endpoint endpoint_native_action = {DIALECT_GOOGLE, serve_action};
const struct endpoint endpoint_native_resource = {
    DIALECT_GOOGLE, serve_resource};
const struct endpoint endpoint_native_operation = {
    DIALECT_GOOGLE, serve_operation};
const struct endpoint endpoint_native_other = {DIALECT_GOOGLE, serve_other};
const struct endpoint endpoint_native_live = {DIALECT_GOOGLE, serve_live};
