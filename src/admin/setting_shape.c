/* Settings as templates show them. */
#include "admin/setting_shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/setting_choice.h"
#include "admin/setting_mask.h"
#include "admin/setting_shown.h"
#include "admin/setting_value.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/settings.h"

/* A list of more elements is edited as a text with one a line. */
#define MANY_ROWS 40

/* --- what there is ------------------------------------------------------- */

bool
setting_view_load(struct setting_view *view, struct visit *v)
{
	*view = (struct setting_view){
	    .page = store_settings_page(v->s->db),
	    .defaults = settings_new(),
	    .form = setting_form_new(&v->s->master),
	};
	if (view->page != NULL)
		view->now =
		    store_settings_read(json_get(view->page, "settings"),
			json_get_int(view->page, "version", 0));
	return view->now != NULL && view->defaults != NULL &&
	    view->form != NULL;
}

void
setting_view_clear(struct setting_view *view)
{
	json_object_put(view->page);
	settings_free(view->now);
	settings_free(view->defaults);
	setting_form_free(view->form);
	json_object_put(view->warnings);
}

bool
setting_is_changed(const struct setting_view *view, enum setting_id id)
{
	return settings_is_spoilt(view->now, id) ||
	    strcmp(settings_text(view->now, id),
		settings_text(view->defaults, id)) != 0;
}

/* --- who and when -------------------------------------------------------- */

struct json_object *
setting_shape_last(struct setting_view *view, enum setting_id id)
{
	struct json_object *last = json_path(
	    view->page, "last", setting_def(id)->name, (const char *)NULL);
	if (last == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	json_set_text(o, "at", json_get_text(last, "at"));
	json_set_text(o, "by", json_get_text(last, "by"));
	json_set_text(
	    o, "words", setting_source_words(json_get_text(last, "source")));
	return o;
}

/* --- rows ---------------------------------------------------------------- */

static void
shape_row(struct setting_view *view, enum setting_id id, struct json_object *to,
    struct json_object *row)
{
	const char *value = json_get_text(row, "value");
	const char *key = json_get_text(row, "key");
	struct json_object *o = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_LARGE);
	value = value == NULL ? "" : value;
	bool open = setting_is_open(id, value) || *value == '\0';
	json_set_int(o, "n", (int64_t)json_count(to) + 1);
	json_set_text(o, "key", key == NULL ? "" : key);
	json_set_text(o, "text", open ? value : "");
	json_set_bool(o, "filled", row != NULL);
	json_set_bool(o, "sealed", !open);
	if (!open) {
		setting_seal(view->form->master, id, value, &text);
		json_set_text(o, "seal", buf_cstr(&text));
		buf_reset(&text);
		setting_mask(id, value, &text);
		json_set_text(o, "mask", buf_cstr(&text));
	}
	if (setting_def(id)->type == SETTING_JSON)
		setting_choice_safety(o, key, value);
	json_object_array_add(to, o);
	buf_clear(&text);
}

/* One a line, as it is typed. */
static void
write_lines(struct json_object *rows, struct buf *out)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *key = json_get_text(row, "key");
		if (key != NULL)
			buf_fmt(out, "%s=", key);
		buf_fmt(out, "%s\n", json_get_text(row, "value"));
	}
}

static void
shape_rows(struct setting_view *view, enum setting_id id, size_t blank,
    struct json_object *o)
{
	const struct setting_def *def = setting_def(id);
	struct json_object *rows = view->form->drafts[id].rows;
	struct json_object *shown = json_object_new_array();
	struct buf lines;
	bool many = json_count(rows) > MANY_ROWS && !setting_is_secret(def) &&
	    def->type != SETTING_JSON;
	buf_init(&lines, BUF_LARGE);
	if (many)
		write_lines(rows, &lines);
	else {
		for (size_t i = 0; i < json_count(rows); i++)
			shape_row(view, id, shown, json_at(rows, i));
		for (size_t i = 0; i < blank; i++)
			shape_row(view, id, shown, NULL);
	}
	json_set_bool(o, "rows", true);
	json_set_bool(o, "many", many);
	json_set_text(o, "lines", buf_cstr(&lines));
	json_set_bool(o, "keyed", def->type == SETTING_MAP);
	json_set_bool(o, "safety", def->type == SETTING_JSON);
	json_set_bool(o, "bulk", def->type != SETTING_JSON);
	json_set_bool(o, "number_rows", setting_has_choice(def, "number"));
	json_set(o, "row", shown);
	buf_clear(&lines);
}

/* --- one input ----------------------------------------------------------- */

static void
shape_range(const struct setting_def *def, struct json_object *o)
{
	char low[32], high[32];
	bool number = def->type == SETTING_INT || def->type == SETTING_NUMBER ||
	    (def->type == SETTING_MAP && setting_has_choice(def, "number"));
	json_set_bool(o, "ranged", number);
	if (!number)
		return;
	if (def->type == SETTING_NUMBER) {
		snprintf(low, sizeof(low), "%g", def->low);
		snprintf(high, sizeof(high), "%g", def->high);
	} else {
		snprintf(low, sizeof(low), "%" PRId64, (int64_t)def->low);
		snprintf(high, sizeof(high), "%" PRId64, (int64_t)def->high);
	}
	json_set_text(o, "low", low);
	json_set_text(o, "high", high);
}

