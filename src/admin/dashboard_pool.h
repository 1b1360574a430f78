/* The dashboard's alarms, rests for everybody and limits, in words. */
#ifndef KEYWHEEL_ADMIN_DASHBOARD_POOL_H
#define KEYWHEEL_ADMIN_DASHBOARD_POOL_H

struct json_object;

/* Adds to what keywheel.dashboard() gave what its template asks for. */
void dashboard_pool_shape(struct json_object *data);

#endif
