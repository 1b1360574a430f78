/* What one page shows, from one call of one function. */
#ifndef KEYWHEEL_STORE_PAGE_DATA_H
#define KEYWHEEL_STORE_PAGE_DATA_H

#include "store/db.h"

struct json_object;

/* The JSON value that a statement gives as its first row's column `data`
 * ("select keywheel.job_page($1) as data"). NULL on failure, with db_error(),
 * or where it is null. The caller owns it. */
MUSTCHECK struct json_object *page_data(
    struct db *db, const char *sql, const struct db_args *args);

#endif
