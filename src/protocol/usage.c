/* Token counts: from Gemini's usageMetadata to OpenAI's usage. */
#include "protocol/usage.h"

#include <string.h>

#include "base/attr.h"
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

/* The counts of a usage object, by the names that an API has for them. */
struct usage_names {
	const char *prompt, *answer, *total;
	const char *cached, *thought;          /* its own members … */
	const char *prompt_more, *answer_more; /* or in these */
};

static const struct usage_names usage_names[] = {
    {"prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens",
	"reasoning_tokens", "prompt_tokens_details",
	"completion_tokens_details"},
    {"total_input_tokens", "total_output_tokens", "total_tokens",
	"total_cached_tokens", "total_thought_tokens", NULL, NULL},
};

static struct json_object *
more(struct json_object *o, const char *name)
{
	return name == NULL ? o : json_get(o, name);
}

static void
read_named(struct usage *u, struct json_object *o, const struct usage_names *n)
{
	*u = (struct usage){
	    .known = true,
	    .prompt = count(o, n->prompt),
	    .cached = count(more(o, n->prompt_more), n->cached),
	    .answer = count(o, n->answer),
	    .thought = count(more(o, n->answer_more), n->thought),
	    .total = count(o, n->total),
	};
	/* OpenAI counts thoughts as part of the answer; Google's
	 * compatible API tells them only in the total. */
	if (n->answer_more != NULL && u->thought > 0)
		u->answer -= u->thought < u->answer ? u->thought : u->answer;
	else if (u->total > u->prompt + u->answer && u->thought == 0)
		u->thought = u->total - u->prompt - u->answer;
	if (u->total == 0)
		u->total = u->prompt + u->answer + u->thought;
}

void
usage_read_any(struct usage *u, struct json_object *answer)
{
	struct json_object *usage = json_get(answer, "usage");
	if (usage == NULL)
		usage = json_path(answer, "interaction", "usage", NULL);
	for (size_t i = 0; i < COUNT_OF(usage_names); i++)
		if (json_get(usage, usage_names[i].prompt) != NULL)
			read_named(u, usage, &usage_names[i]);
	usage_read(u, json_get(answer, "usageMetadata"));
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

void
usage_add(struct usage *u, const struct usage *other)
{
	u->known = u->known || other->known;
	u->prompt += other->prompt;
	u->cached += other->cached;
	u->answer += other->answer;
	u->thought += other->thought;
	u->total += other->total;
	u->prompt_audio += other->prompt_audio;
	u->answer_audio += other->answer_audio;
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
