/* What a chart is made of: so many parts, each with a value in each step. */
#ifndef KEYWHEEL_ADMIN_CHART_PARTS_H
#define KEYWHEEL_ADMIN_CHART_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "admin/chart.h"

struct json_object;

#define CHART_MAX_PARTS 6
#define CHART_MAX_STEPS 100

struct chart_parts {
	size_t n;
	const char *names[CHART_MAX_PARTS]; /* messages, or names of errors */
	const char *looks[CHART_MAX_PARTS]; /* classes of the stylesheet */
	int64_t totals[CHART_MAX_PARTS];
	size_t steps;
	int64_t values[CHART_MAX_STEPS][CHART_MAX_PARTS];
};

/* Names are borrowed from series, and from constants. */
void chart_parts_read(struct chart_parts *parts, enum chart_kind kind,
    struct json_object *series);

#endif
