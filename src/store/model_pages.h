/* What the pages of models show (sql/functions/080_model_pages.sql). */
#ifndef KEYWHEEL_STORE_MODEL_PAGES_H
#define KEYWHEEL_STORE_MODEL_PAGES_H

#include <stdbool.h>

#include "base/attr.h"

struct db;
struct json_object;

/* {list: {fetched_at, error, error_at}, rows}: all models, or those of an
 * array of names (NULL: all) that there are. NULL on failure; the caller owns
 * the result. */
struct json_object *model_pages_list(struct db *db, struct json_object *names);

/* {row: null} if nothing is known of a model of that name. Likewise. */
struct json_object *model_pages_one(
    struct db *db, const char *name, const char *range);

/* Put a price: {model, valid_from, currency, prompt, cached, answer}, numbers
 * as texts; without any of the three numbers the price of that day goes. */
MUSTCHECK bool model_pages_put_price(
    struct db *db, struct json_object *price, const char *by);

#endif
