/* Files: list, read, delete, download, and use in prompts. */
#include "files.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "errors.h"
#include "files_state.h"
#include "mem.h"

#define URI "https://generativelanguage.googleapis.com/v1beta/"

struct files *
files_new(struct resources *resources)
{
	struct files *f = mem_alloc(sizeof(*f));

	f->resources = resources;
	return f;
}

void
files_free(struct files *f)
{
	files_empty(f);
	free(f);
}

void
files_refuse(struct reply *reply, int status, const char *message)
{
	reply->status = status;
	reply->good = false;
	errors_plain(&reply->body, status, message, NULL, true);
}

bool
files_header(
    const struct http_request *request, const char *name, struct buf *value)
{
	struct span rest = http_headers(request->head), n, v;

	buf_empty(value);
	while (http_header(&rest, &n, &v))
		if (buf_is_nocase(n, name)) {
			buf_add(value, v.at, v.len);
			return true;
		}
	return false;
}

void
files_count(struct files_state *s, const char *bytes, size_t n)
{
	static uint32_t table[256];

	if (table[1] == 0)
		for (uint32_t i = 0; i < 256; i++) {
			table[i] = i;
			for (int k = 0; k < 8; k++)
				table[i] = table[i] >> 1 ^
				    (table[i] & 1 ? 0xedb88320 : 0);
		}
	s->crc = ~s->crc;
	for (size_t i = 0; i < n; i++)
		s->crc = s->crc >> 8 ^
		    table[(s->crc ^ (unsigned char)bytes[i]) & 255];
	s->crc = ~s->crc;
	s->size += (long long)n;
}

static const char *
word(struct json_object *o, const char *name, const char *other)
{
	struct json_object *value = resources_member(o, name);

	if (value == NULL && other != NULL)
		value = resources_member(o, other);
	return json_object_is_type(value, json_type_string)
	    ? json_object_get_string(value)
	    : NULL;
}

static void
set(struct json_object *o, const char *name, const char *value)
{
	if (value != NULL)
		json_object_object_add(o, name, json_object_new_string(value));
}

