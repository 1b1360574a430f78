/* Midnight at Google: daily quotas start again at 00:00 Pacific time. */
#ifndef KEYWHEEL_POOL_PACIFIC_H
#define KEYWHEEL_POOL_PACIFIC_H

#include <stdint.h>

/* The next Pacific midnight after now_ms, both in milliseconds since 1970
 * UTC. Daylight saving by the rule in force since 2007: from the second
 * Sunday of March 10:00 UTC to the first Sunday of November 09:00 UTC. */
int64_t pacific_next_midnight(int64_t now_ms);

/* Milliseconds from now_ms until a day's quota can be counted on again: that
 * midnight and three minutes more, for clocks that differ. */
int64_t pacific_quota_ms(int64_t now_ms);

#endif
