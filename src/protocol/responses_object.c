/* Writing the response object. */
#include "protocol/responses_object.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "protocol/chat_tier.h"

void
responses_object_prepare(struct responses_answer *a)
{
	buf_init(&a->echo, RESPONSES_MAX);
	responses_echo_write(a->req->echo, &a->echo);
}

/* {"code":…,"message":…}: of the types of our errors OpenAI has codes of its
 * own here. */
static void
write_error(const struct api_error *error, struct buf *out)
{
	static const struct {
		const char *type, *code;
	} codes[] = {
	    {"invalid_request_error", "invalid_prompt"},
	    {"insufficient_quota", "rate_limit_exceeded"},
	    {"requests", "rate_limit_exceeded"},
	    {"tokens", "rate_limit_exceeded"},
	};
	struct buf text;
	buf_init(&text, BUF_LARGE);
	api_error_write(error, DIALECT_OPENAI, &text);
	struct json_object *body = json_parse(buf_cstr(&text), text.len, NULL);
	struct json_object *told = json_get(body, "error");
	const char *type = json_get_text(told, "type");
	const char *message = json_get_text(told, "message");

	const char *code = "server_error";
	for (size_t i = 0; type != NULL && i < COUNT_OF(codes); i++)
		if (strcmp(type, codes[i].type) == 0)
			code = codes[i].code;
	buf_fmt(out, "{\"code\":\"%s\",\"message\":", code);
	json_write_text(
	    out, message ? message : "", message ? strlen(message) : 0);
	buf_byte(out, '}');
	json_object_put(body);
	buf_clear(&text);
}

static void
write_outcome(const struct responses_status *status, struct buf *out)
{
	buf_fmt(out, ",\"status\":\"%s\",\"error\":", status->word);
	if (status->error != NULL)
		write_error(status->error, out);
	else
		buf_str(out, "null");
	if (status->incomplete != NULL)
		buf_fmt(out, ",\"incomplete_details\":{\"reason\":\"%s\"}",
		    status->incomplete);
	else
		buf_str(out, ",\"incomplete_details\":null");
}

void
responses_object_write(const struct responses_answer *a,
    const struct responses_status *status, struct buf *out)
{
	const char *model = a->req->asked_model ? a->req->asked_model : "";
	buf_fmt(out,
	    "{\"id\":\"%s\",\"object\":\"response\",\"created_at\":%" PRId64,
	    a->stamp.id, a->stamp.created_s);
	write_outcome(status, out);
	buf_str(out, ",\"model\":");
	json_write_text(out, model, strlen(model));
	buf_str(out, ",\"output\":[");
	buf_join(out, &a->items);
	buf_byte(out, ']');
	buf_join(out, &a->echo);
	/* Which one it was is known when there is a key. */
	if (json_get(a->req->echo, "service_tier") != NULL)
		buf_fmt(
		    out, ",\"service_tier\":\"%s\"", chat_tier_used(a->req));

	/* One that has not ended well has the counts that came by chance. */
	bool ended = strcmp(status->word, "in_progress") != 0 &&
	    (status->error == NULL || a->reader.usage.known);
	buf_str(out, ",\"usage\":");
	if (ended) {
		struct json_object *usage =
		    usage_to_responses(&a->reader.usage);
		json_write(out, usage);
		json_object_put(usage);
	} else {
		buf_str(out, "null");
	}
	buf_byte(out, '}');
}
