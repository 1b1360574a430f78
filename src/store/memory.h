/*
 * What requests recall and remember, on its way into the database: checked
 * and bounded, for it comes from clients and from Gemini, and one text that
 * PostgreSQL does not take would fail the whole call. For this layer.
 */
#ifndef KEYWHEEL_STORE_MEMORY_H
#define KEYWHEEL_STORE_MEMORY_H

struct json_object;

#define MEMORY_MAX_CALLS 64
#define MEMORY_MAX_CALL_ID 256            /* bytes */
#define MEMORY_MAX_SIGNATURE (256 * 1024) /* bytes */
#define MEMORY_MAX_QUIRKS 32

/* What is legal of request_facts.recall; the newest calls if there are too
 * many. NULL if nothing is left. The caller owns it; texts are shared. */
struct json_object *memory_recall(struct json_object *recall);

/* What is legal of account.remember, in the same way. */
struct json_object *memory_remember(struct json_object *remember);

#endif
