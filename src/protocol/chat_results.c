/* Pairing the results of tools with their calls. */
#include "protocol/chat_results.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_parts.h"
#include "protocol/field.h"
#include "protocol/tool_names.h"
#include "protocol/tool_result.h"

void
chat_results_clear(struct chat_results *r)
{
	for (size_t i = 0; i < r->count; i++) {
		json_object_put(r->list[i].call);
		json_object_put(r->list[i].response);
		json_object_put(r->list[i].media);
	}
	free(r->list);
	for (int k = 0; k < CALL__KEYS; k++)
		json_object_put(r->first[k]);
	json_object_put(r->held);
	*r = (struct chat_results){0};
}

bool
chat_results_expect(struct chat_results *r, struct json_object *part)
{
	if (r->count == r->room) {
		size_t room = r->room == 0 ? 4 : 2 * r->room;
		struct open_call *list = realloc(r->list, room * sizeof(*list));
		if (list == NULL)
			return false;
		r->list = list;
		r->room = room;
	}
	r->list[r->count++] = (struct open_call){
	    .call = json_object_get(json_get(part, "functionCall"))};
	return true;
}

bool
chat_results_open(const struct chat_results *r)
{
	return r->count > 0;
}

bool
chat_results_begun(const struct chat_results *r)
{
	return r->first[CALL_ID] != NULL;
}

/* --- finding the call --------------------------------------------------- */

/* Calls without an id have the empty one. */
static const char *
key_of(const struct open_call *call, enum call_key key)
{
	static const char *const members[] = {"id", "name"};
	const char *text = json_get_text(call->call, members[key]);
	return text == NULL ? "" : text;
}

/* All calls of the turn are known: make them easy to find. */
static void
index_calls(struct chat_results *r)
{
	for (enum call_key k = CALL_ID; k < CALL__KEYS; k++) {
		r->first[k] = json_object_new_object();
		for (size_t i = r->count; i-- > 0;) {
			const char *key = key_of(&r->list[i], k);
			r->list[i].next[k] =
			    (long)json_get_int(r->first[k], key, -1);
			json_set_int(r->first[k], key, (int64_t)i);
		}
	}
}

/* The first call of that key without a result, or NULL; *known: there is or
 * was one of that key. */
static struct open_call *
find_call(
    struct chat_results *r, enum call_key key, const char *text, bool *known)
{
	enum { UNKNOWN = -2 };
	if (!chat_results_begun(r))
		index_calls(r);
	long i = (long)json_get_int(r->first[key], text, UNKNOWN);
	*known = i != UNKNOWN;
	while (i >= 0 && r->list[i].response != NULL)
		i = r->list[i].next[key];
	if (*known)
		json_set_int(r->first[key], text, i);
	return i >= 0 ? &r->list[i] : NULL;
}

/* The same by the client's name of the function. */
static struct open_call *
find_named(struct chat_results *r, const struct chat_build *b, const char *name,
    bool *known)
{
	const struct tool_name *tool = tool_names_find(&b->req->names, name);
	*known = false;
	return tool == NULL ? NULL
			    : find_call(r, CALL_NAME, tool->gemini, known);
}

static bool
refuse(const struct chat_build *b, size_t i, const char *member, bool known)
{
	const struct field_path path =
	    field_path("messages[%zu].%s", i, member);
	return api_error_set(b->error, FAULT_BAD_VALUE, path.text,
	    "Invalid '%s': %s", path.text,
	    known ? "the call already has a result."
		  : "a result must follow the assistant's message whose call "
		    "it answers.");
}

/* The call that a tool's message answers: by its id; by the name of the tool
 * for clients that lose ids. NULL with *b->error set if there is none. */
static struct open_call *
match_tool(struct chat_results *r, const struct chat_build *b,
    struct json_object *message, size_t i)
{
	struct json_object *id, *name;
	const struct field_path path = field_path("messages[%zu]", i);
	bool known = false, named;
	if (!field_member(message, "name", FIELD_STRING, false, path.text,
		&name, b->error) ||
	    !field_member(message, "tool_call_id", FIELD_STRING, name == NULL,
		path.text, &id, b->error))
		return NULL;

