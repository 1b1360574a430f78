/* Files at Google, for the operator's page; they are resources
 * (store/resources.h). */
#ifndef KEYWHEEL_STORE_FILES_H
#define KEYWHEEL_STORE_FILES_H

#include <stdint.h>

struct db;
struct json_object;

/* Which files a page shows; what is 0 or NULL does not count. */
struct files_query {
	int64_t token_id;
	const char *state; /* ACTIVE */
	const char *text;  /* in their names */
	/* Behind the one of that name, made then: microseconds. */
	int64_t after_us;
	const char *after;
	int64_t limit;
};

/* {files, all, most, tokens}; NULL on failure. */
struct json_object *files_page(struct db *db, const struct files_query *query);

#endif
