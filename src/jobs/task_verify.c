/*
 * Verifying keys: each is asked the smallest question there is, and the answer
 * counts as any other of Google's does: a key that is refused is disabled, one
 * whose quota is used up rests, one that was disabled for an answer of Google's
 * comes back if it works. A key that somebody disabled by hand stays that way.
 */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/setting.h"
#include "gateway/key_probe.h"
#include "gateway/verdict_json.h"
#include "jobs/task.h"
#include "store/db.h"
#include "store/healing.h"

#define LIMIT_MS 10000
/* A claim outlasts its probes. */
#define HOLD_MS 20000

struct verify {
	struct job_run *run;
	const struct task *task;
	const char *model;
	int64_t check_s; /* CHECK_INTERVAL_HOURS */
};

/* Was it Google's word that disabled the key? */
static bool
may_come_back(const struct healing_key *key)
{
	const char *reason;
	for (size_t i = 0; (reason = heal_reason(i)) != NULL; i++)
		if (strcmp(reason, key->reason) == 0)
			return true;
	return false;
}

/* The word for what was found. */
static const char *
code_of(const struct healing_key *key, const struct key_probe *probe)
{
	if (probe->finding != HEAL_ALIVE)
		return probe->verdict.name;
	return key->active       ? "works"
	    : may_come_back(key) ? "works_again"
				 : "works_disabled";
}

/* What it does to the key; NULL: nothing. The caller owns it. */
static struct json_object *
verdict_for(const struct verify *v, const struct healing_key *key,
    const struct key_probe *probe)
{
	const struct verdict *said = &probe->verdict;
	if (!key->active)
		return key_probe_rest(probe, key->key_id, clock_wall_ms());
	if (!said->clears_faults)
		return !verdict_counts(said)
		    ? NULL
		    : verdict_full_json(said, key->key_id,
			  buf_cstr(&probe->evidence), clock_wall_ms(),
			  (int)settings_int(
			      v->run->settings, SETTING_ID_MAX_FAILURES));
	struct json_object *o = json_object_new_object();
	json_set_int(o, "key", key->key_id);
	json_set_bool(o, "clear", true);
	return o;
}

static bool
report(const struct verify *v, const struct healing_key *key,
    const struct key_probe *probe)
{
	bool dead = probe->finding == HEAL_DEAD;
	struct json_object *rest = verdict_for(v, key, probe);
	const struct healing_result result = {code_of(key, probe),
	    probe->finding != HEAL_ALIVE, buf_cstr(&probe->evidence)};
	const struct healing_end end = {
	    .model = v->model,
	    .found = heal_word(probe->finding),
	    .next_s = dead ? heal_interval_s(probe->verdict.name,
				 key->probes + 1, v->check_s)
			   : v->check_s,
	    .rest = rest,
	};
	bool counts = key->active || may_come_back(key);
	bool ok = healing_finish_task(
	    v->run->db, v->task->id, key, &result, counts ? &end : NULL);
	json_object_put(rest);
	return ok;
}

/* A key that another master key sealed. */
static bool
pass_over(const struct verify *v, const struct healing_key *key)
{
	static const struct healing_result result = {"unreadable", true, ""};
	return healing_finish_task(v->run->db, v->task->id, key, &result, NULL);
}

/* Those that came to no end are somebody else's at once. */
static enum task_step
report_all(const struct verify *v, const struct healing_key **keys,
    struct key_probe *probes, int n)
{
	int64_t left[EXCHANGE_LANES];
	size_t n_left = 0;
	bool ok = true;
	for (int i = 0; i < n; i++) {
		if (probes[i].stopped)
			left[n_left++] = keys[i]->key_id;
		else
			ok = report(v, keys[i], &probes[i]) && ok;
		key_probe_clear(&probes[i]);
	}
	if (n_left > 0)
		ok = tasks_release(v->run->db, v->task->id, left, n_left) && ok;
	return !ok ? TASK_FAILED : n_left > 0 ? TASK_STOPPED : TASK_FORWARD;
}

static enum task_step
probe_all(const struct verify *v, const struct healing_key *keys, int n)
{
	struct key_probe probes[EXCHANGE_LANES];
	const struct healing_key *probed[EXCHANGE_LANES];
	struct direct way = job_direct(v->run, LIMIT_MS);
	bool ok = true;
	int n_probed = 0;
	for (int i = 0; i < n; i++) {
		if (keys[i].secret == NULL) {
			ok = pass_over(v, &keys[i]) && ok;
			continue;
		}
		probed[n_probed] = &keys[i];
		probes[n_probed++] = (struct key_probe){.pool = keys[i].pool,
		    .secret = keys[i].secret,
		    .scope = keys[i].scope};
	}
	if (n_probed > 0)
		key_probe_run(&way, probes, n_probed);
	enum task_step step = report_all(v, probed, probes, n_probed);
	return ok ? step : TASK_FAILED;
}

enum task_step
task_verify(struct job_run *run, const struct task *task)
{
	struct healing_key keys[EXCHANGE_LANES];
	struct verify v = {
	    .run = run,
	    .task = task,
	    .model = settings_text(run->settings, SETTING_ID_TEST_MODEL),
	    .check_s = (int64_t)(3600 *
		settings_number(
		    run->settings, SETTING_ID_CHECK_INTERVAL_HOURS)),
	};
	int n = healing_claim_task(run->db, run->master, task->id,
	    EXCHANGE_LANES, HOLD_MS, keys, EXCHANGE_LANES);
	if (n <= 0)
		return n < 0 ? TASK_FAILED : TASK_BUSY;
	enum task_step step = probe_all(&v, keys, n);
	for (int i = 0; i < n; i++)
		healing_clear(&keys[i]);
	return step;
}
