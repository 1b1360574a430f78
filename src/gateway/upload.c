/*
 * Uploads of Gemini's own API, as its SDKs make them (contract section 6.6):
 * `start` gets a key and an address of ours to go on at, under which the bytes
 * go through as they come; or all of it in one request.
 *
 * Who knows a session's id may go on with it: SDKs send no token then. It is
 * kept as a keyed hash.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/file_call.h"
#include "gateway/public_url.h"
#include "gateway/resources.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "gateway/upload_headers.h"
#include "gateway/upload_source.h"
#include "protocol/clean_path.h"
#include "protocol/file_object.h"
#include "protocol/resource_kind.h"
#include "web/call.h"
#include "web/query.h"

#define MB ((int64_t)1024 * 1024)
#define ROUTE "gemini.files.upload"

struct upload {
	struct service *service;
	struct file_call call;
	struct buf body, path, version;
	struct exchange_header up[UPLOAD_HEADERS], down[PIPE_HEADERS + 1];
	struct upload_answer answer;
	struct upload_source source;
	struct json_object *names; /* what the path names, or NULL */
	struct buf session;        /* its name, if there is one */
	struct buf url;            /* of a new session, for the client */
};

/* --- what comes ---------------------------------------------------------- */

static void
header(void *ctx, const char *name, const char *value)
{
	struct upload *u = ctx;
	upload_answer_add(&u->answer, u->service, name, value);
}

/* A session has begun: the client goes on at our address, under the path that
 * it has called, for its base URL may have a path of its own. */
