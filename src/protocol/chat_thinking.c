/* reasoning_effort and its relatives → thinkingConfig. */
#include "protocol/chat_thinking.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_fields.h"

/* What a model that always thinks takes at the least, as 2.5 Pro does. */
#define LEAST_BUDGET 128

/* Budgets per effort; the same as in Google's own compatibility layer. */
struct budgets {
	int of[EFFORT__COUNT];
	int low, high;   /* the range the model takes */
	bool takes_zero; /* 0 = off, also below low */
};

static const struct budgets flash_budgets = {
    {0, 0, 1024, 1024, 8192, 24576, 24576}, 1, 24576, true};
static const struct budgets lite_budgets = {
    {0, 0, 1024, 1024, 8192, 24576, 24576}, 512, 24576, true};
static const struct budgets pro_budgets = {
    {0, 128, 1024, 1024, 8192, 24576, 32768}, 128, 32768, false};

/* Levels per effort, by which of them a model takes. */
static const char *const all_levels[EFFORT__COUNT] = {
    "", "MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH"};
static const char *const no_minimal[EFFORT__COUNT] = {
    "", "LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH"};
static const char *const low_or_high[EFFORT__COUNT] = {
    "", "LOW", "LOW", "LOW", "HIGH", "HIGH", "HIGH"};
static const char *const minimal_or_high[EFFORT__COUNT] = {
    "", "MINIMAL", "MINIMAL", "MINIMAL", "HIGH", "HIGH", "HIGH"};

/* How a model is told; the first row that fits. Neither budgets nor levels:
 * it does not think, and refuses a thinkingConfig. */
static const struct thinker {
	const char *prefix;
	const char *holds; /* a text in the name, or NULL */
	const struct budgets *budgets;
	const char *const *levels;
	bool shows; /* includeThoughts may be sent unasked */
} thinkers[] = {
    {"", "tts", NULL, NULL, false},
    {"", "embedding", NULL, NULL, false},
    {"gemini-2.5-", "image", NULL, NULL, false},
    {"gemini-2.5-", "flash-lite", &lite_budgets, NULL, true},
    {"gemini-2.5-", "pro", &pro_budgets, NULL, true},
    {"gemini-2.5-", NULL, &flash_budgets, NULL, true},
    {"gemini-2.", NULL, NULL, NULL, false},
    {"gemma-", NULL, NULL, NULL, false},
    {"gemini-", "flash-image", NULL, minimal_or_high, true},
    {"gemini-3-pro", NULL, NULL, low_or_high, true},
    {"gemini-3-flash", NULL, NULL, all_levels, true},
    {"gemini-3.1-flash-lite", NULL, NULL, all_levels, true},
    {"gemini-3.5-flash", NULL, NULL, all_levels, true},
    {"gemini-3.6-flash", NULL, NULL, all_levels, true},
    {"gemini-", NULL, NULL, no_minimal, true},
    {"", NULL, NULL, no_minimal, false},
};

/* --- what clients say --------------------------------------------------- */

bool
chat_thinking_take_effort(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const char *const words[] = {
	    "none", "minimal", "low", "medium", "high", "xhigh", "max"};
	int i = field_choose(value, words, COUNT_OF(words), path, b->error);
	if (i < 0)
		return false;

	struct chat_thinking *t = &b->thinking;
	t->effort = i + 1 < EFFORT_MAX ? (enum effort)(i + 1) : EFFORT_MAX;
	t->has_budget = false;
	t->field = field->to;
	return true;
}

static bool
take_budget(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)path;
	struct chat_thinking *t = &b->thinking;
	t->has_budget = true;
	t->budget = chat_fields_int(value, -1, INT32_MAX);
	t->effort = EFFORT_ABSENT;
	t->field = field->to;
	return true;
}

static bool
take_exclude(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->thinking.exclude = json_object_get_boolean(value);
	return true;
}

