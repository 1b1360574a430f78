/* Forms of tasks. */
#include "admin/task_form.h"

#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/key_attribute.h"

static const char *const pools[] = {"gemini", "paid", "vertex"};

/* The pools to choose from. */
static struct json_object *
pool_options(const char *chosen)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "pool", pools[i]);
		json_set_bool(o, "chosen", text_same(chosen, pools[i]));
		json_object_array_add(list, o);
	}
	return list;
}

struct json_object *
task_form_empty(void)
{
	struct json_object *form = json_object_new_object();
	json_set(form, "pools", pool_options(NULL));
	return form;
}

static const char *const wrong[KEY__ATTRIBUTES] = {
    [KEY_POOL] = N_("A pool is gemini, paid or vertex."),
    [KEY_PROJECT] = N_("A project is its number or its id, such as "
		       "123456789 or my-project-1."),
};

/* One attribute into the arguments, unless the field is empty. What was filled
 * in goes to the form, with what is wrong. */
static bool
read_attribute(struct visit *v, enum key_attribute attribute,
    struct json_object *arguments, struct json_object *form)
{
	const char *name = key_attribute_name(attribute);
	const char *why = NULL;
	struct buf value, clean, error;
	buf_init(&value, BUF_SMALL);
	buf_init(&clean, BUF_SMALL);
	buf_init(&error, BUF_SMALL);
	if (visit_get(v, name, &value) && value.len > 0)
		why = key_attribute_read(attribute, buf_cstr(&value), &clean);
	json_set_text(form, name, buf_cstr(&value));
	if (why != NULL) {
		buf_fmt(&error, "%s_error", name);
		json_set_text(form, buf_cstr(&error), wrong[attribute]);
	} else if (clean.len > 0)
		json_set_text(arguments, name, buf_cstr(&clean));
	buf_clear(&error);
	buf_clear(&clean);
	buf_clear(&value);
	return why == NULL;
}

bool
task_form_read(struct visit *v, const char *kind, struct json_object *arguments,
    struct json_object **form)
{
	*form = NULL;
	if (!text_same(kind, "move"))
		return true;
	struct buf none;
	buf_init(&none, BUF_SMALL);
	struct json_object *f = json_object_new_object();
	bool ok = read_attribute(v, KEY_POOL, arguments, f);
	ok = read_attribute(v, KEY_PROJECT, arguments, f) && ok;
	json_set(f, "pools", pool_options(json_get_text(f, "pool")));
	if (visit_get(v, "no_project", &none)) {
		json_set_null(arguments, "project");
		json_set_bool(f, "no_project", true);
	}
	buf_clear(&none);
	if (ok && json_object_object_length(arguments) == 0) {
		json_set_text(f, "pool_error",
		    N_("Say where to: choose a pool, or give a project."));
		ok = false;
	}
	if (ok) {
		json_object_put(f);
		return true;
	}
	*form = f;
	return false;
}
