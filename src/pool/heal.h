/*
 * Healing: how often a disabled key is probed, and what the answer to a probe
 * says about it.
 */
#ifndef KEYWHEEL_POOL_HEAL_H
#define KEYWHEEL_POOL_HEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool/verdict.h"

/* The verdicts whose keys are probed, one after the other; NULL behind the
 * last. Keys that were disabled for another reason never are: by hand, or
 * because Google knows that they leaked. */
const char *heal_reason(size_t i);

/*
 * Seconds until a key that is disabled for that reason is probed (again), after
 * `probes` probes that found it dead: the first interval doubles with each, up
 * to the last. check_s: CHECK_INTERVAL_HOURS in seconds, what a reason without
 * a first interval of its own begins with; a shorter one than that is
 * lengthened to it. -1: never.
 */
int64_t heal_interval_s(const char *reason, int probes, int64_t check_s);

enum heal_finding {
	HEAL_NOTHING, /* the answer says nothing about the key */
	HEAL_ALIVE,   /* Google takes the key, and answers */
	HEAL_SPENT,   /* Google takes the key, but a quota is used up */
	HEAL_DEAD,    /* Google still refuses the key */
};

enum heal_finding heal_judge(const struct verdict *verdict);

/* "nothing", "alive", "alive", "dead", as keywheel.finish_probe wants it. */
const char *heal_word(enum heal_finding finding);

#endif
