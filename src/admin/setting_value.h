/* Lists and maps as rows {key, value} of a form, and back. */
#ifndef KEYWHEEL_ADMIN_SETTING_VALUE_H
#define KEYWHEEL_ADMIN_SETTING_VALUE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

struct json_object;

/* The rows of a value in canonical form. The caller owns them. */
struct json_object *setting_value_rows(
    const struct setting_def *def, const char *value);

/* Append the JSON of rows, for setting_check(). now: the value in force, whose
 * numbers stay numbers. False with the reason in why if two rows have one
 * name. */
MUSTCHECK bool setting_value_write(const struct setting_def *def,
    struct json_object *rows, struct json_object *now, struct buf *out,
    struct buf *why);

#endif
