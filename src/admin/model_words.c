/* Words for what models can. */
#include "admin/model_words.h"

#include <string.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "protocol/model_can.h"

struct word {
	unsigned bit;
	const char *value, *label;
};

static const struct word cans[] = {
    {MODEL_CAN_GENERATE, "generate", N_("answers prompts")},
    {MODEL_CAN_THINK, "thinking", N_("thinks")},
    {MODEL_CAN_EMBED, "embed", N_("embeds")},
    {MODEL_CAN_DRAW, "image", N_("draws pictures")},
    {MODEL_CAN_SPEAK, "speech", N_("speaks")},
    {MODEL_CAN_LIVE, "live", N_("talks live")},
    {MODEL_CAN_FILM, "video", N_("makes videos")},
};

static const struct word media_words[] = {
    {MODEL_TEXT, "", N_("text")},
    {MODEL_PICTURES, "", N_("pictures")},
    {MODEL_SOUND, "", N_("sound")},
    {MODEL_VIDEO, "", N_("video")},
    {MODEL_PDF, "", N_("PDF")},
    {MODEL_NUMBERS, "", N_("numbers")},
};

/* protocol/model_quirk.h */
static const struct {
	const char *quirk, *words;
} quirks[] = {
    {"no_penalties", N_("takes no presence or frequency penalty")},
    {"no_logprobs", N_("tells no log probabilities")},
    {"one_candidate", N_("gives one answer at a time")},
    {"no_prefill", N_("does not go on with an answer that was begun")},
    {"no_system", N_("takes no system instruction: it goes into the prompt")},
    {"no_thinking", N_("cannot be told how to think")},
    {"no_minimal", N_("does not know the thinking level MINIMAL")},
    {"no_levels", N_("takes no thinking levels")},
    {"no_json", N_("has no JSON mode")},
    {"no_json_schema", N_("takes no JSON schema, only OpenAPI's form of it")},
    {"no_json_with_tools", N_("has no JSON mode beside tools")},
    {"no_mixed_tools",
	N_("takes no built-in tools beside the functions of a client")},
    {"always_thinks", N_("cannot be kept from thinking")},
    {"schema_too_large", N_("refuses large schemas")},
};

unsigned
model_words_can(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(cans); i++)
		if (strcmp(cans[i].value, word) == 0)
			return cans[i].bit;
	return 0;
}

struct json_object *
model_words_choices(unsigned selected)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(cans); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", cans[i].value);
		json_set_text(o, "label", cans[i].label);
		json_set_bool(o, "selected", cans[i].bit == selected);
		json_object_array_add(list, o);
	}
	return list;
}

struct json_object *
model_words_of_can(unsigned can)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(cans); i++)
		if (can & cans[i].bit)
			json_object_array_add(
			    list, json_object_new_string(cans[i].label));
	return list;
}

static void
add_words(struct visit *v, const struct word *words, size_t n, unsigned set,
    struct buf *out)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		if (!(set & words[i].bit))
			continue;
		if (any)
			buf_str(out, visit_say(v, N_(", ")));
		buf_str(out, visit_say(v, words[i].label));
		any = true;
	}
}

void
model_words_add_can(struct visit *v, unsigned can, struct buf *out)
{
	add_words(v, cans, COUNT_OF(cans), can, out);
}

void
model_words_add_media(struct visit *v, unsigned media, struct buf *out)
{
	add_words(v, media_words, COUNT_OF(media_words), media, out);
}

const char *
model_words_quirk(const char *quirk)
{
	for (size_t i = 0; i < COUNT_OF(quirks); i++)
		if (strcmp(quirks[i].quirk, quirk) == 0)
			return quirks[i].words;
	return NULL;
}
