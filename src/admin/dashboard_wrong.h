/* What is wrong right now, besides alarms. */
#ifndef KEYWHEEL_ADMIN_DASHBOARD_WRONG_H
#define KEYWHEEL_ADMIN_DASHBOARD_WRONG_H

struct json_object;

/*
 * Judges what keywheel.dashboard() gave, and sets data.wrong, an object that
 * has a member for each trouble there is, with what its words need: no_keys,
 * none_active, all_resting, failing {failed, requests}, late [jobs], lag,
 * folder {path, free}; and data.well if there is none, and no alarm. Sets
 * data.room {database, day, folder, free} as texts.
 */
void dashboard_wrong_find(struct json_object *data);

#endif
