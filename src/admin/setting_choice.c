/* What there is to choose from. */
#include "admin/setting_choice.h"

#include <string.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "protocol/speech_voice.h"

struct choice {
	const char *value, *words;
};

/* ai.google.dev, safety settings, as of 2026. */
static const struct choice categories[] = {
    {"HARM_CATEGORY_HARASSMENT", N_("Harassment")},
    {"HARM_CATEGORY_HATE_SPEECH", N_("Hate speech")},
    {"HARM_CATEGORY_SEXUALLY_EXPLICIT", N_("Sexually explicit")},
    {"HARM_CATEGORY_DANGEROUS_CONTENT", N_("Dangerous content")},
    {"HARM_CATEGORY_CIVIC_INTEGRITY", N_("Civic integrity")},
};

static const struct choice thresholds[] = {
    {"OFF", N_("Off: not even looked at")},
    {"BLOCK_NONE", N_("Block nothing")},
    {"BLOCK_ONLY_HIGH", N_("Block what is probably harmful")},
    {"BLOCK_MEDIUM_AND_ABOVE", N_("Block what may well be harmful")},
    {"BLOCK_LOW_AND_ABOVE", N_("Block what could be harmful at all")},
};

static bool
add_option(struct json_object *list, const char *value, const char *words,
    const char *selected)
{
	struct json_object *o = json_object_new_object();
	bool is = selected != NULL && strcmp(value, selected) == 0;
	json_set_text(o, "value", value);
	json_set_text(o, "words", words);
	json_set_bool(o, "selected", is);
	json_object_array_add(list, o);
	return is;
}

static void
set_options(struct json_object *o, const char *member,
    const struct choice *table, size_t n, const char *selected)
{
	struct json_object *list = json_object_new_array();
	bool found = selected == NULL || *selected == '\0';
	for (size_t i = 0; i < n; i++)
		if (add_option(list, table[i].value, table[i].words, selected))
			found = true;
	if (!found)
		add_option(list, selected, selected, selected);
	json_set(o, member, list);
}

void
setting_choice_words(
    struct json_object *o, const char *words, const char *value)
{
	struct json_object *list = json_object_new_array();
	struct buf word;
	buf_init(&word, BUF_SMALL);
	for (const char *p = words; *p != '\0'; p += *p == '|') {
		size_t len = strcspn(p, "|");
		buf_reset(&word);
		buf_add(&word, p, len);
		add_option(list, buf_cstr(&word), buf_cstr(&word), value);
		p += len;
	}
	buf_clear(&word);
	json_set(o, "options", list);
}

void
setting_choice_safety(
    struct json_object *o, const char *category, const char *threshold)
{
	set_options(
	    o, "categories", categories, COUNT_OF(categories), category);
	set_options(
	    o, "thresholds", thresholds, COUNT_OF(thresholds), threshold);
}

const char *
setting_choice_list(enum setting_id id)
{
	static const enum setting_id models[] = {SETTING_ID_FILTERED_MODELS,
	    SETTING_ID_SEARCH_MODELS, SETTING_ID_IMAGE_MODELS,
	    SETTING_ID_EMBEDDING_MODEL, SETTING_ID_URL_CONTEXT_MODELS,
	    SETTING_ID_THINKING_MODELS, SETTING_ID_THINKING_BUDGET_MAP,
	    SETTING_ID_TTS_MODEL, SETTING_ID_TRANSCRIPTION_MODEL,
	    SETTING_ID_CREATE_IMAGE_MODEL, SETTING_ID_TEST_MODEL,
	    SETTING_ID_PAID_MODELS, SETTING_ID_FAKE_STREAM_MODELS,
	    SETTING_ID_RESPONSE_CACHE_MODELS, SETTING_ID_DEADLINE_OVERRIDES};
	static const enum setting_id voices[] = {
	    SETTING_ID_TTS_VOICE_NAME, SETTING_ID_TTS_VOICES};
	for (size_t i = 0; i < COUNT_OF(models); i++)
		if (id == models[i])
			return "models";
	for (size_t i = 0; i < COUNT_OF(voices); i++)
		if (id == voices[i])
			return "voices";
	return "";
}

void
setting_choice_lists(struct json_object *o, struct json_object *models)
{
	struct json_object *voices = json_object_new_array();
	struct buf names;
	buf_init(&names, BUF_SMALL);
	speech_voice_list(NULL, &names);
	for (const char *p = buf_cstr(&names); *p != '\0';) {
		size_t len = strcspn(p, ",");
		json_object_array_add(
		    voices, json_object_new_string_len(p, (int)len));
		p += len + strspn(p + len, ", ");
	}
	buf_clear(&names);
	json_set(o, "voices", voices);
	if (models != NULL)
		json_share(o, "models", models);
}