/* {"type":"enabled"}: the budget, if there is one, says how much. */
static bool
take_thinking_type(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const char *const words[] = {
	    "disabled", "enabled", "adaptive", "auto"};
	int i = field_choose(value, words, COUNT_OF(words), path, b->error);
	if (i == 0) {
		b->thinking.effort = EFFORT_NONE;
		b->thinking.has_budget = false;
		b->thinking.field = field->to;
	}
	return i >= 0;
}

bool
chat_thinking_take_reasoning(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"max_tokens", {FIELD_INT, -1, INT32_MAX}, take_budget,
		"reasoning"},
	    {"effort", {FIELD_STRING, 0, 0}, chat_thinking_take_effort,
		"reasoning"},
	    {"exclude", {FIELD_BOOL, 0, 0}, take_exclude, NULL},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

bool
chat_thinking_take_thinking(struct chat_build *b,
    const struct chat_field *field, struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"budget_tokens", {FIELD_INT, -1, INT32_MAX}, take_budget,
		"thinking"},
	    {"type", {FIELD_STRING, 0, 0}, take_thinking_type, "thinking"},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

static bool
take_google_budget(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->thinking.google_budget = value;
	return true;
}

static bool
take_google_level(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->thinking.google_level = value;
	return true;
}

static bool
take_google_include(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	b->thinking.google_include = value;
	return true;
}

bool
chat_thinking_take_google(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	static const struct chat_field rows[] = {
	    {"thinking_budget", {FIELD_INT, -1, INT32_MAX}, take_google_budget,
		NULL},
	    {"thinkingBudget", {FIELD_INT, -1, INT32_MAX}, take_google_budget,
		NULL},
	    {"thinking_level", {FIELD_STRING, 0, 0}, take_google_level, NULL},
	    {"thinkingLevel", {FIELD_STRING, 0, 0}, take_google_level, NULL},
	    {"include_thoughts", {FIELD_BOOL, 0, 0}, take_google_include, NULL},
	    {"includeThoughts", {FIELD_BOOL, 0, 0}, take_google_include, NULL},
	};
	(void)field;
	return chat_fields_read(b, value, path, rows, COUNT_OF(rows));
}

/* --- what Gemini is told ------------------------------------------------ */

static const struct thinker *
thinker_of(const char *model)
{
	const struct thinker *t = thinkers;
	const struct thinker *last = t + COUNT_OF(thinkers) - 1;
	while (t < last &&
	    !(text_starts(model, t->prefix) &&
		(t->holds == NULL || text_contains(model, t->holds))))
		t++;
	return t;
}

static int64_t
budget_in_range(const struct budgets *takes, int64_t budget)
{
	if (budget < 0 || (budget == 0 && takes->takes_zero))
		return budget;
	if (budget < takes->low)
		return takes->low;
	return budget > takes->high ? takes->high : budget;
}

/* For a model that takes levels only. */
static enum effort
effort_of_budget(int64_t budget)
{
	static const struct {
		int64_t to;
		enum effort effort;
	} steps[] = {
	    {-1, EFFORT_ABSENT},
	    {0, EFFORT_NONE},
	    {1024, EFFORT_LOW},
	    {8192, EFFORT_MEDIUM},
	    {INT64_MAX, EFFORT_HIGH},
	};
	size_t i = 0;
	while (budget > steps[i].to)
		i++;
	return steps[i].effort;
}

/* LOW is the one level that all models take. */
static const char *
level_of(const struct thinker *thinker, const struct model_traits *traits,
    enum effort effort)
{
	const char *level = thinker->levels[effort];
	return !traits->minimal && strcmp(level, "MINIMAL") == 0 ? "LOW"
								 : level;
}

