/* One key's page. */
#include "admin/key_page.h"

#include <inttypes.h>

#include "admin/chart.h"
#include "admin/key_edit.h"
#include "admin/key_past.h"
#include "admin/key_row.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/key_pages.h"
#include "store/keys.h"
#include "web/query.h"
#include "web/route.h"

#define MAX_FORM ((size_t)64 * 1024)

/* Events of the history that are shown at once. */
#define EVENTS 20

/* The number in the address; 0: it is none. */
static int64_t
get_number(const struct route_match *match)
{
	int64_t id;
	return text_to_int(buf_cstr(&match->capture[0]), 1, INT64_MAX, &id) ? id
									    : 0;
}

static int64_t
get_before(struct visit *v)
{
	struct buf value;
	int64_t before = 0;
	buf_init(&value, BUF_SMALL);
	if (!query_get(v->query, "before", &value) ||
	    !text_to_int(buf_cstr(&value), 1, INT64_MAX, &before))
		before = 0;
	buf_clear(&value);
	return before;
}

static void
refuse_unknown(struct visit *v)
{
	visit_refuse(v, 404, N_("No such key"),
	    N_("There is no key of that number, and there never was one."));
}

/* --- what is shown ------------------------------------------------------- */

static void
shape_limits(struct json_object *limits)
{
	static const struct {
		const char *kind, *words;
	} kinds[] = {
	    {"rpm", N_("requests a minute")},
	    {"tpm", N_("input tokens a minute")},
	    {"rpd", N_("requests a day")},
	    {"tpd", N_("input tokens a day")},
	};
	for (size_t i = 0; i < json_count(limits); i++) {
		struct json_object *row = json_at(limits, i);
		int64_t value = json_get_int(row, "value", 0);
		int64_t used = json_get_int(row, "used", 0);
		bool full = used >= value;
		int64_t bar = full ? 100 : used * 100 / value;
		const char *kind = json_get_text(row, "kind");
		for (size_t k = 0; k < COUNT_OF(kinds); k++)
			if (text_same(kind, kinds[k].kind))
				json_set_text(row, "words", kinds[k].words);
		json_set_int(row, "bar", bar);
		json_set_text(row, "level",
		    full           ? "bad"
			: bar > 80 ? "warn"
				   : "good");
		json_set_bool(row, "learned",
		    text_same(json_get_text(row, "source"), "learned"));
		number_set(row, "value", value);
		number_set(row, "used", used);
	}
}

static void
shape_models(struct json_object *models)
{
	static const char *const names[] = {
	    "calls", "failed", "prompt", "answer", "wasted"};
	for (size_t i = 0; i < json_count(models); i++) {
		struct json_object *row = json_at(models, i);
		for (size_t k = 0; k < COUNT_OF(names); k++)
			number_set(
			    row, names[k], json_get_int(row, names[k], 0));
	}
}

/* Sections with nothing in them are left out. */
static void
mark_filled(struct json_object *data)
{
	static const char *const lists[][2] = {
	    {"rests", "any_rests"},
	    {"limits", "any_limits"},
	    {"models", "any_models"},
	    {"calls", "any_calls"},
	    {"failures", "any_failures"},
	};
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		json_set_bool(data, lists[i][1],
		    json_count(json_get(data, lists[i][0])) > 0);
	struct json_object *held = json_get(data, "resources");
	json_set_bool(data, "any_files", json_get_int(held, "all", 0) > 0);
	number_set(held, "all", json_get_int(held, "all", 0));
}

/* The way to all keys of its project. */
static void
add_project(struct json_object *key)
{
	const char *project = json_get_text(key, "project");
	struct buf query, href;
	if (project == NULL)
		return;
	buf_init(&query, BUF_SMALL);
	buf_init(&href, BUF_SMALL);
	query_add(&query, "project", project);
	buf_str(&href, "/keys?");
	buf_join(&href, &query);
	json_set_text(key, "project_href", buf_cstr(&href));
	buf_clear(&query);
	buf_clear(&href);
}

static void
shape(struct visit *v, struct json_object *data, struct json_object *form)
{
	struct json_object *key = json_get(data, "key");
	int64_t beside = json_get_int(data, "beside", 0);
	struct json_object *probes = json_get(data, "probes");
	json_set(data, "form",
	    form == NULL ? key_edit_form(key) : json_object_get(form));
	key_row_shape(v->s, key);
	add_project(key);
	key_rests_shape(json_get(data, "rests"));
	key_past_shape(data, EVENTS);
	shape_limits(json_get(data, "limits"));
	shape_models(json_get(data, "models"));
	mark_filled(data);
	json_set_bool(data, "any_beside", beside > 0);
	number_set(data, "beside", beside);
	if (probes != NULL)
		key_past_shape_cause(probes, "result");
}

/* form NULL: as the key is. */
static void
send(struct visit *v, int64_t id, int status, struct json_object *form)
{
	int64_t before = get_before(v);
	const char *range = chart_range(v);
	struct json_object *data =
	    key_pages_one(v->s->db, id, before, EVENTS, range);
	if (data != NULL && json_get(data, "key") == NULL) {
		json_object_put(data);
		refuse_unknown(v);
		return;
	}
	if (data != NULL) {
		shape(v, data, form);
		json_set(data, "chart",
		    chart_make(v, CHART_CALLS, "calls-chart", range,
			json_get(data, "series")));
		chart_set_ranges(v, data, range);
		json_set_bool(data, "older_shown", before > 0);
	}
	visit_send_status(v, status, "key.html", N_("Key"), data);
}

void
key_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	int64_t id = get_number(match);
	if (!visit_begin(&v, s))
		return;
	if (id == 0)
		refuse_unknown(&v);
	else
		send(&v, id, 200, NULL);
	visit_end(&v);
}

/* --- changing it --------------------------------------------------------- */

static void
edit(struct visit *v, int64_t id, struct json_object *change)
{
	struct buf path;
	size_t changed = 0;
	if (json_object_object_length(change) > 0 &&
	    !keys_edit(v->s->db, &id, 1, change, v->by, &changed)) {
		visit_refuse_database(v);
		return;
	}
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "/keys/%" PRId64, id);
	visit_go(v, buf_cstr(&path),
	    visit_say(v,
		changed > 0 ? N_("The key has been changed.")
			    : N_("Nothing was to be changed.")));
	buf_clear(&path);
}

void
key_page_serve_edit(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct json_object *form, *change;
	int64_t id = get_number(match);
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	if (id == 0)
		refuse_unknown(&v);
	else {
		if (key_edit_read(buf_cstr(&v.fields), &form, &change))
			edit(&v, id, change);
		else
			send(&v, id, 422, form);
		json_object_put(form);
		json_object_put(change);
	}
	visit_end(&v);
}
