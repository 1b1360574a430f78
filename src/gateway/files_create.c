/*
 * POST /v1/files: a form with a file becomes a resumable upload, `start` and
 * then all the bytes, both with the same key.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/body.h"
#include "gateway/endpoint.h"
#include "gateway/file_call.h"
#include "gateway/form.h"
#include "gateway/service.h"
#include "gateway/upload_headers.h"
#include "gateway/upload_source.h"
#include "protocol/file_object.h"
#include "protocol/media_type.h"
#include "web/call.h"

#define ROUTE "openai.files.create"

/* A larger file waits on the disk for its turn. */
#define IN_MEMORY ((size_t)256 * 1024)

/* Gemini's limit for a display name. */
#define MAX_NAME 512

struct create {
	struct service *service;
	struct file_call call;
	struct form form;
	const struct form_part *file;
	const char *purpose;
	struct buf body, path;
	char type[MEDIA_TYPE_SIZE], size[24];
	struct exchange_header up[4];
	struct upload_answer answer;
	struct upload_source source;
	bool begun; /* the session is there */
};

/* --- the two calls ------------------------------------------------------- */

static void
set_start(struct create *c)
{
	struct live *live = &c->call.live;
	c->begun = false;
	c->up[0] =
	    (struct exchange_header){"X-Goog-Upload-Protocol", "resumable"};
	c->up[1] = (struct exchange_header){"X-Goog-Upload-Command", "start"};
	c->up[2] = (struct exchange_header){
	    "X-Goog-Upload-Header-Content-Length", c->size};
	c->up[3] = (struct exchange_header){
	    "X-Goog-Upload-Header-Content-Type", c->type};
	live->headers = c->up;
	live->n_headers = 4;
	live->path = "/files";
	live->read = NULL;
	live->body = buf_cstr(&c->body);
	live->body_len = c->body.len;
	live->body_type = NULL;
}

/* False if no session was told. */
static bool
set_bytes(struct create *c)
{
	struct live *live = &c->call.live;
	struct buf id, query;
	buf_init(&id, BUF_SMALL);
	buf_init(&query, BUF_SMALL);
	c->begun = upload_answer_session(&c->answer, &id, &query);
	buf_reset(&c->path);
	buf_fmt(&c->path, "/files?%s", buf_cstr(&query));
	buf_clear(&id);
	buf_clear(&query);
	c->up[0] = (struct exchange_header){
	    "X-Goog-Upload-Command", "upload, finalize"};
	c->up[1] = (struct exchange_header){"X-Goog-Upload-Offset", "0"};
	live->n_headers = 2;
	live->path = buf_cstr(&c->path);
	live->body = NULL;
	live->body_type = c->type;
	c->source.at = 0;
	upload_source_set(live, &c->source);
	return c->begun;
}

static void
header(void *ctx, const char *name, const char *value)
{
	struct create *c = ctx;
	upload_answer_add(&c->answer, c->service, name, value);
	/* OpenAI's clients have nothing to do with it. */
	c->service->upload_status[0] = '\0';
}

static enum file_next
answer(
    void *ctx, const struct buf *body, struct json_object *o, struct buf *out)
{
	struct create *c = ctx;
	struct json_object *file = json_get(o, "file");
	const char *name = json_get_text(file, "name");
	(void)body;
	if (!c->begun)
		return set_bytes(c) ? FILE_AGAIN : FILE_BAD;
	if (name == NULL)
		return FILE_BAD;
	file_call_note(&c->call, file, c->purpose, false);
	struct json_object *facts = file_object_facts(file, c->purpose);
	struct json_object *made =
	    file_object_openai(name, facts, clock_wall_ms() / 1000);
	file_call_write(made, out);
	json_object_put(made);
	json_object_put(facts);
	return FILE_DONE;
}

static void
restart(void *ctx)
{
	struct create *c = ctx;
	upload_answer_clear(&c->answer);
	upload_answer_init(&c->answer);
	set_start(c);
}

