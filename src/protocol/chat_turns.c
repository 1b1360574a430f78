/* Merging turns, and what Gemini wants of the conversation as a whole. */
#include "protocol/chat_turns.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "protocol/chat_fields.h"
#include "protocol/chat_parts.h"

void
chat_turns_init(struct chat_turns *t)
{
	*t = (struct chat_turns){
	    .system = json_object_new_array(),
	    .contents = json_object_new_array(),
	};
}

void
chat_turns_clear(struct chat_turns *t)
{
	json_object_put(t->system);
	json_object_put(t->contents);
	*t = (struct chat_turns){0};
}

/* Takes from over. */
static void
move_parts(struct json_object *to, struct json_object *from)
{
	for (size_t i = 0; i < json_count(from); i++)
		json_object_array_add(to, json_object_get(json_at(from, i)));
	json_object_put(from);
}

static bool
is_of(struct json_object *turn, const char *role)
{
	return turn != NULL && strcmp(json_get_text(turn, "role"), role) == 0;
}

static struct json_object *
last_turn(const struct chat_turns *t)
{
	size_t count = json_count(t->contents);
	return count == 0 ? NULL : json_at(t->contents, count - 1);
}

void
chat_turns_add(
    struct chat_turns *t, const char *role, struct json_object *parts)
{
	struct json_object *last = last_turn(t);
	if (json_count(parts) == 0) {
		json_object_put(parts);
	} else if (is_of(last, role) && !t->sealed) {
		move_parts(json_get(last, "parts"), parts);
	} else {
		struct json_object *turn = json_object_new_object();
		json_set_text(turn, "role", role);
		json_set(turn, "parts", parts);
		json_object_array_add(t->contents, turn);
		t->sealed = false;
	}
}

void
chat_turns_add_system(struct chat_turns *t, struct json_object *parts)
{
	move_parts(t->system, parts);
}

/* --- the whole ----------------------------------------------------------- */

static struct json_object *
text_parts(const char *text, size_t len)
{
	struct json_object *parts = json_object_new_array();
	struct json_object *value = json_object_new_string_len(text, (int)len);
	chat_parts_add_text(parts, value);
	json_object_put(value);
	return parts;
}

/* Put a turn of the user's before all others; takes parts over. */
static void
put_first(struct chat_turns *t, struct json_object *parts)
{
	struct json_object *later = t->contents;
	t->contents = json_object_new_array();
	t->sealed = false;
	chat_turns_add(t, "user", parts);
	move_parts(t->contents, later);
}

/* A call answers somebody: nobody calls in the first turn. */
static void
begin_with_user(struct chat_turns *t)
{
	struct json_object *parts = json_get(json_at(t->contents, 0), "parts");
	for (size_t i = 0; i < json_count(parts); i++)
		if (json_get(json_at(parts, i), "functionCall") != NULL) {
			put_first(t, text_parts(".", 1));
			return;
		}
}

/* Put the instruction before the first words of the user's, for models that
 * understand no systemInstruction. */
static void
inline_system(struct chat_turns *t)
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
	struct json_object *parts = text_parts(buf_cstr(&text), text.len);
	buf_clear(&text);
	json_object_put(t->system);
	t->system = json_object_new_array();

	/* The first turn of the user's, or a new one before the model's. */
	size_t count = json_count(t->contents);
	size_t i = 0;
	while (i < count && !is_of(json_at(t->contents, i), "user"))
		i++;
	if (i == count) {
		put_first(t, parts);
		return;
	}
	struct json_object *turn = json_at(t->contents, i);
	move_parts(parts, json_object_get(json_get(turn, "parts")));
	json_set(turn, "parts", parts);
}

/* The model shall not have the last word. */
static void
end_with_user(struct chat_turns *t, bool drop)
{
	size_t count = json_count(t->contents);
	if (!is_of(last_turn(t), "model"))
		return;
	if (drop && count > 1)
		json_object_array_del_idx(t->contents, count - 1, 1);
	else
		chat_turns_add(
		    t, "user", text_parts("Continue.", strlen("Continue.")));
}

bool
chat_turns_write(struct chat_turns *t, const struct chat_build *b,
    struct json_object *gemini)
{
	const struct model_traits *traits = &b->req->traits;

	/* Only instructions: they are what the user says. */
	if (json_count(t->contents) == 0) {
		chat_turns_add(t, "user", t->system);
		t->system = json_object_new_array();
	}
	if (json_count(t->contents) == 0)
		return api_error_set(b->error, FAULT_BAD_VALUE, "messages",
		    "Invalid 'messages': no message has any content.");

	begin_with_user(t);
	if (!traits->system && json_count(t->system) > 0)
		inline_system(t);
	if (!traits->prefill)
		end_with_user(t, b->policy->drop_prefill);

	if (json_count(t->system) > 0) {
		struct json_object *instruction = json_object_new_object();
		json_share(instruction, "parts", t->system);
		json_set(gemini, "systemInstruction", instruction);
	}
	json_share(gemini, "contents", t->contents);
	return true;
}
