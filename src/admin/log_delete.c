/* Deleting rows of the lists. */
#include "admin/log_delete.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/log_query.h"
#include "admin/number.h"
#include "admin/task_begin.h"
#include "admin/visit.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/request_log.h"
#include "store/tasks.h"
#include "web/query.h"

#define MAX_FORM ((size_t)256 * 1024)
#define MAX_ROWS 1000

/* A browser waits while it is counted, and while it is deleted; what is left
 * then is asked for again. */
#define COUNT_MS 3000
#define DELETE_MS 8000

/* --- what was chosen ----------------------------------------------------- */

/* The values of all fields `row` of the form: places, as an array. */
static struct json_object *
read_rows(const struct visit *v)
{
	struct json_object *rows = json_object_new_array();
	const char *fields = buf_cstr(&v->fields);
	struct buf name, value;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	while (
	    json_count(rows) < MAX_ROWS && query_next(&fields, &name, &value)) {
		if (strcmp(buf_cstr(&name), "row") == 0 && value.len > 0)
			json_object_array_add(
			    rows, json_object_new_string(buf_cstr(&value)));
	}
	buf_clear(&name);
	buf_clear(&value);
	return rows;
}

static bool
is_field(struct visit *v, const char *name, const char *wanted)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	visit_get(v, name, &value);
	bool is = strcmp(buf_cstr(&value), wanted) == 0;
	buf_clear(&value);
	return is;
}

/* Back to the list, with the filter. */
static void
go_back(struct visit *v, const struct log_query *q, const char *said)
{
	struct buf link;
	buf_init(&link, BUF_SMALL);
	log_query_link(q, NULL, "", &link);
	visit_go(v, buf_cstr(&link), said);
	buf_clear(&link);
}

/* Put the number into the place of $n. */
static void
go_back_with(struct visit *v, const struct log_query *q, int64_t n)
{
	const char *words = q->kind == &log_requests
	    ? visit_say_count(
		  v, "$n request is deleted.", "$n requests are deleted.", n)
	    : visit_say_count(
		  v, "$n error is deleted.", "$n errors are deleted.", n);
	struct json_object *o = json_object_new_object();
	struct buf said;
	const char *place = strstr(words, "$n");
	buf_init(&said, BUF_SMALL);
	number_set(o, "n", n);
	buf_add(&said, words, place == NULL ? 0 : (size_t)(place - words));
	buf_str(&said, json_get_text(o, "n"));
	buf_str(&said, place == NULL ? words : place + 2);
	go_back(v, q, buf_cstr(&said));
	buf_clear(&said);
	json_object_put(o);
}

/* --- the question -------------------------------------------------------- */

static void
send_question(struct visit *v, const struct log_query *q,
    struct json_object *data, int64_t n)
{
	number_set(data, "n", n);
	json_set_bool(data, "none", n == 0);
	json_set_bool(data, "requests", q->kind == &log_requests);
	json_set_text(data, "list", q->kind->path);
	json_set_text(data, "filter_query", buf_cstr(&q->query));
	visit_send(v, "log_delete.html", N_("Delete"), data);
}

static void
ask_for_rows(
    struct visit *v, const struct log_query *q, struct json_object *rows)
{
	struct json_object *data = json_object_new_object();
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *o = json_object_new_object();
		json_share(o, "place", json_at(rows, i));
		json_object_array_add(list, o);
	}
	json_set(data, "rows", list);
	send_question(v, q, data, (int64_t)json_count(rows));
}

/* all that the filter finds up to `until` (microseconds; "": now). */
static void
ask_for_all(
    struct visit *v, struct log_query *q, const char *until, int64_t deleted)
{
	char now[24];
	snprintf(now, sizeof(now), "%" PRId64, clock_wall_ms() * 1000);
	json_set_text(q->filter, "until", *until != '\0' ? until : now);
	struct json_object *counts =
	    request_log_count(v->s->db, q->kind->what, q->filter, COUNT_MS);
	if (counts == NULL) {
		visit_refuse_database(v);
		return;
	}
	struct json_object *data = json_object_new_object();
	json_set_bool(data, "all", true);
	json_set_bool(data, "more", json_get_bool(counts, "more"));
	json_set_bool(
	    data, "filtered", json_object_object_length(q->shown) > 0);
	json_set_text(data, "until", json_get_text(q->filter, "until"));
	if (deleted > 0)
		number_set(data, "deleted", deleted);
	send_question(v, q, data, json_get_int(counts, "n", 0));
	json_object_put(counts);
}

/* --- doing it ------------------------------------------------------------ */

