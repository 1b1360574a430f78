/* When disabled keys are probed, and what that shows. */
#include "pool/heal.h"

#include <string.h>

#include "base/attr.h"

#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)

/* clang-format off */
static const struct {
	const char *reason;
	int64_t first_s; /* 0: CHECK_INTERVAL_HOURS */
	int64_t last_s;
} rows[] = {
    /* Google has said no, and asking often looks like guessing keys. */
    {"invalid_key",       DAY,  30 * DAY},
    {"project_suspended", DAY,  30 * DAY},
    /* Somebody may be about to switch it on. */
    {"not_enabled",       HOUR, DAY},
    {"restricted_key",    HOUR, DAY},
    /* Nobody knows why. */
    {"unauthenticated",   0,    DAY},
    {"forbidden",         0,    DAY},
};
/* clang-format on */

const char *
heal_reason(size_t i)
{
	return i < COUNT_OF(rows) ? rows[i].reason : NULL;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
heal_interval_s(const char *reason, int probes, int64_t check_s)
{
	size_t i = 0;
	while (i < COUNT_OF(rows) && strcmp(rows[i].reason, reason) != 0)
		i++;
	if (i == COUNT_OF(rows))
		return -1;
	int64_t interval = larger(rows[i].first_s, check_s);
	int64_t last = larger(rows[i].last_s, check_s);
	for (; probes > 0 && interval < last; probes--)
		interval *= 2;
	return interval < last ? interval : last;
}

enum heal_finding
heal_judge(const struct verdict *verdict)
{
	if (verdict->clears_faults)
		return HEAL_ALIVE;
	if (verdict->disable_after > 0)
		return HEAL_DEAD;
	static const enum api_fault spent[] = {
	    FAULT_RESTING, FAULT_TOKENS, FAULT_QUOTA};
	for (size_t i = 0; i < COUNT_OF(spent); i++)
		if (verdict->fault == spent[i])
			return HEAL_SPENT;
	return HEAL_NOTHING;
}

const char *
heal_word(enum heal_finding finding)
{
	static const char *const words[] = {
	    [HEAL_NOTHING] = "nothing",
	    [HEAL_ALIVE] = "alive",
	    [HEAL_SPENT] = "alive",
	    [HEAL_DEAD] = "dead",
	};
	return words[finding];
}
