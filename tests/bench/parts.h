/* The processor time of the parts of a stack. */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#define PARTS_MAX 8

/* A process with all that descend from it. */
struct part {
	const char *name;
	int64_t pid;
	int64_t cpu_us;
};

/* Add (sign 1) or take off (-1) what each part has used until now. False if
 * /proc cannot be read. */
bool parts_count(struct part *parts, int n, int sign);

/* What all processors together have worked since the start of the machine, in
 * microseconds; 0 if nobody knows. */
int64_t parts_machine_us(void);

#endif
