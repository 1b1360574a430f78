/* The two clocks, in milliseconds where nothing else is said. */
#ifndef KEYWHEEL_BASE_CLOCK_H
#define KEYWHEEL_BASE_CLOCK_H

#include <stdint.h>

/* Never jumps; for deadlines and durations. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* Since 1970-01-01 UTC; for times that people see. */
int64_t clock_wall_ms(void);

#endif
