/*
 * Trying keys: the smallest question that needs both a valid key and quota,
 * one token of TEST_MODEL. (The list of models is given to keys that have no
 * quota at all: contract section 7.2.)
 */
#ifndef KEYWHEEL_GATEWAY_KEY_PROBE_H
#define KEYWHEEL_GATEWAY_KEY_PROBE_H

#include "gateway/direct.h"
#include "pool/heal.h"

struct json_object;

struct key_probe {
	const char *pool, *secret, *scope; /* borrowed */
	enum heal_finding finding;
	bool stopped; /* it came to no end */
	struct verdict verdict;
	struct buf evidence; /* Google's words, redacted */
};

/* Try n keys side by side, 1 to EXCHANGE_LANES. Each is to be cleared. */
void key_probe_run(const struct direct *way, struct key_probe *probes, int n);
void key_probe_clear(struct key_probe *probe);

/* What keywheel.apply_verdict is to know of a key whose quota is used up
 * (HEAL_SPENT); NULL for any other. wall_ms: now. The caller owns it. */
struct json_object *key_probe_rest(
    const struct key_probe *probe, int64_t key_id, int64_t wall_ms);

#endif
