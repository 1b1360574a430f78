/* Calls and images as items of the output. */
#include "protocol/responses_call.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/call_id.h"
#include "protocol/responses_event.h"
#include "protocol/responses_item.h"
#include "protocol/responses_signatures.h"
#include "protocol/tool_names.h"

/* The two kinds of call. */
struct call_kind {
	const char *prefix; /* of the item's id */
	const char *type;
	const char *input; /* the member that holds what it is called with */
	const char *delta, *done;
};

static const struct call_kind function_call = {"fc", "function_call",
    "arguments", "response.function_call_arguments.delta",
    "response.function_call_arguments.done"};
static const struct call_kind custom_call = {"ctc", "custom_tool_call", "input",
    "response.custom_tool_call_input.delta",
    "response.custom_tool_call_input.done"};

/* One call on its way into the output. */
struct call {
	const struct call_kind *kind;
	char id[RESPONSES_ID_SIZE];
	const char *name;
	const char *input;
	size_t len;
	struct buf call_id;
};

/* --- calls --------------------------------------------------------------- */

/* Remember the signature by the id that the client gets. */
static void
keep_signature(
    struct responses_answer *a, const struct call *call, const char *signature)
{
	if (a->signatures == NULL)
		a->signatures = json_object_new_object();
	json_set_text(a->signatures, buf_cstr(&call->call_id), signature);
}

/* The signature of the call, in the thoughts that led to it: those that are
 * open, or else an item without words. */
static void
seal(struct responses_answer *a, const struct call *call, const char *signature)
{
	struct buf sealed;
	buf_init(&sealed, RESPONSES_MAX);
	responses_signatures_write(
	    buf_cstr(&call->call_id), signature, &sealed);
	responses_item_open(a, ITEM_REASONING);
	responses_item_close(a, true, &sealed);
	buf_clear(&sealed);
}

static void
write_call(const struct call *call, const char *status, const char *input,
    size_t len, struct buf *out)
{
	buf_fmt(out, "{\"id\":\"%s\",\"type\":\"%s\",\"status\":\"%s\",",
	    call->id, call->kind->type, status);
	buf_str(out, "\"call_id\":");
	json_write_text(out, buf_cstr(&call->call_id), call->call_id.len);
	buf_str(out, ",\"name\":");
	json_write_text(out, call->name, strlen(call->name));
	buf_fmt(out, ",\"%s\":", call->kind->input);
	json_write_text(out, input, len);
	buf_byte(out, '}');
}

static void
add_call(struct responses_answer *a, struct call *call)
{
	const struct call_kind *kind = call->kind;
	struct buf item;
	buf_init(&item, RESPONSES_MAX);
	responses_event_id(a, kind->prefix, call->id);
	write_call(call, "in_progress", "", 0, &item);
	responses_event_added(a, &item);

	if (responses_event_begin(a, kind->delta)) {
		responses_event_place(a, call->id);
		responses_event_text(a, "delta", call->input, call->len);
		responses_event_end(a);
	}
	if (responses_event_begin(a, kind->done)) {
		responses_event_place(a, call->id);
		responses_event_text(a, kind->input, call->input, call->len);
		if (kind == &function_call)
			responses_event_text(
			    a, "name", call->name, strlen(call->name));
		responses_event_end(a);
	}

	buf_reset(&item);
	write_call(call, "completed", call->input, call->len, &item);
	responses_event_done(a, &item);
	buf_clear(&item);
}

void
responses_call_add(struct responses_answer *a, const struct delta *d)
{
	const struct tool_name *tool = tool_names_back(&a->req->names, d->name);
	struct call call = {.kind = &function_call,
	    .name = tool == NULL ? d->name : tool->client,
	    .input = d->text,
	    .len = d->len};
	buf_init(&call.call_id, RESPONSES_MAX);
	if (d->id != NULL)
		buf_str(&call.call_id, d->id);
	else
		call_id_write(&a->random, &call.call_id);

	/* A custom tool is called with the one text that its function has. */
	struct json_object *args = NULL;
	if (tool != NULL && tool->custom) {
		call.kind = &custom_call;
		args = json_parse(d->text, d->len, NULL);
		struct json_object *input = json_get(args, "input");
		if (json_object_is_type(input, json_type_string)) {
			call.input = json_object_get_string(input);
			call.len = (size_t)json_object_get_string_len(input);
		}
	}

	if (d->signature != NULL)
		keep_signature(a, &call, d->signature);
	if (d->signature != NULL && a->wishes.signatures)
		seal(a, &call, d->signature);
	responses_item_close(a, true, NULL);
	a->spoke = true;
	add_call(a, &call);
	json_object_put(args);
	buf_clear(&call.call_id);
}

/* --- images -------------------------------------------------------------- */

static void
begin_image(
    const struct delta *d, const char *id, const char *status, struct buf *out)
{
	const char *format = text_starts(d->mime, "image/")
	    ? d->mime + strlen("image/")
	    : d->mime;
	buf_fmt(out,
	    "{\"id\":\"%s\",\"type\":\"image_generation_call\","
	    "\"status\":\"%s\",\"output_format\":",
	    id, status);
	json_write_text(out, format, strlen(format));
	buf_str(out, ",\"result\":");
}

void
responses_call_add_image(struct responses_answer *a, const struct delta *d)
{
	static const char *const steps[] = {
	    "response.image_generation_call.in_progress",
	    "response.image_generation_call.completed",
	};
	char id[RESPONSES_ID_SIZE];
	struct buf item;

	responses_item_close(a, true, NULL);
	a->spoke = true;
	buf_init(&item, RESPONSES_MAX);
	responses_event_id(a, "ig", id);
	begin_image(d, id, "in_progress", &item);
	buf_str(&item, "null}");
	responses_event_added(a, &item);
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (responses_event_begin(a, steps[i])) {
			responses_event_place(a, id);
			responses_event_end(a);
		}

	buf_reset(&item);
	begin_image(d, id, "completed", &item);
	json_write_text(&item, d->text, d->len);
	buf_byte(&item, '}');
	responses_event_done(a, &item);
	buf_clear(&item);
}
