/*
 * Which of what gemini-balance keeps in several places counts. As it decides
 * that itself: what its database holds goes before the .env file, but for what
 * it takes from there alone, and a value in the database that it could not read
 * is as if it were not there. Of several databases the last counts.
 */
#ifndef KEYWHEEL_MAIN_GB_MERGE_H
#define KEYWHEEL_MAIN_GB_MERGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "main/cli_env.h"
#include "main/gb.h"

struct gb_merge {
	struct cli_env env;
	struct json_object *files; /* rows of all databases (gb_file_new) */
	int64_t gone;       /* so many more, which are not at Google any more */
	struct buf unknown; /* names that are no settings here */
	struct buf outdone; /* names of the .env file that do not count */
	struct buf kept;    /* names that stay at keywheel's default */

	bool from_database[SETTING__MAX];
	struct json_object *named; /* {NAME: value} of the .env file */
};

/* Take what the sources hold; false after complaints. Clear it either way. The
 * sources must live as long. */
MUSTCHECK bool gb_merge(
    struct gb_merge *m, const struct gb_source *sources, size_t n);
void gb_merge_clear(struct gb_merge *m);

/* Say on stderr what was not taken, and why. */
void gb_merge_notes(const struct gb_merge *m);

#endif
