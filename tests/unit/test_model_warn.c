/* Tests of what models can, and of settings that name the wrong ones. */
#include "admin/model_warn.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/model_can.h"
#include "unit.h"

/* What Gemini lists here. */
static const char listed[] =
    "{\"gemini-2.5-flash\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"], \"thinking\": true},"
    "\"gemini-2.5-flash-lite\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"]},"
    "\"gemini-2.5-pro\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"], \"thinking\": true},"
    "\"gemini-embedding-001\": {\"supportedGenerationMethods\":"
    "[\"embedContent\"]},"
    "\"gemini-3.1-flash-image\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"]},"
    "\"gemini-flash-latest\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"]},"
    "\"gemini-2.5-flash-preview-tts\": {\"supportedGenerationMethods\":"
    "[\"generateContent\"]}}";

/* One setting, and the warning; NULL: there is none. */
static const struct warn_row {
	enum setting_id id;
	const char *value, *warning;
} rows[] = {
    {SETTING_ID_TEST_MODEL, "gemini-2.5-flash", NULL},
    {SETTING_ID_TEST_MODEL, "models/gemini-2.5-pro", NULL},
    {SETTING_ID_TEST_MODEL, "vertex/any", NULL},
    {SETTING_ID_TEST_MODEL, "", NULL},
    {SETTING_ID_TEST_MODEL, "gone",
	"TEST_MODEL gone Gemini's list has no model $model."},
    {SETTING_ID_TEST_MODEL, "a b",
	"TEST_MODEL a b Gemini's list has no model $model."},
    {SETTING_ID_TEST_MODEL, "gemini-2.5-flash-preview-tts",
	"TEST_MODEL gemini-2.5-flash-preview-tts $model cannot answer "
	"prompts."},
    {SETTING_ID_EMBEDDING_MODEL, "gemini-2.5-pro",
	"EMBEDDING_MODEL gemini-2.5-pro $model cannot embed."},
    {SETTING_ID_CREATE_IMAGE_MODEL, "gemini-2.5-pro",
	"CREATE_IMAGE_MODEL gemini-2.5-pro $model cannot draw pictures."},
    {SETTING_ID_TTS_MODEL, "gemini-2.5-pro",
	"TTS_MODEL gemini-2.5-pro $model cannot speak."},
    {SETTING_ID_SEARCH_MODELS, "[\"gemini-2.5-pro\"]", NULL},
    {SETTING_ID_SEARCH_MODELS, "[\"gemini-embedding-001\"]",
	"SEARCH_MODELS gemini-embedding-001 $model cannot answer prompts."},
    {SETTING_ID_FILTERED_MODELS, "[\"gemini-embedding-001\"]", NULL},
    /* By default it is there. */
    {SETTING_ID_FILTERED_MODELS, "[\"chat-bison-001\"]", NULL},
    {SETTING_ID_FILTERED_MODELS, "[\"gone\"]",
	"FILTERED_MODELS gone Gemini's list has no model $model."},
    {SETTING_ID_THINKING_MODELS, "[\"gemini-2.5-flash-lite\"]",
	"THINKING_MODELS gemini-2.5-flash-lite $model does not think."},
    {SETTING_ID_THINKING_BUDGET_MAP, "{\"gemini-2.5-flash\": 0}", NULL},
    {SETTING_ID_THINKING_BUDGET_MAP, "{\"gemini-2.5-pro\": -1}", NULL},
    {SETTING_ID_THINKING_BUDGET_MAP, "{\"gemini-2.5-pro\": 128}", NULL},
    {SETTING_ID_THINKING_BUDGET_MAP, "{\"gemini-2.5-pro\": 0}",
	"THINKING_BUDGET_MAP gemini-2.5-pro $model takes a thinking budget of "
	"$low to $high tokens. 128 32768"},
    {SETTING_ID_THINKING_BUDGET_MAP, "{\"gemini-2.5-flash\": 30000}",
	"THINKING_BUDGET_MAP gemini-2.5-flash $model takes a thinking budget "
	"of $low to $high tokens. 1 24576"},
};

static void
collect(void *ctx, const struct model_warning *w)
{
	struct buf *out = ctx;
	buf_fmt(out, "%s%s %s %s", out->len > 0 ? "; " : "",
	    setting_def(w->id)->name, w->model, w->message);
	if (w->high > 0)
		buf_fmt(out, " %" PRId64 " %" PRId64, w->low, w->high);
}

static void
test_warnings(void)
{
	struct json_object *models = json_parse(listed, strlen(listed), NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct settings *settings = settings_new();
		struct buf out;
		buf_init(&out, BUF_SMALL);
		CU_ASSERT(settings_put(settings, rows[i].id, rows[i].value));
		model_warn(settings, models, collect, &out);
		UNIT_ROW(unit_same(out.len > 0 ? buf_cstr(&out) : NULL,
			     rows[i].warning),
		    rows[i].value);
		settings_free(settings);
		buf_clear(&out);
	}
	json_object_put(models);
}

static void
test_no_list(void)
{
	struct settings *settings = settings_new();
	struct json_object *none = json_object_new_object();
	struct buf out;
	buf_init(&out, BUF_SMALL);
	CU_ASSERT(settings_put(settings, SETTING_ID_TEST_MODEL, "gone"));
	model_warn(settings, NULL, collect, &out);
	model_warn(settings, none, collect, &out);
	CU_ASSERT_EQUAL(out.len, 0);
	json_object_put(none);
	settings_free(settings);
	buf_clear(&out);
}

/* By the name alone. */
static const struct can_row {
	const char *name;
	unsigned can, in, out;
} names[] = {
    {"gemini-2.5-pro", MODEL_CAN_GENERATE,
	MODEL_TEXT | MODEL_PICTURES | MODEL_SOUND | MODEL_VIDEO | MODEL_PDF,
	MODEL_TEXT},
    {"gemini-2.5-flash-image", MODEL_CAN_GENERATE | MODEL_CAN_DRAW,
	MODEL_TEXT | MODEL_PICTURES, MODEL_TEXT | MODEL_PICTURES},
    {"gemini-2.5-pro-preview-tts", MODEL_CAN_SPEAK, MODEL_TEXT, MODEL_SOUND},
    {"gemini-embedding-001", MODEL_CAN_EMBED, MODEL_TEXT, MODEL_NUMBERS},
    {"veo-3.0", MODEL_CAN_FILM, MODEL_TEXT | MODEL_PICTURES, MODEL_VIDEO},
    {"something-else", 0, 0, 0},
};

static void
test_names(void)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct model_media media = model_media(names[i].name);
		UNIT_ROW(model_can(names[i].name, NULL) == names[i].can,
		    names[i].name);
		UNIT_ROW(media.in == names[i].in && media.out == names[i].out,
		    names[i].name);
	}
}

static CU_TestInfo tests[] = {
    {"settings that name the wrong model", test_warnings},
    {"without a list nothing is said", test_no_list},
    {"what a name tells", test_names},
    CU_TEST_INFO_NULL,
};

struct unit_suite model_warn_suite = {"model_warn", tests};
