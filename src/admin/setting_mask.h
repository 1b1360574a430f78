/* Secrets of settings, as far as they may be seen. */
#ifndef KEYWHEEL_ADMIN_SETTING_MASK_H
#define KEYWHEEL_ADMIN_SETTING_MASK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/setting.h"

/* May a text of that setting be seen as it is? So may a proxy that has no
 * password. */
bool setting_is_open(enum setting_id id, const char *text);

/* Append what may be seen of one secret text. */
void setting_mask(enum setting_id id, const char *text, struct buf *out);

#endif
