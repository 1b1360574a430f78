/* What partials/chart.html draws. */
#include "admin/chart.h"

#include <stdio.h>
#include <string.h>

#include "admin/chart_parts.h"
#include "admin/chart_scale.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "web/query.h"

/* Of the plot, in tenths of a pixel. */
#define HEIGHT 1600

/* --- ranges -------------------------------------------------------------- */

struct range {
	const char *range, *name;
	/* What of a step's time, 2026-11-21 16:05, tells it from the others,
	 * and what is its mark below the chart. */
	size_t from, len, mark_from, mark_len;
	bool utc; /* its steps are days of UTC, and have no other zone */
	/* Which steps have a mark: those whose time, in UTC, ends so; none:
	 * every fifth. */
	const char *marked[6];
};

#define DATE 0
#define MONTH_DAY 5
#define CLOCK 11
#define TIME_END 16

static const struct range ranges[] = {
    {"1h", N_("1 hour"), CLOCK, 5, CLOCK, 5, false,
	{"00", "10", "20", "30", "40", "50"}},
    {"24h", N_("24 hours"), CLOCK, 5, CLOCK, 5, false,
	{"00:00", "04:00", "08:00", "12:00", "16:00", "20:00"}},
    {"7d", N_("7 days"), MONTH_DAY, 11, MONTH_DAY, 5, false, {"00:00"}},
    {"30d", N_("30 days"), DATE, 10, MONTH_DAY, 5, true, {NULL}},
};
#define USUAL 1

static const struct range *
find_range(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (strcmp(name, ranges[i].range) == 0)
			return &ranges[i];
	return &ranges[USUAL];
}

const char *
chart_range(struct visit *v)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	visit_get(v, "range", &name);
	const struct range *range = find_range(buf_cstr(&name));
	buf_clear(&name);
	return range->range;
}

void
chart_set_ranges(struct visit *v, struct json_object *data, const char *range)
{
	static const char *const without[] = {"range"};
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		struct json_object *o = json_object_new_object();
		struct buf query;
		buf_init(&query, BUF_SMALL);
		query_without(v->query, without, COUNT_OF(without), &query);
		query_add(&query, "range", ranges[i].range);
		json_set_text(o, "query", buf_cstr(&query));
		json_set_text(o, "name", ranges[i].name);
		json_set_bool(
		    o, "current", strcmp(range, ranges[i].range) == 0);
		json_object_array_add(list, o);
		buf_clear(&query);
	}
	json_set(data, "ranges", list);
}

/* --- the frame ----------------------------------------------------------- */

/* Lines across, from nothing up. */
static struct json_object *
make_lines(const struct chart_axis *axis)
{
	struct json_object *lines = json_object_new_array();
	for (int64_t n = 0; n <= axis->top; n += axis->step) {
		struct json_object *line = json_object_new_object();
		struct buf label;
		buf_init(&label, BUF_SMALL);
		chart_short(&label, n);
		json_set_text(line, "label", buf_cstr(&label));
		json_set_int(line, "y",
		    (HEIGHT -
			(int64_t)((double)n / (double)axis->top * HEIGHT)) /
			10);
		json_object_array_add(lines, line);
		buf_clear(&label);
	}
	return lines;
}

/* The legend, with sums. */
static struct json_object *
make_legend(const struct chart_parts *parts)
{
	struct json_object *legend = json_object_new_array();
	for (size_t p = 0; p < parts->n; p++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", parts->names[p]);
		json_set_text(o, "look", parts->looks[p]);
		number_set(o, "sum", parts->totals[p]);
		json_object_array_add(legend, o);
	}
	return legend;
}

/* --- bars ---------------------------------------------------------------- */

static void
set_tenths(struct json_object *o, const char *name, int tenths)
{
	char text[24];
	snprintf(text, sizeof(text), "%d.%d", tenths / 10, tenths % 10);
	json_set_text(o, name, text);
}

static void
set_percent(
    struct json_object *o, const char *name, int64_t part, int64_t whole)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	chart_percent(&text, part, whole);
	json_set_text(o, name, buf_cstr(&text));
	buf_clear(&text);
}

