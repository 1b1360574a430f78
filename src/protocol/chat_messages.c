/* messages → systemInstruction and contents: roles, order and merging. */
#include "protocol/chat_messages.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_parts.h"
#include "protocol/field.h"

/* The conversation as it grows. */
struct turns {
	const struct chat_parts_env *env;
	struct json_object *system;   /* parts of the leading run */
	struct json_object *contents; /* the turns */
	bool leading;                 /* only system messages so far */
	struct api_error *error;
};

struct role;

/* Add one message, messages[i], to the turns. */
typedef bool role_fn(struct turns *t, const struct role *role,
    struct json_object *message, size_t i);

struct role {
	const char *name;
	role_fn *add;
	enum chat_speaker speaker;
};

/* --- turns ------------------------------------------------------------- */

static void
move_parts(struct json_object *to, struct json_object *from)
{
	for (size_t i = 0; i < json_count(from); i++)
		json_object_array_add(to, json_object_get(json_at(from, i)));
}

/* Append a turn; takes parts over. One of the same role as the last is
 * merged with it, and one without parts is none. */
static void
add_turn(struct turns *t, const char *role, struct json_object *parts)
{
	size_t count = json_count(t->contents);
	struct json_object *last =
	    count == 0 ? NULL : json_at(t->contents, count - 1);

	if (json_count(parts) == 0) {
		json_object_put(parts);
	} else if (last != NULL &&
	    strcmp(json_get_text(last, "role"), role) == 0) {
		move_parts(json_get(last, "parts"), parts);
		json_object_put(parts);
	} else {
		struct json_object *turn = json_object_new_object();
		json_set_text(turn, "role", role);
		json_set(turn, "parts", parts);
		json_object_array_add(t->contents, turn);
	}
}

static void
add_text_turn(struct turns *t, const char *role, const char *text)
{
	struct json_object *parts = json_object_new_array();
	struct json_object *value = json_object_new_string(text);
	chat_parts_add_text(parts, value);
	json_object_put(value);
	add_turn(t, role, parts);
}

/* --- one message ------------------------------------------------------- */

/* The parts of a message's content; NULL if it is refused. */
static struct json_object *
read_content(struct turns *t, const struct role *role,
    struct json_object *message, size_t i)
{
	static const struct field_rule rule = {FIELD_TEXT_OR_ARRAY, 0, 0};
	struct json_object *content = json_get(message, "content");
	struct json_object *parts = json_object_new_array();
	char path[FIELD_PATH_SIZE];
	snprintf(path, sizeof(path), "messages[%zu].content", i);

	/* Only an assistant's turn may have none: it has calls instead. */
	bool ok;
	if (content == NULL)
		ok = role->speaker == BY_ASSISTANT ||
		    field_missing(path, t->error);
	else
		ok = field_check(content, &rule, path, t->error) &&
		    chat_parts_convert(
			t->env, content, path, role->speaker, parts, t->error);
	if (ok)
		return parts;
	json_object_put(parts);
	return NULL;
}

/* The leading run becomes the instruction; later ones stay at their place,
 * as text of the user's. */
static bool
add_system(struct turns *t, const struct role *role,
    struct json_object *message, size_t i)
{
	struct json_object *parts = read_content(t, role, message, i);
	if (parts == NULL)
		return false;
	if (!t->leading) {
		add_turn(t, "user", parts);
		return true;
	}
	move_parts(t->system, parts);
	json_object_put(parts);
	return true;
}

static bool
add_user(struct turns *t, const struct role *role, struct json_object *message,
    size_t i)
{
	struct json_object *parts = read_content(t, role, message, i);
	if (parts != NULL)
		add_turn(t, "user", parts);
	return parts != NULL;
}

/* False with *error set if the message calls tools. */
static bool
has_no_calls(struct turns *t, struct json_object *message, size_t i)
{
	static const char *const members[] = {"tool_calls", "function_call"};
	for (size_t k = 0; k < COUNT_OF(members); k++) {
		struct json_object *calls = json_get(message, members[k]);
		bool none = calls == NULL ||
		    (json_object_is_type(calls, json_type_array) &&
			json_count(calls) == 0);
		if (none)
			continue;
		char path[FIELD_PATH_SIZE];
		snprintf(path, sizeof(path), "messages[%zu].%s", i, members[k]);
		return api_error_set(t->error, FAULT_UNSUPPORTED_FIELD, path,
		    "tools are not served by this version yet");
	}
	return true;
}

static bool
add_assistant(struct turns *t, const struct role *role,
    struct json_object *message, size_t i)
{
	if (!has_no_calls(t, message, i))
		return false;
	struct json_object *parts = read_content(t, role, message, i);
	char path[FIELD_PATH_SIZE];
	snprintf(path, sizeof(path), "messages[%zu]", i);
	if (parts == NULL ||
	    !chat_parts_convert_images(
		t->env, message, path, parts, t->error)) {
		json_object_put(parts);
		return false;
	}
	add_turn(t, "model", parts);
	return true;
}

