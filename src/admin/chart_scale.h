/* The arithmetic of charts: axes, and where a bar is drawn. Pure. */
#ifndef KEYWHEEL_ADMIN_CHART_SCALE_H
#define KEYWHEEL_ADMIN_CHART_SCALE_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* Lines across a chart above the one of nothing, at most. */
#define CHART_LINES 4

/* An axis for values from 0 to max: lines are drawn at each step up to top,
 * which is no less than max and at least 1. A step is 1, 2 or 5, with zeros. */
struct chart_axis {
	int64_t step, top;
};
struct chart_axis chart_axis_for(int64_t max);

/* A piece of a bar, in tenths of a pixel from the upper edge. */
struct chart_piece {
	int y, height;
};

/* Values stand upon each other, the first at the bottom; top of them all is
 * as high as height, in tenths. What is not 0 is at least two pixels high, so
 * that one failure among thousands is seen; for that the bar may be somewhat
 * too high. */
void chart_stack(const int64_t *values, size_t n, int64_t top, int height,
    struct chart_piece *pieces);

/* Append "12.50" for so many parts of a whole in percent. */
void chart_percent(struct buf *out, int64_t part, int64_t whole);

/* Append a number in few letters: 950, 1.5k, 20k, 3M. */
void chart_short(struct buf *out, int64_t number);

#endif
