/* Google's OpenAI-compatible API. */
#include "openai.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "errors.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

struct call {
	const struct route *route;
	struct json_object *body; /* NULL: none */
	struct reply *reply;
};

static bool
openai_header(
    const struct http_request *request, const char *wanted, struct span *found)
{
	struct span rest = http_headers(request->head), name, value;

	while (http_header(&rest, &name, &value)) {
		if (buf_is_nocase(name, wanted)) {
			*found = value;
			return true;
		}
	}
	return false;
}

void
openai_key(const struct http_request *request, struct buf *key)
{
	struct span value;

	if (openai_header(request, "authorization", &value) && value.len > 7 &&
	    strncmp(value.at, "Bearer ", 7) == 0)
		buf_add(key, value.at + 7, value.len - 7);
}

static struct json_object *
openai_parse(struct json_tokener *tokener, struct span body)
{
	json_tokener_reset(tokener);
	if (body.len == 0 || body.len > INT_MAX)
		return NULL;
	return json_tokener_parse_ex(tokener, body.at, (int)body.len);
}

static const char *
openai_text(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

void
openai_model(struct json_tokener *tokener, const struct http_request *request,
    struct buf *model)
{
	struct json_object *body = openai_parse(tokener, request->body);
	const char *name = openai_text(body, "model");

	if (name != NULL)
		buf_text(
		    model, strncmp(name, "models/", 7) == 0 ? name + 7 : name);
	json_object_put(body);
}

/* A list of one error, as Google sends it here. */
static void
openai_refuse(struct reply *reply, int status, const char *message)
{
	reply->status = status;
	reply->good = false;
	buf_empty(&reply->body);
	buf_text(&reply->body, "[");
	errors_plain(&reply->body, status, message, NULL, true);
	buf_text(&reply->body, "]\n");
}

/* Has the body only members of that list? */
static bool
openai_known(struct call *c, const char *const *known, size_t n)
{
	struct buf why = {0};
	bool ok = true;

	json_object_object_foreach(c->body, name, value)
	{
		size_t i = 0;

		(void)value;
		while (i < n && strcmp(known[i], name) != 0)
			i++;
		if (i < n || !ok)
			continue;
		ok = false;
		buf_printf(&why,
		    "Invalid JSON payload received. Unknown name \"%s\": "
		    "Cannot find field.",
		    name);
		openai_refuse(c->reply, 400, buf_str(&why));
	}
	buf_clear(&why);
	return ok;
}

static struct json_object *
openai_member(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, name, &value);
	return value;
}

/* --- chat ----------------------------------------------------------------- */

/* What the last message says. */
static const char *
openai_prompt(struct json_object *body)
{
	struct json_object *list = openai_member(body, "messages");
	size_t n = json_object_is_type(list, json_type_array)
	    ? json_object_array_length(list)
	    : 0;
	const char *text = NULL;

	if (n > 0)
		text = openai_text(
		    json_object_array_get_idx(list, n - 1), "content");
	return text != NULL ? text : "";
}

static void
openai_usage(struct buf *out, const struct tokens *t)
{
	buf_printf(out,
	    ",\"usage\":{\"completion_tokens\":%lld,\"prompt_tokens\":%lld,"
	    "\"total_tokens\":%lld}",
	    t->answer, t->prompt, t->prompt + t->answer);
}

static void
openai_frame(struct call *c, const char *object, const char *part,
    const char *text, size_t len, const char *finish)
{
	struct buf *out = &c->reply->body;
	struct span model = buf_span(&c->route->model);

	buf_printf(out, "{\"choices\":[{\"%s\":{\"content\":", part);
	buf_json(out, text, len);
	buf_printf(out, ",\"role\":\"assistant\"}%s,\"index\":0}],", finish);
	buf_printf(out,
	    "\"created\":1790000000,\"id\":\"fake-%llu\",\"model\":",
	    (unsigned long long)c->reply->ticket.number);
	buf_json(out, model.at, model.len);
	buf_printf(out, ",\"object\":\"%s\"", object);
}

#define FINISH ",\"finish_reason\":\"stop\""

/* Three chunks, the usage with the last if it was asked for, and [DONE]. */
static void
openai_stream(struct call *c, const struct buf *text)
{
	struct reply *reply = c->reply;
	struct json_object *options = openai_member(c->body, "stream_options");
	bool usage =
	    json_object_get_boolean(openai_member(options, "include_usage"));

	reply->streamed = true;
	buf_empty(&reply->type);
	buf_text(&reply->type, "text/event-stream");
	for (size_t i = 0; i < 3; i++) {
		size_t from = text->len * i / 3, to = text->len * (i + 1) / 3;

		buf_text(&reply->body, "data: ");
		openai_frame(c, "chat.completion.chunk", "delta",
		    buf_str(text) + from, to - from, i == 2 ? FINISH : "");
		if (i == 2 && usage)
			openai_usage(&reply->body, &reply->tokens);
		buf_text(&reply->body, "}\n\n");
		reply_mark(reply);
	}
	buf_text(&reply->body, "data: [DONE]\n\n");
	reply_mark(reply);
}

