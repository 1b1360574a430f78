/* Tests of the arithmetic of charts. */
#include "admin/chart_scale.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "unit.h"

static const struct {
	int64_t max, step, top;
} axes[] = {
    {0, 1, 1},
    {1, 1, 1},
    {2, 1, 2},
    {4, 1, 4},
    {5, 2, 6},
    {8, 2, 8},
    {9, 5, 10},
    {20, 5, 20},
    {21, 10, 30},
    {99, 50, 100},
    {4001, 2000, 6000},
    {1234567, 500000, 1500000},
    {INT64_C(4000000000000000), INT64_C(1000000000000000),
	INT64_C(4000000000000000)},
};

static void
test_axis(void)
{
	for (size_t i = 0; i < COUNT_OF(axes); i++) {
		char row[32];
		struct chart_axis axis = chart_axis_for(axes[i].max);
		snprintf(row, sizeof(row), "%lld", (long long)axes[i].max);
		UNIT_ROW(axis.step == axes[i].step, row);
		UNIT_ROW(axis.top == axes[i].top, row);
	}
}

/* Whatever comes, the axis reaches it, and has not too many lines. */
static void
test_axis_of_all(void)
{
	for (int64_t max = 0; max < 30000; max++) {
		struct chart_axis axis = chart_axis_for(max);
		CU_ASSERT(axis.top >= max && axis.top >= 1);
		CU_ASSERT(axis.top % axis.step == 0);
		CU_ASSERT(axis.top / axis.step <= CHART_LINES);
	}
}

static const struct {
	const char *row;
	int64_t values[3], top;
	struct chart_piece pieces[3];
} stacks[] = {
    {"nothing", {0, 0, 0}, 1, {{1600, 0}, {1600, 0}, {1600, 0}}},
    {"one upon the other", {5, 3, 2}, 10, {{800, 800}, {320, 480}, {0, 320}}},
    {"a gap takes no room", {5, 0, 5}, 10, {{800, 800}, {800, 0}, {0, 800}}},
    {"one of thousands is seen", {0, 0, 1}, 10000,
	{{1600, 0}, {1600, 0}, {1580, 20}}},
    {"no higher than the frame", {990, 0, 10}, 1000,
	{{16, 1584}, {16, 0}, {0, 16}}},
    {"rounded", {1, 1, 1}, 3, {{1067, 533}, {534, 533}, {1, 533}}},
    {"large", {INT64_C(3000000000000000), 0, INT64_C(1000000000000000)},
	INT64_C(4000000000000000), {{400, 1200}, {400, 0}, {0, 400}}},
};

static void
test_stack(void)
{
	for (size_t i = 0; i < COUNT_OF(stacks); i++) {
		struct chart_piece got[3];
		chart_stack(stacks[i].values, 3, stacks[i].top, 1600, got);
		for (size_t p = 0; p < 3; p++) {
			const struct chart_piece *want = &stacks[i].pieces[p];
			UNIT_ROW(got[p].y == want->y, stacks[i].row);
			UNIT_ROW(got[p].height == want->height, stacks[i].row);
		}
	}
}

static const struct {
	int64_t part, whole;
	const char *text;
} percents[] = {
    {0, 60, "0.00"},
    {1, 60, "1.66"},
    {59, 60, "98.33"},
    {1, 1, "100.00"},
    {101, 1000, "10.10"},
};

static const struct {
	int64_t number;
	const char *text;
} shorts[] = {
    {0, "0"},
    {999, "999"},
    {1000, "1k"},
    {1500, "1.5k"},
    {20000, "20k"},
    {500000, "500k"},
    {1000000, "1M"},
    {2500000, "2.5M"},
    {1999999, "1.9M"},
    {INT64_C(4000000000), "4G"},
    {INT64_C(1000000000000), "1T"},
    {INT64_MAX, "9.2E"},
};

static void
test_texts(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(percents); i++) {
		buf_reset(&out);
		chart_percent(&out, percents[i].part, percents[i].whole);
		UNIT_ROW(unit_same(buf_cstr(&out), percents[i].text),
		    percents[i].text);
	}
	for (size_t i = 0; i < COUNT_OF(shorts); i++) {
		buf_reset(&out);
		chart_short(&out, shorts[i].number);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), shorts[i].text), shorts[i].text);
	}
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"axes", test_axis},
    {"axes reach what they are for", test_axis_of_all},
    {"bars", test_stack},
    {"numbers in few letters", test_texts},
    CU_TEST_INFO_NULL,
};

struct unit_suite chart_scale_suite = {"chart_scale", tests};
