/* What happened to a key, what it was used for, where it failed, as templates
 * show it. */
#ifndef KEYWHEEL_ADMIN_KEY_PAST_H
#define KEYWHEEL_ADMIN_KEY_PAST_H

#include <stddef.h>

struct json_object;

/* Shape history, calls and failures of keywheel.key_page(). Of the history up
 * to `events` are shown; if there are more, older is the number of the event
 * that the next page is before. */
void key_past_shape(struct json_object *data, size_t events);

/* An event of a key: label and level of the event, why for its cause. */
void key_past_shape_event(struct json_object *row);

/* Set why to the words for the cause in that member, if there are some. */
void key_past_shape_cause(struct json_object *row, const char *member);

#endif
