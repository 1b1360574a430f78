/* Beginning tasks, and ending them. */
#include "admin/task_begin.h"

#include <stdio.h>
#include <string.h>

#include "admin/task_form.h"
#include "admin/task_page.h"
#include "admin/task_words.h"
#include "admin/visit.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/tasks.h"
#include "web/route.h"

#define MAX_FORM ((size_t)16 * 1024)

/* What the database does by itself is done while the browser waits, if it is
 * about so many items at most, and for so long. */
#define AT_ONCE 1000
#define AT_ONCE_MS 1500
#define BATCH 200

void
task_begin_go(struct visit *v, int64_t id, const char *said)
{
	char path[40];
	snprintf(path, sizeof(path), "/tasks/%lld", (long long)id);
	visit_go(v, path, said);
}

/* All of them, if that takes not long. */
static bool
do_at_once(
    struct visit *v, const struct task_words *w, int64_t id, int64_t total)
{
	int64_t end_ms = clock_mono_ms() + AT_ONCE_MS;
	int64_t left = total, done = 1;
	if (!w->quick || total > AT_ONCE)
		return false;
	while (left > 0 && done > 0 && clock_mono_ms() < end_ms) {
		done = tasks_work_keys(v->s->db, id, BATCH);
		left -= done;
	}
	return left == 0;
}

/* task: as its page has it. */
static void
begin(struct visit *v, struct json_object *task, struct json_object *arguments)
{
	const struct task_words *w =
	    task_words_find(json_get_text(task, "kind"));
	int64_t id = json_get_int(task, "task_id", 0);
	int64_t total = json_get_int(task, "total", 0);
	bool begun;
	if (w != NULL && w->shown) {
		task_begin_go(v, id, NULL);
		return;
	}
	if (!tasks_begin(v->s->db, id, arguments, &begun)) {
		visit_refuse_database(v);
		return;
	}
	/* Somebody else may have said yes: the page shows how it goes. */
	if (begun && w != NULL && do_at_once(v, w, id, total) &&
	    w->one != NULL) {
		struct buf said;
		buf_init(&said, BUF_SMALL);
		task_words_say(v, w->one, w->many, total, &said);
		visit_go(v, "/keys", buf_cstr(&said));
		buf_clear(&said);
		return;
	}
	v->s->task_begun = true;
	task_begin_go(v, id, NULL);
}

/* The task without its items; NULL after an answer that says why. */
static struct json_object *
load(struct visit *v, int64_t id)
{
	bool found;
	struct json_object *task = tasks_page(v->s->db, id, NULL, 0, 0, &found);
	if (task == NULL && found)
		visit_refuse_database(v);
	else if (task == NULL)
		task_page_refuse(v);
	return task;
}

void
task_begin(struct visit *v, int64_t id)
{
	struct json_object *task = load(v, id);
	if (task != NULL)
		begin(v, task, NULL);
	json_object_put(task);
}

static void
begin_with_form(struct visit *v, int64_t id)
{
	struct json_object *form;
	struct json_object *task = load(v, id);
	if (task == NULL)
		return;
	struct json_object *arguments = json_object_new_object();
	if (task_form_read(v, json_get_text(task, "kind"), arguments, &form))
		begin(v, task, arguments);
	else
		task_page_show_again(v, id, 422, form);
	json_object_put(arguments);
	json_object_put(task);
}

static void
cancel(struct visit *v, int64_t id)
{
	bool done;
	struct json_object *task = load(v, id);
	if (task == NULL)
		return;
	bool asked = text_same(json_get_text(task, "state"), "asked");
	json_object_put(task);
	if (!tasks_cancel(v->s->db, id, &done))
		visit_refuse_database(v);
	else if (asked)
		visit_go(v, "/keys", visit_say(v, N_("Nothing was done.")));
	else
		task_begin_go(v, id, NULL);
}

void
task_begin_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf what;
	int64_t id;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&what, BUF_SMALL);
	visit_get(&v, "do", &what);
	if (!text_to_int(buf_cstr(&match->capture[0]), 1, INT64_MAX, &id))
		task_page_refuse(&v);
	else if (strcmp(buf_cstr(&what), "begin") == 0)
		begin_with_form(&v, id);
	else if (strcmp(buf_cstr(&what), "cancel") == 0)
		cancel(&v, id);
	else
		visit_refuse(&v, 400, N_("Not understood"),
		    N_("The form says neither yes nor no."));
	buf_clear(&what);
	visit_end(&v);
}
