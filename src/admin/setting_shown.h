/* Values of settings, and from where they came, as people see them. */
#ifndef KEYWHEEL_ADMIN_SETTING_SHOWN_H
#define KEYWHEEL_ADMIN_SETTING_SHOWN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/setting.h"

struct json_object;

/* Append a value in canonical form, secret texts masked; of a list or map, with
 * that between its rows. */
void setting_write_shown(enum setting_id id, const char *value,
    const char *between, struct buf *out);

/* Set member to the same (NULL: the default), for partials/setting_value.html;
 * a very long one is cut. */
void setting_set_shown(struct json_object *o, const char *member,
    enum setting_id id, const char *value);

/* From where a change came, as a message; "": from the page, which who has
 * changed it tells. */
const char *setting_source_words(const char *source);

#endif