static bool
take_session(struct upload *u)
{
	struct buf id, query, name;
	buf_init(&id, BUF_SMALL);
	buf_init(&query, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	bool ok = upload_answer_session(&u->answer, &id, &query) &&
	    public_url(u->service, &u->url);
	if (ok) {
		resources_secret_name(
		    u->service, "uploads", buf_cstr(&id), &name);
		resources_note(&u->call.remember, buf_cstr(&name), "files",
		    FILE_OBJECT_LIFE_S, NULL);
		buf_fmt(&u->url, "%s?%s", web_path(u->service->call),
		    buf_cstr(&query));
	}
	buf_clear(&id);
	buf_clear(&query);
	buf_clear(&name);
	return ok && buf_ok(&u->url);
}

static void
set_answer_headers(struct upload *u)
{
	size_t n = 0;
	for (; n < u->answer.other.n; n++)
		u->down[n] = u->answer.other.of[n];
	if (u->url.len > 0)
		u->down[n++] = (struct exchange_header){
		    "X-Goog-Upload-URL", buf_cstr(&u->url)};
	u->call.live.answer_headers = u->down;
	u->call.live.n_answer_headers = n;
}

static enum file_next
answer(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct upload *u = ctx;
	if (u->answer.url.len > 0 && !take_session(u))
		return FILE_BAD;
	file_call_note(&u->call, json_get(o, "file"), NULL, false);
	set_answer_headers(u);
	buf_join(out, body);
	return FILE_DONE;
}

static void
restart(void *ctx)
{
	struct upload *u = ctx;
	upload_answer_clear(&u->answer);
	u->service->upload_status[0] = '\0';
}

static bool
spent(void *ctx)
{
	const struct upload *u = ctx;
	return u->source.begun;
}

/* --- what is asked ------------------------------------------------------- */

/* Does a list with commas have the word? */
static bool
commands(struct upload *u, const char *word)
{
	const char *list =
	    web_header(u->service->call, "x-goog-upload-command");
	size_t len = strlen(word);
	for (; list != NULL && *list != '\0'; list += *list == ',') {
		list += strspn(list, " ");
		if (text_starts(list, word) &&
		    (list[len] == '\0' || strchr(" ,", list[len]) != NULL))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static bool
has_body(struct service *s)
{
	return web_body_size(s->call) > 0 || !web_body_announced(s->call);
}

static bool
is_small_enough(struct upload *u, struct api_error *error)
{
	struct service *s = u->service;
	const char *told =
	    web_header(s->call, "x-goog-upload-header-content-length");
	int64_t max_mb = settings_int(s->settings, SETTING_ID_MAX_UPLOAD_MB);
	int64_t size = 0;
	if (told != NULL && !text_to_int(told, 0, INT64_MAX, &size))
		return api_error_set(error, FAULT_BAD_VALUE,
		    "X-Goog-Upload-Header-Content-Length",
		    "X-Goog-Upload-Header-Content-Length must be a whole "
		    "number that is not negative.");
	return (size <= max_mb * MB && web_body_size(s->call) <= max_mb * MB) ||
	    api_error_set(error, FAULT_TOO_LARGE, NULL,
		"The file is larger than %" PRId64 " MB.", max_mb);
}

/* A session's call has no token whose check would bring the settings up to
 * date: before it is refused by ours, those in force are asked for. */
static bool
is_part_small_enough(struct upload *u, struct api_error *error)
{
	struct service *s = u->service;
	struct health health;
	if (is_small_enough(u, error))
		return true;
	if (!requests_health(s->db, &health) ||
	    !service_refresh(s, health.settings_version))
		return false;
	api_error_clear(error);
	return is_small_enough(u, error);
}

/* The bytes go through. */
static void
send_body(struct upload *u)
{
	struct live *live = &u->call.live;
	live->body_type = web_header(u->service->call, "content-type");
	if (live->body_type == NULL || *live->body_type == '\0')
		live->body_type = "application/octet-stream";
	if (has_body(u->service))
		upload_source_set(live, &u->source);
	else
		live->body = "";
}

/* A call of a session: its id is all that is asked for. */
static void
go_on(struct upload *u, const char *id)
{
	struct live *live = &u->call.live;
	resources_secret_name(u->service, "uploads", id, &u->session);
	json_object_put(u->names);
	u->names = json_object_new_array();
	json_object_array_add(
	    u->names, json_object_new_string(buf_cstr(&u->session)));
	live->upload = buf_cstr(&u->session);
	snprintf(u->service->upload_status, sizeof(u->service->upload_status),
	    "active");
	send_body(u);
}

/* A new upload, of which this is the beginning or all. */
static bool
begin(struct upload *u, int64_t *token_id, struct api_error *error)
{
	struct service *s = u->service;
	struct live *live = &u->call.live;
	struct buf type;
	buf_init(&type, BUF_SMALL);
	bool old = query_get(web_query(s->call), "uploadType", &type) &&
	    strcmp(buf_cstr(&type), "resumable") == 0;
	buf_clear(&type);
	if (old)
		return api_error_set(error, FAULT_BAD_VALUE, "uploadType",
		    "uploadType=resumable is not served: send "
		    "X-Goog-Upload-Protocol: resumable.");
	live->sticky = "files";
	/* The check of the token brings the settings up to date. */
	if (!access_check(s, live->token, token_id, NULL, error) ||
	    !is_small_enough(u, error))
		return false;
	if (commands(u, "start") && !commands(u, "upload")) {
		live->body_type = web_header(s->call, "content-type");
		if (!body_take_bytes(s, live->token, token_id, &u->body, error))
			return false;
		live->body = buf_cstr(&u->body);
		live->body_len = u->body.len;
		return true;
	}
	send_body(u);
	return true;
}

/* The path as its route has it, with the name that was sent. */
static bool
write_called(const struct route_match *match, struct buf *out)
{
	const char *pattern = match->route->pattern;
	const char *hole = strstr(pattern, "{}");
	if (strncmp(pattern, "/gemini", 7) == 0)
		pattern += 7;
	if (hole == NULL)
		return clean_path(pattern, false, out);
	struct buf sent;
	buf_init(&sent, BUF_SMALL);
	buf_add(&sent, pattern, (size_t)(hole - pattern));
	buf_join(&sent, &match->capture[0]);
	buf_str(&sent, hole + 2);
	bool ok = strlen(buf_cstr(&sent)) == sent.len &&
	    clean_path(buf_cstr(&sent), false, out);
	buf_clear(&sent);
	return ok;
}

/* /upload/v1beta/files, maybe behind /gemini: the version stands for what is
 * between the base URL and the path. False if the path names nothing. */
static bool
write_path(struct upload *u, const struct route_match *match)
{
	struct buf called, query, name;
	buf_init(&called, BUF_SMALL);
	buf_init(&query, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	bool ok = write_called(match, &called);
	const char *path = buf_cstr(&called);
	path += *path == '/';
	size_t version = strcspn(path, "/");
	version += path[version] == '/';
	version += strcspn(path + version, "/");
	buf_add(&u->version, path, version);
	query_without(web_query(u->service->call), access_parameters,
	    access_n_parameters, &query);
	buf_fmt(&u->path, "%s%s%s", path + version, query.len > 0 ? "?" : "",
	    buf_cstr(&query));
	if (resource_kind_read(path + version, strlen(path + version), &name) !=
	    NULL) {
		u->names = json_object_new_array();
		json_object_array_add(
		    u->names, json_object_new_string(buf_cstr(&name)));
	}
	buf_clear(&called);
	buf_clear(&query);
	buf_clear(&name);
	return ok;
}

/* --- the request --------------------------------------------------------- */

static void
run(struct upload *u)
{
	struct live *live = &u->call.live;
	live->path = buf_cstr(&u->path);
	live->version = buf_cstr(&u->version);
	live->headers = u->up;
	live->n_headers = upload_headers_take(u->service, u->up);
	live->resources = u->names;
	file_call_run(&u->call);
}

static void
init(struct upload *u, struct service *s)
{
	*u = (struct upload){.service = s,
	    .source = {.call = s->call},
	    .call = {.live = {.service = s,
			 .dialect = DIALECT_GOOGLE,
			 .route = ROUTE,
			 .method = web_method(s->call)},
		.once = true,
		.ctx = u,
		.header = header,
		.answer = answer,
		.restart = restart,
		.spent = spent}};
	buf_init(&u->body, BUF_SMALL);
	buf_init(&u->path, BUF_SMALL);
	buf_init(&u->version, BUF_SMALL);
	buf_init(&u->session, BUF_SMALL);
	buf_init(&u->url, BUF_SMALL);
	upload_answer_init(&u->answer);
}

static void
clear(struct upload *u)
{
	upload_answer_clear(&u->answer);
	json_object_put(u->names);
	buf_clear(&u->body);
	buf_clear(&u->path);
	buf_clear(&u->version);
	buf_clear(&u->session);
	buf_clear(&u->url);
}

/* Before Gemini was asked. A session needs no token, so none is looked for. */
static void
refuse(struct upload *u, int64_t token_id, struct api_error *error)
{
	struct service *s = u->service;
	web_drain(s->call);
	if (u->session.len > 0) {
		respond_error(s, DIALECT_GOOGLE, error);
		live_refused(
		    s, ROUTE, "-", false, token_id, DIALECT_GOOGLE, error);
	} else {
		body_refuse(s, ROUTE, "-", u->call.live.token, token_id,
		    DIALECT_GOOGLE, error);
	}
}

static bool
no_such_path(struct api_error *error)
{
	return api_error_set(error, FAULT_UNKNOWN_URL, NULL,
	    "There is nothing at this address.");
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct upload u;
	struct api_error error = {0};
	struct buf id;
	int64_t token_id = 0;
	init(&u, s);
	buf_init(&id, BUF_SMALL);
	bool clean = write_path(&u, match);
	bool session = query_get(web_query(s->call), "upload_id", &id);
	if (session)
		go_on(&u, buf_cstr(&id));
	if ((session || access_take(s, u.call.live.token, &error)) &&
	    (clean || no_such_path(&error)) &&
	    (session ? is_part_small_enough(&u, &error)
		     : begin(&u, &token_id, &error)))
		run(&u);
	else
		refuse(&u, token_id, &error);
	api_error_clear(&error);
	buf_clear(&id);
	clear(&u);
}

const struct endpoint endpoint_upload = {DIALECT_GOOGLE, serve};
