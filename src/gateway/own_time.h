/* What of a request's time was ours: all but the waits for Gemini, for a key
 * that rests, for the client and for the pace of a stream. */
#ifndef KEYWHEEL_GATEWAY_OWN_TIME_H
#define KEYWHEEL_GATEWAY_OWN_TIME_H

#include <stdint.h>

/* When the request came; private. */
struct own_time {
	int64_t begun_us, waited_us, db_us;
};

void own_time_begin(struct own_time *t);

/* Since then, in microseconds: ours, and of that in calls of the database. */
void own_time_read(const struct own_time *t, int64_t *own_us, int64_t *db_us);

#endif
