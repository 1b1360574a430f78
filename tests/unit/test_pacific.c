/* pool/pacific: the midnights around the changes of the clock. */
#include "pool/pacific.h"

#include "base/attr.h"
#include "unit.h"

/* Days since 1970 of a date, by counting: slow, and not the way it is done
 * in the code under test. */
static int64_t
day_number(int year, int month, int day)
{
	static const int lengths[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days = day - 1;
	for (int y = 1970; y < year; y++)
		days +=
		    y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 366 : 365;
	for (int m = 1; m < month; m++)
		days += lengths[m - 1] +
		    (m == 2 && year % 4 == 0 &&
			(year % 100 != 0 || year % 400 == 0));
	return days;
}

static int64_t
utc(int year, int month, int day, int hour, int minute)
{
	return ((day_number(year, month, day) * 24 + hour) * 60 + minute) *
	    60000;
}

static void
test_known_midnights(void)
{
	const struct {
		const char *name;
		int64_t now, midnight;
	} rows[] = {
	    {"winter", utc(2026, 1, 15, 12, 0), utc(2026, 1, 16, 8, 0)},
	    {"summer", utc(2026, 7, 15, 12, 0), utc(2026, 7, 16, 7, 0)},
	    {"just before, winter", utc(2026, 1, 15, 8, 0) - 1,
		utc(2026, 1, 15, 8, 0)},
	    {"at midnight it is the next one", utc(2026, 1, 15, 8, 0),
		utc(2026, 1, 16, 8, 0)},
	    {"at midnight, summer", utc(2026, 7, 15, 7, 0),
		utc(2026, 7, 16, 7, 0)},
	    {"evening before the clock goes forward", utc(2026, 3, 8, 6, 0),
		utc(2026, 3, 8, 8, 0)},
	    {"the hour before it goes forward", utc(2026, 3, 8, 9, 59),
		utc(2026, 3, 9, 7, 0)},
	    {"the minute it goes forward", utc(2026, 3, 8, 10, 0),
		utc(2026, 3, 9, 7, 0)},
	    {"evening before it goes back", utc(2026, 11, 1, 6, 30),
		utc(2026, 11, 1, 7, 0)},
	    {"the day it goes back, before", utc(2026, 11, 1, 8, 59),
		utc(2026, 11, 2, 8, 0)},
	    {"the day it goes back, after", utc(2026, 11, 1, 9, 0),
		utc(2026, 11, 2, 8, 0)},
	    {"March begins on a Sunday", utc(2026, 3, 7, 20, 0),
		utc(2026, 3, 8, 8, 0)},
	    {"second Sunday is the 14th", utc(2027, 3, 14, 9, 0),
		utc(2027, 3, 15, 7, 0)},
	    {"not yet on the 13th", utc(2027, 3, 13, 9, 0),
		utc(2027, 3, 14, 8, 0)},
	    {"first Sunday is the 7th", utc(2027, 11, 7, 12, 0),
		utc(2027, 11, 8, 8, 0)},
	    {"not yet on the last Sunday of October", utc(2027, 11, 2, 12, 0),
		utc(2027, 11, 3, 7, 0)},
	    {"March of 2105 begins on a Sunday", utc(2105, 3, 10, 12, 0),
		utc(2105, 3, 11, 7, 0)},
	    {"leap day", utc(2028, 2, 29, 8, 0), utc(2028, 3, 1, 8, 0)},
	    {"turn of the year", utc(2026, 12, 31, 20, 0),
		utc(2027, 1, 1, 8, 0)},
	    {"a century without a leap day", utc(2100, 2, 28, 8, 0),
		utc(2100, 3, 1, 8, 0)},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(pacific_next_midnight(rows[i].now) == rows[i].midnight,
		    rows[i].name);
}

/* From one midnight to the next there are 23, 24 or 25 hours, one of the
 * short and one of the long days in a year. */
static void
test_every_day_of_years(void)
{
	for (int year = 2024; year < 2060; year++) {
		int shorter = 0, longer = 0;
		int64_t now = pacific_next_midnight(utc(year, 1, 1, 0, 0));
		while (now < utc(year + 1, 1, 1, 8, 0)) {
			int64_t next = pacific_next_midnight(now);
			int64_t hours = (next - now) / 3600000;
			shorter += hours == 23;
			longer += hours == 25;
			CU_ASSERT(hours >= 23 && hours <= 25);
			CU_ASSERT(pacific_next_midnight(next - 1) == next);
			now = next;
		}
		CU_ASSERT_EQUAL(shorter, 1);
		CU_ASSERT_EQUAL(longer, 1);
	}
}

static CU_TestInfo tests[] = {
    {"known midnights", test_known_midnights},
    {"every day of many years", test_every_day_of_years},
    CU_TEST_INFO_NULL,
};

struct unit_suite pacific_suite = {"pool/pacific", tests};
