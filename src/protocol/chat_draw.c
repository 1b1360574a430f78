/* Chats with a model that draws. */
#include "protocol/chat_draw.h"

#include <string.h>

#include "base/json.h"
#include "protocol/chat_messages.h"
#include "protocol/image_macro.h"
#include "protocol/image_predict.h"
#include "protocol/image_request.h"
#include "protocol/image_size.h"
#include "protocol/model_name.h"

const char chat_draw_suffix[] = "-chat";

const char *
chat_draw_model(
    const struct chat_policy *policy, const char *name, const char **pool)
{
	const char *set = policy->create_image_model;
	const char *own = set == NULL ? NULL : model_name_split(set, pool);
	size_t len = own == NULL ? 0 : strlen(own);
	bool meant = len > 0 && strncmp(name, own, len) == 0 &&
	    strcmp(name + len, chat_draw_suffix) == 0;
	/* A model that is called so is itself. */
	return meant && json_get(policy->models, name) == NULL ? own : NULL;
}

/* A list with the last message of the user's; NULL: there is none. The caller
 * owns it. */
static struct json_object *
last_of_user(struct json_object *messages)
{
	for (size_t i = json_count(messages); i-- > 0;) {
		struct json_object *message = json_at(messages, i);
		const char *role = json_get_text(message, "role");
		if (role == NULL || strcmp(role, "user") != 0)
			continue;
		struct json_object *list = json_object_new_array();
		json_object_array_add(list, json_object_get(message));
		return list;
	}
	return NULL;
}

/* All messages are looked at, so that a bad one is refused as in any chat; then
 * what they left behind is forgotten. */
static bool
check_all(struct chat_build *b, struct json_object *messages)
{
	struct json_object *scratch = json_object_new_object();
	bool ok = chat_messages_convert(b, messages, scratch);
	chat_fetches_clear(&b->req->fetches);
	chat_signatures_clear(&b->req->signatures);
	json_object_put(scratch);
	return ok;
}

/* The prompt of the request: its text is taken out of the parts. */
struct prompt {
	struct image_macros macros; /* of all its parts */
	struct buf text;            /* of all, a line each */
	bool pictures;
};

/* One part; its macros are taken out of it. */
static bool
read_part(struct chat_build *b, struct json_object *part, struct prompt *p)
{
	struct json_object *text = json_get(part, "text");
	struct image_macros macros;
	struct buf clean;
	if (text == NULL) {
		p->pictures = true;
		return true;
	}
	bool predicts = b->req->predicts;
	buf_init(&clean, BUF_LARGE);
	bool ok = image_macro_take(json_object_get_string(text),
	    (size_t)json_object_get_string_len(text),
	    predicts ? IMAGE_PREDICT_MAX : IMAGE_MAX,
	    predicts ? image_size_imagen : image_size_gemini, "messages",
	    &macros, &clean, b->error);
	if (ok) {
		if (macros.n > 0)
			p->macros.n = macros.n;
		if (macros.shape != NULL)
			p->macros.shape = macros.shape;
		if (p->text.len > 0)
			buf_byte(&p->text, '\n');
		buf_join(&p->text, &clean);
		json_set_text_len(part, "text", buf_cstr(&clean), clean.len);
	}
	buf_clear(&clean);
	return ok;
}

static bool
read_prompt(
    struct chat_build *b, struct json_object *contents, struct prompt *p)
{
	struct json_object *parts = json_get(json_at(contents, 0), "parts");
	for (size_t i = 0; i < json_count(parts); i++)
		if (!read_part(b, json_at(parts, i), p))
			return false;
	if (p->text.len == 0)
		return api_error_set(b->error, FAULT_BAD_VALUE, "messages",
		    "Invalid 'messages': the last one of the user says "
		    "nothing to draw.");
	if (p->pictures && b->req->predicts)
		return api_error_set(b->error, FAULT_UNSUPPORTED_VALUE,
		    "messages", "The model '%s' draws by words only.",
		    b->req->model);
	return true;
}

/* What the prompt says of the pictures besides what they are to show. */
static void
write_wishes(struct chat_build *b, const struct prompt *p)
{
	struct chat_request *req = b->req;
	const char *shape = p->macros.shape;
	if (req->predicts) {
		json_object_put(req->gemini);
		req->gemini = image_predict_body(buf_cstr(&p->text),
		    p->macros.n > 0 ? p->macros.n : 1,
		    shape != NULL ? shape : "", NULL);
		return;
	}
	req->pictures = p->macros.n > 0 ? p->macros.n : 1;
	if (shape == NULL)
		return;
	struct json_object *config = json_get(b->config, "imageConfig");
	if (config == NULL) {
		config = json_object_new_object();
		json_set(b->config, "imageConfig", config);
	}
	json_set_text(config, "aspectRatio", shape);
}

bool
chat_draw_convert(struct chat_build *b, struct json_object *messages)
{
	struct prompt p = {.pictures = false};
	if (!check_all(b, messages))
		return false;
	struct json_object *last = last_of_user(messages);
	if (last == NULL)
		return api_error_set(b->error, FAULT_BAD_VALUE, "messages",
		    "Invalid 'messages': none is the user's, and there is "
		    "nothing to draw.");
	buf_init(&p.text, BUF_LARGE);
	bool ok = chat_messages_convert(b, last, b->req->gemini) &&
	    read_prompt(b, json_get(b->req->gemini, "contents"), &p);
	json_object_put(last);
	if (ok && !buf_ok(&p.text))
		ok = api_error_set(
		    b->error, FAULT_INTERNAL, NULL, "out of memory");
	if (ok)
		write_wishes(b, &p);
	buf_clear(&p.text);
	return ok;
}
