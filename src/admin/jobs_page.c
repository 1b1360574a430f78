/* The page of jobs. */
#include "admin/jobs_page.h"

#include <stdint.h>
#include <stdio.h>

#include "admin/badge.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/jobs.h"
#include "web/query.h"

#define MAX_FORM ((size_t)4 * 1024)
#define SHOWN 50
#define HOUR_S 3600

/* What they do. The table of jobs is another layer's. */
static const struct {
	const char *name, *words;
} jobs[] = {
    {"alerts",
	N_("looks for what somebody should know, and tells the webhooks")},
    {"deadlines", N_("lets deadlines follow what was measured")},
    {"files", N_("deletes old files at Google")},
    {"housekeeping",
	N_("makes the account's next days, accounts for lost requests, "
	   "forgets what is over")},
    {"models", N_("asks Gemini for its list of models")},
    {"pictures",
	N_("removes pictures of the built-in image host whose time is "
	   "over")},
    {"proxies", N_("asks for an answer through each egress proxy")},
    {"recheck", N_("tries disabled keys, and uses those again that work")},
    {"retention", N_("drops days of the account that are too old or too much")},
    {"tasks", N_("goes on with long work that was begun on a page")},
    {"trim", N_("forgets what happened to keys long ago")},
    {"usage", N_("sums up the account, for counts and charts")},
};

static const struct badge states[] = {
    {"running", "good", N_("running")},
    {"ok", "good", N_("done")},
    {"failed", "bad", N_("failed")},
    {"lost", "warn", N_("broken off")},
    {"off", "other", N_("off")},
    {"new", "other", N_("waits")},
};

/* --- what is shown ------------------------------------------------------- */

static void
shape_state(struct json_object *o)
{
	const char *state = json_get_text(o, "state");
	if (badge_set(o, states, COUNT_OF(states), state))
		json_set_bool(o, state, true);
}

/* Seconds as the largest unit that says them whole. */
static void
shape_every(struct json_object *o, int64_t every_s)
{
	if (every_s % HOUR_S == 0)
		json_set_int(o, "hours", every_s / HOUR_S);
	else if (every_s % 60 == 0)
		json_set_int(o, "minutes", every_s / 60);
	else
		json_set_int(o, "seconds", every_s);
}

void
jobs_page_shape(struct json_object *job)
{
	int64_t late_s = json_get_int(job, "late_s", 0);
	int64_t every_s = json_get_int(job, "every_s", 0);
	for (size_t i = 0; i < COUNT_OF(jobs); i++)
		if (text_same(json_get_text(job, "name"), jobs[i].name))
			json_set_text(job, "help", jobs[i].words);
	shape_state(job);
	if (every_s > 0 && json_get_text(job, "daily_at") == NULL)
		shape_every(job, every_s);
	json_set_int(job, "late", late_s / 60);
	/* One that fails for the first time is said by its state. */
	json_set_bool(job, "again", json_get_int(job, "failures", 0) > 1);
	json_set_bool(
	    job, "may_run", every_s > 0 && json_get(job, "running") == NULL);
}

/* The way further back, and to the newest. */
static void
add_links(struct json_object *data, const char *name, int64_t before)
{
	struct json_object *runs = json_get(data, "runs");
	size_t n = json_count(runs);
	json_set_bool(data, "further", before > 0);
	json_set_bool(data, "paged", before > 0 || n >= SHOWN);
	if (n < SHOWN)
		return;
	char last[24];
	struct buf older;
	buf_init(&older, BUF_SMALL);
	snprintf(last, sizeof(last), "%lld",
	    (long long)json_get_int(json_at(runs, n - 1), "run_id", 0));
	if (name != NULL)
		query_add(&older, "job", name);
	query_add(&older, "before", last);
	json_set_text(data, "older", buf_cstr(&older));
	buf_clear(&older);
}

static struct json_object *
make_page(struct visit *v, const char *name, int64_t before)
{
	struct json_object *data = jobs_page(v->s->db, name, before, SHOWN);
	struct json_object *list = json_get(data, "jobs");
	struct json_object *runs = json_get(data, "runs");
	if (data == NULL)
		return NULL;
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *job = json_at(list, i);
		jobs_page_shape(job);
		json_set_bool(
		    job, "chosen", text_same(name, json_get_text(job, "name")));
	}
	for (size_t i = 0; i < json_count(runs); i++)
		shape_state(json_at(runs, i));
	json_set_bool(data, "by_hand",
	    settings_int(v->s->settings, SETTING_ID_JOBS_AFTER_REQUESTS) == 0);
	json_set_text(data, "job", name);
	add_links(data, name, before);
	return data;
}

void
jobs_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf name, text;
	int64_t before = 0;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	buf_init(&name, BUF_SMALL);
	buf_init(&text, BUF_SMALL);
	bool one = visit_get(&v, "job", &name) && name.len > 0;
	if (visit_get(&v, "before", &text) &&
	    !text_to_int(buf_cstr(&text), 1, INT64_MAX, &before))
		before = 0;
	visit_send(&v, "jobs.html", N_("Jobs"),
	    make_page(&v, one ? buf_cstr(&name) : NULL, before));
	buf_clear(&name);
	buf_clear(&text);
	visit_end(&v);
}

/* --- running one --------------------------------------------------------- */

void
jobs_page_make_due(struct visit *v, const char *name, const char *path)
{
	switch (jobs_make_due(v->s->db, name)) {
	case JOB_DUE:
		v->s->job_due = true;
		visit_go(v, path,
		    visit_say(
			v, N_("It is due now, and begins within a minute.")));
		break;
	case JOB_RUNNING:
		visit_go(v, path, visit_say(v, N_("It runs already.")));
		break;
	case JOB_OFF:
		visit_refuse(v, 409, N_("Not done"),
		    N_("This job is off by the settings."));
		break;
	case JOB_UNKNOWN:
		visit_refuse(
		    v, 404, N_("Not found"), N_("There is no such job."));
		break;
	case JOB_DUE_FAILED:
		visit_refuse_database(v);
		break;
	}
}

void
jobs_page_serve_run(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf name;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&name, BUF_SMALL);
	if (!query_get(buf_cstr(&v.fields), "job", &name))
		buf_reset(&name);
	jobs_page_make_due(&v, buf_cstr(&name), "/jobs");
	buf_clear(&name);
	visit_end(&v);
}