static void
set_time(struct json_object *o, const char *name, time_t t)
{
	char text[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.123456789Z", &tm);
	set(o, name, text);
}

/* The name that the client wants, or the next one; false if it is taken. */
static bool
choose_name(struct files *f, const char *project, struct json_object *file,
    struct buf *name, struct reply *reply)
{
	const char *wanted = word(file, "name", NULL);

	if (wanted == NULL) {
		buf_printf(name, "files/fake%llu", ++f->made);
		return true;
	}
	if (strncmp(wanted, "files/", 6) != 0)
		buf_text(name, "files/");
	buf_text(name, wanted);
	if (resources_find(f->resources, project, buf_span(name)) == NULL)
		return true;
	files_refuse(reply, 409, "Requested entity already exists");
	return false;
}

struct resource *
files_make(struct files *f, const char *project, struct json_object *file,
    const struct files_state *state, struct reply *reply)
{
	struct json_object *o = json_object_new_object();
	const char *type = word(file, "mimeType", "mime_type");
	const char *display = word(file, "displayName", "display_name");
	struct buf name = {0}, text = {0};
	time_t now = time(NULL);
	struct resource *one = NULL;

	if (choose_name(f, project, file, &name, reply)) {
		set(o, "name", buf_str(&name));
		set(o, "displayName", display);
		set(o, "mimeType",
		    type != NULL ? type : "application/octet-stream");
		buf_printf(&text, "%lld", state->size);
		set(o, "sizeBytes", buf_str(&text));
		set_time(o, "createTime", now);
		set_time(o, "updateTime", now);
		set_time(o, "expirationTime", now + 48 * 3600);
		buf_empty(&text);
		buf_printf(&text, "crc32:%08x", state->crc);
		set(o, "sha256Hash", buf_str(&text));
		buf_empty(&text);
		buf_printf(&text, URI "%s", buf_str(&name));
		set(o, "uri", buf_str(&text));
		set(o, "state",
		    type != NULL && strncmp(type, "video/", 6) == 0
			? "PROCESSING"
			: "ACTIVE");
		set(o, "source",
		    display != NULL && strcmp(display, "generated") == 0
			? "GENERATED"
			: "UPLOADED");
		one = resources_add(f->resources, project, buf_str(&name), o);
	} else {
		json_object_put(o);
	}
	buf_clear(&name);
	buf_clear(&text);
	return one;
}

/* --- what there is -------------------------------------------------------- */

/* Who has looked once finds it done. */
static void
look(struct resource *one)
{
	if (strcmp(word(one->o, "state", NULL), "PROCESSING") == 0)
		set(one->o, "state", "ACTIVE");
}

static void
list(struct files *f, const char *project, struct reply *reply)
{
	struct json_object *all = json_object_new_object();
	struct json_object *array = json_object_new_array();

	for (struct resource *one = f->resources->first; one != NULL;
	     one = one->next)
		if (strncmp(one->name, "files/", 6) == 0 &&
		    strcmp(one->project, project) == 0)
			json_object_array_add(array, json_object_get(one->o));
	json_object_object_add(all, "files", array);
	resources_write(reply, all);
	json_object_put(all);
}

/* The bytes that a generated file has. */
static void
download(struct resource *one, struct reply *reply)
{
	long long size = atoll(word(one->o, "sizeBytes", NULL));

	if (strcmp(word(one->o, "source", NULL), "GENERATED") != 0) {
		files_refuse(reply, 400,
		    "Only files generated by the API can be downloaded.");
		return;
	}
	buf_empty(&reply->type);
	buf_text(&reply->type, word(one->o, "mimeType", NULL));
	for (long long i = 0; i < size; i += 10)
		buf_add(&reply->body, "0123456789",
		    size - i < 10 ? (size_t)(size - i) : 10);
}

static void
denied(struct reply *reply, struct span name)
{
	struct buf words = {0};

	buf_printf(&words,
	    "You do not have permission to access the File %.*s or it may not "
	    "exist.",
	    (int)(name.len > 6 ? name.len - 6 : 0), name.at + 6);
	files_refuse(reply, 403, buf_str(&words));
	buf_clear(&words);
}

static void
serve_one(
    struct files *f, const struct resources_call *call, struct reply *reply)
{
	struct span verb = call->request->verb;
	struct span name = {call->rest, strcspn(call->rest, ":")};
	struct resource *one =
	    resources_find(f->resources, call->project, name);

	if (one == NULL) {
		denied(reply, name);
	} else if (buf_is(verb, "DELETE")) {
		resources_drop(f->resources, one);
		buf_text(&reply->body, "{}\n");
	} else if (strcmp(call->rest + name.len, ":download") == 0) {
		download(one, reply);
	} else {
		resources_write(reply, one->o);
		look(one);
	}
}

bool
files_serve(struct files *f, struct json_tokener *tokener,
    const struct resources_call *call, const char *path, struct reply *reply)
{
	if (strstr(path, "/upload/") != NULL)
		upload_serve(f, tokener, call, reply);
	else if (strcmp(call->rest, "files") == 0 &&
	    buf_is(call->request->verb, "GET"))
		list(f, call->project, reply);
	else if (strncmp(call->rest, "files/", 6) == 0 &&
	    (buf_is(call->request->verb, "GET") ||
		buf_is(call->request->verb, "DELETE")))
		serve_one(f, call, reply);
	else
		return false;
	return true;
}

/* --- prompts -------------------------------------------------------------- */

/* Of the form that Google gives out; others are of the wide world. */
static bool
may_use_one(
    struct files *f, const char *project, const char *uri, struct reply *reply)
{
	struct span name = {uri, strlen(uri)};
	struct resource *one;

	if (strncmp(uri, URI, sizeof(URI) - 1) == 0)
		name = (struct span){
		    uri + sizeof(URI) - 1, strlen(uri) - (sizeof(URI) - 1)};
	if (name.len < 6 || strncmp(name.at, "files/", 6) != 0)
		return true;
	one = resources_find(f->resources, project, name);
	if (one == NULL) {
		denied(reply, name);
		return false;
	}
	if (strcmp(word(one->o, "state", NULL), "ACTIVE") == 0)
		return true;
	files_refuse(reply, 400,
	    "The File is not in an ACTIVE state and usage is not allowed.");
	look(one);
	return false;
}

bool
files_may_use(struct files *f, const char *project, struct json_object *o,
    struct reply *reply)
{
	if (json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++)
			if (!files_may_use(f, project,
				json_object_array_get_idx(o, i), reply))
				return false;
		return true;
	}
	if (!json_object_is_type(o, json_type_object))
		return true;
	json_object_object_foreach(o, member, value)
	{
		bool uri = strcmp(member, "fileUri") == 0 ||
		    strcmp(member, "file_uri") == 0;

		if (uri && json_object_is_type(value, json_type_string)
			? !may_use_one(
			      f, project, json_object_get_string(value), reply)
			: !files_may_use(f, project, value, reply))
			return false;
	}
	return true;
}
