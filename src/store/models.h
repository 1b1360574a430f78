/*
 * The models that Gemini lists, kept for all responders: the union over the
 * keys. Whoever finds the list too old and gets the claim asks Gemini with
 * the key it has leased and puts what it says; the others go on with the
 * list as it is.
 */
#ifndef KEYWHEEL_STORE_MODELS_H
#define KEYWHEEL_STORE_MODELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* What is kept: an array of Gemini's own model objects, by name, those that
 * no key can use marked by available and unavailableReason, and in
 * *age_ms how long ago the last list came; -1: none ever did. NULL on
 * failure. The caller owns it. */
struct json_object *models_load(struct db *db, int64_t *age_ms);

/* Only the names, without `models/`: {"name": true}. NULL on failure. The
 * caller owns it. */
struct json_object *models_names(struct db *db);

/* May the caller ask Gemini now? True for one caller among all, if the last
 * list is older than max_age_ms and nobody has claimed it in the last
 * minute: who does not come back, or fails, loses the claim by that. False
 * on failure too. */
MUSTCHECK bool models_claim(struct db *db, int64_t max_age_ms);

/* Put the whole list of one key: an array of objects as Gemini gives them,
 * {"name": "models/…", …}, of all pages. What has no legal name (that of
 * protocol/model_name.h) is passed over, what no list has named for three
 * days is dropped. If the set of names has changed, the settings' version
 * has too. False on failure. */
MUSTCHECK bool models_put(
    struct db *db, struct json_object *list, int64_t key_id);

/* The claim came to nothing, for that reason: kept for the operator. */
MUSTCHECK bool models_fail(struct db *db, const char *why);

/* Give the claim back: somebody else may ask at once. */
MUSTCHECK bool models_release(struct db *db);

#endif
