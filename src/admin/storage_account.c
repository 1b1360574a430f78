/* How old and how large the account is. */
#include "admin/storage_account.h"

#include <stdint.h>

#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"

/* Up to so many days old; -1: rows that no day has. */
static const struct age {
	const char *title;
	int64_t days;
} ages[] = {
    {N_("Today"), 0},
    {N_("The 7 days before"), 7},
    {N_("8 to 30 days ago"), 30},
    {N_("More than 30 days ago"), INT64_MAX},
    {N_("Without a day of its own"), -1},
};

static size_t
age_of(struct json_object *day)
{
	int64_t old = json_get_int(day, "ago", -1);
	size_t i = 0;
	if (old < 0)
		return COUNT_OF(ages) - 1;
	while (old > ages[i].days)
		i++;
	return i;
}

static struct json_object *
make_ages(struct json_object *days)
{
	struct {
		int64_t rows, requests, errors;
	} sums[COUNT_OF(ages)] = {0};
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(days); i++) {
		struct json_object *day = json_at(days, i);
		size_t age = age_of(day);
		sums[age].rows += json_get_int(day, "rows", 0);
		sums[age].requests += json_get_int(day, "requests", 0);
		sums[age].errors += json_get_int(day, "attempts", 0) +
		    json_get_int(day, "bodies", 0);
	}
	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		if (sums[i].requests + sums[i].errors == 0)
			continue;
		struct json_object *o = json_object_new_object();
		json_set_text(o, "title", ages[i].title);
		number_set_short(o, "rows", sums[i].rows);
		number_set_bytes(o, "requests", sums[i].requests);
		number_set_bytes(o, "errors", sums[i].errors);
		json_object_array_add(list, o);
	}
	return list;
}

static void
set_days(struct json_object *o, const char *name,
    const struct settings *settings, enum setting_id on, enum setting_id days)
{
	if (settings_int(settings, on))
		json_set_int(o, name, settings_int(settings, days));
}

struct json_object *
storage_account_make(struct json_object *days, const struct settings *settings)
{
	struct json_object *o = json_object_new_object();
	int64_t max = settings_int(settings, SETTING_ID_ACCOUNT_MAX_MB);
	json_set(o, "ages", make_ages(days));
	set_days(o, "attempt_days", settings,
	    SETTING_ID_AUTO_DELETE_ERROR_LOGS_ENABLED,
	    SETTING_ID_AUTO_DELETE_ERROR_LOGS_DAYS);
	set_days(o, "request_days", settings,
	    SETTING_ID_AUTO_DELETE_REQUEST_LOGS_ENABLED,
	    SETTING_ID_AUTO_DELETE_REQUEST_LOGS_DAYS);
	if (max > 0)
		number_set_bytes(o, "max_size", max * 1000 * 1000);
	return o;
}
