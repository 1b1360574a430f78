/* Changing what is said of a key. */
#include "admin/key_edit.h"

#include <string.h>

#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/key_attribute.h"
#include "web/query.h"

static const char *const errors[KEY__ATTRIBUTES] = {
    [KEY_PROJECT] = N_("This is no number or id of a Google project."),
    [KEY_POOL] = N_("The pool is gemini, paid or vertex."),
    [KEY_WEIGHT] = N_("Give a whole number from 1 to 100."),
    [KEY_MODELS] =
	N_("Give names of models, or beginnings with *, and commas between."),
    [KEY_RESERVE] = N_("This is on or off."),
    [KEY_NOTE] = N_("Give a text of one line, of at most 300 bytes."),
};

/* The member of that name, and was_NAME. */
static void
set_both(struct json_object *form, const char *name, const char *value,
    const char *was)
{
	struct buf member;
	buf_init(&member, BUF_SMALL);
	buf_fmt(&member, "was_%s", name);
	json_set_text(form, name, value);
	json_set_text(form, buf_cstr(&member), was);
	buf_clear(&member);
}

/* What the choices of the form need. */
static void
add_choices(struct json_object *form)
{
	static const char *const pools[] = {"gemini", "paid", "vertex"};
	struct json_object *list = json_object_new_array();
	const char *pool = json_get_text(form, "pool");
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", pools[i]);
		json_set_bool(o, "selected", text_same(pools[i], pool));
		json_object_array_add(list, o);
	}
	json_set(form, "pools", list);
	json_set_bool(form, "reserve_on",
	    text_same(json_get_text(form, "reserve"), "on"));
}

/* "a, b" as the form has it. */
static void
set_models(struct json_object *form, const char *models)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	if (models != NULL &&
	    key_attribute_read(KEY_MODELS, models, &text) != NULL)
		buf_reset(&text);
	set_both(form, "models", buf_cstr(&text), buf_cstr(&text));
	buf_clear(&text);
}

struct json_object *
key_edit_form(struct json_object *row)
{
	struct json_object *form = json_object_new_object();
	const char *project = json_get_text(row, "project");
	const char *pool = json_get_text(row, "pool");
	const char *note = json_get_text(row, "note");
	const char *reserve = json_get_bool(row, "reserve") ? "on" : "off";
	struct buf weight;
	buf_init(&weight, BUF_SMALL);
	buf_fmt(&weight, "%d", (int)json_get_int(row, "weight", 1));
	project = project == NULL ? "" : project;
	set_both(form, "project", project, project);
	set_both(form, "pool", pool, pool);
	set_both(form, "note", note, note);
	set_both(form, "reserve", reserve, reserve);
	set_both(form, "weight", buf_cstr(&weight), buf_cstr(&weight));
	set_models(form, json_get_text(row, "models"));
	add_choices(form);
	buf_clear(&weight);
	return form;
}

/* The value of a field, as text; what cannot be one is refused. A box that is
 * not ticked is not sent. */
static bool
get(const char *fields, const char *name, struct buf *value)
{
	if (!query_get(fields, name, value) && strcmp(name, "reserve") == 0)
		buf_str(value, "off");
	return buf_ok(value) && strlen(buf_cstr(value)) == value->len &&
	    text_is_utf8(buf_cstr(value), value->len);
}

/* One attribute; false if its value is none. */
static bool
read_one(const char *fields, enum key_attribute id, struct json_object *form,
    struct json_object *change)
{
	const char *name = key_attribute_name(id);
	struct buf was_name, typed, was, value, old;
	buf_init(&was_name, BUF_SMALL);
	buf_init(&typed, BUF_SMALL);
	buf_init(&was, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	buf_init(&old, BUF_SMALL);
	buf_fmt(&was_name, "was_%s", name);
	bool ok =
	    get(fields, name, &typed) && get(fields, buf_cstr(&was_name), &was);
	if (ok)
		set_both(form, name, buf_cstr(&typed), buf_cstr(&was));
	ok = ok && key_attribute_read(id, buf_cstr(&typed), &value) == NULL;
	bool same = ok &&
	    key_attribute_read(id, buf_cstr(&was), &old) == NULL &&
	    strcmp(buf_cstr(&value), buf_cstr(&old)) == 0;
	if (ok && !same)
		key_attribute_set(change, id, buf_cstr(&value));
	buf_clear(&was_name);
	buf_clear(&typed);
	buf_clear(&was);
	buf_clear(&value);
	buf_clear(&old);
	return ok;
}

bool
key_edit_read(
    const char *fields, struct json_object **form, struct json_object **change)
{
	struct json_object *wrong = json_object_new_object();
	*form = json_object_new_object();
	*change = json_object_new_object();
	for (int i = 0; i < KEY__ATTRIBUTES; i++) {
		enum key_attribute id = (enum key_attribute)i;
		if (!read_one(fields, id, *form, *change))
			json_set_text(wrong, key_attribute_name(id), errors[i]);
	}
	add_choices(*form);
	if (json_object_object_length(wrong) == 0) {
		json_object_put(wrong);
		return true;
	}
	json_set(*form, "errors", wrong);
	json_object_put(*change);
	*change = NULL;
	return false;
}
