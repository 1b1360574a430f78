/* Tests of times in a reader's zone. */
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "unit.h"

static void
test_names(void)
{
	static const struct {
		const char *name;
		bool exists;
	} rows[] = {
	    {"UTC", true},
	    {"Europe/Berlin", true},
	    {"America/Argentina/Buenos_Aires", true},
	    {"Etc/GMT+5", true},
	    {"", false},
	    {"Europe", false},
	    {"Europe/", false},
	    {"Europe/Atlantis", false},
	    {"/usr/share/zoneinfo/UTC", false},
	    {"../zoneinfo/UTC", false},
	    {"Europe/../UTC", false},
	    {"Europe//Berlin", false},
	    {":UTC", false},
	    {"CET-1CEST", false},
	    {"UTC\n", false},
	    {"zone.tab", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    zone_exists(rows[i].name) == rows[i].exists, rows[i].name);
}

struct row {
	const char *zone, *utc;
	enum zone_form form;
	const char *told; /* NULL: refused */
};

static const struct row rows[] = {
    {"UTC", "2026-11-21 16:05:30Z", ZONE_MINUTES, "2026-11-21 16:05"},
    {"UTC", "2026-11-21T16:05:30.123Z", ZONE_SECONDS, "2026-11-21 16:05:30"},
    {"Asia/Shanghai", "2026-12-31 16:05:30Z", ZONE_MINUTES, "2027-01-01 00:05"},
    {"Asia/Shanghai", "2026-11-21 16:05:30Z", ZONE_WHOLE,
	"2026-11-22 00:05:30 +08:00 (Asia/Shanghai)"},
    {"Europe/Berlin", "2026-03-29 00:59:59Z", ZONE_MINUTES, "2026-03-29 01:59"},
    {"Europe/Berlin", "2026-03-29 01:00:00Z", ZONE_MINUTES, "2026-03-29 03:00"},
    {"America/St_Johns", "2026-01-01 00:00:00Z", ZONE_WHOLE,
	"2025-12-31 20:30:00 -03:30 (America/St_Johns)"},
    {"UTC", "2026-11-21", ZONE_MINUTES, NULL},
    {"UTC", "2026-11-21 16:05:30", ZONE_MINUTES, NULL},
    {"UTC", "2026-11-21 16:05:30+01", ZONE_MINUTES, NULL},
    {"UTC", "yesterday", ZONE_MINUTES, NULL},
    {"UTC", "", ZONE_MINUTES, NULL},
};

static void
test_telling(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *r = &rows[i];
		struct buf told;
		buf_init(&told, BUF_SMALL);
		zone_enter(r->zone);
		bool ok = zone_tell(r->utc, r->form, &told);
		zone_leave();
		UNIT_ROW(ok == (r->told != NULL), r->utc);
		UNIT_ROW(!ok || unit_same(buf_cstr(&told), r->told), r->utc);
		buf_clear(&told);
	}
}

/* The process has the zone that it had, whatever it was. */
static void
test_leaving(void)
{
	static const char *const before[] = {NULL, "America/New_York"};
	const char *mine = getenv("TZ");
	char *kept = mine == NULL ? NULL : strdup(mine);
	for (size_t i = 0; i < COUNT_OF(before); i++) {
		if (before[i] == NULL)
			unsetenv("TZ");
		else
			setenv("TZ", before[i], 1);
		zone_enter("Asia/Tokyo");
		CU_ASSERT(unit_same(getenv("TZ"), "Asia/Tokyo"));
		zone_enter("UTC");
		zone_leave();
		CU_ASSERT(unit_same(getenv("TZ"), before[i]));
		zone_leave();
		CU_ASSERT(unit_same(getenv("TZ"), before[i]));
	}
	if (kept == NULL)
		unsetenv("TZ");
	else
		setenv("TZ", kept, 1);
	tzset();
	free(kept);
}

static CU_TestInfo tests[] = {
    {"names of zones", test_names},
    {"times as a zone has them", test_telling},
    {"the zone of the process comes back", test_leaving},
    CU_TEST_INFO_NULL,
};

struct unit_suite zone_suite = {"base/zone", tests};
