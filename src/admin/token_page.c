/* One token's page. */
#include "admin/token_page.h"

#include <string.h>

#include "admin/chart.h"
#include "admin/number.h"
#include "admin/outcome_words.h"
#include "admin/token_form.h"
#include "admin/token_row.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/token_pages.h"
#include "web/query.h"
#include "web/route.h"

/* For how long the old secret may stay good. */
static const struct {
	const char *value, *label;
} keeps[] = {
    {"0", N_("not at all: it ends at once")},
    {"3600", N_("one hour")},
    {"86400", N_("a day")},
    {"604800", N_("seven days")},
};

bool
token_page_id(
    struct visit *v, const struct route_match *match, int64_t *token_id)
{
	if (text_to_int(buf_cstr(&match->capture[0]), 1, INT64_MAX, token_id))
		return true;
	visit_refuse(
	    v, 404, N_("Not found"), N_("There is no token of that number."));
	return false;
}

static void
shape_requests(struct json_object *rows)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const struct outcome_words w =
		    outcome_words(json_get_text(row, "outcome"));
		json_set_text(row, "words", w.words);
		json_set_text(row, "level",
		    w.good      ? "good"
			: w.bad ? "bad"
				: "warn");
		number_set(row, "tokens", json_get_int(row, "tokens", 0));
		number_set(row, "total_ms", json_get_int(row, "total_ms", 0));
	}
}

static void
add_keeps(struct json_object *data)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(keeps); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", keeps[i].value);
		json_set_text(o, "label", keeps[i].label);
		json_object_array_add(list, o);
	}
	json_set(data, "keeps", list);
}

static void
add_charts(struct visit *v, struct json_object *data, const char *range)
{
	struct json_object *series = json_get(data, "series");
	json_set(data, "requests_chart",
	    chart_make(v, CHART_REQUESTS, "chart-requests", range, series));
	json_set(data, "tokens_chart",
	    chart_make(v, CHART_TOKENS, "chart-tokens", range, series));
	chart_set_ranges(v, data, range);
}

/* What the limits would have refused. */
static void
shape_noted(struct json_object *noted)
{
	struct json_object *rows = json_get(noted, "limits");
	json_set_bool(noted, "any", json_count(rows) > 0);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		json_set_text(row, "label",
		    token_limit_words(json_get_text(row, "limit")));
		number_set(row, "requests", json_get_int(row, "requests", 0));
	}
}

static void
shape(struct visit *v, struct json_object *data, const char *range)
{
	struct json_object *token = json_get(data, "token");
	struct json_object *requests = json_get(data, "last_requests");
	char id[CRYPT_ID_SIZE + 1];
	struct buf ask;
	buf_init(&ask, BUF_SMALL);
	token_row_shape(token);
	token_row_add_used(token, json_get(data, "used"));
	shape_noted(json_get(data, "noted"));
	json_share(
	    data, "unpriced", json_get(json_get(data, "used"), "unpriced"));
	json_set_bool(
	    data, "any_unpriced", json_count(json_get(data, "unpriced")) > 0);
	shape_requests(requests);
	add_charts(v, data, range);
	add_keeps(data);
	crypt_uuid7(id);
	json_set_text(data, "form_id", id);
	json_set_bool(data, "any_requests", json_count(requests) > 0);
	json_set_bool(
	    data, "any_secrets", json_count(json_get(data, "secrets")) > 0);
	json_set_bool(data, "asks_revoke",
	    query_get(v->query, "ask", &ask) &&
		strcmp(buf_cstr(&ask), "revoke") == 0);
	buf_clear(&ask);
}

void
token_page_show(struct visit *v, int64_t token_id, int status,
    const struct token_form *form, const char *notice)
{
	const char *range = chart_range(v);
	struct json_object *data = token_pages_one(v->s->db, token_id, range);
	struct json_object *token = json_get(data, "token");
	if (data != NULL && token == NULL) {
		json_object_put(data);
		visit_refuse(v, 404, N_("Not found"),
		    N_("There is no token of that number."));
		return;
	}
	if (data != NULL) {
		struct token_form own;
		token_form_fill(&own, token);
		token_form_show(form != NULL ? form : &own, data);
		token_form_clear(&own);
		shape(v, data, range);
		json_set_text(data, "notice", notice);
	}
	visit_send_status(v, status, "token.html", N_("Token"), data);
}

void
token_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	int64_t token_id;
	if (!visit_begin(&v, s))
		return;
	if (token_page_id(&v, match, &token_id))
		token_page_show(&v, token_id, 200, NULL, NULL);
	visit_end(&v);
}
