/* messages → systemInstruction and contents: one message after the other. */
#include "protocol/chat_messages.h"

#include "base/json.h"
#include "protocol/chat_calls.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_parts.h"
#include "protocol/chat_results.h"
#include "protocol/chat_signatures.h"
#include "protocol/chat_turns.h"
#include "protocol/field.h"

/* The conversation as it grows. */
struct talk {
	struct chat_build *b;
	struct chat_turns turns;
	struct chat_results results; /* of the model's last turn */
	bool leading;                /* only system messages so far */
};

struct role;

/* Add one message, messages[i]. False with *b->error set if it is refused. */
typedef bool role_fn(struct talk *t, const struct role *role,
    struct json_object *message, size_t i);

struct role {
	const char *name;
	role_fn *add;
	enum chat_speaker speaker;
};

/* --- one message ------------------------------------------------------- */

/* The parts of a message's content; NULL if it is refused. */
static struct json_object *
read_content(struct talk *t, const struct role *role,
    struct json_object *message, size_t i)
{
	struct api_error *error = t->b->error;
	struct json_object *content;

	/* Only an assistant's turn may have none: it has calls instead. */
	if (!field_member(message, "content", FIELD_TEXT_OR_ARRAY,
		role->speaker != BY_ASSISTANT,
		field_path("messages[%zu]", i).text, &content, error))
		return NULL;
	struct json_object *parts = json_object_new_array();
	if (content == NULL ||
	    chat_parts_convert(content, i, role->speaker, parts, error))
		return parts;
	json_object_put(parts);
	return NULL;
}

/* The leading run becomes the instruction; later ones stay at their place,
 * as text of the user's, but never between calls and their results. */
static bool
add_system(struct talk *t, const struct role *role, struct json_object *message,
    size_t i)
{
	struct json_object *parts = read_content(t, role, message, i);
	if (parts == NULL)
		return false;
	if (t->leading)
		chat_turns_add_system(&t->turns, parts);
	else if (chat_results_open(&t->results))
		chat_results_hold(&t->results, parts);
	else
		chat_turns_add(&t->turns, "user", parts);
	return true;
}

/* A message without content says nothing: results may still follow. */
static bool
add_user(struct talk *t, const struct role *role, struct json_object *message,
    size_t i)
{
	struct json_object *parts = read_content(t, role, message, i);
	if (parts == NULL)
		return false;
	bool ok = json_count(parts) == 0 ||
	    chat_results_close(&t->results, t->b, &t->turns);
	if (ok)
		chat_turns_add(&t->turns, "user", parts);
	else
		json_object_put(parts);
	return ok;
}

/* Note the calls of messages[i], and what is or wants to be signed. */
static bool
note_calls(struct talk *t, struct json_object *parts, size_t i)
{
	struct chat_request *req = t->b->req;
	bool signs =
	    req->traits.family == MODEL_G3A || req->traits.family == MODEL_G3B;
	bool ok = true;
	for (size_t k = 0; ok && k < json_count(parts); k++) {
		struct json_object *part = json_at(parts, k);
		bool call = json_get(part, "functionCall") != NULL;
		bool has = json_get(part, "thoughtSignature") != NULL;
		if (call)
			ok = chat_results_expect(&t->results, part);
		if (ok && signs && (call || has))
			ok = chat_signatures_note(&req->signatures, part, i);
	}
	return ok ||
	    api_error_set(t->b->error, FAULT_INTERNAL, NULL, "out of memory");
}

/* Messages of the assistant's that follow each other are one turn, also if
 * the first ones call already. */
static bool
add_assistant(struct talk *t, const struct role *role,
    struct json_object *message, size_t i)
{
	struct json_object *parts = read_content(t, role, message, i);
	if (parts == NULL)
		return false;
	bool ok = chat_calls_convert(t->b, message, i, parts) &&
	    chat_calls_sign_text(t->b, message, i, parts);
	if (ok && json_count(parts) > 0 && chat_results_begun(&t->results))
		ok = chat_results_close(&t->results, t->b, &t->turns);
	ok = ok && note_calls(t, parts, i);
	if (ok)
		chat_turns_add(&t->turns, "model", parts);
	else
		json_object_put(parts);
	return ok;
}

static bool
add_tool(struct talk *t, const struct role *role, struct json_object *message,
    size_t i)
{
	(void)role;
	return chat_results_take(&t->results, t->b, message, i, false);
}

static bool
add_function(struct talk *t, const struct role *role,
    struct json_object *message, size_t i)
{
	(void)role;
	return chat_results_take(&t->results, t->b, message, i, true);
}

static const struct role roles[] = {
    {"system", add_system, BY_SYSTEM},
    {"developer", add_system, BY_SYSTEM},
    {"user", add_user, BY_USER},
    {"assistant", add_assistant, BY_ASSISTANT},
    {"tool", add_tool, BY_TOOL},
    {"function", add_function, BY_TOOL},
};

static bool
add_message(struct talk *t, struct json_object *message, size_t i)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	struct api_error *error = t->b->error;
	const char *names[COUNT_OF(roles)];
	struct field_path path = field_path("messages[%zu]", i);
	if (!field_check(message, &object, path.text, error))
		return false;

	for (size_t k = 0; k < COUNT_OF(roles); k++)
		names[k] = roles[k].name;
	path = field_path("messages[%zu].role", i);
	struct json_object *role = json_get(message, "role");
	if (role == NULL)
		return field_missing(path.text, error);
	int which =
	    field_choose(role, names, COUNT_OF(roles), path.text, error);
	if (which < 0)
		return false;

	if (roles[which].speaker != BY_SYSTEM)
		t->leading = false;
	return roles[which].add(t, &roles[which], message, i);
}

bool
chat_messages_convert(struct chat_build *b, struct json_object *messages,
    struct json_object *gemini)
{
	struct talk t = {.b = b, .leading = true};
	bool ok = true;
	chat_turns_init(&t.turns);
	for (size_t i = 0; ok && i < json_count(messages); i++)
		ok = add_message(&t, json_at(messages, i), i);
	ok = ok && chat_results_close(&t.results, b, &t.turns) &&
	    chat_turns_write(&t.turns, b, gemini);
	chat_results_clear(&t.results);
	chat_turns_clear(&t.turns);
	return ok;
}