	struct open_call *call = NULL;
	if (id != NULL)
		call =
		    find_call(r, CALL_ID, json_object_get_string(id), &known);
	if (call == NULL && !known && name != NULL)
		call = find_named(r, b, json_object_get_string(name), &named);
	if (call == NULL)
		(void)refuse(b, i, "tool_call_id", known);
	return call;
}

/* The same for the older role `function`, which has the name alone. */
static struct open_call *
match_function(struct chat_results *r, const struct chat_build *b,
    struct json_object *message, size_t i)
{
	const char *name;
	bool known;
	if (!field_name(message, "name", field_path("messages[%zu]", i).text,
		&name, b->error))
		return NULL;
	struct open_call *call = find_named(r, b, name, &known);
	if (call == NULL)
		(void)refuse(b, i, "name", known);
	return call;
}

/* --- results ------------------------------------------------------------ */

/* Answer a call: its functionResponse, without the response. */
static struct json_object *
answer(struct open_call *call)
{
	struct json_object *result = json_object_new_object();
	struct json_object *id = json_get(call->call, "id");
	if (id != NULL)
		json_share(result, "id", id);
	json_share(result, "name", json_get(call->call, "name"));
	call->response = json_object_new_object();
	json_set(call->response, "functionResponse", result);
	return result;
}

bool
chat_results_take(struct chat_results *r, struct chat_build *b,
    struct json_object *message, size_t i, bool legacy)
{
	struct open_call *call = legacy ? match_function(r, b, message, i)
					: match_tool(r, b, message, i);
	struct json_object *content;
	if (call == NULL ||
	    !field_member(message, "content", FIELD_TEXT_OR_ARRAY, false,
		field_path("messages[%zu]", i).text, &content, b->error))
		return false;

	struct json_object *parts = json_object_new_array();
	bool ok = content == NULL ||
	    chat_parts_convert(content, i, BY_TOOL, parts, b->error);
	enum model_family family = b->req->traits.family;
	bool inside = family == MODEL_G3A || family == MODEL_G3B;
	if (ok)
		call->media = tool_result_write(answer(call), parts, inside);
	json_object_put(parts);
	return ok;
}

void
chat_results_hold(struct chat_results *r, struct json_object *parts)
{
	if (r->held == NULL)
		r->held = json_object_new_array();
	for (size_t i = 0; i < json_count(parts); i++)
		json_object_array_add(
		    r->held, json_object_get(json_at(parts, i)));
	json_object_put(parts);
}

/* --- the turn ------------------------------------------------------------ */

static bool
complete(struct chat_results *r, const struct chat_build *b)
{
	for (size_t i = 0; i < r->count; i++) {
		struct open_call *call = &r->list[i];
		if (call->response != NULL)
			continue;
		if (!b->policy->fill_missing_results) {
			const char *key = key_of(call, CALL_ID);
			if (key[0] == '\0')
				key = key_of(call, CALL_NAME);
			return api_error_set(b->error, FAULT_BAD_VALUE,
			    "messages",
			    "An assistant message with 'tool_calls' must be "
			    "followed by tool messages responding to each "
			    "'tool_call_id'. There is none for '%.*s'.",
			    (int)text_cut(key, FIELD_QUOTE_MAX), key);
		}
		struct json_object *response = json_object_new_object();
		json_set_text(response, "error", "no result");
		json_set(answer(call), "response", response);
	}
	return true;
}

bool
chat_results_close(struct chat_results *r, const struct chat_build *b,
    struct chat_turns *turns)
{
	if (!chat_results_open(r))
		return true;
	if (!complete(r, b))
		return false;

	struct json_object *parts = json_object_new_array();
	for (size_t i = 0; i < r->count; i++)
		json_object_array_add(
		    parts, json_object_get(r->list[i].response));
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].media != NULL)
			tool_result_add_beside(parts,
			    key_of(&r->list[i], CALL_NAME), r->list[i].media);
	chat_turns_add(turns, "user", parts);
	turns->sealed = true;
	if (r->held != NULL)
		chat_turns_add(turns, "user", json_object_get(r->held));
	chat_results_clear(r);
	return true;
}
