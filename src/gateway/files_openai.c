/*
 * Files of OpenAI's API, on top of Gemini's (contract section 4.4): the client
 * sends a form, Gemini gets a resumable upload. `file-abc` is files/abc.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/file_call.h"
#include "gateway/file_list.h"
#include "gateway/pipe.h"
#include "gateway/resources.h"
#include "gateway/service.h"
#include "protocol/file_object.h"
#include "web/call.h"
#include "web/query.h"

#define PAGE_MAX 10000

static int64_t
now_s(void)
{
	return clock_wall_ms() / 1000;
}

static bool
no_file(struct api_error *error, const char *id)
{
	return api_error_set(
	    error, FAULT_NOT_FOUND, "id", "No such File object: %s", id);
}

/* --- the list ------------------------------------------------------------ */

/* The value of a parameter; false if it has none. */
static bool
parameter(struct service *s, const char *name, struct buf *value)
{
	buf_reset(value);
	return query_get(web_query(s->call), name, value) && value->len > 0;
}

static bool
read_limit(struct service *s, int64_t *limit, struct api_error *error)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	*limit = PAGE_MAX;
	bool ok = !parameter(s, "limit", &text) ||
	    text_to_int(buf_cstr(&text), 1, PAGE_MAX, limit) ||
	    api_error_set(error, FAULT_OUT_OF_RANGE, "limit",
		"Invalid 'limit': expected a whole number from 1 to %d.",
		PAGE_MAX);
	buf_clear(&text);
	return ok;
}

/* after, order and purpose. */
static bool
read_query(struct service *s, struct resources_query *query, struct buf *after,
    struct api_error *error)
{
	struct buf text;
	bool ok = read_limit(s, &query->limit, error);
	buf_init(&text, BUF_SMALL);
	if (ok && parameter(s, "after", &text)) {
		ok = file_object_name(buf_cstr(&text), after) ||
		    api_error_set(error, FAULT_BAD_VALUE, "after",
			"Invalid 'after': there is no such file.");
		query->after = buf_cstr(after);
	}
	if (ok && parameter(s, "order", &text)) {
		query->oldest_first = strcmp(buf_cstr(&text), "asc") == 0;
		ok = query->oldest_first ||
		    strcmp(buf_cstr(&text), "desc") == 0 ||
		    api_error_set(error, FAULT_BAD_VALUE, "order",
			"Invalid 'order': expected 'asc' or 'desc'.");
	}
	if (ok && parameter(s, "purpose", &text) &&
	    text_is_utf8(text.data, text.len) &&
	    strlen(buf_cstr(&text)) == text.len) {
		query->facts = json_object_new_object();
		json_set_text(query->facts, "purpose", buf_cstr(&text));
	}
	buf_clear(&text);
	return ok;
}

static void
write_page(struct json_object *found, int64_t room, struct buf *out)
{
	struct json_object *page = json_object_new_object();
	struct json_object *data = json_object_new_array();
	for (size_t i = 0; i < json_count(found) && i < (size_t)room; i++) {
		struct json_object *one = json_at(found, i);
		json_object_array_add(data,
		    file_object_openai(json_get_text(one, "name"),
			json_get(one, "facts"), now_s()));
	}
	size_t n = json_count(data);
	json_set_text(page, "object", "list");
	json_set(page, "data", data);
	json_set_bool(page, "has_more", json_count(found) > (size_t)room);
	if (n > 0) {
		json_set_text(
		    page, "first_id", json_get_text(json_at(data, 0), "id"));
		json_set_text(
		    page, "last_id", json_get_text(json_at(data, n - 1), "id"));
	} else {
		json_set_null(page, "first_id");
		json_set_null(page, "last_id");
	}
	file_call_write(page, out);
	json_object_put(page);
}

static void
serve_list(struct service *s, const struct route_match *match)
{
	static const struct file_list_form form = {DIALECT_OPENAI,
	    "openai.files.list", "application/json; charset=utf-8", read_query,
	    write_page};
	(void)match;
	file_list_serve(s, &form);
}

/* --- one file ------------------------------------------------------------ */

static enum file_next
answer(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct file_call *call = ctx;
	const char *name = json_get_text(o, "name");
	(void)body;
	if (name == NULL)
		return FILE_BAD;
	file_call_note(call, o, NULL, true);
	struct json_object *file = file_object_openai(name, o, now_s());
	file_call_write(file, out);
	json_object_put(file);
	return FILE_DONE;
}

static enum file_next
deleted(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct file_call *call = ctx;
	const char *name =
	    json_object_get_string(json_at(call->live.resources, 0));
	struct buf id;
	(void)body, (void)o;
	resources_forget(&call->remember, name);
	struct json_object *gone = json_object_new_object();
	buf_init(&id, BUF_SMALL);
	buf_fmt(&id, "file-%s", strchr(name, '/') + 1);
	json_set_text(gone, "id", buf_cstr(&id));
	json_set_text(gone, "object", "file");
	json_set_bool(gone, "deleted", true);
	file_call_write(gone, out);
	json_object_put(gone);
	buf_clear(&id);
	return FILE_DONE;
}

static void
serve_one(struct service *s, const struct route_match *match)
{
	bool delete = strcmp(web_method(s->call), "DELETE") == 0;
	const char *id = buf_cstr(&match->capture[0]);
	struct api_error error = {0};
	struct buf name, path;
	struct file_call call = {.answer = delete ? deleted : answer,
	    .live = {.service = s,
		.dialect = DIALECT_OPENAI,
		.route = delete ? "openai.files.delete" : "openai.files.get",
		.method = delete ? "DELETE" : "GET",
		.resources = json_object_new_array()}};
	call.ctx = &call;
	buf_init(&name, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	if (access_take(s, call.live.token, &error) &&
	    (file_object_name(id, &name) || no_file(&error, id))) {
		json_object_array_add(call.live.resources,
		    json_object_new_string(buf_cstr(&name)));
		buf_fmt(&path, "/%s", buf_cstr(&name));
		call.live.path = buf_cstr(&path);
		file_call_run(&call);
	} else {
		body_refuse(s, call.live.route, "-", call.live.token, 0,
		    DIALECT_OPENAI, &error);
	}
	json_object_put(call.live.resources);
	api_error_clear(&error);
	buf_clear(&name);
	buf_clear(&path);
}

/* Gemini gives the bytes of files that it has made itself, and refuses those of
 * others. */
static void
serve_content(struct service *s, const struct route_match *match)
{
	struct pipe_call call = {.dialect = DIALECT_OPENAI,
	    .route = "openai.files.content",
	    .query = "alt=media",
	    .bytes = true};
	struct buf name, path;
	buf_init(&name, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	if (file_object_name(buf_cstr(&match->capture[0]), &name)) {
		buf_fmt(&path, "/%s:download", buf_cstr(&name));
		call.path = buf_cstr(&path);
		pipe_serve(s, &call);
	} else {
		pipe_refuse(s, &call, FAULT_NOT_FOUND, "No such File object.");
	}
	buf_clear(&name);
	buf_clear(&path);
}

const struct endpoint endpoint_openai_files = {DIALECT_OPENAI, serve_list};
const struct endpoint endpoint_openai_file = {DIALECT_OPENAI, serve_one};
const struct endpoint endpoint_openai_file_content = {
    DIALECT_OPENAI, serve_content};
