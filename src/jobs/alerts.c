/*
 * Alerts: looking for alarms that nobody else raises, and telling the
 * receivers of all of them.
 *
 * A message is sent by one runner among all; what it was in the middle of when
 * it died is sent again. One receiver that hangs costs a run ten seconds, and
 * then rests.
 */
#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "gateway/alert_send.h"
#include "jobs/job.h"
#include "jobs/runner.h"
#include "pool/heal.h"
#include "store/alerts.h"
#include "store/db.h"

/* A claim outlasts its message. */
#define HOLD_MS 60000

struct telling {
	struct job_run *run;
	struct alert_targets targets;
	struct buf gateway;
	int64_t sent, failed;
	bool broken; /* the database is */
};

/* The verdicts that disable a key. */
static struct json_object *
list_reasons(void)
{
	struct json_object *list = json_object_new_array();
	const char *reason;
	for (size_t i = 0; (reason = heal_reason(i)) != NULL; i++)
		json_object_array_add(list, json_object_new_string(reason));
	return list;
}

static bool
look(struct telling *t)
{
	const struct settings *set = t->run->settings;
	struct json_object *with = json_object_new_object();
	json_set_int(with, "low_percent",
	    settings_int(set, SETTING_ID_ALERT_POOL_LOW_PERCENT));
	json_set(with, "reasons", list_reasons());
	json_set(with, "jobs", job_names());
	json_share(with, "kinds", settings_json(set, SETTING_ID_ALERT_KINDS));
	json_set_int(with, "quiet_s",
	    60 * settings_int(set, SETTING_ID_ALERT_QUIET_MINUTES));
	json_set(with, "receivers", alert_targets_json(&t->targets));
	bool ok = alerts_work(t->run->db, with);
	json_object_put(with);
	return ok;
}

static bool
stop(void *ctx)
{
	const struct telling *t = ctx;
	return t->run->stop != NULL && t->run->stop(t->run->ctx);
}

static struct alert
alert_of(const struct telling *t, struct json_object *message)
{
	return (struct alert){
	    .state = text_same(json_get_text(message, "state"), "ended")
		? ALERT_ENDED
		: ALERT_RAISED,
	    .id = json_get_int(message, "id", 0),
	    .kind = json_get_text(message, "kind"),
	    .subject = json_get_text(message, "subject"),
	    .text = json_get_text(message, "text"),
	    .since = json_get_text(message, "since"),
	    .ended_at = json_get_text(message, "ended_at"),
	    .times = json_get_int(message, "times", 1),
	    .gateway = buf_cstr(&t->gateway),
	    .link = settings_text(t->run->settings, SETTING_ID_PUBLIC_URL),
	};
}

/* One message, from its claim to its end. */
static enum alert_end
tell(struct telling *t, struct json_object *message)
{
	static const char *const words[] = {[ALERT_SENT] = "sent",
	    [ALERT_FAILED] = "failed",
	    [ALERT_STOPPED] = "stopped"};
	const struct alert_target *target =
	    alert_targets_find(&t->targets, json_get_text(message, "receiver"));
	const struct alert alert = alert_of(t, message);
	enum alert_end end = ALERT_STOPPED;
	int64_t retry_after_s = 0;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	/* One that our settings do not know is a newer runner's. */
	if (target != NULL)
		end = alert_send(
		    &target->is, &alert, stop, t, &retry_after_s, &why);
	t->sent += end == ALERT_SENT;
	t->failed += end == ALERT_FAILED;
	if (!alerts_finish(t->run->db, json_get_text(message, "claim"),
		words[end], buf_cstr(&why), retry_after_s))
		t->broken = true;
	buf_clear(&why);
	return end;
}

/* The next message; false: there is none, or no going on. */
static bool
tell_next(struct telling *t)
{
	t->run->more = !job_goes_on(t->run);
	if (t->run->more)
		return false;
	struct json_object *message = alerts_claim(t->run->db, HOLD_MS);
	bool some = json_get(message, "claim") != NULL;
	t->broken = message == NULL;
	if (some)
		t->run->more = tell(t, message) == ALERT_STOPPED;
	json_object_put(message);
	return some && !t->run->more && !t->broken;
}

bool
job_alerts(struct job_run *run, struct buf *message)
{
	struct telling t = {.run = run};
	alert_targets_load(&t.targets, run->settings, run->master);
	buf_init(&t.gateway, BUF_SMALL);
	alert_write_gateway(run->settings, &t.gateway);
	t.broken = !look(&t);
	while (!t.broken && tell_next(&t))
		;
	if (t.broken)
		buf_str(message, db_error(run->db));
	else if (t.targets.n > 0)
		buf_fmt(message, "%lld told, %lld not taken", (long long)t.sent,
		    (long long)t.failed);
	alert_targets_clear(&t.targets);
	buf_clear(&t.gateway);
	return !t.broken;
}
