/*
 * Looking after egress proxies: each is asked for something of Gemini's host,
 * without a key. An answer, whatever it says, shows that the proxy is well.
 */
#ifndef KEYWHEEL_GATEWAY_EGRESS_CHECK_H
#define KEYWHEEL_GATEWAY_EGRESS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct direct;
struct egress;
struct json_object;

/* For way->limit_ms: the time for some of them side by side. */
#define EGRESS_CHECK_MS 15000

struct egress_check {
	const struct egress *egress;
	const struct direct *way;
	/* What was found so far: an array of {proxy, name, works, error,
	 * latency_ms}; works is true, false or null. */
	struct json_object *checks;

	/* private */
	size_t next; /* at first by chance, for a check may end early */
};

/* egress and way are borrowed. */
void egress_check_begin(struct egress_check *check, const struct egress *egress,
    const struct direct *way);

/* Check some more, side by side. False: there were no more, or way->stop()
 * ended it. */
bool egress_check_some(struct egress_check *check);

/* Check only the proxy of that number. False if way->stop() ended it. */
bool egress_check_only(struct egress_check *check, size_t i);

/*
 * Note in the database how they are; what is known of those that were not
 * checked stays. One that says itself that it failed is down; one that only
 * brings no answer is down if another one does bring one, else it cannot be
 * told. False: the database failed.
 */
MUSTCHECK bool egress_check_end(struct egress_check *check);
void egress_check_clear(struct egress_check *check);

#endif
