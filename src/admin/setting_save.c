/* Saving settings. */
#include "admin/setting_save.h"

#include <inttypes.h>
#include <string.h>

#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/settings.h"

/* So often somebody else may be faster between our look and our change. */
#define TRIES 3

/* What is to be changed: {NAME: text or null}, and the rows as they are. */
struct change {
	struct json_object *values, *expected;
	bool bad, conflict;
};

static void
clear_change(struct change *c)
{
	json_object_put(c->values);
	json_object_put(c->expected);
}

static void
add_change(struct change *c, const struct setting_view *view,
    enum setting_id id, const char *value)
{
	const char *name = setting_def(id)->name;
	const char *stored =
	    json_get_text(json_get(view->page, "settings"), name);
	bool usual = strcmp(value, settings_text(view->defaults, id)) == 0;
	json_set_text(c->values, name, usual ? NULL : value);
	json_set_text(c->expected, name, stored);
}

static void
judge_all(struct setting_view *view, struct change *c)
{
	struct buf value;
	*c = (struct change){.values = json_object_new_object(),
	    .expected = json_object_new_object()};
	buf_init(&value, BUF_LARGE);
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		buf_reset(&value);
		switch (setting_form_judge(view->form, id, view->now, &value)) {
		case SETTING_NEW:
			add_change(c, view, id, buf_cstr(&value));
			break;
		case SETTING_BAD:
			c->bad = true;
			break;
		case SETTING_OTHERS:
			c->conflict = true;
			break;
		case SETTING_SAME:
			break;
		}
	}
	buf_clear(&value);
}

/* From where the change comes; only what our pages say. */
static const char *
source_of(struct visit *v)
{
	static const char *const known[] = {"import", "undo", "reset"};
	const char *source = "page";
	struct buf text;
	buf_init(&text, BUF_SMALL);
	visit_get(v, "source", &text);
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcmp(buf_cstr(&text), known[i]) == 0)
			source = known[i];
	buf_clear(&text);
	return source;
}

/* See what is stored now, with the form as it is. */
static bool
look_again(struct visit *v, struct setting_view *view)
{
	struct setting_view fresh;
	bool ok = setting_view_load(&fresh, v);
	if (ok) {
		struct setting_form *form = view->form;
		view->form = fresh.form;
		fresh.form = NULL;
		setting_view_clear(view);
		*view = fresh;
		setting_form_free(view->form);
		view->form = form;
	} else
		setting_view_clear(&fresh);
	return ok;
}

static enum settings_change
store(struct visit *v, const struct change *c)
{
	if (json_object_object_length(c->values) == 0)
		return SETTINGS_CHANGED;
	return store_settings_change(
	    v->s->db, c->values, c->expected, v->by, source_of(v));
}

static enum setting_save
try(struct visit *v, struct setting_view *view, bool *again)
{
	struct change c;
	enum setting_save result = SETTING_SAVE_FAILED;
	*again = false;
	judge_all(view, &c);
	if (c.bad)
		result = SETTING_SAVE_BAD;
	else if (c.conflict)
		result = SETTING_SAVE_CONFLICT;
	else {
		switch (store(v, &c)) {
		case SETTINGS_CHANGED:
			result = SETTING_SAVED;
			json_set_int(view->page, "saved",
			    json_object_object_length(c.values));
			break;
		case SETTINGS_OTHERS:
			*again = look_again(v, view);
			break;
		case SETTINGS_NO_ZONE:
			result = SETTING_SAVE_BAD;
			buf_str(&view->form->drafts[SETTING_ID_TIMEZONE].why,
			    N_("is not the name of a time zone"));
			break;
		case SETTINGS_FAILED:
			break;
		}
	}
	clear_change(&c);
	return result;
}

enum setting_save
setting_save(struct visit *v, struct setting_view *view)
{
	enum setting_save result = SETTING_SAVE_FAILED;
	bool again = true;
	for (int i = 0; i < TRIES && again; i++)
		result = try(v, view, &again);
	return result;
}

/* A message with the number for its $n. */
static void
write_count(const char *message, int64_t n, struct buf *out)
{
	const char *mark = strstr(message, "$n");
	size_t len = mark == NULL ? strlen(message) : (size_t)(mark - message);
	buf_add(out, message, len);
	if (mark != NULL)
		buf_fmt(out, "%" PRId64 "%s", n, mark + 2);
}

void
setting_save_go(struct visit *v, struct setting_view *view, const char *path)
{
	struct buf said;
	int64_t n = json_get_int(view->page, "saved", 0);
	buf_init(&said, BUF_SMALL);
	if (n == 0)
		buf_str(&said, visit_say(v, N_("Nothing was changed.")));
	else
		write_count(
		    visit_say_count(v,
			"$n setting was changed; it is in force.",
			"$n settings were changed; they are in force.", n),
		    n, &said);
	visit_go(v, path, buf_cstr(&said));
	buf_clear(&said);
}

/* --- questions ----------------------------------------------------------- */

static struct json_object *
shape_conflict(struct setting_view *view, enum setting_id id)
{
	struct json_object *o = setting_shape_wish(view, id);
	struct json_object *last = setting_shape_last(view, id);
	if (last != NULL)
		json_set(o, "last", last);
	else
		json_set_bool(o, "last", false);
	return o;
}

void
setting_save_ask(struct visit *v, struct setting_view *view)
{
	struct json_object *data = json_object_new_object();
	struct json_object *conflicts = json_object_new_array();
	struct json_object *others = json_object_new_array();
	struct buf value;
	buf_init(&value, BUF_LARGE);
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		buf_reset(&value);
		enum setting_verdict verdict =
		    setting_form_judge(view->form, id, view->now, &value);
		if (verdict != SETTING_NEW && verdict != SETTING_OTHERS)
			continue;
		setting_form_wish(view->form, id, view->now, buf_cstr(&value));
		if (verdict == SETTING_OTHERS)
			json_object_array_add(
			    conflicts, shape_conflict(view, id));
		else
			json_object_array_add(
			    others, setting_shape_wish(view, id));
	}
	json_set(data, "conflicts", conflicts);
	json_set_bool(data, "any_wishes", json_count(others) > 0);
	json_set(data, "wishes", others);
	json_set_text(data, "source", source_of(v));
	visit_send_status(
	    v, 409, "settings_conflict.html", N_("Changed meanwhile"), data);
	buf_clear(&value);
}

void
setting_save_confirm(struct visit *v, struct setting_view *view,
    const char *template, const char *source, struct json_object *data)
{
	struct json_object *wishes = json_object_new_array();
	if (data == NULL)
		data = json_object_new_object();
	for (size_t i = 0; i < SETTING__MAX; i++)
		if (view->form->drafts[i].there)
			json_object_array_add(wishes,
			    setting_shape_wish(view, (enum setting_id)i));
	json_set_int(data, "n_wishes", (int64_t)json_count(wishes));
	json_set_bool(data, "any_wishes", json_count(wishes) > 0);
	json_set(data, "wishes", wishes);
	json_set_text(data, "source", source);
	visit_send(v, template, N_("Settings"), data);
}
