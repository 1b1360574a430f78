/* The parts of the overview page that tell what the pool as a whole is doing:
 * alarms, rests for everybody, limits, jobs. */
#ifndef KEYWHEEL_ADMIN_OVERVIEW_POOL_H
#define KEYWHEEL_ADMIN_OVERVIEW_POOL_H

struct json_object;

/* Make what the database said readable: words, bars, and which parts there is
 * something to show of. */
void overview_pool_shape(struct json_object *data);

#endif
