/* Axes and bars. */
#include "admin/chart_scale.h"

#include <inttypes.h>

#include "base/attr.h"
#include "base/buf.h"

#define LEAST_HEIGHT 20

struct chart_axis
chart_axis_for(int64_t max)
{
	static const int firsts[] = {1, 2, 5};
	struct chart_axis axis = {1, 1};
	int64_t zeros = 1;
	for (size_t i = 0; axis.step < (max + CHART_LINES - 1) / CHART_LINES;) {
		if (++i == COUNT_OF(firsts)) {
			i = 0;
			zeros *= 10;
		}
		axis.step = firsts[i] * zeros;
	}
	if (max > 1)
		axis.top = (max + axis.step - 1) / axis.step * axis.step;
	return axis;
}

void
chart_stack(const int64_t *values, size_t n, int64_t top, int height,
    struct chart_piece *pieces)
{
	int y = height;
	for (size_t i = 0; i < n; i++) {
		double share = (double)values[i] / (double)top;
		int tall = (int)(share * height + 0.5);
		if (values[i] > 0 && tall < LEAST_HEIGHT)
			tall = LEAST_HEIGHT;
		/* What was made taller to be seen is taken from the last. */
		if (tall > y)
			tall = y;
		y -= tall;
		pieces[i] = (struct chart_piece){y, tall};
	}
}

void
chart_percent(struct buf *out, int64_t part, int64_t whole)
{
	int64_t n = part * 10000 / whole;
	buf_fmt(out, "%" PRId64 ".%02" PRId64, n / 100, n % 100);
}

void
chart_short(struct buf *out, int64_t number)
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P", "E"};
	size_t unit = 0;
	int64_t tenths = number;
	if (number < 1000) {
		buf_fmt(out, "%" PRId64, number);
		return;
	}
	/* Rounded down each time: exact for what axes have. */
	for (tenths = number / 100; tenths >= 10000; tenths /= 1000)
		unit++;
	unit++;
	if (tenths % 10 == 0 || tenths >= 1000)
		buf_fmt(out, "%" PRId64 "%s", tenths / 10, units[unit]);
	else
		buf_fmt(out, "%" PRId64 ".%" PRId64 "%s", tenths / 10,
		    tenths % 10, units[unit]);
}
