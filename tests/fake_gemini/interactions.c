/* Interactions: made, streamed, read, deleted. */
#include "interactions.h"

#include <json-c/json.h>
#include <string.h>

#include "resources_state.h"

#define LENGTH(a) (sizeof(a) / sizeof(*(a)))

static void
refuse(struct reply *reply, int status, const char *code, const char *message)
{
	reply->status = status;
	reply->good = false;
	buf_printf(
	    &reply->body, "{\"error\":{\"code\":\"%s\",\"message\":", code);
	buf_json(&reply->body, message, strlen(message));
	buf_text(&reply->body, "}}\n");
}

static const char *
word(struct json_object *o, const char *name)
{
	struct json_object *value = resources_member(o, name);

	return json_object_is_type(value, json_type_string)
	    ? json_object_get_string(value)
	    : NULL;
}

/* Is the body one, and what it goes on from this project's? */
static bool
check(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	static const char *const known[] = {"model", "agent", "input", "stream",
	    "store", "background", "previous_interaction_id", "tools",
	    "system_instruction", "generation_config", "response_format",
	    "response_modalities", "agent_config", "service_tier"};
	const char *before = word(body, "previous_interaction_id");
	struct buf why = {0};
	bool ok = false;

	if (!json_object_is_type(body, json_type_object))
		refuse(reply, 400, "invalid_request", "The body is no JSON.");
	else if (!resources_known(body, known, LENGTH(known), &why))
		refuse(reply, 400, "invalid_request", buf_str(&why));
	else if (word(body, "model") == NULL && word(body, "agent") == NULL)
		refuse(reply, 400, "invalid_request",
		    "Either model or agent is required.");
	else
		ok = true;
	if (ok && before != NULL) {
		struct buf name = {0};

		buf_printf(&name, "interactions/%s", before);
		ok = resources_find(r, call->project, buf_span(&name)) != NULL;
		buf_clear(&name);
		if (!ok)
			refuse(reply, 404, "not_found",
			    "The previous interaction was not found.");
	}
	buf_clear(&why);
	return ok;
}

/* The interaction, whose answer is an echo. */
static struct json_object *
make(struct resources *r, const struct resources_call *call,
    struct json_object *body)
{
	const char *input = word(body, "input");
	struct json_object *o;
	struct buf id = {0}, name = {0}, said = {0}, json = {0};

	buf_printf(&id, "v1_fake%llu", ++r->made);
	buf_printf(&name, "interactions/%s", buf_str(&id));
	buf_printf(&said, "You said: %s", input != NULL ? input : "");
	buf_printf(&json,
	    "{\"id\":\"%s\",\"object\":\"interaction\",\"status\":"
	    "\"completed\",\"created\":\"2026-11-21T13:00:00Z\",\"role\":"
	    "\"model\",\"steps\":[{\"type\":\"model_output\",\"content\":"
	    "[{\"type\":\"text\",\"text\":",
	    buf_str(&id));
	buf_json(&json, said.at, said.len);
	buf_text(&json,
	    "}]}],\"usage\":{\"total_input_tokens\":5,"
	    "\"total_output_tokens\":7,\"total_thought_tokens\":2,"
	    "\"total_tokens\":14}}");
	o = json_tokener_parse(buf_str(&json));
	if (word(body, "model") != NULL)
		json_object_object_add(o, "model",
		    json_object_get(resources_member(body, "model")));
	resources_add(r, call->project, buf_str(&name), o);
	buf_clear(&id);
	buf_clear(&name);
	buf_clear(&said);
	buf_clear(&json);
	return o;
}

static void
event(struct reply *reply, const char *type, const char *member,
    struct json_object *o)
{
	buf_printf(&reply->body,
	    "event: %s\ndata: {\"event_type\":\"%s\",\"%s\":%s}\n\n", type,
	    type, member,
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	reply_mark(reply);
}

static void
stream(struct json_object *o, struct reply *reply)
{
	struct json_object *step =
	    json_object_array_get_idx(resources_member(o, "steps"), 0);
	struct json_object *delta =
	    json_object_array_get_idx(resources_member(step, "content"), 0);

	reply->streamed = true;
	buf_empty(&reply->type);
	buf_text(&reply->type, "text/event-stream");
	event(reply, "interaction.created", "interaction", o);
	event(reply, "step.delta", "delta", delta);
	event(reply, "interaction.completed", "interaction", o);
	buf_text(&reply->body, "event: done\ndata: [DONE]\n\n");
	reply_mark(reply);
}

static void
serve_one(
    struct resources *r, const struct resources_call *call, struct reply *reply)
{
	const char *id = call->rest + strlen("interactions/");
	struct span name = {
	    call->rest, strlen("interactions/") + strcspn(id, "/")};
	struct resource *one = resources_find(r, call->project, name);

	if (one == NULL) {
		refuse(
		    reply, 404, "not_found", "The interaction was not found.");
	} else if (buf_is(call->request->verb, "DELETE")) {
		resources_drop(r, one);
		buf_text(&reply->body, "{}\n");
	} else {
		resources_write(reply, one->o);
	}
}

bool
interactions_serve(struct resources *r, const struct resources_call *call,
    struct json_object *body, struct reply *reply)
{
	bool create = strcmp(call->rest, "interactions") == 0;

	if (!create && strncmp(call->rest, "interactions/", 13) != 0)
		return false;
	if (!create) {
		serve_one(r, call, reply);
	} else if (!buf_is(call->request->verb, "POST")) {
		refuse(reply, 404, "not_found", "There is no such method.");
	} else if (check(r, call, body, reply)) {
		struct json_object *o = make(r, call, body);

		if (json_object_get_boolean(resources_member(body, "stream")))
			stream(o, reply);
		else
			resources_write(reply, o);
	}
	return true;
}
