/* Limits: how much a project may use of a model, and has. */
#ifndef KEYWHEEL_STORE_LIMITS_H
#define KEYWHEEL_STORE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* All of them: an array of {scope, model, kind, value, source, used,
 * resets_at}; kind: rpm, tpm, rpd, tpd; source: learned, set. NULL on failure.
 * The caller owns it. */
struct json_object *limits_list(struct db *db);

/* Set one; value < 0 takes it away. *changed: did that change anything? False
 * on failure. */
MUSTCHECK bool limits_set(struct db *db, const char *scope, const char *model,
    const char *kind, int64_t value, bool *changed);

#endif
