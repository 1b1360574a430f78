/* Midnight in Pacific time, by the daylight saving rule, without zone files. */
#include "pool/pacific.h"

#include <stdbool.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)

/* Days between 1970-01-01 and 0000-03-01, where the years used here begin:
 * with March, so that a leap day is a year's last day. */
#define DAYS_TO_EPOCH 719468
#define DAYS_IN_ERA 146097 /* 400 years */

/* Division that rounds down, also before 1970. */
static int64_t
floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

/* The day number (0 = 1970-01-01) of the first of March of a year. */
static int64_t
first_of_march(int64_t year)
{
	int64_t era = floor_div(year, 400);
	int64_t in_era = year - era * 400;
	return era * DAYS_IN_ERA + in_era * 365 + in_era / 4 - in_era / 100 -
	    DAYS_TO_EPOCH;
}

/* The first Sunday on or after a day. */
static int64_t
sunday_from(int64_t day)
{
	int64_t weekday = (day + 4) - floor_div(day + 4, 7) * 7;
	return day + (7 - weekday) % 7;
}

/* True if Pacific time is UTC-7 at that moment, false if it is UTC-8. */
static bool
is_daylight_time(int64_t utc_ms)
{
	/* The year that began in March; one too many near its edge. */
	int64_t day = floor_div(utc_ms, DAY_MS);
	int64_t year = floor_div((day + DAYS_TO_EPOCH) * 400, DAYS_IN_ERA) + 1;
	while (first_of_march(year) > day)
		year--;

	/* The first of November is 245 days after the first of March. */
	int64_t march = first_of_march(year);
	int64_t begin = (sunday_from(march) + 7) * DAY_MS + 10 * HOUR_MS;
	int64_t end = sunday_from(march + 245) * DAY_MS + 9 * HOUR_MS;
	return utc_ms >= begin && utc_ms < end;
}

int64_t
pacific_next_midnight(int64_t now_ms)
{
	int64_t offset = is_daylight_time(now_ms) ? 7 * HOUR_MS : 8 * HOUR_MS;
	int64_t local_day = floor_div(now_ms - offset, DAY_MS);

	/* The clock may change between now and then, never at midnight. */
	int64_t midnight = (local_day + 1) * DAY_MS + 8 * HOUR_MS;
	return is_daylight_time(midnight) ? midnight - HOUR_MS : midnight;
}

int64_t
pacific_quota_ms(int64_t now_ms)
{
	return pacific_next_midnight(now_ms) - now_ms + 3 * HOUR_MS / 60;
}
