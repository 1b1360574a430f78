/* The page of alerts. */
#include "admin/alerts_page.h"

#include <stdint.h>
#include <stdio.h>

#include "admin/alarm_words.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/alert_send.h"
#include "gateway/service.h"
#include "store/alerts.h"
#include "web/query.h"

#define MAX_FORM ((size_t)4 * 1024)
#define SHOWN 50

/* --- what is shown ------------------------------------------------------- */

static void
set_state(struct json_object *o, const char *level, const char *words)
{
	json_set_text(o, "level", level);
	json_set_text(o, "words", words);
}

static struct json_object *
make_receiver(const struct alert_target *target, struct json_object *known)
{
	struct json_object *row = json_object_new_object();
	struct json_object *is = json_get(known, target->id);
	if (is != NULL) {
		json_object_object_foreach(is, member, value)
		{
			json_share(row, member, value);
		}
	}
	json_set_text(row, "id", target->id);
	json_set_text(row, "name", target->is.name);
	if (json_get(is, "failing_since") != NULL)
		set_state(row, "bad", N_("takes no messages"));
	else if (json_get(is, "sent_at") != NULL)
		set_state(row, "good", N_("takes messages"));
	else
		set_state(row, "other", N_("nothing was sent yet"));
	return row;
}

static void
shape_message(struct json_object *o)
{
	if (json_get(o, "sent_at") != NULL)
		set_state(o, "good",
		    json_get_bool(o, "ended") ? N_("told that it is over")
					      : N_("told"));
	else if (json_get(o, "given_up_at") != NULL)
		set_state(o, "bad", N_("given up"));
	else if (json_get_int(o, "tries", 0) > 0)
		set_state(o, "warn", N_("is tried again"));
	else
		set_state(o, "other", N_("waits"));
}

static void
shape_alarm(struct json_object *o)
{
	struct json_object *messages = json_get(o, "messages");
	alarm_words(o);
	if (text_same(json_get_text(o, "subject"), "*"))
		json_object_object_del(o, "subject");
	if (json_get_int(o, "times", 0) < 2)
		json_object_object_del(o, "times");
	if (json_get(o, "ended_at") != NULL)
		json_set_text(o, "level", "other");
	for (size_t i = 0; i < json_count(messages); i++)
		shape_message(json_at(messages, i));
}

static void
shape_list(struct json_object *list)
{
	for (size_t i = 0; i < json_count(list); i++)
		shape_alarm(json_at(list, i));
}

/* The way further back, and to the newest. */
static void
add_links(struct json_object *data, int64_t before)
{
	struct json_object *over = json_get(data, "over");
	size_t n = json_count(over);
	json_set_bool(data, "further", before > 0);
	json_set_bool(data, "paged", before > 0 || n >= SHOWN);
	if (n >= SHOWN)
		json_set_int(data, "older",
		    json_get_int(json_at(over, n - 1), "alarm_id", 0));
}

static struct json_object *
make_page(struct visit *v, int64_t before)
{
	struct json_object *data = alerts_page(v->s->db, before, SHOWN);
	struct alert_targets targets;
	if (data == NULL)
		return NULL;
	struct json_object *rows = json_object_new_array();
	alert_targets_load(&targets, v->s->settings, &v->s->master);
	for (size_t i = 0; i < targets.n; i++)
		json_object_array_add(rows,
		    make_receiver(&targets.rows[i], json_get(data, "known")));
	alert_targets_clear(&targets);
	json_set_bool(data, "any", json_count(rows) > 0);
	json_set(data, "receivers", rows);
	shape_list(json_get(data, "open"));
	shape_list(json_get(data, "over"));
	add_links(data, before);
	return data;
}

void
alerts_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf text;
	int64_t before = 0;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&text, BUF_SMALL);
	if (visit_get(&v, "before", &text) &&
	    !text_to_int(buf_cstr(&text), 1, INT64_MAX, &before))
		before = 0;
	visit_send(&v, "alerts.html", N_("Alerts"), make_page(&v, before));
	buf_clear(&text);
	visit_end(&v);
}

/* --- a test -------------------------------------------------------------- */

static void
send_test(struct visit *v, const struct alert_target *target)
{
	struct buf why, said;
	buf_init(&why, BUF_SMALL);
	buf_init(&said, BUF_SMALL);
	if (alert_send_test(&target->is, v->s->settings, &why))
		buf_str(&said,
		    visit_say(v, N_("The receiver has taken the test.")));
	else
		buf_fmt(&said, "%s %s",
		    visit_say(v, N_("The receiver has not taken the test:")),
		    buf_cstr(&why));
	visit_go(v, "/alerts", buf_cstr(&said));
	buf_clear(&said);
	buf_clear(&why);
}

void
alerts_page_serve_test(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct alert_targets targets;
	struct buf id;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&id, BUF_SMALL);
	alert_targets_load(&targets, s->settings, &s->master);
	const struct alert_target *target =
	    query_get(buf_cstr(&v.fields), "receiver", &id)
	    ? alert_targets_find(&targets, buf_cstr(&id))
	    : NULL;
	if (target != NULL)
		send_test(&v, target);
	else
		visit_refuse(&v, 404, N_("Not found"),
		    N_("There is no such receiver any more."));
	alert_targets_clear(&targets);
	buf_clear(&id);
	visit_end(&v);
}
