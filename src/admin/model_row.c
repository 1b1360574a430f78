/* Rows of models. */
#include "admin/model_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/model_words.h"
#include "admin/number.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/model_can.h"
#include "protocol/model_name.h"
#include "web/query.h"

#define VERTEX "vertex/"

bool
model_row_name(const char *asked, struct buf *name)
{
	const char *pool;
	const char *bare = model_name_split(asked, &pool);
	char *own = bare == NULL ? NULL : model_name_in_pool(bare, pool);
	if (own != NULL)
		buf_str(name, own);
	free(own);
	return own != NULL;
}

const char *
model_row_bare(const char *name)
{
	size_t len = strlen(VERTEX);
	return strncmp(name, VERTEX, len) == 0 ? name + len : name;
}

unsigned
model_row_can(struct json_object *row)
{
	return model_can(model_row_bare(json_get_text(row, "model")),
	    json_get(row, "object"));
}

/* How its keys are: the first that is so. */
static void
set_badge(struct json_object *row)
{
	int64_t keys = json_get_int(row, "keys", 0);
	int64_t resting = json_get_int(row, "resting", 0);
	int64_t refused = json_get_int(row, "refused", 0);
	const struct {
		bool is;
		const char *level, *label;
	} states[] = {
	    {json_get_text(row, "rests_until") != NULL, "warn",
		N_("rests for all")},
	    {keys == 0, "bad", N_("no key may serve it")},
	    {refused >= keys, "bad", N_("offered to none of the keys")},
	    {resting + refused >= keys, "warn", N_("all its keys rest")},
	    {true, "good", N_("ready")},
	};
	size_t i = 0;
	while (!states[i].is)
		i++;
	json_set_text(row, "level", states[i].level);
	json_set_text(row, "label", states[i].label);
}

/* A number of Gemini's object, as short as it can be written. */
static void
set_decimal(struct json_object *row, const char *member,
    struct json_object *model, const char *name)
{
	struct json_object *value = json_get(model, name);
	char text[32];
	if (!json_object_is_type(value, json_type_double) &&
	    !json_object_is_type(value, json_type_int))
		return;
	snprintf(text, sizeof(text), "%g", json_object_get_double(value));
	json_set_text(row, member, text);
}

static void
set_limit(struct json_object *row, const char *member,
    struct json_object *model, const char *name)
{
	int64_t n = json_get_int(model, name, 0);
	if (n > 0)
		number_set(row, member, n);
}

/* How it may be told to think. */
static void
set_thinking(struct json_object *row, const char *name, unsigned can)
{
	struct model_budgets budgets;
	bool thinks = can & MODEL_CAN_THINK;
	bool known = thinks && model_budgets(name, &budgets);
	json_set_bool(row, "thinks", thinks);
	json_set_bool(row, "by_budget", known);
	if (known) {
		number_set(row, "budget_low", budgets.low);
		number_set(row, "budget_high", budgets.high);
		json_set_bool(row, "budget_off", budgets.off);
	}
}

static void
set_counts(struct json_object *row)
{
	static const char *const counts[] = {"keys", "projects", "resting",
	    "refused", "requests", "failed", "tokens"};
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		int64_t n = json_get_int(row, counts[i], 0);
		if (n > 0)
			number_set(row, counts[i], n);
		else
			json_set_text(row, counts[i], "");
	}
}

/* The part of an address that names it. */
static void
set_query(struct json_object *row, const char *name)
{
	struct buf query;
	buf_init(&query, BUF_SMALL);
	query_add(&query, "name", name);
	json_set_text(row, "query", buf_cstr(&query));
	buf_reset(&query);
	query_add(&query, "model", name);
	json_set_text(row, "use_query", buf_cstr(&query));
	buf_clear(&query);
}

static void
set_words(struct visit *v, struct json_object *row, const char *member,
    void (*add)(struct visit *, unsigned, struct buf *), unsigned set)
{
	struct buf words;
	buf_init(&words, BUF_SMALL);
	add(v, set, &words);
	json_set_text(row, member, buf_cstr(&words));
	buf_clear(&words);
}

void
model_row_shape(struct visit *v, struct json_object *row)
{
	struct json_object *model = json_get(row, "object");
	const char *name = json_get_text(row, "model");
	const char *bare = model_row_bare(name);
	const struct model_media media = model_media(bare);
	unsigned can = model_row_can(row);
	set_badge(row);
	set_query(row, name);
	set_counts(row);
	json_set_text(row, "title", json_get_text(model, "displayName"));
	json_set_text(row, "about", json_get_text(model, "description"));
	json_set_text(row, "release", json_get_text(model, "version"));
	json_set(row, "can", model_words_of_can(can));
	json_set_bool(row, "can_any", can != 0);
	set_words(v, row, "can_words", model_words_add_can, can);
	set_words(v, row, "reads", model_words_add_media, media.in);
	set_words(v, row, "gives", model_words_add_media, media.out);
	set_limit(row, "input", model, "inputTokenLimit");
	set_limit(row, "output", model, "outputTokenLimit");
	set_decimal(row, "heat", model, "temperature");
	set_decimal(row, "heat_most", model, "maxTemperature");
	set_decimal(row, "top_p", model, "topP");
	set_decimal(row, "top_k", model, "topK");
	set_thinking(row, bare, can);
	json_set_bool(row, "vertex", bare != name);
}
