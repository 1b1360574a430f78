/*
 * Which keys a list shows, as its address says: the same words in the query of
 * a page and in the filter that is posted to have all of them changed.
 *
 *	/keys?state=resting&pool=gemini&q=team&model=gemini-2.5-pro
 */
#ifndef KEYWHEEL_ADMIN_KEY_FILTER_H
#define KEYWHEEL_ADMIN_KEY_FILTER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_object;
struct master_key;

/*
 * The filter of a query, for keywheel.matching_keys() (sql/functions/
 * 076_key_pages.sql says what its members mean): an object of q, hash, state,
 * pool, project, faults, code, model, model_is; what is absent or empty is
 * left out. A q that is a whole key becomes its hash. The caller owns it.
 *
 * NULL if something is no legal value: nothing may be taken for found then.
 * errors, an object or NULL, is told of each, by the name of its field, as a
 * message.
 */
MUSTCHECK struct json_object *key_filter_read(const char *query,
    const struct master_key *master, struct json_object *errors);

/* Append the filter as a query, without what is not legal; a whole key is its
 * hash there, so that none is in an address. */
void key_filter_write(
    const char *query, const struct master_key *master, struct buf *out);

/* Is that what somebody would paste who looks for a whole key? */
bool key_filter_is_key(const char *text);

#endif
