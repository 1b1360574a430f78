/*
 * Clearing logs, cache, signatures or files: step by step, until nothing is
 * left, or only what is in use and stays so. For the page and the command line.
 */
#ifndef KEYWHEEL_GATEWAY_CLEARING_H
#define KEYWHEEL_GATEWAY_CLEARING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

struct db;
struct json_object;

struct clearing {
	struct db *db;
	const char *what; /* one of clear_kinds (store/clear.h) */
	int64_t age_s;    /* only what is older; 0: everything */
	const char *by;   /* for the record */
	int64_t wait_ms;  /* so long for what is in use */
	int64_t limit_ms; /* no longer than that altogether */
};

enum cleared {
	CLEARED_ALL,
	CLEARED_PART,   /* why says what is left */
	CLEARED_NOT,    /* somebody else does it: why says who */
	CLEARED_FAILED, /* of the database; db_error() */
};

/* *removed: {what: how many}, also of a part; NULL with NOT and FAILED. The
 * caller owns it. why: one line, appended. */
MUSTCHECK enum cleared clearing_run(
    const struct clearing *c, struct json_object **removed, struct buf *why);

/* Append such counts in words: "1204 requests, 1 failed attempt"; "nothing". */
void clearing_words(struct json_object *removed, struct buf *out);

#endif
