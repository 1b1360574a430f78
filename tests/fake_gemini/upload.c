/* Uploads by Google's protocol, strictly. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "files_state.h"
#include "mem.h"

static void
forget(struct upload *u)
{
	json_object_put(u->file);
	free(u->id);
	free(u->project);
	free(u->name);
	free(u);
}

void
files_empty(struct files *f)
{
	while (f->first != NULL) {
		struct upload *next = f->first->next;

		forget(f->first);
		f->first = next;
	}
}

static struct upload *
find(struct files *f, const struct http_request *request)
{
	struct buf id = {0};
	struct upload *u = NULL;

	if (request->query.len > 0 &&
	    http_query(request->query, "upload_id", &id)) {
		u = f->first;
		while (u != NULL && strcmp(u->id, buf_str(&id)) != 0)
			u = u->next;
	}
	buf_clear(&id);
	return u;
}

/* Does the command have the word? */
static bool
commands(const struct http_request *request, const char *word)
{
	struct buf value = {0};
	bool has = files_header(request, "x-goog-upload-command", &value) &&
	    strstr(buf_str(&value), word) != NULL;

	buf_clear(&value);
	return has;
}

/* A whole number of a header; -1 if there is none. */
static long long
number(const struct http_request *request, const char *name)
{
	struct buf value = {0};
	long long n = -1;

	if (files_header(request, name, &value) &&
	    !buf_number(buf_span(&value), 1LL << 50, &n))
		n = -1;
	buf_clear(&value);
	return n;
}

/* --- the bytes of a session ------------------------------------------------
 */

void *
files_sink(struct files *f, const struct http_request *request)
{
	struct upload *u = find(f, request);

	if (u == NULL || u->final || !commands(request, "upload"))
		return NULL;
	/* What a broken chunk had brought counts in whole pieces. */
	u->now = u->kept;
	u->bad_offset = number(request, "x-goog-upload-offset") != u->now.size;
	return u;
}

void
files_bytes(void *sink, const char *bytes, size_t n)
{
	struct upload *u = sink;

	while (n > 0 && !u->bad_offset) {
		long long left = FILES_PIECE - u->now.size % FILES_PIECE;
		size_t piece = (long long)n < left ? n : (size_t)left;

		files_count(&u->now, bytes, piece);
		if (u->now.size % FILES_PIECE == 0)
			u->kept = u->now;
		bytes += piece;
		n -= piece;
	}
}

/* --- answers ---------------------------------------------------------------
 */

static void
header(struct reply *reply, const char *name, const char *value)
{
	buf_printf(&reply->headers, "%s: %s\r\n", name, value);
}

static void
size_received(struct reply *reply, long long n)
{
	buf_printf(&reply->headers, "X-Goog-Upload-Size-Received: %lld\r\n", n);
}

static void
answer_file(struct resource *one, struct reply *reply)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "file", json_object_get(one->o));
	resources_write(reply, o);
	json_object_put(o);
}

/* The chunk has come, whole. */
static void
take_chunk(struct files *f, struct upload *u, bool final, struct reply *reply)
{
	struct resource *one;

	if (u->bad_offset) {
		header(reply, "X-Goog-Upload-Status", "active");
		files_refuse(reply, 400,
		    "The offset is not where the last chunk ended.");
		return;
	}
	if (!final) {
		bool odd = u->now.size % FILES_PIECE != 0;

		u->now = u->kept;
		header(reply, "X-Goog-Upload-Status", "active");
		if (odd)
			files_refuse(reply, 400,
			    "A chunk must be made of pieces of 8 MiB.");
		return;
	}
	if (u->told >= 0 && u->told != u->now.size) {
		header(reply, "X-Goog-Upload-Status", "final");
		files_refuse(
		    reply, 400, "The file has not the size that was told.");
		return;
	}
	header(reply, "X-Goog-Upload-Status", "final");
	u->final = true;
	one = files_make(f, u->project, u->file, &u->now, reply);
	if (one == NULL)
		return;
	u->name = mem_copy(one->name, strlen(one->name));
	answer_file(one, reply);
}

static void
serve_session(struct files *f, struct upload *u,
    const struct resources_call *call, struct reply *reply)
{
	const struct http_request *request = call->request;

	if (strcmp(u->project, call->project) != 0) {
		files_refuse(
		    reply, 403, "The upload was begun by another project.");
	} else if (commands(request, "query")) {
		header(reply, "X-Goog-Upload-Status",
		    u->final ? "final" : "active");
		size_received(reply, u->final ? u->now.size : u->kept.size);
	} else if (u->final) {
		header(reply, "X-Goog-Upload-Status", "final");
		files_refuse(reply, 400, "The upload is final.");
	} else if (commands(request, "cancel")) {
		header(reply, "X-Goog-Upload-Status", "cancelled");
		u->final = true;
	} else if (commands(request, "upload") ||
	    commands(request, "finalize")) {
		take_chunk(f, u, commands(request, "finalize"), reply);
	} else {
		files_refuse(reply, 400, "There is no command.");
	}
}

