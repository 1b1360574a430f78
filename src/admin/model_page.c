/* The page of one model. */
#include "admin/model_page.h"

#include <string.h>

#include "pool/cause_words.h"
#include "admin/chart.h"
#include "admin/model_price.h"
#include "admin/model_row.h"
#include "admin/model_use.h"
#include "admin/model_words.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "gateway/service.h"
#include "pool/deadline.h"
#include "protocol/model_can.h"
#include "protocol/model_quirk.h"
#include "protocol/model_suffix.h"
#include "store/model_pages.h"

/* --- parts --------------------------------------------------------------- */

static void
shape_projects(struct json_object *projects)
{
	struct json_object *rows = json_get(projects, "rows");
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *reason = json_get_text(row, "reason");
		if (reason != NULL)
			json_set_text(row, "words", cause_words(reason));
		number_set(row, "keys", json_get_int(row, "keys", 0));
	}
	json_set_bool(projects, "any", json_count(rows) > 0);
	json_set_bool(projects, "more",
	    json_get_int(projects, "all", 0) > (int64_t)json_count(rows));
	json_set_int(projects, "shown", (int64_t)json_count(rows));
	number_set(projects, "all", json_get_int(projects, "all", 0));
}

static void
shape_limits(struct json_object *rows)
{
	static const struct {
		const char *kind, *label;
	} kinds[] = {
	    {"rpm", N_("requests a minute")},
	    {"rpd", N_("requests a day")},
	    {"tpm", N_("input tokens a minute")},
	    {"tpd", N_("input tokens a day")},
	};
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		for (size_t k = 0; k < COUNT_OF(kinds); k++)
			if (strcmp(json_get_text(row, "kind"), kinds[k].kind) ==
			    0)
				json_set_text(row, "label", kinds[k].label);
		json_set_bool(row, "every",
		    strcmp(json_get_text(row, "scope"), "*") == 0);
		json_set_bool(row, "learned",
		    strcmp(json_get_text(row, "source"), "learned") == 0);
		number_set(row, "used", json_get_int(row, "used", 0));
		number_set(row, "allowed", json_get_int(row, "allowed", 0));
	}
}

static void
shape_quirks(struct json_object *rows)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *quirk = json_get_text(row, "quirk");
		size_t len = strlen(QUIRK_DROP);
		json_set_text(row, "words", model_words_quirk(quirk));
		if (strncmp(quirk, QUIRK_DROP, len) == 0)
			json_set_text(row, "field", quirk + len);
	}
}

static void
shape_deadlines(struct json_object *rows)
{
	static const char *const numbers[] = {
	    "samples", "first_byte_ms", "idle_ms", "p50", "p99"};
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		json_set_text(row, "size",
		    deadline_class_name(
			(int)json_get_int(row, "size_class", 0)));
		for (size_t k = 0; k < COUNT_OF(numbers); k++)
			if (json_get(row, numbers[k]) != NULL)
				number_set(row, numbers[k],
				    json_get_int(row, numbers[k], 0));
	}
}

/* The names that lead to it with a wish behind them. */
static void
add_aliases(struct visit *v, struct json_object *data, const char *name)
{
	const struct settings *now = v->s->settings;
	const char *suffixes[MODEL_SUFFIX_OFFERS];
	const struct chat_policy policy = {
	    .search_models = settings_json(now, SETTING_ID_SEARCH_MODELS),
	    .image_models = settings_json(now, SETTING_ID_IMAGE_MODELS),
	    .thinking_models = settings_json(now, SETTING_ID_THINKING_MODELS),
	    .models = v->s->model_names,
	};
	struct json_object *list = json_object_new_array();
	size_t n = model_suffix_offers(model_row_bare(name), &policy, suffixes);
	struct buf alias;
	buf_init(&alias, BUF_SMALL);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&alias);
		buf_fmt(&alias, "%s%s", name, suffixes[i]);
		json_object_array_add(
		    list, json_object_new_string(buf_cstr(&alias)));
	}
	if (strcmp(settings_text(now, SETTING_ID_CREATE_IMAGE_MODEL), name) ==
	    0) {
		buf_reset(&alias);
		buf_fmt(&alias, "%s-chat", name);
		json_object_array_add(
		    list, json_object_new_string(buf_cstr(&alias)));
	}
	buf_clear(&alias);
	json_set_bool(data, "any_aliases", json_count(list) > 0);
	json_set(data, "aliases", list);
}

