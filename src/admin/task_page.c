/* The pages of tasks. */
#include "admin/task_page.h"

#include "admin/key_reveal.h"
#include "admin/number.h"
#include "admin/task_form.h"
#include "admin/task_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/tasks.h"
#include "web/route.h"

#define LISTED 50
/* Keys of a question or of each group of results; of one group alone. */
#define SHOWN 20
#define SHOWN_ALONE 500

/* --- shaping ------------------------------------------------------------- */

static const char *
title_of(struct json_object *task)
{
	const struct task_words *w =
	    task_words_find(json_get_text(task, "kind"));
	return w == NULL ? N_("Long work") : w->title;
}

/* {name: true}, for sections of a template. */
static void
set_flag(struct json_object *o, const char *member, const char *name)
{
	struct json_object *flag = json_object_new_object();
	json_set_bool(flag, name, true);
	json_set(o, member, flag);
}

/* What is the same in the list and on the task's own page. */
static void
shape_task(struct json_object *task)
{
	static const char *const numbers[] = {"total", "done", "failed"};
	int64_t total = json_get_int(task, "total", 0);
	int64_t done = json_get_int(task, "done", 0);
	json_set_int(task, "max", total);
	json_set_int(task, "value", done);
	json_set_bool(task, "any_failed", json_get_int(task, "failed", 0) > 0);
	number_set_percent(task, "percent", done, total);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		number_set(task, numbers[i], json_get_int(task, numbers[i], 0));
	json_set_text(task, "kind_title", title_of(task));
	set_flag(task, "is", json_get_text(task, "kind"));
	set_flag(task, "now", json_get_text(task, "state"));
}

static void
shape_item(struct json_object *item)
{
	const char *state = json_get_text(item, "state");
	json_set_bool(
	    item, "there", state != NULL && !text_same(state, "removed"));
	json_set_bool(item, "is_disabled", text_same(state, "disabled"));
}

/* What can be done next with the keys of a group. */
static void
shape_next(struct json_object *group, const char *code)
{
	bool deleted = text_same(code, "deleted");
	json_set_bool(group, "can_restore", deleted);
	json_set_bool(group, "can_act", !deleted && !text_same(code, "gone"));
}

static void
shape_group(struct json_object *group, int shown)
{
	struct json_object *items = json_get(group, "items");
	const char *code = json_get_text(group, "code");
	const char *words = task_words_code(code);
	int64_t count = json_get_int(group, "count", 0);
	size_t n = json_count(items);
	for (size_t i = 0; i < n; i++)
		shape_item(json_at(items, i));
	if (words != NULL)
		json_set_text(group, "says", words);
	if ((int)n == shown && count > shown)
		json_set_int(group, "after",
		    json_get_int(json_at(items, n - 1), "item", 0));
	shape_next(group, code);
	number_set(group, "count", count);
}

/* The question: how many there are of which state. */
static void
shape_question(struct json_object *task)
{
	struct json_object *q = json_get(task, "question");
	struct json_object *keys = json_get(q, "keys");
	const struct task_words *w =
	    task_words_find(json_get_text(task, "kind"));
	int64_t more = json_get_int(task, "max", 0) - (int64_t)json_count(keys);
	int64_t active = json_get_int(q, "active", 0);
	int64_t disabled = json_get_int(q, "disabled", 0);
	for (size_t i = 0; i < json_count(keys); i++)
		shape_item(json_at(keys, i));
	number_set(q, "active", active);
	number_set(q, "disabled", disabled);
	json_set_bool(q, "any_active", active > 0);
	json_set_bool(q, "any_disabled", disabled > 0);
	json_set_bool(
	    task, "few", json_get_int(task, "max", 0) <= KEY_REVEAL_SHOWN);
	json_set_bool(q, "any_more", more > 0);
	number_set(q, "more", more);
	if (w != NULL) {
		json_set_text(q, "button", w->button);
		json_set_bool(q, "grave", w->grave);
	}
}

/* --- showing ------------------------------------------------------------- */

/* What the page is asked for. */
struct wish {
	int64_t id, after;
	struct buf code; /* empty: all groups */
};

static bool
read_wish(struct visit *v, const struct route_match *match, struct wish *wish)
{
	struct buf after;
	wish->after = 0;
	buf_init(&wish->code, BUF_SMALL);
	buf_init(&after, BUF_SMALL);
	visit_get(v, "code", &wish->code);
	bool ok = !visit_get(v, "after", &after) ||
	    text_to_int(buf_cstr(&after), 0, INT64_MAX, &wish->after);
	buf_clear(&after);
	return text_to_int(
		   buf_cstr(&match->capture[0]), 1, INT64_MAX, &wish->id) &&
	    ok;
}

void
task_page_refuse(struct visit *v)
{
	visit_refuse(v, 404, N_("There is no such task"),
	    N_("It was never begun, or it ended so long ago that it is "
	       "forgotten."));
}

/* NULL after an answer that says why. */
static struct json_object *
load(struct visit *v, const struct wish *wish)
{
	bool alone = wish->code.len > 0, found;
	int shown = alone ? SHOWN_ALONE : SHOWN;
	struct json_object *task = tasks_page(v->s->db, wish->id,
	    alone ? buf_cstr(&wish->code) : NULL, wish->after, shown, &found);
	if (task == NULL) {
		if (found)
			visit_refuse_database(v);
		else
			task_page_refuse(v);
		return NULL;
	}
	struct json_object *groups = json_get(task, "groups");
	shape_task(task);
	for (size_t i = 0; i < json_count(groups); i++)
		shape_group(json_at(groups, i), shown);
	if (json_get(task, "question") != NULL)
		shape_question(task);
	json_set_bool(task, "alone", alone);
	return task;
}

static void
show(struct visit *v, const struct wish *wish, int status,
    struct json_object *form)
{
	struct json_object *task = load(v, wish);
	if (task == NULL) {
		json_object_put(form);
		return;
	}
	json_set(task, "form", form);
	visit_send_status(v, status, "task.html", title_of(task), task);
}

void
task_page_show_again(
    struct visit *v, int64_t id, int status, struct json_object *form)
{
	struct wish wish = {.id = id};
	buf_init(&wish.code, BUF_SMALL);
	show(v, &wish, status, form);
}

void
task_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	if (!visit_begin(&v, s))
		return;
	if (read_wish(&v, match, &wish))
		show(&v, &wish, 200, task_form_empty());
	else
		task_page_refuse(&v);
	buf_clear(&wish.code);
	visit_end(&v);
}

void
task_page_serve_list(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	struct json_object *data = NULL;
	struct json_object *list = tasks_list(s->db, LISTED);
	if (list != NULL) {
		data = json_object_new_object();
		for (size_t i = 0; i < json_count(list); i++)
			shape_task(json_at(list, i));
		json_set_bool(data, "any", json_count(list) > 0);
		json_set(data, "tasks", list);
	}
	visit_send(&v, "tasks.html", N_("Tasks"), data);
	visit_end(&v);
}