/* What is set of a secret, and what has been typed and not saved yet. */
static void
shape_secret(
    struct setting_view *view, enum setting_id id, struct json_object *o)
{
	struct setting_draft *d = &view->form->drafts[id];
	const char *now = settings_text(view->now, id);
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_set_bool(o, "secret", true);
	json_set_bool(o, "set", *now != '\0');
	text_mask(&text, now);
	json_set_text(o, "mask", buf_cstr(&text));
	json_set_bool(o, "clear", d->clear);
	json_set_bool(o, "typed", d->typed);
	if (d->typed) {
		buf_reset(&text);
		setting_seal(view->form->master, id, buf_cstr(&d->text), &text);
		json_set_text(o, "seal", buf_cstr(&text));
	}
	buf_clear(&text);
}

static void
shape_input(
    struct setting_view *view, enum setting_id id, struct json_object *o)
{
	const struct setting_def *def = setting_def(id);
	const char *text = buf_cstr(&view->form->drafts[id].text);
	if (setting_is_secret(def)) {
		shape_secret(view, id, o);
		return;
	}
	json_set_text(o, "text", text);
	json_set_bool(o, "on", strcmp(text, "true") == 0);
	json_set_bool(o, "is_bool", def->type == SETTING_BOOL);
	json_set_bool(o, "is_int", def->type == SETTING_INT);
	json_set_bool(o, "is_number", def->type == SETTING_NUMBER);
	json_set_bool(o, "is_text", def->type == SETTING_TEXT);
	json_set_bool(o, "is_url", def->type == SETTING_URL);
	json_set_bool(o, "is_choice", def->type == SETTING_CHOICE);
	json_set_bool(o, "is_json", def->type == SETTING_JSON);
	if (def->type == SETTING_CHOICE)
		setting_choice_words(o, def->choices, text);
}

static void
set_fallback(struct json_object *o, enum setting_id id, const char *value)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	setting_write_shown(id, value, ", ", &text);
	json_set_text(o, "fallback", buf_cstr(&text));
	buf_clear(&text);
}

struct json_object *
setting_shape(struct setting_view *view, enum setting_id id, size_t blank)
{
	const struct setting_def *def = setting_def(id);
	struct setting_draft *d = &view->form->drafts[id];
	struct json_object *o = json_object_new_object();
	setting_form_unfold(view->form, id);
	json_set_text(o, "name", def->name);
	json_set_text(o, "help", def->help);
	json_set_text(o, "was", d->was);
	json_set_text(o, "list", setting_choice_list(id));
	json_set_bool(o, "later", !def->in_force);
	json_set_bool(o, "changed", setting_is_changed(view, id));
	json_set_bool(o, "spoilt", settings_is_spoilt(view->now, id));
	json_set_text(o, "error", buf_cstr(&d->why));
	const char *warning = json_get_text(view->warnings, def->name);
	json_set_text(o, "warning", warning != NULL ? warning : "");
	json_set_bool(o, "default_on", strcmp(def->fallback, "true") == 0);
	set_fallback(o, id, settings_text(view->defaults, id));
	struct json_object *last = setting_shape_last(view, id);
	if (last != NULL)
		json_set(o, "last", last);
	else
		json_set_bool(o, "last", false);
	shape_range(def, o);
	json_set_bool(o, "rows", false);
	json_set_bool(o, "secret", false);
	if (d->rows != NULL)
		shape_rows(view, id, blank, o);
	else
		shape_input(view, id, o);
	return o;
}

struct json_object *
setting_shape_elsewhere(const struct setting_def *def)
{
	struct json_object *o = json_object_new_object();
	bool keys = def->home == SETTING_KEYS;
	json_set_text(o, "name", def->name);
	json_set_text(o, "help", def->help);
	json_set_bool(o, "elsewhere", true);
	json_set_bool(o, "keys", keys);
	json_set_text(o, "href", keys ? "/keys/add" : "/tokens");
	return o;
}

/* --- to agree to --------------------------------------------------------- */

struct json_object *
setting_shape_wish(struct setting_view *view, enum setting_id id)
{
	struct setting_draft *d = &view->form->drafts[id];
	struct json_object *o = json_object_new_object();
	const char *value = buf_cstr(&d->text);
	bool secret = setting_is_secret(setting_def(id));
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_set_text(o, "name", setting_def(id)->name);
	json_set_text(o, "was", d->was);
	json_set_bool(o, "secret", secret);
	if (secret)
		setting_seal(view->form->master, id, value, &text);
	else
		buf_str(&text, value);
	json_set_text(o, "whole", buf_cstr(&text));
	json_set_bool(o, "fresh", !setting_is_changed(view, id));
	setting_set_shown(o, "now", id, settings_text(view->now, id));
	setting_set_shown(o, "then", id, value);
	buf_clear(&text);
	return o;
}
