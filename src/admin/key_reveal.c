/* Keys in full. */
#include "admin/key_reveal.h"

#include <string.h>

#include "admin/key_export.h"
#include "admin/number.h"
#include "admin/page.h"
#include "admin/prove.h"
#include "admin/task_form.h"
#include "admin/task_page.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/tasks.h"
#include "web/call.h"
#include "web/route.h"

#define MAX_FORM ((size_t)16 * 1024)
#define PIECE ((size_t)64 * 1024)

struct reveal {
	struct visit *v;
	struct key_export export;
	int64_t task_id;
	bool shows; /* on a page */
	bool begun; /* the file */
};

/* --- who asks ------------------------------------------------------------ */

/* False after an answer: the question again, with what is the matter. */
static bool
prove(struct reveal *r)
{
	struct visit *v = r->v;
	int64_t wait_s = 0;
	enum sign_in_answer answer =
	    prove_admin(v, "keys were to be shown", &wait_s);
	int status;
	const char *reason = prove_refusal(answer, &status);
	if (reason != NULL) {
		struct json_object *form = task_form_empty();
		json_set_bool(form, "refused", true);
		json_set_bool(form, reason, true);
		json_set_int(form, "wait", wait_s);
		task_page_show_again(v, r->task_id, status, form);
	}
	if (answer == SIGN_IN_FAILED)
		visit_refuse_database(v);
	return answer == SIGN_IN_DONE;
}

/* --- what is shown ------------------------------------------------------- */

/* Does the task export keys, and how many? False after an answer. */
static bool
find_task(struct reveal *r, int64_t *total)
{
	bool found;
	struct json_object *task =
	    tasks_page(r->v->s->db, r->task_id, NULL, 0, 0, &found);
	bool ok = text_same(json_get_text(task, "kind"), "export") &&
	    text_same(json_get_text(task, "state"), "asked");
	*total = json_get_int(task, "total", 0);
	if (task == NULL && found)
		visit_refuse_database(r->v);
	else if (!ok)
		task_page_refuse(r->v);
	json_object_put(task);
	return ok;
}

/* Send what is there; false: nobody reads it any more. */
static bool
send_piece(struct reveal *r)
{
	const struct key_format *format = r->export.format;
	struct web_call *call = r->v->s->call;
	if (!r->begun)
		page_start_file(r->v->s, format->type, format->disposition);
	r->begun = true;
	bool there =
	    web_write(call, buf_cstr(&r->export.out), r->export.out.len);
	buf_reset(&r->export.out);
	return there;
}

static bool
take_key(void *ctx, const struct revealed_key *key)
{
	struct reveal *r = ctx;
	key_export_add(&r->export, key);
	return r->shows || r->export.out.len < PIECE || send_piece(r);
}

static void
send_page(struct reveal *r)
{
	struct json_object *data = json_object_new_object();
	const struct key_export *e = &r->export;
	number_set(data, "total", (int64_t)(e->written - e->unreadable));
	number_set(data, "unreadable", (int64_t)e->unreadable);
	json_set_bool(data, "any_unreadable", e->unreadable > 0);
	json_set_text(data, "keys", buf_cstr(&e->out));
	json_set_int(data, "task_id", r->task_id);
	visit_send(r->v, "key_reveal.html", N_("Keys in full"), data);
}

static void
reveal(struct reveal *r)
{
	struct service *s = r->v->s;
	int64_t n =
	    reveal_keys(s->db, &s->master, r->task_id, r->v->by, take_key, r);
	if (n < 0 && r->begun) {
		log_line(LOG_ERROR, "keys were shown only in part: %s",
		    db_error(s->db));
		web_break(s->call);
	} else if (n < 0) {
		visit_refuse_database(r->v);
	} else if (n == 0) {
		task_page_refuse(r->v);
	} else {
		key_export_end(&r->export);
		if (r->shows) {
			send_page(r);
			return;
		}
		(void)send_piece(r);
		web_finish(s->call);
	}
}

/* --- the form ------------------------------------------------------------ */

static void
take_form(struct visit *v)
{
	struct reveal r = {.v = v};
	struct buf how, task;
	int64_t total;
	buf_init(&how, BUF_SMALL);
	buf_init(&task, BUF_SMALL);
	visit_get(v, "how", &how);
	visit_get(v, "task", &task);
	const struct key_format *format = key_format_find(buf_cstr(&how));
	r.shows = format == NULL;
	if (!text_to_int(buf_cstr(&task), 1, INT64_MAX, &r.task_id))
		task_page_refuse(v);
	else if (find_task(&r, &total) && prove(&r)) {
		if (total > KEY_REVEAL_SHOWN)
			r.shows = false;
		key_export_init(
		    &r.export, format ? format : key_format_find("text"));
		reveal(&r);
		key_export_clear(&r.export);
	}
	buf_clear(&how);
	buf_clear(&task);
}

void
key_reveal_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	take_form(&v);
	if (v.fields.data != NULL)
		crypt_wipe(v.fields.data, v.fields.cap);
	visit_end(&v);
}
