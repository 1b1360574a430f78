/* Many measured times, and their percentiles. */
#include "samples.h"

#include <stdlib.h>

void
samples_add(struct samples *s, int64_t us)
{
	if (s->n == s->room) {
		size_t room = s->room > 0 ? s->room * 2 : 4096;
		uint32_t *more = realloc(s->us, room * sizeof(*more));
		if (more == NULL)
			abort();
		s->us = more;
		s->room = room;
	}
	s->us[s->n++] = us < 0 ? 0
	    : us > UINT32_MAX  ? UINT32_MAX
			       : (uint32_t)us;
	s->sorted = false;
}

void
samples_clear(struct samples *s)
{
	free(s->us);
	*s = (struct samples){0};
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

int64_t
samples_at(struct samples *s, double share)
{
	if (s->n == 0)
		return 0;
	if (!s->sorted)
		qsort(s->us, s->n, sizeof(*s->us), compare);
	s->sorted = true;
	size_t i = (size_t)(share * (double)s->n);
	return s->us[i < s->n ? i : s->n - 1];
}
