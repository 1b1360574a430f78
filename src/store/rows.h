/* Rows as JSON, for lists that people and programs read. For this layer. */
#ifndef KEYWHEEL_STORE_ROWS_H
#define KEYWHEEL_STORE_ROWS_H

#include <libpq-fe.h>

struct json_object;

/* An array with an object a row; integers and booleans are such in JSON too,
 * everything else is text, SQL null is null. The caller owns it. */
struct json_object *rows_to_json(const PGresult *res);

#endif
