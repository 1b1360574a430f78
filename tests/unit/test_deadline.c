/* pool/deadline: what follows from measured silences. */
#include "pool/deadline.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/attr.h"
#include "unit.h"

#define MAX_SAMPLES 2000

static const struct deadline_bounds usual = {20000, 120000};

static void
test_classes(void)
{
	const struct {
		int64_t tokens;
		int size_class;
		const char *name;
	} rows[] = {
	    {0, 0, "≤ 1k"},
	    {1000, 0, "≤ 1k"},
	    {1001, 1, "≤ 8k"},
	    {8000, 1, "≤ 8k"},
	    {8001, 2, "≤ 32k"},
	    {32001, 3, "≤ 128k"},
	    {128000, 3, "≤ 128k"},
	    {128001, 4, "> 128k"},
	    {INT64_MAX, 4, "> 128k"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int got = deadline_class(rows[i].tokens);
		UNIT_ROW(got == rows[i].size_class, rows[i].name);
		UNIT_ROW(unit_same(deadline_class_name(got), rows[i].name),
		    rows[i].name);
	}
	CU_ASSERT(unit_same(deadline_class_name(-1), "-"));
	CU_ASSERT(unit_same(deadline_class_name(DEADLINE_CLASSES), "-"));
}

static void
test_samples(void)
{
	const struct {
		const char *name;
		int64_t answered, cut, sample;
	} rows[] = {
	    {"nothing", -1, -1, -1},
	    {"an answer", 700, -1, 700},
	    {"given up", -1, 20000, 20000},
	    {"given up, another key was quick", 900, 20000, 900},
	    {"given up, another key was slow too", 15000, 20000, 20000},
	    {"… slower even", 21000, 20000, 21000},
	    {"half the time is not quick", 10000, 20000, 20000},
	    {"an answer at once", 0, 20000, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(deadline_sample(rows[i].answered, rows[i].cut) ==
			rows[i].sample,
		    rows[i].name);
}

static void
test_next(void)
{
	const struct {
		const char *name;
		struct deadline_measure measured;
		int64_t before, next;
	} rows[] = {
	    {"nothing measured", {0, 0, 0}, 0, 0},
	    {"too little", {49, 100, 100}, 0, 0},
	    {"too little any more", {49, 100, 100}, 30000, 0},
	    {"enough: half of the ceiling", {50, 100, 100}, 0, 60000},
	    {"… half of that", {50, 100, 100}, 60000, 30000},
	    {"… down to the floor", {50, 100, 100}, 30000, 20000},
	    {"… and there it stays", {50, 100, 100}, 20000, 20000},
	    {"three times the percentile", {5000, 11000, 90000}, 40000, 33000},
	    {"few samples: the longest counts", {999, 11000, 40000}, 70000,
		60000},
	    {"… of many it does not", {1000, 11000, 40000}, 60000, 33000},
	    {"more than before, at once", {5000, 30000, 30000}, 20000, 90000},
	    {"no more than the ceiling", {5000, 90000, 90000}, 60000, 120000},
	    {"a tenth less changes nothing", {5000, 9000, 9000}, 30000, 30000},
	    {"… nor a tenth more", {5000, 11000, 11000}, 30000, 30000},
	    {"a little more than that does", {5000, 11001, 11001}, 30000,
		33003},
	    {"the ceiling was lowered meanwhile", {5000, 60000, 60000}, 300000,
		120000},
	    {"silence of no length", {5000, 0, 0}, 20000, 20000},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(deadline_next(&rows[i].measured, &usual,
			     rows[i].before) == rows[i].next,
		    rows[i].name);
}

static void
test_bounds(void)
{
	const struct deadline_bounds crossed = {20000, 1000};
	CU_ASSERT_EQUAL(deadline_in_force(0, &usual), 120000);
	CU_ASSERT_EQUAL(deadline_in_force(1, &usual), 20000);
	CU_ASSERT_EQUAL(deadline_in_force(30000, &usual), 30000);
	CU_ASSERT_EQUAL(deadline_in_force(130000, &usual), 120000);
	CU_ASSERT_EQUAL(deadline_in_force(0, &crossed), 1000);
	CU_ASSERT_EQUAL(deadline_in_force(500, &crossed), 1000);
	CU_ASSERT_EQUAL(deadline_in_force(5000, &crossed), 1000);
}

/* --- a model over many days ---------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* A day of a model: n requests, of which the i-th would be answered after
 * latency(i); what is later than the deadline is cut off, and the second key
 * is as slow. Returns the next day's deadline; *killed: how many were cut. */
static int64_t
live_a_day(int64_t (*latency)(int i), int n, int64_t deadline, int *killed)
{
	static int64_t samples[MAX_SAMPLES];
	int64_t limit = deadline_in_force(deadline, &usual);
	*killed = 0;
	for (int i = 0; i < n; i++) {
		bool cut = latency(i) >= limit;
		*killed += cut;
		samples[i] =
		    deadline_sample(cut ? -1 : latency(i), cut ? limit : -1);
	}
	qsort(samples, (size_t)n, sizeof(samples[0]), by_size);
	const struct deadline_measure m = {
	    .samples = n,
	    .p99 = samples[(n * 99 + 99) / 100 - 1],
	    .longest = samples[n - 1],
	};
	return deadline_next(&m, &usual, deadline);
}

/* Half a second, and up to one and a half. */
static int64_t
quick(int i)
{
	return 500 + i * 7919 % 1000;
}

/* One in twenty thinks for 50 s. */
static int64_t
two_humps(int i)
{
	return i % 20 == 0 ? 50000 : quick(i);
}

/* From 1 s to 100 s, each tenfold time ten times rarer. */
static int64_t
long_tail(int i)
{
	return 100000 / (1 + i * 7919 % 100);
}

/* All day long 60 s. */
static int64_t
slow(int i)
{
	return 60000 + i;
}

static void
test_days(void)
{
	const struct {
		const char *name;
		int64_t (*latency)(int i);
		int n;
		int64_t start, low, high; /* where it ends */
	} rows[] = {
	    {"quick", quick, 2000, 0, 20000, 20000},
	    {"quick, few", quick, 60, 0, 20000, 20000},
	    {"two humps", two_humps, 2000, 0, 120000, 120000},
	    {"two humps, from the floor", two_humps, 2000, 20000, 50001,
		120000},
	    {"a long tail", long_tail, 2000, 0, 50000, 120000},
	    {"slow, from the floor", slow, 2000, 20000, 60001, 120000},
	    {"slow, few, from the floor", slow, 60, 20000, 60001, 120000},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t deadline = rows[i].start;
		int killed = 0;
		for (int day = 0; day < 20; day++) {
			int64_t old = deadline_in_force(deadline, &usual);
			deadline = live_a_day(
			    rows[i].latency, rows[i].n, deadline, &killed);
			UNIT_ROW(deadline >= old / 2, rows[i].name);
		}
		UNIT_ROW(deadline >= rows[i].low, rows[i].name);
		UNIT_ROW(deadline <= rows[i].high, rows[i].name);
		/* Whoever is slow but sound is not killed for good. */
		UNIT_ROW(killed * 100 <= rows[i].n, rows[i].name);
	}
}

static CU_TestInfo tests[] = {
    {"size classes", test_classes},
    {"what a request tells", test_samples},
    {"the next deadline", test_next},
    {"bounds", test_bounds},
    {"days of a model", test_days},
    CU_TEST_INFO_NULL,
};

struct unit_suite deadline_suite = {"pool/deadline", tests};
