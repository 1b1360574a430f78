/* A .env file, read and checked. For cli_env.c and cli_env_read.c. */
#ifndef KEYWHEEL_MAIN_CLI_ENV_H
#define KEYWHEEL_MAIN_CLI_ENV_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

struct cli_env {
	const char *path;
	int line[SETTING__MAX]; /* of the assignment that counts, 0: none */
	bool bad;               /* something was refused, and complained of */
	int in_force, kept;     /* settings that are, and that will be */
	struct json_object *values; /* for store_settings_put() */
	/* Lists of secrets of API_KEYS, ALLOWED_TOKENS …; NULL: not named. */
	struct json_object *secrets[SETTING__MAX];
	struct buf later, obsolete; /* names, for the notes */
};

/* Read and check the file. Every line that is refused is complained of; false
 * if there was one. Clear it either way. */
MUSTCHECK bool cli_env_read(struct cli_env *env, const char *path);
void cli_env_clear(struct cli_env *env);

/* Say on stderr what was accepted and has no effect (yet), or is weak. */
void cli_env_notes(const struct cli_env *env);

#endif
