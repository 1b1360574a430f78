/* Log probabilities of tokens, from Gemini's lists to OpenAI's. */
#include "protocol/logprobs.h"

#include "base/json.h"
#include "protocol/surrogate.h"

/* {"token":…,"logprob":…,"bytes":[…] and no closing brace. */
static void
open_token(struct json_object *candidate, struct buf *out)
{
	struct json_object *token = json_get(candidate, "token");
	struct json_object *value = json_get(candidate, "logProbability");
	struct surrogate alone = {0};
	struct buf text;

	buf_init(&text, BUF_LARGE);
	if (json_object_is_type(token, json_type_string) && token != NULL)
		surrogate_join(&alone, json_object_get_string(token),
		    (size_t)json_object_get_string_len(token), &text);
	surrogate_end(&alone, &text);

	buf_str(out, "{\"token\":");
	json_write_text(out, buf_cstr(&text), text.len);
	buf_str(out, ",\"logprob\":");
	if (json_object_is_type(value, json_type_double) ||
	    json_object_is_type(value, json_type_int))
		json_write(out, value);
	else /* a probability of zero, as OpenAI writes it */
		buf_str(out, "-9999.0");
	buf_str(out, ",\"bytes\":[");
	for (size_t i = 0; i < text.len; i++)
		buf_fmt(
		    out, i == 0 ? "%d" : ",%d", (unsigned char)text.data[i]);
	buf_byte(out, ']');
	buf_clear(&text);
}

size_t
logprobs_write(struct json_object *result, struct buf *out)
{
	struct json_object *chosen = json_get(result, "chosenCandidates");
	struct json_object *tops = json_get(result, "topCandidates");
	size_t n = json_count(chosen);
	if (tops != NULL && json_count(tops) != n)
		return 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		open_token(json_at(chosen, i), out);
		buf_str(out, ",\"top_logprobs\":[");
		struct json_object *top =
		    json_get(json_at(tops, i), "candidates");
		for (size_t k = 0; k < json_count(top); k++) {
			if (k > 0)
				buf_byte(out, ',');
			open_token(json_at(top, k), out);
			buf_byte(out, '}');
		}
		buf_str(out, "]}");
	}
	return n;
}
