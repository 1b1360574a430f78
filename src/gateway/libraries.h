/* The libraries that this program is made with. */
#ifndef KEYWHEEL_GATEWAY_LIBRARIES_H
#define KEYWHEEL_GATEWAY_LIBRARIES_H

struct json_object;

/* An array of objects: name, release (the version that runs; absent where the
 * library does not tell), use (a message), licence. The caller owns it. */
struct json_object *libraries_list(void);

#endif
