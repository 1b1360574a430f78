/* The page of the settings. */
#include "admin/settings.h"

#include <stdio.h>
#include <string.h>

#include "admin/model_warning.h"
#include "admin/setting_choice.h"
#include "admin/setting_save.h"
#include "admin/setting_shape.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "web/query.h"

#define GROUPS 16

/* Empty rows below a list; and those that the button for more brings. */
#define BLANK 1
#define MORE 4

/* What is to be seen. */
struct wish {
	struct buf group, q; /* of the address: "key-pool" */
	bool changed;
};

static void
read_wish(struct visit *v, struct wish *wish)
{
	struct buf changed;
	buf_init(&wish->group, BUF_SMALL);
	buf_init(&wish->q, BUF_SMALL);
	buf_init(&changed, BUF_SMALL);
	visit_get(v, "group", &wish->group);
	visit_get(v, "q", &wish->q);
	/* What could not be shown again is no search. */
	if (strlen(buf_cstr(&wish->q)) != wish->q.len ||
	    !text_is_utf8(buf_cstr(&wish->q), wish->q.len))
		buf_reset(&wish->q);
	visit_get(v, "changed", &changed);
	wish->changed = changed.len > 0;
	buf_clear(&changed);
}

static void
clear_wish(struct wish *wish)
{
	buf_clear(&wish->group);
	buf_clear(&wish->q);
}

static bool
is_everywhere(const struct wish *wish)
{
	return wish->q.len > 0 || wish->changed;
}

/* The address of this view. */
static void
write_path(const struct wish *wish, struct buf *path)
{
	struct buf query;
	buf_init(&query, BUF_SMALL);
	if (wish->q.len > 0)
		query_add(&query, "q", buf_cstr(&wish->q));
	else if (wish->changed)
		query_add(&query, "changed", "1");
	else if (wish->group.len > 0)
		query_add(&query, "group", buf_cstr(&wish->group));
	buf_fmt(
	    path, "/config%s%s", query.len > 0 ? "?" : "", buf_cstr(&query));
	buf_clear(&query);
}

/* --- groups -------------------------------------------------------------- */

/* "Key pool" in an address: key-pool. */
static void
write_slug(const char *group, struct buf *slug)
{
	for (; *group != '\0'; group++)
		buf_byte(slug,
		    *group == ' ' ? '-'
			: *group >= 'A' && *group <= 'Z'
			? (char)(*group - 'A' + 'a')
			: *group);
}

static bool
is_slug(const char *group, const char *slug)
{
	struct buf own;
	buf_init(&own, BUF_SMALL);
	write_slug(group, &own);
	bool same = strcmp(buf_cstr(&own), slug) == 0;
	buf_clear(&own);
	return same;
}

/* The names of the groups, in the order of the table. */
static size_t
list_groups(const char *groups[GROUPS])
{
	size_t n = 0;
	for (size_t i = 0; i < SETTING__MAX; i++) {
		const struct setting_def *def = setting_def((enum setting_id)i);
		size_t k = 0;
		while (k < n && strcmp(groups[k], def->group) != 0)
			k++;
		if (k == n && n < GROUPS && def->home != SETTING_OBSOLETE)
			groups[n++] = def->group;
	}
	return n;
}

static int64_t
count_changed(const struct setting_view *view, const char *group)
{
	int64_t n = 0;
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		const struct setting_def *def = setting_def(id);
		if (def->home == SETTING_STORED &&
		    (group == NULL || strcmp(def->group, group) == 0) &&
		    setting_is_changed(view, id))
			n++;
	}
	return n;
}

static void
shape_tabs(const struct setting_view *view, const struct wish *wish,
    const char *shown, struct json_object *data)
{
	const char *groups[GROUPS];
	struct json_object *tabs = json_object_new_array();
	struct buf slug;
	buf_init(&slug, BUF_SMALL);
	size_t n = list_groups(groups);
	for (size_t i = 0; i < n; i++) {
		struct json_object *tab = json_object_new_object();
		buf_reset(&slug);
		write_slug(groups[i], &slug);
		json_set_text(tab, "slug", buf_cstr(&slug));
		json_set_text(tab, "group", groups[i]);
		json_set_int(tab, "changed", count_changed(view, groups[i]));
		json_set_bool(tab, "current",
		    !is_everywhere(wish) && strcmp(groups[i], shown) == 0);
		json_object_array_add(tabs, tab);
	}
	json_set(data, "tabs", tabs);
	json_set_int(data, "all_changed", count_changed(view, NULL));
	buf_clear(&slug);
}

/* --- which are shown ----------------------------------------------------- */

/* The group that is asked for, or the first. */
static const char *
find_group(const struct wish *wish)
{
	const char *groups[GROUPS];
	size_t n = list_groups(groups);
	for (size_t i = 0; i < n; i++)
		if (is_slug(groups[i], buf_cstr(&wish->group)))
			return groups[i];
	return groups[0];
}

static bool
is_found(struct visit *v, const struct setting_def *def, const char *q)
{
	return text_contains(def->name, q) || text_contains(def->help, q) ||
	    text_contains(def->group, q) ||
	    strstr(visit_say(v, def->help), q) != NULL ||
	    strstr(visit_say(v, def->group), q) != NULL;
}

