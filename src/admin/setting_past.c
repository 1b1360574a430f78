/* The history of the settings, and the ways back. */
#include "admin/setting_past.h"

#include <string.h>

#include "admin/setting_save.h"
#include "admin/setting_shown.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/settings.h"
#include "web/query.h"

#define PER_PAGE 50

/* --- reset --------------------------------------------------------------- */

static void
wish_default(struct setting_view *view, enum setting_id id)
{
	setting_form_wish(
	    view->form, id, view->now, settings_text(view->defaults, id));
}

static void
wish_all_defaults(struct setting_view *view)
{
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		if (setting_def(id)->home == SETTING_STORED &&
		    setting_is_changed(view, id))
			wish_default(view, id);
	}
}

void
setting_past_serve_reset(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf name;
	struct setting_view view;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&name, BUF_SMALL);
	bool named = visit_get(&v, "name", &name);
	int id = setting_find(buf_cstr(&name));
	if (!setting_view_load(&view, &v))
		visit_refuse_database(&v);
	else if (named &&
	    (id < 0 ||
		setting_def((enum setting_id)id)->home != SETTING_STORED))
		visit_refuse(&v, 404, N_("Not found"),
		    N_("There is no setting of that name."));
	else {
		struct json_object *data = json_object_new_object();
		if (named)
			wish_default(&view, (enum setting_id)id);
		else
			wish_all_defaults(&view);
		json_set_bool(data, "reset", true);
		setting_save_confirm(
		    &v, &view, "settings_confirm.html", "reset", data);
	}
	setting_view_clear(&view);
	buf_clear(&name);
	visit_end(&v);
}

/* --- undo ---------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
ask_undo(struct visit *v, struct json_object *past, enum setting_id id)
{
	struct setting_view view;
	const char *old = json_get_text(past, "old_value");
	if (!setting_view_load(&view, v))
		visit_refuse_database(v);
	else {
		struct json_object *data = json_object_new_object();
		setting_form_wish(view.form, id, view.now,
		    old == NULL ? settings_text(view.defaults, id) : old);
		json_set_bool(data, "undo", true);
		json_set_bool(data, "again",
		    !same_text(json_get_text(past, "new_value"),
			json_get_text(past, "value")));
		setting_save_confirm(
		    v, &view, "settings_confirm.html", "undo", data);
	}
	setting_view_clear(&view);
}

void
setting_past_serve_undo(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf text;
	int64_t number = 0;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&text, BUF_SMALL);
	bool numbered = visit_get(&v, "id", &text) &&
	    text_to_int(buf_cstr(&text), 1, INT64_MAX, &number);
	struct json_object *past = store_settings_past(s->db, number);
	const char *name = json_get_text(past, "name");
	int id = name == NULL ? -1 : setting_find(name);
	if (past == NULL)
		visit_refuse_database(&v);
	else if (!numbered || id < 0 ||
	    setting_def((enum setting_id)id)->home != SETTING_STORED)
		visit_refuse(&v, 404, N_("Not found"),
		    N_("There is no such change any more."));
	else if (json_get_bool(past, "secret") ||
	    setting_is_secret(setting_def((enum setting_id)id)))
		visit_refuse(&v, 409, N_("Not done"),
		    N_("The values of secrets are not kept when they change: "
		       "this cannot be undone here."));
	else
		ask_undo(&v, past, (enum setting_id)id);
	json_object_put(past);
	buf_clear(&text);
	visit_end(&v);
}

/* --- history ------------------------------------------------------------- */

static void
shape_value(struct json_object *row, const char *member, int id)
{
	struct buf text;
	const char *value = json_get_text(row, member);
	buf_init(&text, BUF_LARGE);
	if (value != NULL)
		buf_str(&text, value);
	/* One that this version does not know is shown as it is. */
	enum setting_id as = id < 0 ? SETTING_ID_TIMEZONE : (enum setting_id)id;
	setting_set_shown(
	    row, member, as, value == NULL ? NULL : buf_cstr(&text));
	buf_clear(&text);
}

static void
shape_change(struct json_object *row)
{
	int id = setting_find(json_get_text(row, "name"));
	bool secret = json_get_bool(row, "secret") ||
	    (id >= 0 && setting_is_secret(setting_def((enum setting_id)id)));
	json_set_text(
	    row, "words", setting_source_words(json_get_text(row, "source")));
	json_set_bool(row, "secret", secret);
	json_set_bool(row, "may_undo", !secret && id >= 0);
	shape_value(row, "old_value", id);
	shape_value(row, "new_value", id);
}

/* The queries of the page before all others, and of the next, if there is
 * one. */
static void
set_ways(struct json_object *data, const char *name, bool later)
{
	struct json_object *list = json_get(data, "changes");
	size_t n = json_count(list);
	struct buf query;
	buf_init(&query, BUF_SMALL);
	query_add(&query, "name", name);
	json_set_text(data, "newest", later ? buf_cstr(&query) : "");
	if (json_get_bool(data, "more") && n > 0)
		buf_fmt(&query, "&before=%lld",
		    (long long)json_get_int(json_at(list, n - 1), "id", 0));
	else
		buf_reset(&query);
	json_set_text(data, "next", buf_cstr(&query));
	buf_clear(&query);
}

void
setting_past_serve_history(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf name, text;
	int64_t before = 0;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&name, BUF_SMALL);
	buf_init(&text, BUF_SMALL);
	visit_get(&v, "name", &name);
	bool good = (!visit_get(&v, "before", &text) ||
			text_to_int(buf_cstr(&text), 0, INT64_MAX, &before)) &&
	    strlen(buf_cstr(&name)) == name.len &&
	    text_is_utf8(buf_cstr(&name), name.len);
	if (!good)
		visit_refuse(&v, 400, N_("Not understood"),
		    N_("This is no address of these pages."));
	else {
		struct json_object *data = store_settings_history(
		    s->db, buf_cstr(&name), before, PER_PAGE);
		struct json_object *list = json_get(data, "changes");
		for (size_t i = 0; i < json_count(list); i++)
			shape_change(json_at(list, i));
		if (data != NULL) {
			set_ways(data, buf_cstr(&name), before > 0);
			json_set_text(data, "name", buf_cstr(&name));
			json_set_bool(data, "any", json_count(list) > 0);
		}
		visit_send(&v, "settings_history.html",
		    N_("History of the settings"), data);
	}
	buf_clear(&text);
	buf_clear(&name);
	visit_end(&v);
}
