/* What of a request's time was ours. */
#include "gateway/own_time.h"

#include "base/clock.h"
#include "base/waits.h"

static int64_t
waited_for_others(void)
{
	return waits_us(WAITS_UPSTREAM) + waits_us(WAITS_CLIENT) +
	    waits_us(WAITS_PAUSE);
}

void
own_time_begin(struct own_time *t)
{
	*t = (struct own_time){.begun_us = clock_mono_us(),
	    .waited_us = waited_for_others(),
	    .db_us = waits_us(WAITS_DATABASE)};
}

void
own_time_read(const struct own_time *t, int64_t *own_us, int64_t *db_us)
{
	*own_us = clock_mono_us() - t->begun_us -
	    (waited_for_others() - t->waited_us);
	*db_us = waits_us(WAITS_DATABASE) - t->db_us;
}
