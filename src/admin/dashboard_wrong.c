/* Judging the state of things. */
#include "admin/dashboard_wrong.h"

#include <sys/statvfs.h>

#include "admin/number.h"
#include "base/file.h"
#include "base/json.h"

/* Large requests and answers are kept there while they are under way. */
#define LEAST_FREE (INT64_C(512) * 1024 * 1024)

/* So many requests of a quarter of an hour say something. */
#define ENOUGH_REQUESTS 10

static void
find_empty(struct json_object *pools, struct json_object *wrong)
{
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(pools); i++) {
		struct json_object *o = json_object_new_object();
		json_set(o, "pool", json_object_get(json_at(pools, i)));
		json_object_array_add(list, o);
	}
	json_set(wrong, "empty", list);
}

static void
find_keys(struct json_object *states, struct json_object *wrong)
{
	int64_t all = json_get_int(states, "all", 0);
	int64_t active = json_get_int(states, "active", 0);
	json_set_bool(wrong, "no_keys", all == 0);
	json_set_bool(wrong, "none_active", all > 0 && active == 0);
	json_set_bool(wrong, "all_resting",
	    active > 0 && json_get_int(states, "resting", 0) >= active);
	/* Of more than one pool: else all keys are disabled. */
	if (active > 0)
		find_empty(json_get(states, "empty"), wrong);
}

/* More than a fifth of what was not the client's own doing. */
static void
find_failures(struct json_object *minutes, struct json_object *wrong)
{
	int64_t failed = json_get_int(minutes, "failed", 0);
	int64_t all = failed + json_get_int(minutes, "answered", 0);
	if (all < ENOUGH_REQUESTS || failed * 5 <= all)
		return;
	struct json_object *o = json_object_new_object();
	json_set_int(o, "failed", failed);
	json_set_int(o, "requests", all);
	json_set(wrong, "failing", o);
}

/* Jobs that failed are alarms. */
static void
find_late_jobs(struct json_object *jobs, struct json_object *wrong)
{
	struct json_object *late = json_object_new_array();
	for (size_t i = 0; i < json_count(jobs); i++) {
		struct json_object *job = json_at(jobs, i);
		if (!json_get_bool(job, "failed"))
			json_object_array_add(late, json_object_get(job));
	}
	json_set(wrong, "late", late);
}

static void
find_room(struct json_object *data, struct json_object *wrong)
{
	struct json_object *room = json_get(data, "room");
	const char *folder = file_temporary_folder();
	struct statvfs fs;
	number_set_bytes(room, "database", json_get_int(room, "database", 0));
	if (json_get_int(room, "day", 0) > 0)
		number_set_bytes(room, "day", json_get_int(room, "day", 0));
	if (statvfs(folder, &fs) != 0)
		return;
	int64_t bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	json_set_text(room, "folder", folder);
	number_set_bytes(room, "free", bytes);
	json_set_bool(wrong, "folder", bytes < LEAST_FREE);
}

void
dashboard_wrong_find(struct json_object *data)
{
	struct json_object *wrong = json_object_new_object();
	struct json_object *lag = json_get(data, "lag");
	find_keys(json_get(data, "states"), wrong);
	find_failures(json_get(data, "fifteen"), wrong);
	find_late_jobs(json_get(data, "jobs"), wrong);
	find_room(data, wrong);
	if (lag != NULL)
		number_set(lag, "rows", json_get_int(lag, "rows", 0));
	json_set_bool(data, "well",
	    json_count(json_get(data, "alarms")) == 0 && lag == NULL &&
		json_count(json_get(wrong, "late")) == 0 &&
		json_get(wrong, "failing") == NULL &&
		json_count(json_get(wrong, "empty")) == 0 &&
		!json_get_bool(wrong, "no_keys") &&
		!json_get_bool(wrong, "none_active") &&
		!json_get_bool(wrong, "all_resting") &&
		!json_get_bool(wrong, "folder"));
	json_set(data, "wrong", wrong);
}
