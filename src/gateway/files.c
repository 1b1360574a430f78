/*
 * Files of Gemini's own API: the list is of what we know that the token has
 * made, all projects together; one file is asked for with a key of its
 * project.
 */
#include <string.h>

#include "base/json.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/file_call.h"
#include "gateway/file_list.h"
#include "gateway/native_page.h"
#include "gateway/native_path.h"
#include "gateway/pipe.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/file_object.h"
#include "web/call.h"

#define PAGE_USUAL 10
#define PAGE_MAX 100

/* --- the list ------------------------------------------------------------ */

/* A page's token is the last name of the page before. */
static bool
read_page(struct service *s, struct resources_query *query, struct buf *after,
    struct api_error *error)
{
	struct buf token;
	buf_init(&token, BUF_SMALL);
	bool ok = native_page_read(
	    s, PAGE_USUAL, PAGE_MAX, &query->limit, &token, error);
	if (ok && token.len > 0) {
		ok = file_object_name(buf_cstr(&token), after) ||
		    native_page_bad_token(error);
		query->after = buf_cstr(after);
	}
	buf_clear(&token);
	return ok;
}

/* The page, of which found may hold one more than there is room for. */
static void
write_page(struct json_object *found, int64_t room, struct buf *out)
{
	struct json_object *page = json_object_new_object();
	struct json_object *files = json_object_new_array();
	const char *last = NULL;
	for (size_t i = 0; i < json_count(found) && i < (size_t)room; i++) {
		struct json_object *one = json_at(found, i);
		last = json_get_text(one, "name");
		json_object_array_add(
		    files, file_object_native(last, json_get(one, "facts")));
	}
	/* Google leaves out what is empty. */
	if (json_count(files) > 0)
		json_set(page, "files", files);
	else
		json_object_put(files);
	if (json_count(found) > (size_t)room)
		json_set_text(page, "nextPageToken", last);
	file_call_write(page, out);
	json_object_put(page);
}

static void
serve_list(struct service *s, const struct route_match *match)
{
	static const struct file_list_form form = {DIALECT_GOOGLE,
	    "gemini.files.list", "application/json; charset=UTF-8", read_page,
	    write_page};
	(void)match;
	file_list_serve(s, &form);
}

/* --- one file ------------------------------------------------------------ */

static bool
no_file(struct api_error *error)
{
	return api_error_set(
	    error, FAULT_NOT_FOUND, NULL, "There is no file of that name.");
}

/* What is told of it now is kept, whoever asks. */
static enum file_next
answer(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct file_call *call = ctx;
	if (o == NULL)
		return FILE_BAD;
	file_call_note(call, o, NULL, true);
	buf_join(out, body);
	return FILE_DONE;
}

static enum file_next
deleted(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct file_call *call = ctx;
	(void)o;
	resources_forget(&call->remember,
	    json_object_get_string(json_at(call->live.resources, 0)));
	buf_join(out, body);
	return FILE_DONE;
}

static void
serve_one(struct service *s, const struct route_match *match)
{
	bool delete = strcmp(web_method(s->call), "DELETE") == 0;
	struct api_error error = {0};
	struct buf name, path;
	struct file_call call = {.answer = delete ? deleted : answer,
	    .live = {.service = s,
		.dialect = DIALECT_GOOGLE,
		.route = delete ? "gemini.files.delete" : "gemini.files.get",
		.method = delete ? "DELETE" : "GET",
		.version = native_version(match->route->pattern),
		.resources = json_object_new_array()}};
	call.ctx = &call;
	buf_init(&name, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "files/%s", buf_cstr(&match->capture[0]));
	if (access_take(s, call.live.token, &error) &&
	    (file_object_name(buf_cstr(&path), &name) || no_file(&error))) {
		json_object_array_add(call.live.resources,
		    json_object_new_string(buf_cstr(&name)));
		buf_reset(&path);
		buf_fmt(&path, "/%s", buf_cstr(&name));
		call.live.path = buf_cstr(&path);
		file_call_run(&call);
	} else {
		body_refuse(s, call.live.route, "-", call.live.token, 0,
		    DIALECT_GOOGLE, &error);
	}
	json_object_put(call.live.resources);
	api_error_clear(&error);
	buf_clear(&name);
	buf_clear(&path);
}

static void
serve_download(struct service *s, const struct route_match *match)
{
	struct pipe_call call = {.dialect = DIALECT_GOOGLE,
	    .route = "gemini.files.download",
	    .version = native_version(match->route->pattern),
	    .bytes = true};
	struct buf name, path;
	buf_init(&name, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "files/%s", buf_cstr(&match->capture[0]));
	if (file_object_name(buf_cstr(&path), &name)) {
		buf_reset(&path);
		buf_fmt(&path, "/%s:download", buf_cstr(&name));
		call.path = buf_cstr(&path);
		pipe_serve(s, &call);
	} else {
		pipe_refuse(s, &call, FAULT_NOT_FOUND,
		    "There is no file of that name.");
	}
	buf_clear(&name);
	buf_clear(&path);
}

const struct endpoint endpoint_files = {DIALECT_GOOGLE, serve_list};
const struct endpoint endpoint_file = {DIALECT_GOOGLE, serve_one};
const struct endpoint endpoint_file_download = {DIALECT_GOOGLE, serve_download};