/* --- the form ------------------------------------------------------------ */

static bool
take_purpose(struct create *c, struct api_error *error)
{
	static const char *const known[] = {
	    "assistants", "batch", "evals", "fine-tune", "user_data", "vision"};
	c->purpose = form_text(&c->form, "purpose");
	if (c->purpose == NULL)
		return api_error_set(error, FAULT_MISSING_FIELD, "purpose",
		    "Missing required parameter: 'purpose'.");
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcmp(known[i], c->purpose) == 0)
			return true;
	return api_error_set(error, FAULT_BAD_VALUE, "purpose",
	    "Invalid value: '%.40s'. Supported values are: 'assistants', "
	    "'batch', 'evals', 'fine-tune', 'user_data' and 'vision'.",
	    c->purpose);
}

static bool
take_file(struct create *c, struct api_error *error)
{
	c->file = form_find(&c->form, "file");
	if (c->file == NULL)
		return api_error_set(error, FAULT_MISSING_FIELD, "file",
		    "Missing required parameter: 'file'.");
	if (c->file->filename == NULL)
		return api_error_set(error, FAULT_WRONG_TYPE, "file",
		    "Invalid type for 'file': expected a file, but got a "
		    "field.");
	if (c->file->size == 0)
		return api_error_set(error, FAULT_BAD_VALUE, "file",
		    "Invalid 'file': the file is empty.");
	return true;
}

/* What the client calls it, unless that says nothing; then its name does. */
static void
set_type(struct create *c)
{
	const char *by_name = media_type_of_name(c->file->filename);
	media_type_read(c->file->type, strlen(c->file->type), c->type);
	if (c->type[0] == '\0')
		snprintf(c->type, sizeof(c->type), "%s",
		    by_name != NULL ? by_name : "application/octet-stream");
}

static void
write_body(struct create *c)
{
	const char *name = c->file->filename;
	struct json_object *o = json_object_new_object();
	struct json_object *file = json_object_new_object();
	json_set_text_len(file, "displayName", name, text_cut(name, MAX_NAME));
	json_set(o, "file", file);
	json_write(&c->body, o);
	json_object_put(o);
	snprintf(c->size, sizeof(c->size), "%" PRId64, c->file->size);
}

static bool
take(struct create *c, int64_t *token_id, struct api_error *error)
{
	return form_take(c->service, c->call.live.token, token_id,
		   SETTING_ID_MAX_UPLOAD_MB, IN_MEMORY, &c->form, error) &&
	    take_file(c, error) && take_purpose(c, error);
}

/* --- the request --------------------------------------------------------- */

static void
init(struct create *c, struct service *s)
{
	*c = (struct create){.service = s,
	    .call = {.live = {.service = s,
			 .dialect = DIALECT_OPENAI,
			 .route = ROUTE,
			 .version = "upload/v1beta",
			 .sticky = "files",
			 .method = "POST"},
		.ctx = c,
		.header = header,
		.answer = answer,
		.restart = restart}};
	buf_init(&c->body, BUF_SMALL);
	buf_init(&c->path, BUF_SMALL);
	upload_answer_init(&c->answer);
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct create c;
	struct api_error error = {0};
	int64_t token_id = 0;
	(void)match;
	init(&c, s);
	if (take(&c, &token_id, &error)) {
		c.source.part = c.file;
		set_type(&c);
		write_body(&c);
		set_start(&c);
		file_call_run(&c.call);
	} else {
		body_refuse(s, ROUTE, "-", c.call.live.token, token_id,
		    DIALECT_OPENAI, &error);
	}
	api_error_clear(&error);
	form_clear(&c.form);
	upload_answer_clear(&c.answer);
	buf_clear(&c.body);
	buf_clear(&c.path);
}

const struct endpoint endpoint_openai_files_create = {DIALECT_OPENAI, serve};
