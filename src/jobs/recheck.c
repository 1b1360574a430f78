/*
 * Healing: disabled keys whose date has come are tried, and come back if Google
 * takes them again.
 *
 * EXCHANGE_LANES keys side by side, the one that has waited the longest first,
 * and no more than TURN_MAX in a turn of five minutes: that is 3,072 an hour
 * at most, so 10,000 dead keys are gone through within four hours, and none of
 * them starves.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "gateway/key_probe.h"
#include "jobs/job.h"
#include "store/db.h"
#include "store/healing.h"

#define TURN_MAX 256
#define LEAST_S 60 /* between two probes of a key, whatever the settings */
#define LIMIT_MS 15000
/* A claim outlasts its probes; keys of a run that died are due again then. */
#define HOLD_MS 120000

struct recheck {
	struct job_run *run;
	int64_t check_s; /* CHECK_INTERVAL_HOURS */
	const char *model;
	int probed, alive, dead, nothing, unreadable;
	bool failed; /* the database did */
	/* Why the last probe that showed nothing did. */
	struct buf why;
};

static bool
schedule(struct recheck *r)
{
	struct json_object *first = json_object_new_object();
	const char *reason;
	for (size_t i = 0; (reason = heal_reason(i)) != NULL; i++)
		json_set_int(
		    first, reason, heal_interval_s(reason, 0, r->check_s));
	bool ok = healing_schedule(r->run->db, first);
	json_object_put(first);
	return ok;
}

/* What a probe found goes into the database. */
static void
report(struct recheck *r, const struct healing_key *key,
    const struct key_probe *probe)
{
	bool dead = probe->finding == HEAL_DEAD;
	struct json_object *rest =
	    key_probe_rest(probe, key->key_id, clock_wall_ms());
	const struct healing_end end = {
	    .model = r->model,
	    .found = heal_word(probe->finding),
	    .verdict = probe->verdict.name,
	    .evidence = buf_cstr(&probe->evidence),
	    .next_s = dead       ? heal_interval_s(probe->verdict.name,
				       key->probes + 1, r->check_s)
		: probe->stopped ? 0
				 : r->check_s,
	    .rest = rest,
	};
	if (!healing_finish(r->run->db, key, &end))
		r->failed = true;
	json_object_put(rest);
	if (probe->stopped)
		return;
	r->probed++;
	r->alive +=
	    probe->finding == HEAL_ALIVE || probe->finding == HEAL_SPENT;
	r->dead += dead;
	if (probe->finding == HEAL_NOTHING) {
		r->nothing++;
		buf_reset(&r->why);
		buf_fmt(&r->why, "%s%s%s", probe->verdict.reason,
		    probe->evidence.len > 0 ? ": " : "",
		    buf_cstr(&probe->evidence));
	}
}

/* A key that another master key sealed: nobody can try it. */
static void
pass_over(struct recheck *r, const struct healing_key *key)
{
	const struct healing_end end = {
	    .model = r->model,
	    .found = heal_word(HEAL_NOTHING),
	    .verdict = "unreadable",
	    .evidence = "",
	    .next_s = heal_interval_s(key->reason, key->probes + 1, r->check_s),
	};
	r->unreadable++;
	if (!healing_finish(r->run->db, key, &end))
		r->failed = true;
}

/* One batch; false: there is none that is due. */
static bool
probe_some(struct recheck *r)
{
	struct healing_key keys[EXCHANGE_LANES];
	struct key_probe probes[EXCHANGE_LANES];
	const struct healing_key *probed[EXCHANGE_LANES];
	struct direct way = job_direct(r->run, LIMIT_MS);
	int claimed = healing_claim(
	    r->run->db, r->run->master, HOLD_MS, keys, EXCHANGE_LANES);
	int n = 0;
	for (int i = 0; i < claimed; i++) {
		if (keys[i].secret == NULL) {
			pass_over(r, &keys[i]);
			continue;
		}
		probed[n] = &keys[i];
		probes[n++] = (struct key_probe){.pool = keys[i].pool,
		    .secret = keys[i].secret,
		    .scope = keys[i].scope};
	}
	if (n > 0)
		key_probe_run(&way, probes, n);
	for (int i = 0; i < n; i++) {
		report(r, probed[i], &probes[i]);
		key_probe_clear(&probes[i]);
	}
	for (int i = 0; i < claimed; i++)
		healing_clear(&keys[i]);
	r->failed = r->failed || claimed < 0;
	return claimed > 0;
}

static void
tell(const struct recheck *r, int64_t waiting, struct buf *message)
{
	buf_fmt(message, "%d probed, %d work again, %d still refused",
	    r->probed, r->alive, r->dead);
	if (r->nothing > 0)
		buf_fmt(message, ", %d showed nothing (%s)", r->nothing,
		    buf_cstr(&r->why));
	if (r->unreadable > 0)
		buf_fmt(message, ", %d cannot be opened", r->unreadable);
	buf_fmt(message, "; %lld wait for a probe", (long long)waiting);
}

/* Batch after batch, until none is due, the turn is over, or Google is away:
 * then it is no time to ask more, and false. */
static bool
probe_due(struct recheck *r)
{
	bool some = true, vain = false;
	while (some && !vain && !r->failed &&
	    r->probed + r->unreadable < TURN_MAX && job_goes_on(r->run)) {
		int probed = r->probed, nothing = r->nothing;
		some = probe_some(r);
		vain = r->probed > probed &&
		    r->probed - probed == r->nothing - nothing;
	}
	return !vain;
}

static int64_t
read_interval(const struct settings *settings)
{
	int64_t s = (int64_t)(3600 *
	    settings_number(settings, SETTING_ID_CHECK_INTERVAL_HOURS));
	return s > LEAST_S ? s : LEAST_S;
}

bool
job_recheck(struct job_run *run, struct buf *message)
{
	struct recheck r = {
	    .run = run,
	    .check_s = read_interval(run->settings),
	    .model = settings_text(run->settings, SETTING_ID_TEST_MODEL),
	};
	int64_t waiting = 0, due = 0;
	buf_init(&r.why, BUF_SMALL);
	r.failed = !schedule(&r);
	bool goes_on = !r.failed && probe_due(&r);
	r.failed = r.failed || !healing_count(run->db, &waiting, &due);
	if (r.failed)
		buf_str(message, db_error(run->db));
	else
		tell(&r, waiting, message);
	run->more = goes_on && due > 0 && r.probed < TURN_MAX;
	bool ok = !r.failed && (r.probed == 0 || r.nothing < r.probed);
	buf_clear(&r.why);
	return ok;
}
