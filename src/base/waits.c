/* How long this process has waited for others. */
#include "base/waits.h"

#include "base/clock.h"

static int64_t waited_us[WAITS__MAX];

int64_t
waits_begin(void)
{
	return clock_mono_us();
}

void
waits_end(enum waits whom, int64_t begin)
{
	waited_us[whom] += clock_mono_us() - begin;
}

int64_t
waits_us(enum waits whom)
{
	return waited_us[whom];
}
