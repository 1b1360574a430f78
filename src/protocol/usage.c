/* Token counts: from Gemini's usageMetadata to OpenAI's usage. */
#include "protocol/usage.h"

#include <string.h>

#include "base/json.h"

/* More than any model will ever count, and sums of it still fit. */
#define COUNT_MAX ((int64_t)1 << 53)

static int64_t
count(struct json_object *o, const char *name)
{
	int64_t n = json_get_int(o, name, 0);
	if (n < 0)
		return 0;
	return n < COUNT_MAX ? n : COUNT_MAX;
}

/* The tokens of modality AUDIO in a list of ModalityTokenCount. */
static int64_t
audio_count(struct json_object *metadata, const char *name)
{
	struct json_object *list = json_get(metadata, name);
	int64_t sum = 0;

	for (size_t i = 0; i < json_count(list) && sum < COUNT_MAX; i++) {
		struct json_object *row = json_at(list, i);
		const char *modality = json_get_text(row, "modality");
		if (modality != NULL && strcmp(modality, "AUDIO") == 0)
			sum += count(row, "tokenCount");
	}
	return sum;
}

void
usage_read(struct usage *u, struct json_object *metadata)
{
	if (!json_object_is_type(metadata, json_type_object))
		return;

	*u = (struct usage){
	    .known = true,
	    .prompt = count(metadata, "promptTokenCount") +
		count(metadata, "toolUsePromptTokenCount"),
	    .cached = count(metadata, "cachedContentTokenCount"),
	    .answer = count(metadata, "candidatesTokenCount"),
	    .thought = count(metadata, "thoughtsTokenCount"),
	    .prompt_audio = audio_count(metadata, "promptTokensDetails"),
	    .answer_audio = audio_count(metadata, "candidatesTokensDetails"),
	};
	u->total = count(metadata, "totalTokenCount");
	if (u->total == 0)
		u->total = u->prompt + u->answer + u->thought;
}

void
usage_continue(struct usage *u, const struct usage *before)
{
	if (!before->known)
		return;
	u->prompt = before->prompt;
	u->cached = before->cached;
	u->prompt_audio = before->prompt_audio;
	u->answer += before->answer;
	u->thought += before->thought;
	u->answer_audio += before->answer_audio;
	u->total = u->prompt + u->answer + u->thought;
}

struct json_object *
usage_to_openai(const struct usage *u)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "prompt_tokens", u->prompt);
	json_set_int(o, "completion_tokens", u->answer + u->thought);
	json_set_int(o, "total_tokens", u->total);

	struct json_object *prompt = json_object_new_object();
	json_set_int(prompt, "cached_tokens", u->cached);
	json_set_int(prompt, "audio_tokens", u->prompt_audio);
	json_set(o, "prompt_tokens_details", prompt);

	struct json_object *answer = json_object_new_object();
	json_set_int(answer, "reasoning_tokens", u->thought);
	json_set_int(answer, "audio_tokens", u->answer_audio);
	json_set(o, "completion_tokens_details", answer);
	return o;
}

struct json_object *
usage_to_responses(const struct usage *u)
{
	struct json_object *input = json_object_new_object();
	json_set_int(input, "cached_tokens", u->cached);
	json_set_int(input, "cache_write_tokens", 0);
	struct json_object *output = json_object_new_object();
	json_set_int(output, "reasoning_tokens", u->thought);

	struct json_object *o = json_object_new_object();
	json_set_int(o, "input_tokens", u->prompt);
	json_set(o, "input_tokens_details", input);
	json_set_int(o, "output_tokens", u->answer + u->thought);
	json_set(o, "output_tokens_details", output);
	json_set_int(o, "total_tokens", u->total);
	return o;
}
