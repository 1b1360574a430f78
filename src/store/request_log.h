/*
 * The lists of requests and of errors, for pages: sql/functions/079_logs*.sql
 * say what a filter, a page and a place are. What is "requests" or "errors".
 */
#ifndef KEYWHEEL_STORE_REQUEST_LOG_H
#define KEYWHEEL_STORE_REQUEST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* One page: keywheel.log_list(). NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *request_log_list(struct db *db, const char *what,
    struct json_object *filter, struct json_object *page);

/* How many rows the filter finds: {n, more}; looks for budget_ms at most.
 * NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *request_log_count(struct db *db, const char *what,
    struct json_object *filter, int64_t budget_ms);

/* Delete a batch of what the filter finds; next says where it ended ("" at
 * first), and where to go on; "": that was all. How many, or -1 on failure. */
MUSTCHECK int64_t request_log_delete(struct db *db, const char *what,
    struct json_object *filter, struct buf *next);

/* Delete the rows of these places, an array of texts; how many, or -1. */
MUSTCHECK int64_t request_log_delete_rows(
    struct db *db, const char *what, struct json_object *places);

/* The numbers of the keys of these rows, each once, max at most; how many, or
 * -1 on failure. */
MUSTCHECK int64_t request_log_keys(struct db *db, const char *what,
    struct json_object *places, int64_t *keys, size_t max);

/* All of one request: keywheel.request_page(). NULL if there is none, or on
 * failure (*failed). The caller owns it. */
MUSTCHECK struct json_object *request_log_one(
    struct db *db, const char *id, bool *failed);

/* The newest requests that their clients call so, most of them:
 * keywheel.requests_called(). NULL on failure. The caller owns it. */
MUSTCHECK struct json_object *request_log_called(
    struct db *db, const char *client_id, int64_t most);

/* Append the body that was recorded of it; nothing if there is none, or if
 * this master key does not open it. False on failure. */
MUSTCHECK bool request_log_body(struct db *db, const struct master_key *master,
    const char *id, struct buf *body);

#endif
