/* Files that another gateway has made at Google with keys of ours
 * (sql/functions/041_import_files.sql). */
#ifndef KEYWHEEL_STORE_FILE_IMPORT_H
#define KEYWHEEL_STORE_FILE_IMPORT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

struct db;
struct json_object;

/* What became of them. */
struct file_tally {
	int64_t taken, known;
	int64_t no_key, no_token; /* whose key or token is not here */
};

/* files: [{"name", "api_key", "user_token", "created_at", "expires_at",
 * "facts"}]. False if the database failed. */
MUSTCHECK bool file_import(struct db *db, const struct master_key *master,
    struct json_object *files, struct file_tally *tally);

#endif