/* --- beginning -------------------------------------------------------------
 */

/* The member "file" of the metadata; an empty one if it has none. */
static struct json_object *
read_file(struct json_tokener *tokener, struct span text)
{
	struct json_object *o, *file;

	json_tokener_reset(tokener);
	o = json_tokener_parse_ex(tokener, text.at, (int)text.len);
	file = resources_member(o, "file");
	file = file != NULL ? json_object_get(file) : json_object_new_object();
	json_object_put(o);
	return file;
}

/* Where the session goes on; Google quotes the key if it came in the query, and
 * here it always does. */
static void
tell_url(const struct resources_call *call, const struct upload *u,
    struct reply *reply)
{
	struct buf host = {0};

	if (!files_header(call->request, "host", &host))
		buf_text(&host, "localhost");
	buf_printf(&reply->headers,
	    "X-Goog-Upload-URL: https://%s%.*s?upload_id=%s&key=%.*s"
	    "&upload_protocol=resumable\r\n"
	    "X-Goog-Upload-Control-URL: https://%s/x?key=%.*s\r\n",
	    buf_str(&host), (int)call->request->path.len,
	    call->request->path.at, u->id, (int)call->request->key.len,
	    call->request->key.at, buf_str(&host), (int)call->request->key.len,
	    call->request->key.at);
	buf_clear(&host);
}

static void
start(struct files *f, struct json_tokener *tokener,
    const struct resources_call *call, struct reply *reply)
{
	struct upload *u = mem_alloc(sizeof(*u));
	struct buf id = {0}, type = {0};

	buf_printf(&id, "ABPnzs-fake_%llu", ++f->made);
	u->id = mem_copy(id.at, id.len);
	u->project = mem_copy(call->project, strlen(call->project));
	u->file = read_file(tokener, call->request->body);
	u->told = number(call->request, "x-goog-upload-header-content-length");
	if (files_header(
		call->request, "x-goog-upload-header-content-type", &type))
		json_object_object_add(u->file, "mimeType",
		    json_object_new_string(buf_str(&type)));
	u->next = f->first;
	f->first = u;
	header(reply, "X-Goog-Upload-Status", "active");
	header(reply, "X-Goog-Upload-Chunk-Granularity", "8388608");
	tell_url(call, u, reply);
	buf_clear(&id);
	buf_clear(&type);
}

/* All of it in one request: the body, or its second part. */
static void
whole(struct files *f, struct json_tokener *tokener,
    const struct resources_call *call, struct reply *reply)
{
	struct span body = call->request->body;
	struct buf type = {0};
	struct files_state state = {0};
	struct json_object *file;
	struct resource *one;

	files_header(call->request, "content-type", &type);
	if (strncmp(buf_str(&type), "multipart/", 10) == 0) {
		/* --B CRLF head CRLF CRLF json CRLF --B CRLF head … */
		const char *json = memmem(body.at, body.len, "\r\n\r\n", 4);
		const char *end = json == NULL
		    ? NULL
		    : memmem(json, (size_t)(body.at + body.len - json),
			  "\r\n--", 4);
		const char *bytes = end == NULL
		    ? NULL
		    : memmem(end, (size_t)(body.at + body.len - end),
			  "\r\n\r\n", 4);
		const char *last = body.at + body.len;

		if (bytes == NULL) {
			files_refuse(reply, 400, "The body is no multipart.");
			buf_clear(&type);
			return;
		}
		file = read_file(
		    tokener, (struct span){json + 4, (size_t)(end - json - 4)});
		while (last > bytes &&
		    (last + 4 > body.at + body.len ||
			memcmp(last, "\r\n--", 4) != 0))
			last--;
		body = (struct span){bytes + 4, (size_t)(last - bytes - 4)};
	} else {
		file = json_object_new_object();
		json_object_object_add(
		    file, "mimeType", json_object_new_string(buf_str(&type)));
	}
	files_count(&state, body.at, body.len);
	one = files_make(f, call->project, file, &state, reply);
	if (one != NULL) {
		header(reply, "X-Goog-Upload-Status", "final");
		answer_file(one, reply);
	}
	json_object_put(file);
	buf_clear(&type);
}

void
upload_serve(struct files *f, struct json_tokener *tokener,
    const struct resources_call *call, struct reply *reply)
{
	struct upload *u = find(f, call->request);
	struct buf id = {0};
	bool session = call->request->query.len > 0 &&
	    http_query(call->request->query, "upload_id", &id);

	buf_clear(&id);
	if (session && u == NULL)
		files_refuse(reply, 404, "Requested entity was not found.");
	else if (session)
		serve_session(f, u, call, reply);
	else if (commands(call->request, "start"))
		start(f, tokener, call, reply);
	else
		whole(f, tokener, call, reply);
}
