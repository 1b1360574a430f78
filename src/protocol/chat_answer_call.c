/* The calls of an answer, with the names that the client knows. */
#include <string.h>

#include "base/json.h"
#include "protocol/call_id.h"
#include "protocol/chat_answer_parts.h"
#include "protocol/tool_names.h"

static void
write_function(const struct delta *d, const char *name, struct buf *out)
{
	buf_str(out, "{\"name\":");
	json_write_text(out, name, strlen(name));
	buf_str(out, ",\"arguments\":");
	json_write_text(out, d->text, d->len);
	buf_byte(out, '}');
}

/* A custom tool was declared as a function of one text: that text. A model
 * that did not keep to it has still said something. */
static void
write_custom(const struct delta *d, const char *name, struct buf *out)
{
	struct json_object *args = json_parse(d->text, d->len, NULL);
	struct json_object *input = json_get(args, "input");

	buf_str(out, "{\"name\":");
	json_write_text(out, name, strlen(name));
	buf_str(out, ",\"input\":");
	if (json_object_is_type(input, json_type_string))
		json_write_text(out, json_object_get_string(input),
		    (size_t)json_object_get_string_len(input));
	else
		json_write_text(out, d->text, d->len);
	buf_byte(out, '}');
	json_object_put(args);
}

static void
keep_signature(struct chat_answer *a, const char *id, const char *signature)
{
	if (a->signatures == NULL)
		a->signatures = json_object_new_object();
	json_set_text(a->signatures, id, signature);
}

/* An element of tool_calls. */
static void
write_call(struct chat_answer *a, const struct delta *d, const char *name,
    bool custom, int index, struct buf *out)
{
	struct buf id;
	buf_init(&id, BUF_SMALL);
	if (d->id != NULL)
		buf_str(&id, d->id);
	else
		call_id_write(&a->random, &id);

	buf_byte(out, '{');
	if (index >= 0)
		buf_fmt(out, "\"index\":%d,", index);
	buf_str(out, "\"id\":");
	json_write_text(out, buf_cstr(&id), id.len);
	if (custom) {
		buf_str(out, ",\"type\":\"custom\",\"custom\":");
		write_custom(d, name, out);
	} else {
		buf_str(out, ",\"type\":\"function\",\"function\":");
		write_function(d, name, out);
	}
	if (d->signature != NULL) {
		buf_str(out, ",\"extra_content\":");
		chat_answer_extra(d->signature, out);
		keep_signature(a, buf_cstr(&id), d->signature);
	}
	buf_byte(out, '}');
	buf_clear(&id);
}

void
chat_answer_call(
    struct chat_answer *a, const struct delta *d, int index, struct buf *out)
{
	const struct tool_name *tool = tool_names_back(&a->req->names, d->name);
	const char *name = tool == NULL ? d->name : tool->client;
	if (a->req->legacy_functions)
		write_function(d, name, out);
	else
		write_call(
		    a, d, name, tool != NULL && tool->custom, index, out);
}

struct json_object *
chat_answer_signatures(struct chat_answer *a)
{
	return json_object_get(a->signatures);
}
