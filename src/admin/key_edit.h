/*
 * The form that changes what is said of a key: note, project, pool, weight,
 * part, models. Each field has what it was when the form was made beside it
 * (was_NAME): only what somebody has changed is changed, so that two who change
 * different things do not undo each other's.
 */
#ifndef KEYWHEEL_ADMIN_KEY_EDIT_H
#define KEYWHEEL_ADMIN_KEY_EDIT_H

#include <stdbool.h>

#include "base/attr.h"

struct json_object;

/* The form for a key, a row of keywheel.key_rows() that is not shaped yet. The
 * caller owns it. */
struct json_object *key_edit_form(struct json_object *row);

/* Read what was posted: the form as it was filled in, with errors, an object of
 * messages by name, if there are some; and the change, for keys_edit(). The
 * caller owns both. False: there are errors, and *change is NULL. */
MUSTCHECK bool key_edit_read(
    const char *fields, struct json_object **form, struct json_object **change);

#endif