static void
delete_rows(
    struct visit *v, const struct log_query *q, struct json_object *rows)
{
	int64_t n = request_log_delete_rows(v->s->db, q->kind->what, rows);
	if (n < 0)
		visit_refuse_database(v);
	else
		go_back_with(v, q, n);
}

/* Batch by batch, so that nobody waits for it. */
static void
delete_all(struct visit *v, struct log_query *q, const char *until)
{
	int64_t end = clock_mono_ms() + DELETE_MS;
	int64_t sum = 0, n;
	struct buf next;
	buf_init(&next, BUF_SMALL);
	json_set_text(q->filter, "until", until);
	do {
		n = request_log_delete(
		    v->s->db, q->kind->what, q->filter, &next);
		sum += n > 0 ? n : 0;
	} while (n >= 0 && next.len > 0 && clock_mono_ms() < end);
	if (n < 0)
		visit_refuse_database(v);
	else if (next.len > 0)
		ask_for_all(v, q, until, sum);
	else
		go_back_with(v, q, sum);
	buf_clear(&next);
}

static bool
is_wrong(struct visit *v, const struct log_query *q)
{
	if (json_object_object_length(q->wrong) == 0)
		return false;
	visit_refuse(v, 422, N_("Not understood"),
	    N_("One of the filters is not understood; look at the list "
	       "with them."));
	return true;
}

/* --- the keys of what was chosen ----------------------------------------- */

/* Those that there are still go into a task of their own, which leads to the
 * page that shows them. */
static void
copy_keys(struct visit *v, const struct log_query *q, struct json_object *rows)
{
	int64_t keys[MAX_ROWS];
	int64_t n =
	    request_log_keys(v->s->db, q->kind->what, rows, keys, MAX_ROWS);
	const struct task_choice choice = {
	    .keys = keys, .n_keys = n > 0 ? (size_t)n : 0, .code = ""};
	int64_t id =
	    n <= 0 ? n : tasks_ask_keys(v->s->db, "export", v->by, &choice);
	if (id < 0)
		visit_refuse_database(v);
	else if (id == 0)
		go_back(v, q,
		    visit_say(v, "No key has to do with what was chosen."));
	else
		task_begin_go(v, id, NULL);
}

/* --- the addresses ------------------------------------------------------- */

static void
serve_chosen(struct service *s, const struct log_kind *kind)
{
	struct visit v;
	struct log_query q;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	log_query_read(&q, &v, kind);
	struct json_object *rows = read_rows(&v);
	if (json_count(rows) == 0)
		go_back(&v, &q, visit_say(&v, "Nothing was chosen."));
	else if (is_field(&v, "do", "keys"))
		copy_keys(&v, &q, rows);
	else
		ask_for_rows(&v, &q, rows);
	json_object_put(rows);
	log_query_clear(&q);
	visit_end(&v);
}

static void
serve_ask(struct service *s, const struct log_kind *kind)
{
	struct visit v;
	struct log_query q;
	if (!visit_begin(&v, s))
		return;
	log_query_read(&q, &v, kind);
	if (!is_wrong(&v, &q))
		ask_for_all(&v, &q, "", 0);
	log_query_clear(&q);
	visit_end(&v);
}

static void
serve_delete(struct service *s, const struct log_kind *kind)
{
	struct visit v;
	struct log_query q;
	struct buf until;
	int64_t us;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&until, BUF_SMALL);
	log_query_read(&q, &v, kind);
	visit_get(&v, "until", &until);
	struct json_object *rows = read_rows(&v);
	if (is_wrong(&v, &q))
		;
	else if (json_count(rows) > 0)
		delete_rows(&v, &q, rows);
	else if (is_field(&v, "all", "yes") &&
	    text_to_int(buf_cstr(&until), 1, INT64_MAX / 10, &us))
		delete_all(&v, &q, buf_cstr(&until));
	else
		go_back(&v, &q, visit_say(&v, "Nothing was chosen."));
	json_object_put(rows);
	buf_clear(&until);
	log_query_clear(&q);
	visit_end(&v);
}

#define SERVE(name, serve, kind)                                      \
	void name(struct service *s, const struct route_match *match) \
	{                                                             \
		(void)match;                                          \
		serve(s, kind);                                       \
	}

SERVE(log_delete_serve_chosen_requests, serve_chosen, &log_requests)
SERVE(log_delete_serve_chosen_errors, serve_chosen, &log_errors)
SERVE(log_delete_serve_ask_requests, serve_ask, &log_requests)
SERVE(log_delete_serve_ask_errors, serve_ask, &log_errors)
SERVE(log_delete_serve_requests, serve_delete, &log_requests)
SERVE(log_delete_serve_errors, serve_delete, &log_errors)
