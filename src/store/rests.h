/* Rests of models for everybody, whichever the key: storms and the like. */
#ifndef KEYWHEEL_STORE_RESTS_H
#define KEYWHEEL_STORE_RESTS_H

#include <stdint.h>

struct db;
struct json_object;

/* Those in force: an array of {model, reason, since, until}; model "*": all
 * models. NULL on failure. The caller owns it. */
struct json_object *rests_list(struct db *db);

/* End that of a model, or all (NULL), and its alarm; how many, -1 on
 * failure. */
int64_t rests_end(struct db *db, const char *model, const char *cause);

#endif
