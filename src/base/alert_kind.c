/* The table of alarms' kinds. */
#include "base/alert_kind.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

static const struct alert_kind kinds[] = {
    {"storm", N_("Google or our address is in trouble"),
	N_("No key is to blame, and none is punished. It ends by itself, as "
	   "soon as requests are answered again."),
	"/logs", N_("Errors"), false},
    {"location", N_("Google does not serve our address"),
	N_("Requests have to go out in a country that Google serves: through "
	   "a proxy there."),
	"/config?q=PROXIES", N_("Settings of proxies"), true},
    {"leaked_key", N_("A key has leaked"),
	N_("Google has found it in public. It is of no use any more: delete "
	   "it, also at Google, and look where it was published."),
	"/keys/attention", N_("Keys worth attention"), true},
    {"no_key", N_("A pool has no key left"),
	N_("What needs that pool is refused until keys are added, or enabled "
	   "again."),
	"/keys/add", N_("Add keys"), true},
    {"pool_low", N_("A pool is nearly empty"),
	N_("Add keys, or look at why the others cannot be used."), "/keys",
	N_("Keys"), false},
    {"key_died", N_("A key has died"),
	N_("Google does not take it any more. Most are tried again now and "
	   "then, and come back by themselves; else put another key in its "
	   "place and remove it."),
	"/keys/attention", N_("Keys worth attention"), false},
    {"budget_80", N_("Most of a budget is used up"),
	N_("Tell whoever uses the token, or raise its budget."), "/tokens",
	N_("Tokens"), false},
    {"budget_100", N_("A budget is used up"),
	N_("Raise the token's budget, or wait for the next month (UTC)."),
	"/tokens", N_("Tokens"), true},
    {"job_late", N_("A job is late"),
	N_("Somebody has to run the jobs each minute, cron or the gateway "
	   "itself. If it fails, its message says why."),
	"/jobs", N_("Jobs"), false},
    {"job_failed", N_("A job failed"),
	N_("It is tried again by itself. If it goes on failing, its message "
	   "says why."),
	"/jobs", N_("Jobs"), false},
    {"proxy_down", N_("A proxy is down"),
	N_("Keys that went through it go through others meanwhile."),
	"/proxies", N_("Proxies"), false},
};

const struct alert_kind *
alert_kind_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (text_same(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}