/* The pieces of a bar as they are drawn, and all its values in words. */
static void
set_values(struct json_object *bar, const struct chart_parts *parts, size_t i,
    int64_t top)
{
	struct chart_piece pieces[CHART_MAX_PARTS];
	struct json_object *drawn = json_object_new_array();
	struct json_object *values = json_object_new_array();
	chart_stack(parts->values[i], parts->n, top, HEIGHT, pieces);
	for (size_t p = 0; p < parts->n; p++) {
		struct json_object *value = json_object_new_object();
		json_set_text(value, "name", parts->names[p]);
		number_set(value, "value", parts->values[i][p]);
		json_object_array_add(values, value);
		if (pieces[p].height == 0)
			continue;
		struct json_object *piece = json_object_new_object();
		json_set_text(piece, "look", parts->looks[p]);
		set_tenths(piece, "y", pieces[p].y);
		set_tenths(piece, "height", pieces[p].height);
		json_object_array_add(drawn, piece);
	}
	json_set(bar, "pieces", drawn);
	json_set(bar, "values", values);
}

static bool
is_marked(const struct range *range, const char *at, size_t from_end)
{
	if (range->marked[0] == NULL)
		return from_end % 5 == 0;
	for (size_t i = 0; i < COUNT_OF(range->marked); i++) {
		const char *end = range->marked[i];
		if (end != NULL &&
		    strncmp(at + TIME_END - strlen(end), end, strlen(end)) == 0)
			return true;
	}
	return false;
}

/* When a step began, as the reader has it. */
static void
set_times(struct visit *v, struct json_object *bar, const struct range *range,
    const char *at, size_t from_end)
{
	struct buf time;
	if (at == NULL || strlen(at) < TIME_END)
		return;
	buf_init(&time, BUF_SMALL);
	if (range->utc)
		buf_str(&time, at);
	else
		visit_tell_time(v, at, &time);
	const char *text = buf_cstr(&time);
	if (time.len >= TIME_END) {
		json_set_text_len(bar, "time", text + range->from, range->len);
		if (is_marked(range, at, from_end))
			json_set_text_len(bar, "mark", text + range->mark_from,
			    range->mark_len);
	}
	buf_clear(&time);
}

static struct json_object *
make_bars(struct visit *v, const struct range *range,
    const struct chart_parts *parts, struct json_object *series, int64_t top)
{
	struct json_object *bars = json_object_new_array();
	int64_t n = (int64_t)parts->steps;
	for (int64_t i = 0; i < n; i++) {
		struct json_object *bar = json_object_new_object();
		struct json_object *step = json_at(series, (size_t)i);
		/* Of each step's room a tenth at either side stays free. */
		set_percent(bar, "left", i, n);
		set_percent(bar, "x", i * 10 + 1, n * 10);
		set_percent(bar, "middle", i * 2 + 1, n * 2);
		set_values(bar, parts, (size_t)i, top);
		set_times(v, bar, range, json_get_text(step, "at"),
		    (size_t)(n - 1 - i));
		json_object_array_add(bars, bar);
	}
	return bars;
}

/* --- the chart ----------------------------------------------------------- */

static const char *const titles[] = {
    [CHART_REQUESTS] = N_("Requests"),
    [CHART_CALLS] = N_("Calls"),
    [CHART_TOKENS] = N_("Tokens used"),
    [CHART_ERRORS] = N_("Errors"),
};

static int64_t
highest(const struct chart_parts *parts)
{
	int64_t max = 0;
	for (size_t i = 0; i < parts->steps; i++) {
		int64_t sum = 0;
		for (size_t p = 0; p < parts->n; p++)
			sum += parts->values[i][p];
		max = sum > max ? sum : max;
	}
	return max;
}

struct json_object *
chart_make(struct visit *v, enum chart_kind kind, const char *id,
    const char *range_name, struct json_object *series)
{
	const struct range *range = find_range(range_name);
	struct json_object *o = json_object_new_object();
	struct chart_parts parts;
	int64_t total = 0;
	chart_parts_read(&parts, kind, series);
	for (size_t p = 0; p < parts.n; p++)
		total += parts.totals[p];
	struct chart_axis axis = chart_axis_for(highest(&parts));
	json_set_text(o, "id", id);
	json_set_text(o, "title", titles[kind]);
	json_set_text(o, "range", range->name);
	number_set(o, "total", total);
	json_set_bool(o, "any", total > 0);
	json_set_bool(o, "utc", range->utc);
	json_set(o, "lines", make_lines(&axis));
	json_set(o, "legend", make_legend(&parts));
	json_set(o, "bars", make_bars(v, range, &parts, series, axis.top));
	if (parts.steps > 0) {
		set_percent(o, "room", 1, (int64_t)parts.steps);
		set_percent(o, "width", 8, (int64_t)parts.steps * 10);
	}
	return o;
}
