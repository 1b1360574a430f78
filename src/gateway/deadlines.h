/*
 * The job that lets deadlines follow what was measured (pool/deadline.h). It
 * takes a second or two however large the account is, and waits for nobody.
 */
#ifndef KEYWHEEL_GATEWAY_DEADLINES_H
#define KEYWHEEL_GATEWAY_DEADLINES_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct db;
struct settings;

/* Compute all deadlines anew and put them in force; models that
 * DEADLINE_OVERRIDES names have none. A line for people is appended to
 * message, also of a failure. */
MUSTCHECK bool deadlines_compute(
    struct db *db, const struct settings *settings, struct buf *message);

#endif