/* Add the budget or the level that the client's words amount to. */
static void
write_amount(const struct chat_thinking *said, const struct thinker *thinker,
    const struct model_traits *traits, struct json_object *config)
{
	enum effort effort = said->effort;

	if (thinker->budgets != NULL) {
		int64_t budget = said->has_budget
		    ? budget_in_range(thinker->budgets, said->budget)
		    : thinker->budgets->of[effort];
		if (budget == 0 && !traits->thinking_off)
			budget = LEAST_BUDGET;
		if (said->has_budget || effort != EFFORT_ABSENT)
			json_set_int(config, "thinkingBudget", budget);
		return;
	}
	if (said->has_budget)
		effort = effort_of_budget(said->budget);
	if (effort != EFFORT_ABSENT && traits->levels)
		json_set_text(
		    config, "thinkingLevel", level_of(thinker, traits, effort));
}

/* Google's own form goes as it is, but both together would be refused. */
static void
write_google_amount(const struct chat_thinking *said,
    const struct thinker *thinker, const struct model_traits *traits,
    struct json_object *config)
{
	bool level = said->google_level != NULL &&
	    (said->google_budget == NULL || thinker->levels != NULL);
	if (level) {
		if (!traits->levels)
			return;
		bool lift = !traits->minimal &&
		    text_same(
			json_object_get_string(said->google_level), "MINIMAL");
		if (lift)
			json_set_text(config, "thinkingLevel", "LOW");
		else
			json_share(config, "thinkingLevel", said->google_level);
		return;
	}
	int64_t budget = chat_fields_int(said->google_budget, -1, INT32_MAX);
	if (budget == 0 && !traits->thinking_off)
		budget = LEAST_BUDGET;
	json_set_int(config, "thinkingBudget", budget);
}

/* Thoughts of a model that shall not think are refused by Google. */
static bool
is_off(const struct chat_thinking *said)
{
	if (said->google_budget != NULL)
		return json_object_get_int64(said->google_budget) == 0;
	if (said->google_level != NULL)
		return false;
	return said->effort == EFFORT_NONE ||
	    (said->has_budget && said->budget == 0);
}

static void
write_include(const struct chat_build *b, const struct thinker *thinker,
    struct json_object *config)
{
	const struct chat_thinking *said = &b->thinking;
	if (said->google_include != NULL)
		json_share(config, "includeThoughts", said->google_include);
	else if (said->exclude)
		json_set_bool(config, "includeThoughts", false);
	else if (b->policy->show_thoughts && thinker->shows && !is_off(said))
		json_set_bool(config, "includeThoughts", true);
}

bool
chat_thinking_hidden(const struct chat_build *b)
{
	const struct chat_thinking *said = &b->thinking;
	if (said->google_include != NULL)
		return !json_object_get_boolean(said->google_include);
	return said->exclude || !b->policy->show_thoughts;
}

/* How much to think where the client has not said it. */
static void
add_default(struct chat_thinking *said, const struct chat_build *b)
{
	struct json_object *budget =
	    json_get(b->policy->thinking_budgets, b->req->model);
	if (said->off_by_name) {
		said->effort = EFFORT_NONE;
	} else if (budget != NULL) {
		said->has_budget = true;
		said->budget = chat_fields_int(budget, -1, INT32_MAX);
	}
}

void
chat_thinking_write(struct chat_build *b)
{
	struct chat_thinking *said = &b->thinking;
	const struct thinker *thinker = thinker_of(b->req->model);
	bool google = said->google_budget != NULL || said->google_level != NULL;
	if (!google && said->field == NULL)
		add_default(said, b);

	/* A model that does not think needs no telling not to. */
	bool thinks = thinker->budgets != NULL || thinker->levels != NULL;
	if (!thinks || !b->req->traits.thinking) {
		if (google || said->google_include != NULL)
			chat_fields_dropped(b, "thinking_config");
		else if (said->field != NULL && !is_off(said))
			chat_fields_dropped(b, said->field);
		return;
	}

	struct json_object *config = json_object_new_object();
	write_include(b, thinker, config);
	if (google)
		write_google_amount(said, thinker, &b->req->traits, config);
	else
		write_amount(said, thinker, &b->req->traits, config);

	if (json_object_object_length(config) > 0)
		json_set(b->config, "thinkingConfig", config);
	else
		json_object_put(config);
}
