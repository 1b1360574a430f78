/*
 * What projects of ours hold at Google (sql/functions/068_resources.sql):
 * lists of it. How it is kept and whose it is: store/requests.h.
 */
#ifndef KEYWHEEL_STORE_RESOURCES_H
#define KEYWHEEL_STORE_RESOURCES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct master_key;

/* Which of them are listed. */
struct resources_query {
	int64_t token_id; /* what it may see */
	const char *kind; /* "files" */
	int64_t limit;
	const char *after; /* the name that the page comes after, or NULL */
	bool oldest_first;
	struct json_object *facts; /* only those with these facts, or NULL */
};

/* An array of {"name", "facts"}; NULL on failure. The caller owns it. */
struct json_object *resources_list(
    struct db *db, const struct resources_query *query);

/* One thing, and a key that can delete it. */
struct old_resource {
	char name[264], scope[128], pool[32];
	char *secret; /* of the key; resources_clear_old() wipes it */
};

/* Those of a kind that are older, the oldest first, behind so many of them:
 * their number, up to n; -1 on failure. */
int resources_old(struct db *db, const struct master_key *master,
    const char *kind, int64_t age_s, int64_t skip, struct old_resource *found,
    int n);

/* The same of those files of an array of {"name", "scope"} that there are. One
 * whose key is not in use is not among them. */
int resources_chosen_files(struct db *db, const struct master_key *master,
    struct json_object *chosen, struct old_resource *found, int n);
void resources_clear_old(struct old_resource *one);

/* They are gone at Google: an array of {"name", "scope"}. */
MUSTCHECK bool resources_drop(struct db *db, struct json_object *gone);

#endif