static void
openai_chat(struct call *c)
{
	static const char *const known[] = {"model", "messages", "stream",
	    "stream_options", "max_tokens", "max_completion_tokens",
	    "temperature", "top_p", "n", "stop", "seed", "tools", "tool_choice",
	    "parallel_tool_calls", "response_format", "reasoning_effort",
	    "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs",
	    "user", "extra_body", "service_tier", "metadata", "store",
	    "modalities", "audio"};
	struct json_object *messages = openai_member(c->body, "messages");
	const char *prompt = openai_prompt(c->body);
	struct buf text = {0};

	if (!openai_known(c, known, LENGTH(known)))
		return;
	if (!json_object_is_type(messages, json_type_array) ||
	    json_object_array_length(messages) == 0) {
		openai_refuse(c->reply, 400, "contents is not specified");
		return;
	}
	buf_printf(&text, "You said: %s", prompt);
	c->reply->tokens.prompt = (long long)(strlen(prompt) + 3) / 4;
	c->reply->tokens.answer = (long long)(text.len + 3) / 4;
	if (json_object_get_boolean(openai_member(c->body, "stream"))) {
		openai_stream(c, &text);
	} else {
		openai_frame(c, "chat.completion", "message", buf_str(&text),
		    text.len, FINISH);
		openai_usage(&c->reply->body, &c->reply->tokens);
		buf_text(&c->reply->body, "}\n");
	}
	buf_clear(&text);
}

/* --- embeddings, pictures, models ----------------------------------------- */

/* Eight numbers: four are 1, four 0.5; as base64 of floats or plainly. */
static void
openai_vector(struct buf *out, size_t i, bool base64)
{
	buf_printf(out,
	    "%s{\"object\":\"embedding\",\"index\":%zu,\"embedding\":%s}",
	    i > 0 ? "," : "", i,
	    base64 ? "\"AACAPwAAgD8AAIA/AACAPwAAAD8AAAA/AAAAPwAAAD8=\""
		   : "[1,1,1,1,0.5,0.5,0.5,0.5]");
}

static void
openai_embed(struct call *c)
{
	static const char *const known[] = {
	    "model", "input", "dimensions", "encoding_format", "user"};
	struct json_object *input = openai_member(c->body, "input");
	const char *format = openai_text(c->body, "encoding_format");
	size_t n = json_object_is_type(input, json_type_array)
	    ? json_object_array_length(input)
	    : input != NULL;
	struct buf *out = &c->reply->body;

	if (!openai_known(c, known, LENGTH(known)))
		return;
	if (n == 0) {
		openai_refuse(c->reply, 400, "input is not specified");
		return;
	}
	buf_text(out, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < n; i++)
		openai_vector(
		    out, i, format != NULL && strcmp(format, "base64") == 0);
	buf_text(out, "],\"model\":");
	buf_json(out, c->route->model.at, c->route->model.len);
	buf_printf(out,
	    ",\"usage\":{\"prompt_tokens\":%zu,\"total_tokens\":%zu}}\n", n, n);
}

static void
openai_picture(struct call *c)
{
	static const char *const known[] = {"model", "prompt", "n", "size",
	    "response_format", "quality", "style", "user"};

	if (!openai_known(c, known, LENGTH(known)))
		return;
	buf_text(&c->reply->body,
	    "{\"created\":1790000000,\"data\":[{\"b64_json\":"
	    "\"iVBORw0KGgo=\"}]}\n");
}

static void
openai_models(struct call *c)
{
	static const char one[] =
	    "{\"id\":\"models/gemini-2.5-flash\",\"object\":\"model\","
	    "\"owned_by\":\"google\"}";
	bool list = buf_is(buf_span(&c->route->method), "models");

	buf_printf(&c->reply->body,
	    list ? "{\"object\":\"list\",\"data\":[%s]}\n" : "%s\n", one);
}

static const struct {
	const char *verb, *path; /* what the path begins with */
	void (*serve)(struct call *);
} openai_paths[] = {
    {"POST", "chat/completions", openai_chat},
    {"POST", "embeddings", openai_embed},
    {"POST", "images/generations", openai_picture},
    {"GET", "models", openai_models},
};

/* One credential, and that as a bearer token. */
static bool
openai_may(const struct http_request *request, const struct route *route,
    struct reply *reply)
{
	if (request->key.len > 0)
		openai_refuse(reply, 400,
		    "Multiple authentication credentials received. Please "
		    "pass only one.");
	else if (route->key.len == 0)
		openai_refuse(
		    reply, 400, "Missing or invalid Authorization header.");
	return reply->good;
}

void
openai_serve(struct json_tokener *tokener, const struct route *route,
    const struct http_request *request, struct reply *reply)
{
	struct call c = {.route = route, .reply = reply};
	const char *path = buf_str(&route->method);
	size_t i = 0;

	if (!openai_may(request, route, reply))
		return;
	while (i < LENGTH(openai_paths) &&
	    (!buf_is(request->verb, openai_paths[i].verb) ||
		strncmp(path, openai_paths[i].path,
		    strlen(openai_paths[i].path)) != 0))
		i++;
	c.body = openai_parse(tokener, request->body);
	if (i == LENGTH(openai_paths))
		openai_refuse(reply, 404, "Requested entity was not found.");
	else if (buf_is(request->verb, "POST") &&
	    !json_object_is_type(c.body, json_type_object))
		openai_refuse(reply, 400, "Invalid JSON payload received.");
	else
		openai_paths[i].serve(&c);
	json_object_put(c.body);
}
