/*
 * What requests recall and remember, on its way into the database: checked
 * and bounded, for it comes from clients and from Gemini, and one text that
 * PostgreSQL does not take would fail the whole call. For this layer.
 */
#ifndef KEYWHEEL_STORE_MEMORY_H
#define KEYWHEEL_STORE_MEMORY_H

#include <stdbool.h>

#include "base/attr.h"

struct db;
struct db_args;
struct json_object;
struct request_facts;

#define MEMORY_MAX_CALLS 64
#define MEMORY_MAX_CALL_ID 256            /* bytes */
#define MEMORY_MAX_SIGNATURE (256 * 1024) /* bytes */
#define MEMORY_MAX_QUIRKS 32
#define MEMORY_MAX_RESOURCES 4096
#define MEMORY_MAX_NAME 256 /* bytes, of a resource */

/* What is legal of request_facts.recall; the newest calls if there are too
 * many. NULL if nothing is left. The caller owns it; texts are shared. */
struct json_object *memory_recall(struct json_object *recall);

/* All that the first call wishes: that, and what is legal of resources, sticky
 * and upload. In the same way. */
struct json_object *memory_wishes(const struct request_facts *facts);

/* What is legal of account.remember, in the same way. */
struct json_object *memory_remember(struct json_object *remember);

/* Outside of the account: a statement whose last argument is that. Nothing
 * legal: nothing is done. */
MUSTCHECK bool memory_note(struct db *db, const char *sql, struct db_args *args,
    struct json_object *remember);

#endif
