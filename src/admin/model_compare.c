/* Models side by side. */
#include "admin/model_compare.h"

#include <string.h>

#include "admin/model_row.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "gateway/service.h"
#include "store/model_pages.h"
#include "web/query.h"

#define MOST 4

/* What is compared: texts of a row that is ready to be shown. */
static const struct {
	const char *member, *label;
	bool message; /* the text is one of our messages */
	bool count;   /* nothing of it is 0, not unknown */
} facts[] = {
    {"title", N_("Name"), false, false},
    {"label", N_("State"), true, false},
    {"can_words", N_("It can"), false, false},
    {"reads", N_("Reads"), false, false},
    {"gives", N_("Gives"), false, false},
    {"input", N_("Most tokens in"), false, false},
    {"output", N_("Most tokens out"), false, false},
    {"budget_low", N_("Least thinking budget"), false, false},
    {"budget_high", N_("Largest thinking budget"), false, false},
    {"heat", N_("Temperature by default"), false, false},
    {"heat_most", N_("Highest temperature"), false, false},
    {"top_p", N_("topP by default"), false, false},
    {"top_k", N_("topK by default"), false, false},
    {"keys", N_("Active keys"), false, true},
    {"projects", N_("Projects"), false, true},
    {"resting", N_("Keys that rest for it now"), false, true},
    {"refused", N_("Keys it is not offered to"), false, true},
    {"requests", N_("Requests in 24 h"), false, true},
    {"failed", N_("Failed in 24 h"), false, true},
    {"tokens", N_("Tokens in 24 h"), false, true},
};

/* The names that are asked for, each once, at most MOST; *more: there are
 * others. */
static struct json_object *
read_names(struct visit *v, bool *more)
{
	struct json_object *names = json_object_new_array();
	const char *query = v->query;
	struct buf name, value, own;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	buf_init(&own, BUF_SMALL);
	*more = false;
	while (query_next(&query, &name, &value)) {
		buf_reset(&own);
		if (strcmp(buf_cstr(&name), "model") != 0 ||
		    !model_row_name(buf_cstr(&value), &own) ||
		    json_has_text(names, buf_cstr(&own)))
			continue;
		if (json_count(names) == MOST)
			*more = true;
		else
			json_object_array_add(
			    names, json_object_new_string(buf_cstr(&own)));
	}
	buf_clear(&name);
	buf_clear(&value);
	buf_clear(&own);
	return names;
}

static struct json_object *
make_fact(struct json_object *rows, size_t fact)
{
	struct json_object *o = json_object_new_object();
	struct json_object *cells = json_object_new_array();
	const char *first = NULL;
	bool differs = false, any = false;
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		struct json_object *cell = json_object_new_object();
		const char *text = json_get_text(row, facts[fact].member);
		if (text == NULL || *text == '\0')
			text = facts[fact].count ? "0" : "";
		json_set_text(cell, "text", text);
		json_set_bool(cell, "message", facts[fact].message);
		json_set_text(cell, "model", json_get_text(row, "model"));
		json_object_array_add(cells, cell);
		if (first != NULL && strcmp(first, text) != 0)
			differs = true;
		first = text;
		any = any || *text != '\0';
	}
	json_set_text(o, "fact", facts[fact].label);
	json_set_bool(o, "differs", differs);
	json_set(o, "cells", cells);
	if (any)
		return o;
	json_object_put(o);
	return NULL;
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct visit *v)
{
	bool more;
	struct json_object *names = read_names(v, &more);
	struct json_object *data = model_pages_list(v->s->db, names);
	struct json_object *rows = json_get(data, "rows");
	struct json_object *list = json_object_new_array();
	json_object_put(names);
	for (size_t i = 0; i < json_count(rows); i++)
		model_row_shape(v, json_at(rows, i));
	for (size_t i = 0; i < COUNT_OF(facts); i++) {
		struct json_object *fact = make_fact(rows, i);
		if (fact != NULL)
			json_object_array_add(list, fact);
	}
	if (data == NULL) {
		json_object_put(list);
		return NULL;
	}
	json_set(data, "facts", list);
	json_set_bool(data, "more", more);
	json_set_bool(data, "any", json_count(rows) > 0);
	json_set_bool(data, "few", json_count(rows) < 2);
	return data;
}

void
model_compare_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	visit_send(&v, "models_compare.html", N_("Models side by side"),
	    make_page(&v));
	visit_end(&v);
}