/* How it is asked for, by what it can; the first row that fits. */
static const struct {
	unsigned can;
	const char *path, *body; /* with the name between the two */
	const char *rest;
} examples[] = {
    {MODEL_CAN_EMBED, "/v1/embeddings", "{\"model\": \"",
	"\", \"input\": \"Hello\"}"},
    {MODEL_CAN_SPEAK, "/v1/audio/speech", "{\"model\": \"",
	"\", \"voice\": \"Kore\", \"input\": \"Hello\"}"},
    {MODEL_CAN_DRAW, "/v1/images/generations", "{\"model\": \"",
	"\", \"prompt\": \"A red bicycle\"}"},
    {MODEL_CAN_GENERATE, "/v1/chat/completions", "{\"model\": \"",
	"\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"},
};

static void
add_example(struct json_object *data, struct json_object *row)
{
	unsigned can = model_row_can(row);
	struct buf text;
	buf_init(&text, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(examples); i++) {
		if (!(can & examples[i].can))
			continue;
		buf_fmt(&text,
		    "curl \"$BASE_URL%s\" \\\n"
		    "  -H \"Authorization: Bearer $TOKEN\" \\\n"
		    "  -H \"Content-Type: application/json\" \\\n"
		    "  -d '%s%s%s'",
		    examples[i].path, examples[i].body,
		    json_get_text(row, "model"), examples[i].rest);
		break;
	}
	json_set_text(data, "example", buf_cstr(&text));
	buf_clear(&text);
}

/* --- the page ------------------------------------------------------------ */

static void
set_any(struct json_object *data, const char *member, const char *list)
{
	json_set_bool(data, member, json_count(json_get(data, list)) > 0);
}

static void
shape(struct visit *v, struct json_object *data, const char *range)
{
	struct json_object *row = json_get(data, "row");
	struct json_object *series = json_get(data, "series");
	add_aliases(v, data, json_get_text(row, "model"));
	add_example(data, row);
	json_set_bool(data, "can_chat",
	    model_row_can(row) & (MODEL_CAN_GENERATE | MODEL_CAN_DRAW));
	model_use_show(
	    v, data, json_get_text(row, "model"), model_row_can(row));
	model_row_shape(v, row);
	shape_projects(json_get(data, "projects"));
	shape_limits(json_get(data, "limits"));
	shape_quirks(json_get(data, "quirks"));
	shape_deadlines(json_get(data, "deadlines"));
	set_any(data, "any_limits", "limits");
	set_any(data, "any_quirks", "quirks");
	set_any(data, "any_deadlines", "deadlines");
	set_any(data, "any_prices", "prices");
	json_set(data, "requests_chart",
	    chart_make(v, CHART_REQUESTS, "chart-requests", range, series));
	json_set(data, "tokens_chart",
	    chart_make(v, CHART_TOKENS, "chart-tokens", range, series));
	chart_set_ranges(v, data, range);
}

static void
refuse_unknown(struct visit *v)
{
	visit_refuse(v, 404, N_("Not found"),
	    N_("There is no model of that name in the list of models."));
}

void
model_page_show(
    struct visit *v, const char *name, int status, struct json_object *price)
{
	const char *range = chart_range(v);
	struct json_object *data = model_pages_one(v->s->db, name, range);
	if (data != NULL && json_get(data, "row") == NULL) {
		json_object_put(data);
		refuse_unknown(v);
		return;
	}
	if (data != NULL) {
		shape(v, data, range);
		model_price_show(data, name, price);
	}
	visit_send_status(v, status, "model.html", N_("Model"), data);
}

void
model_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf asked, name;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&asked, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	if (visit_get(&v, "name", &asked) &&
	    model_row_name(buf_cstr(&asked), &name))
		model_page_show(&v, buf_cstr(&name), 200, NULL);
	else
		refuse_unknown(&v);
	buf_clear(&asked);
	buf_clear(&name);
	visit_end(&v);
}
