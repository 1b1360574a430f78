/* Settings and the models they name. */
#include "admin/model_warn.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/model_can.h"
#include "protocol/model_name.h"

/* What a setting asks of its models. */
static const struct rule {
	enum setting_id id;
	unsigned can; /* 0: nothing but to exist */
	const char *message;
} rules[] = {
    {SETTING_ID_TEST_MODEL, MODEL_CAN_GENERATE,
	N_("$model cannot answer prompts.")},
    {SETTING_ID_CREATE_IMAGE_MODEL, MODEL_CAN_DRAW,
	N_("$model cannot draw pictures.")},
    {SETTING_ID_EMBEDDING_MODEL, MODEL_CAN_EMBED, N_("$model cannot embed.")},
    {SETTING_ID_TTS_MODEL, MODEL_CAN_SPEAK, N_("$model cannot speak.")},
    {SETTING_ID_TRANSCRIPTION_MODEL, MODEL_CAN_GENERATE,
	N_("$model cannot answer prompts.")},
    {SETTING_ID_SEARCH_MODELS, MODEL_CAN_GENERATE,
	N_("$model cannot answer prompts.")},
    {SETTING_ID_IMAGE_MODELS, MODEL_CAN_DRAW,
	N_("$model cannot draw pictures.")},
    {SETTING_ID_URL_CONTEXT_MODELS, MODEL_CAN_GENERATE,
	N_("$model cannot answer prompts.")},
    {SETTING_ID_THINKING_MODELS, MODEL_CAN_THINK, N_("$model does not think.")},
    {SETTING_ID_THINKING_BUDGET_MAP, MODEL_CAN_THINK,
	N_("$model does not think.")},
    {SETTING_ID_FILTERED_MODELS, 0, NULL},
};

struct look {
	struct json_object *models;
	void (*warn)(void *ctx, const struct model_warning *warning);
	void *ctx;
};

/* The budget is not one of those that the model takes. */
static bool
is_out_of_range(
    const char *name, struct json_object *budget, struct model_budgets *range)
{
	int64_t n = json_object_get_int64(budget);
	return model_budgets(name, range) && n != -1 &&
	    !(n == 0 && range->off) && (n < range->low || n > range->high);
}

/* One model that a setting names; budget: for it, or NULL. */
static void
look_at(const struct look *look, const struct rule *rule, const char *named,
    struct json_object *budget)
{
	struct model_warning w = {.id = rule->id, .model = named};
	struct model_budgets range;
	const char *pool;
	const char *name = model_name_split(named, &pool);
	struct json_object *model =
	    name == NULL ? NULL : json_get(look->models, name);
	if (name != NULL && pool != NULL && strcmp(pool, "vertex") == 0)
		return;
	if (model == NULL)
		w.message = N_("Gemini's list has no model $model.");
	else if (rule->can != 0 && !(model_can(name, model) & rule->can))
		w.message = rule->message;
	else if (budget != NULL && is_out_of_range(name, budget, &range)) {
		w.message = N_("$model takes a thinking budget of $low to "
			       "$high tokens.");
		w.low = range.low;
		w.high = range.high;
	} else
		return;
	look->warn(look->ctx, &w);
}

static void
look_at_all(const struct look *look, const struct rule *rule,
    const struct settings *settings, const struct settings *defaults)
{
	struct json_object *value = settings_json(settings, rule->id);
	const char *text = settings_text(settings, rule->id);
	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, budget)
		    look_at(look, rule, name, budget);
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_count(value); i++) {
			const char *name =
			    json_object_get_string(json_at(value, i));
			if (!settings_has(defaults, rule->id, name))
				look_at(look, rule, name, NULL);
		}
	} else if (*text != '\0')
		look_at(look, rule, text, NULL);
}

void
model_warn(const struct settings *settings, struct json_object *models,
    void (*warn)(void *ctx, const struct model_warning *warning), void *ctx)
{
	const struct look look = {models, warn, ctx};
	struct settings *defaults = settings_new();
	if (models != NULL && json_object_object_length(models) > 0 &&
	    defaults != NULL)
		for (size_t i = 0; i < COUNT_OF(rules); i++)
			look_at_all(&look, &rules[i], settings, defaults);
	settings_free(defaults);
}
