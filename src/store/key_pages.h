/* What the pages of keys show, one call a page. */
#ifndef KEYWHEEL_STORE_KEY_PAGES_H
#define KEYWHEEL_STORE_KEY_PAGES_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct json_object;

/* Which part of a list. */
struct key_pages_part {
	const char *sort; /* number, state, last_use, faults, uses, project */
	bool down;
	int64_t offset, limit;
	int64_t most; /* what matches is counted up to here */
};

/* Each of them is NULL on failure; the caller owns it. What is in them:
 * sql/functions/076_key_*.sql. */

/* filter: as admin/key_filter.h makes it. */
struct json_object *key_pages_list(struct db *db, struct json_object *filter,
    const struct key_pages_part *part);

/* before: events of its history that are older than that one; 0: the newest.
 * range: of the chart, "24h" … No member `key`: there is none of that
 * number. */
struct json_object *key_pages_one(struct db *db, int64_t key_id, int64_t before,
    int64_t events, const char *range);

/* The keys with most attempts that failed with a status of upstream's. */
struct json_object *key_pages_attention(
    struct db *db, int64_t code, int64_t limit);

#endif
