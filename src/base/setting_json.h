/* Checking the settings whose values are JSON; setting_check() calls these.
 * The value has no blanks around it; the canonical text goes to out, the
 * reason of a refusal to why. */
#ifndef KEYWHEEL_BASE_SETTING_JSON_H
#define KEYWHEEL_BASE_SETTING_JSON_H

#include "base/setting.h"

bool setting_json_list(const struct setting_def *def, const char *value,
    struct buf *out, struct buf *why);
bool setting_json_map(const struct setting_def *def, const char *value,
    struct buf *out, struct buf *why);
bool setting_json_any(const struct setting_def *def, const char *value,
    struct buf *out, struct buf *why);

#endif