static bool
refuse_result(struct turns *t, const struct role *role,
    struct json_object *message, size_t i)
{
	char path[FIELD_PATH_SIZE];
	snprintf(path, sizeof(path), "messages[%zu].role", i);
	(void)role, (void)message;
	return api_error_set(t->error, FAULT_UNSUPPORTED_FIELD, path,
	    "tools are not served by this version yet");
}

static const struct role roles[] = {
    {"system", add_system, BY_SYSTEM},
    {"developer", add_system, BY_SYSTEM},
    {"user", add_user, BY_USER},
    {"assistant", add_assistant, BY_ASSISTANT},
    {"tool", refuse_result, BY_USER},
    {"function", refuse_result, BY_USER},
};

static bool
add_message(struct turns *t, struct json_object *message, size_t i)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	const char *names[COUNT_OF(roles)];
	char path[FIELD_PATH_SIZE];

	snprintf(path, sizeof(path), "messages[%zu]", i);
	if (!field_check(message, &object, path, t->error))
		return false;

	for (size_t k = 0; k < COUNT_OF(roles); k++)
		names[k] = roles[k].name;
	snprintf(path, sizeof(path), "messages[%zu].role", i);
	struct json_object *role = json_get(message, "role");
	if (role == NULL)
		return field_missing(path, t->error);
	int which = field_choose(role, names, COUNT_OF(roles), path, t->error);
	if (which < 0)
		return false;

	if (roles[which].speaker != BY_SYSTEM)
		t->leading = false;
	return roles[which].add(t, &roles[which], message, i);
}

/* --- the whole --------------------------------------------------------- */

/* Put the instruction before the first words of the user's, for models that
 * understand no systemInstruction. */
static void
inline_system(struct turns *t)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	for (size_t i = 0; i < json_count(t->system); i++) {
		struct json_object *part =
		    json_get(json_at(t->system, i), "text");
		buf_add(&text, json_object_get_string(part),
		    (size_t)json_object_get_string_len(part));
		buf_str(&text, "\n\n");
	}
	struct json_object *words =
	    json_object_new_string_len(buf_cstr(&text), (int)text.len);
	struct json_object *parts = json_object_new_array();
	chat_parts_add_text(parts, words);
	json_object_put(words);
	buf_clear(&text);

	/* The first turn of the user's, or a new one before the model's. */
	size_t count = json_count(t->contents);
	size_t i = 0;
	while (i < count &&
	    strcmp(json_get_text(json_at(t->contents, i), "role"), "user") != 0)
		i++;
	if (i < count) {
		struct json_object *turn = json_at(t->contents, i);
		move_parts(parts, json_get(turn, "parts"));
		json_set(turn, "parts", parts);
		return;
	}
	struct json_object *later = t->contents;
	t->contents = json_object_new_array();
	add_turn(t, "user", parts);
	move_parts(t->contents, later);
	json_object_put(later);
}

/* What Gemini wants of the conversation as a whole. */
static bool
arrange(struct turns *t, const struct model_traits *traits)
{
	/* Only instructions: they are what the user says. */
	if (json_count(t->contents) == 0) {
		add_turn(t, "user", t->system);
		t->system = json_object_new_array();
	}
	if (json_count(t->contents) == 0)
		return api_error_set(t->error, FAULT_BAD_VALUE, "messages",
		    "Invalid 'messages': no message has any content.");

	if (!traits->system && json_count(t->system) > 0) {
		inline_system(t);
		json_object_put(t->system);
		t->system = json_object_new_array();
	}

	struct json_object *last =
	    json_at(t->contents, json_count(t->contents) - 1);
	if (!traits->prefill &&
	    strcmp(json_get_text(last, "role"), "model") == 0)
		add_text_turn(t, "user", "Continue.");
	return true;
}

/* Hand the turns over to the body. */
static void
write_turns(struct turns *t, struct json_object *gemini)
{
	if (json_count(t->system) > 0) {
		struct json_object *instruction = json_object_new_object();
		json_share(instruction, "parts", t->system);
		json_set(gemini, "systemInstruction", instruction);
	}
	json_share(gemini, "contents", t->contents);
}

bool
chat_messages_convert(struct json_object *messages,
    const struct chat_parts_env *env, struct json_object *gemini,
    struct api_error *error)
{
	struct turns t = {
	    env, json_object_new_array(), json_object_new_array(), true, error};
	bool ok = true;
	for (size_t i = 0; ok && i < json_count(messages); i++)
		ok = add_message(&t, json_at(messages, i), i);
	ok = ok && arrange(&t, env->traits);
	if (ok)
		write_turns(&t, gemini);
	json_object_put(t.system);
	json_object_put(t.contents);
	return ok;
}