static bool
is_shown(struct visit *v, const struct setting_view *view,
    const struct wish *wish, enum setting_id id, const char *group)
{
	const struct setting_def *def = setting_def(id);
	if (def->home == SETTING_OBSOLETE)
		return false;
	if (wish->q.len > 0)
		return is_found(v, def, buf_cstr(&wish->q));
	if (wish->changed)
		return def->home == SETTING_STORED &&
		    setting_is_changed(view, id);
	return strcmp(def->group, group) == 0;
}

/* --- the page ------------------------------------------------------------ */

/* Fill the form with all that is shown. */
static void
fill(struct visit *v, struct setting_view *view, const struct wish *wish)
{
	const char *group = find_group(wish);
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		if (setting_def(id)->home == SETTING_STORED &&
		    is_shown(v, view, wish, id, group))
			setting_form_fill(view->form, id, view->now);
	}
}

/* One setting, if it is on the page; NULL: it is not. */
static struct json_object *
shape_one(struct visit *v, struct setting_view *view, const struct wish *wish,
    int more, enum setting_id id)
{
	const struct setting_def *def = setting_def(id);
	if (view->form->drafts[id].there)
		return setting_shape(view, id, more == (int)id ? MORE : BLANK);
	if (def->home != SETTING_STORED &&
	    is_shown(v, view, wish, id, find_group(wish)))
		return setting_shape_elsewhere(def);
	return NULL;
}

/* What is on the form, by groups; and the list of what is wrong. */
static void
shape_groups(struct visit *v, struct setting_view *view,
    const struct wish *wish, int more, struct json_object *data)
{
	const char *names[GROUPS];
	size_t n = list_groups(names);
	struct json_object *groups = json_object_new_array();
	struct json_object *errors = json_object_new_array();
	for (size_t g = 0; g < n; g++) {
		struct json_object *list = json_object_new_array();
		for (size_t i = 0; i < SETTING__MAX; i++) {
			enum setting_id id = (enum setting_id)i;
			struct json_object *o = NULL;
			if (strcmp(setting_def(id)->group, names[g]) == 0)
				o = shape_one(v, view, wish, more, id);
			if (o != NULL)
				json_object_array_add(list, o);
			if (o != NULL && view->form->drafts[i].why.len > 0)
				json_object_array_add(
				    errors, json_object_get(o));
		}
		struct json_object *group = json_object_new_object();
		json_set_text(group, "group", names[g]);
		json_set_int(group, "number", (int64_t)g);
		bool any = json_count(list) > 0;
		json_set(group, "settings", list);
		if (any)
			json_object_array_add(groups, group);
		else
			json_object_put(group);
	}
	json_set_bool(data, "any_errors", json_count(errors) > 0);
	json_set(data, "errors", errors);
	json_set_bool(data, "any", json_count(groups) > 0);
	json_set(data, "groups", groups);
}

static void
send_page(struct visit *v, struct setting_view *view, const struct wish *wish,
    int status, int more)
{
	struct json_object *data = json_object_new_object();
	const char *group = find_group(wish);
	json_object_put(view->warnings);
	view->warnings = model_warning_by_setting(v, view->now);
	shape_tabs(view, wish, group, data);
	shape_groups(v, view, wish, more, data);
	setting_choice_lists(data, json_get(view->page, "models"));
	json_set_text(data, "group_slug",
	    is_everywhere(wish) ? "" : buf_cstr(&wish->group));
	json_set_text(data, "q", buf_cstr(&wish->q));
	json_set_bool(data, "only_changed", wish->changed);
	visit_send_status(v, status, "settings.html", N_("Settings"), data);
}

void
settings_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	struct setting_view view;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	read_wish(&v, &wish);
	if (setting_view_load(&view, &v)) {
		fill(&v, &view, &wish);
		send_page(&v, &view, &wish, 200, -1);
	} else
		visit_refuse_database(&v);
	setting_view_clear(&view);
	clear_wish(&wish);
	visit_end(&v);
}

/* --- saving -------------------------------------------------------------- */

static void
save(struct visit *v, struct setting_view *view, const struct wish *wish)
{
	struct buf path;
	switch (setting_save(v, view)) {
	case SETTING_SAVED:
		buf_init(&path, BUF_SMALL);
		write_path(wish, &path);
		setting_save_go(v, view, buf_cstr(&path));
		buf_clear(&path);
		break;
	case SETTING_SAVE_BAD:
		send_page(v, view, wish, 422, -1);
		break;
	case SETTING_SAVE_CONFLICT:
		setting_save_ask(v, view);
		break;
	case SETTING_SAVE_FAILED:
		visit_refuse_database(v);
		break;
	}
}

void
settings_serve_save(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	struct buf more;
	struct setting_view view;
	(void)match;
	if (!visit_begin_post(&v, s, SETTING_SAVE_MAX_FORM))
		return;
	read_wish(&v, &wish);
	buf_init(&more, BUF_SMALL);
	if (!setting_view_load(&view, &v))
		visit_refuse_database(&v);
	else if (!setting_form_read(view.form, buf_cstr(&v.fields)))
		visit_refuse(&v, 400, N_("Not a form"),
		    N_("This is no form of these pages."));
	else if (visit_get(&v, "more", &more))
		send_page(&v, &view, &wish, 200, setting_find(buf_cstr(&more)));
	else
		save(&v, &view, &wish);
	buf_clear(&more);
	setting_view_clear(&view);
	clear_wish(&wish);
	visit_end(&v);
}
