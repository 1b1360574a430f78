/*
 * Times in a reader's zone, by the zone database that libc uses.
 *
 * libc has one zone for the whole process, the variable TZ: between
 * zone_enter() and zone_leave() it is the reader's. Nothing else in these
 * programs asks libc for local times.
 */
#ifndef KEYWHEEL_BASE_ZONE_H
#define KEYWHEEL_BASE_ZONE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

#define ZONE_MAX 64

/* Is that the name of a zone, "Europe/Berlin"? It has a file in the database
 * (TZDIR, else /usr/share/zoneinfo), and does not climb out of it. */
bool zone_exists(const char *name);

/* From now on times are of this zone, which exists; until zone_leave(). */
void zone_enter(const char *name);
void zone_leave(void);

enum zone_form {
	ZONE_MINUTES, /* 2026-11-21 16:05 */
	ZONE_SECONDS, /* 2026-11-21 16:05:30 */
	ZONE_WHOLE,   /* 2026-11-21 16:05:30 +08:00 (Asia/Shanghai) */
};

/* Append a time that is written in UTC (2026-01-02T03:04:05Z, a blank for the
 * T; a fraction of the second is left out) as the zone has it. False if it is
 * written otherwise. */
MUSTCHECK bool zone_tell(const char *utc, enum zone_form form, struct buf *out);

#endif
