/* Requests of the page of trials. */
#include "admin/try_body.h"

#include <stdlib.h>
#include <string.h>

#include "admin/try_form.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "base/url.h"

#define PRETTY                                               \
	(JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | \
	    JSON_C_TO_STRING_NOSLASHESCAPE)

const struct try_effort try_efforts[] = {
    {"none", 0},
    {"minimal", 512},
    {"low", 1024},
    {"medium", 8192},
    {"high", 24576},
};
const size_t try_n_efforts = COUNT_OF(try_efforts);

/* --- members ------------------------------------------------------------- */

/* Where something was written: a text, or a number as it was written. */
static void
set_text(struct json_object *o, const char *name, const struct try_form *form,
    const char *field)
{
	const char *text = try_form_get(form, field);
	if (*text != '\0')
		json_set_text(o, name, text);
}

static void
set_number(struct json_object *o, const char *name, const struct try_form *form,
    const char *field)
{
	const char *text = try_form_get(form, field);
	if (*text != '\0')
		json_set(o, name, json_parse(text, strlen(text), NULL));
}

/* {"role": …, "content": …} */
static void
add_message(struct json_object *list, const char *role, const char *text)
{
	struct json_object *o = json_object_new_object();
	if (*text == '\0') {
		json_object_put(o);
		return;
	}
	json_set_text(o, "role", role);
	json_set_text(o, "content", text);
	json_object_array_add(list, o);
}

/* {"parts": [{"text": …}]} */
static struct json_object *
new_content(const char *text)
{
	struct json_object *o = json_object_new_object();
	struct json_object *parts = json_object_new_array();
	struct json_object *part = json_object_new_object();
	json_set_text(part, "text", text);
	json_object_array_add(parts, part);
	json_set(o, "parts", parts);
	return o;
}

/* --- bodies -------------------------------------------------------------- */

static struct json_object *
make_chat(const struct try_form *form)
{
	struct json_object *o = json_object_new_object();
	struct json_object *messages = json_object_new_array();
	add_message(messages, "system", try_form_get(form, "system"));
	add_message(messages, "user", try_form_get(form, "prompt"));
	set_text(o, "model", form, "model");
	json_set(o, "messages", messages);
	set_number(o, "temperature", form, "temperature");
	set_number(o, "max_tokens", form, "max_tokens");
	set_text(o, "reasoning_effort", form, "effort");
	if (form->stream) {
		struct json_object *options = json_object_new_object();
		json_set_bool(options, "include_usage", true);
		json_set_bool(o, "stream", true);
		json_set(o, "stream_options", options);
	}
	return o;
}

static struct json_object *
make_responses(const struct try_form *form)
{
	struct json_object *o = json_object_new_object();
	set_text(o, "model", form, "model");
	set_text(o, "instructions", form, "system");
	set_text(o, "input", form, "prompt");
	set_number(o, "temperature", form, "temperature");
	set_number(o, "max_output_tokens", form, "max_tokens");
	if (*try_form_get(form, "effort") != '\0') {
		struct json_object *reasoning = json_object_new_object();
		set_text(reasoning, "effort", form, "effort");
		json_set(o, "reasoning", reasoning);
	}
	if (form->stream)
		json_set_bool(o, "stream", true);
	return o;
}

static void
set_thinking(struct json_object *config, const char *effort)
{
	for (size_t i = 0; i < try_n_efforts; i++) {
		if (!text_same(effort, try_efforts[i].name))
			continue;
		struct json_object *thinking = json_object_new_object();
		json_set_int(thinking, "thinkingBudget", try_efforts[i].budget);
		json_set(config, "thinkingConfig", thinking);
	}
}

static struct json_object *
make_gemini(const struct try_form *form)
{
	const char *system = try_form_get(form, "system");
	struct json_object *o = json_object_new_object();
	struct json_object *contents = json_object_new_array();
	struct json_object *config = json_object_new_object();
	struct json_object *said = new_content(try_form_get(form, "prompt"));
	if (*system != '\0')
		json_set(o, "systemInstruction", new_content(system));
	json_set_text(said, "role", "user");
	json_object_array_add(contents, said);
	json_set(o, "contents", contents);
	set_number(config, "temperature", form, "temperature");
	set_number(config, "maxOutputTokens", form, "max_tokens");
	set_thinking(config, try_form_get(form, "effort"));
	if (json_object_object_length(config) > 0)
		json_set(o, "generationConfig", config);
	else
		json_object_put(config);
	return o;
}

static struct json_object *
make_embeddings(const struct try_form *form)
{
	struct json_object *o = json_object_new_object();
	set_text(o, "model", form, "model");
	set_text(o, "input", form, "prompt");
	return o;
}

const struct try_route try_routes[] = {
    {"chat", N_("OpenAI: chat completions"), "/v1/chat/completions", NULL, NULL,
	"", "Authorization: Bearer", make_chat},
    {"responses", N_("OpenAI: responses"), "/v1/responses", NULL, NULL, "",
	"Authorization: Bearer", make_responses},
    {"gemini", N_("Gemini: generateContent"), "/v1beta/models/",
	":generateContent", ":streamGenerateContent", "alt=sse",
	"x-goog-api-key:", make_gemini},
    {"embeddings", N_("OpenAI: embeddings"), "/v1/embeddings", NULL, NULL, "",
	"Authorization: Bearer", make_embeddings},
};
const size_t try_n_routes = COUNT_OF(try_routes);

/* --- the request --------------------------------------------------------- */

void
try_body_target(
    const struct try_form *form, struct buf *path, struct buf *query)
{
	const struct try_route *route = form->route;
	const char *model = try_form_get(form, "model");
	buf_str(path, route->path);
	if (route->action != NULL) {
		/* Google's own lists have it in front of the names. */
		if (text_starts(model, "models/"))
			model += strlen("models/");
		url_escape(path, model);
		buf_str(
		    path, form->stream ? route->stream_action : route->action);
	}
	buf_str(query, form->stream ? route->stream_query : "");
}

static void
write_pretty(struct json_object *value, struct buf *out)
{
	buf_str(out, json_object_to_json_string_ext(value, PRETTY));
}

void
try_body_make(const struct try_form *form, struct buf *body)
{
	struct json_object *o = form->route->make(form);
	write_pretty(o, body);
	json_object_put(o);
}

bool
try_body_pretty(const char *text, size_t len, struct buf *out)
{
	struct json_object *value = json_parse(text, len, NULL);
	if (value == NULL)
		buf_add(out, text, len);
	else
		write_pretty(value, out);
	json_object_put(value);
	return value != NULL;
}
