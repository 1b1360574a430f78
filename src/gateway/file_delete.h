/* Deleting files at Google outside of a request of theirs. */
#ifndef KEYWHEEL_GATEWAY_FILE_DELETE_H
#define KEYWHEEL_GATEWAY_FILE_DELETE_H

#include <stdbool.h>

#include "base/attr.h"

struct direct;
struct old_resource;

/* Delete n files, up to EXCHANGE_LANES, side by side, each with a key of its
 * project; what is gone, whoever has deleted it, is forgotten here as well.
 * *gone: how many. False: the database failed. */
MUSTCHECK bool file_delete(const struct direct *way,
    const struct old_resource *files, int n, int *gone);

#endif
