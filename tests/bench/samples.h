/* Many measured times, and their percentiles. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct samples {
	uint32_t *us;
	size_t n, room;
	bool sorted;
};

void samples_add(struct samples *s, int64_t us);
void samples_clear(struct samples *s);

/* The value that `share` (0 to 1) of all do not exceed; 0 if there are
 * none. */
int64_t samples_at(struct samples *s, double share);

#endif
