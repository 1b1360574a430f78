/* Values of gemini-balance's database that are not legal here as they are. */
#ifndef KEYWHEEL_MAIN_GB_REPAIR_H
#define KEYWHEEL_MAIN_GB_REPAIR_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

/* Append what of the value can be taken: a map that Python has written, with
 * single quotes, in JSON's; of a list the elements that are legal, where *less
 * says that others were not. False if nothing can. */
MUSTCHECK bool gb_repair(
    enum setting_id id, const char *value, struct buf *out, bool *less);

#endif
