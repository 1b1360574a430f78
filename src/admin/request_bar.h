/* Where the time of a request went, as a bar. */
#ifndef KEYWHEEL_ADMIN_REQUEST_BAR_H
#define KEYWHEEL_ADMIN_REQUEST_BAR_H

#include <stdint.h>

struct json_object;

/*
 * The pieces of the bar, in order: {title: a message, attempt: its number,
 * look: a class, x, width: thousandths, ms: as text, n: as a number}. request
 * and attempts are those of keywheel.request_page(). The caller owns it.
 */
struct json_object *request_bar_make(
    struct json_object *request, struct json_object *attempts);

/* How much of a bar was waiting for a key, and pauses between attempts. */
int64_t request_bar_waits(struct json_object *bar);

#endif
