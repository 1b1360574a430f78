/* What is wrong right now, besides alarms. */
#ifndef KEYWHEEL_ADMIN_DASHBOARD_WRONG_H
#define KEYWHEEL_ADMIN_DASHBOARD_WRONG_H

struct json_object;

/*
 * Judges what keywheel.dashboard() gave, and sets data.wrong, an object that
 * has a member for each trouble there is, with what its words need: no_keys,
 * none_active, empty [{pool}], all_resting, failing {failed, requests}, late
 * [jobs], folder; and data.well if there is none, no lag and no alarm. Makes
 * data.room {database, day, folder, free} texts.
 */
void dashboard_wrong_find(struct json_object *data);

#endif
