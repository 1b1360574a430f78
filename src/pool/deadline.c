/* Adaptive deadlines: from measured silences to patience. */
#include "pool/deadline.h"

/* With fewer samples the longest one counts too. */
#define MANY_SAMPLES 1000

static const struct {
	int64_t most; /* tokens */
	const char *name;
} classes[DEADLINE_CLASSES] = {
    {1000, "≤ 1k"},
    {8000, "≤ 8k"},
    {32000, "≤ 32k"},
    {128000, "≤ 128k"},
    {INT64_MAX, "> 128k"},
};

int
deadline_class(int64_t tokens)
{
	int i = 0;
	while (tokens > classes[i].most)
		i++;
	return i;
}

const char *
deadline_class_name(int size_class)
{
	return size_class < 0 || size_class >= DEADLINE_CLASSES
	    ? "-"
	    : classes[size_class].name;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
deadline_sample(int64_t answered_ms, int64_t cut_ms)
{
	if (cut_ms < 0 || (answered_ms >= 0 && answered_ms < cut_ms / 2))
		return answered_ms;
	return larger(answered_ms, cut_ms);
}

int64_t
deadline_in_force(int64_t deadline, const struct deadline_bounds *bounds)
{
	if (deadline <= 0 || deadline > bounds->ceiling ||
	    bounds->floor > bounds->ceiling)
		return bounds->ceiling;
	return larger(deadline, bounds->floor);
}

int64_t
deadline_next(const struct deadline_measure *measured,
    const struct deadline_bounds *bounds, int64_t before)
{
	if (measured->samples < DEADLINE_SAMPLES)
		return 0;
	int64_t next = 3 * measured->p99;
	if (measured->samples < MANY_SAMPLES)
		next = larger(next, measured->longest + measured->longest / 2);
	if (next < 1)
		next = 1;

	int64_t old = deadline_in_force(before, bounds);
	next = deadline_in_force(larger(next, old / 2), bounds);
	int64_t change = next > old ? next - old : old - next;
	return before > 0 && change <= old / 10 ? old : next;
}
