/* The members of a response that come from its request. */
#include "protocol/responses_echo.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"

static bool
includes(struct json_object *body, const char *what)
{
	struct json_object *list = json_get(body, "include");
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *word = json_at(list, i);
		if (json_object_is_type(word, json_type_string) &&
		    strcmp(json_object_get_string(word), what) == 0)
			return true;
	}
	return false;
}

/* reasoning.summary, or generate_summary, as it was called once. */
static struct json_object *
summary_of(struct json_object *body)
{
	struct json_object *reasoning = json_get(body, "reasoning");
	struct json_object *summary = json_get(reasoning, "summary");
	return summary != NULL ? summary
			       : json_get(reasoning, "generate_summary");
}

struct responses_wishes
responses_wishes_of(struct json_object *body)
{
	return (struct responses_wishes){
	    .summaries = summary_of(body) != NULL,
	    .signatures = includes(body, "reasoning.encrypted_content"),
	    .logprobs = includes(body, "message.output_text.logprobs"),
	};
}

/* Append the value, or what stands for one that was not given. */
static void
write_or(struct buf *out, struct json_object *value, const char *fallback)
{
	if (value != NULL)
		json_write(out, value);
	else
		buf_str(out, fallback);
}

static void
write_reasoning(struct json_object *body, struct buf *out)
{
	buf_str(out, ",\"reasoning\":{\"effort\":");
	write_or(out, json_path(body, "reasoning", "effort", NULL), "null");
	buf_str(out, ",\"summary\":");
	write_or(out, summary_of(body), "null");
	buf_byte(out, '}');
}

static void
write_text_config(struct json_object *body, struct buf *out)
{
	struct json_object *text = json_get(body, "text");
	buf_str(out, ",\"text\":{\"format\":");
	write_or(out, json_get(text, "format"), "{\"type\":\"text\"}");
	if (json_get(text, "verbosity") != NULL) {
		buf_str(out, ",\"verbosity\":");
		json_write(out, json_get(text, "verbosity"));
	}
	buf_byte(out, '}');
}

void
responses_echo_write(struct json_object *body, struct buf *out)
{
	/* Repeated as they are; without a fallback only if they are there. */
	static const struct {
		const char *name, *fallback;
	} rows[] = {
	    {"instructions", "null"},
	    {"max_output_tokens", "null"},
	    {"max_tool_calls", NULL},
	    {"parallel_tool_calls", "true"},
	    {"prompt_cache_key", NULL},
	    {"safety_identifier", NULL},
	    {"temperature", "1"},
	    {"tool_choice", "\"auto\""},
	    {"tools", "[]"},
	    {"top_logprobs", NULL},
	    {"top_p", "1"},
	    {"truncation", "\"disabled\""},
	    {"metadata", "{}"},
	    {"user", NULL},
	};
	buf_str(out,
	    ",\"background\":false,\"previous_response_id\":null,"
	    "\"store\":false");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *value = json_get(body, rows[i].name);
		if (value == NULL && rows[i].fallback == NULL)
			continue;
		buf_fmt(out, ",\"%s\":", rows[i].name);
		write_or(out, value, rows[i].fallback);
	}
	write_reasoning(body, out);
	write_text_config(body, out);
}
