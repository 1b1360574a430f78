/* Settings, keys and tokens as a .env file has them, read and checked. For
 * cli_env.c, cli_env_read.c and what gemini-balance's database brings. */
#ifndef KEYWHEEL_MAIN_CLI_ENV_H
#define KEYWHEEL_MAIN_CLI_ENV_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"
#include "base/setting_env.h"

struct cli;

struct cli_env {
	const char *path; /* of what is read */
	bool lenient;     /* what is bad in it is left out, not refused */
	/* Of the assignment that counts; NULL: there is none; 0: no line. */
	const char *from[SETTING__MAX];
	int line[SETTING__MAX];
	bool bad; /* something was refused, and complained of */
	struct json_object *values; /* for store_settings_put() */
	/* Lists of secrets of API_KEYS, ALLOWED_TOKENS …; NULL: not named. */
	struct json_object *secrets[SETTING__MAX];
	struct buf later, obsolete; /* names, for the notes */
};

void cli_env_init(struct cli_env *env, const char *path);
void cli_env_clear(struct cli_env *env);

/* Take one assignment over. Complains of what is refused or left out. */
void cli_env_take(struct cli_env *env, const struct setting_env_line *line);

/* How many settings are in force, or (kept) will be. */
int cli_env_count(const struct cli_env *env, bool kept);

/* Read and check the file. Every line that is refused is complained of; false
 * if there was one. Clear it either way. */
MUSTCHECK bool cli_env_read(struct cli_env *env, const char *path);

/* Say on stderr which tokens are weak; and what else was accepted and has no
 * effect (yet). */
void cli_env_note_weak(const struct cli_env *env);
void cli_env_notes(const struct cli_env *env);

struct cli_env_tally {
	int64_t added, restored, known, gone;
};

/* Bringing it in. */
struct cli_env_load {
	struct cli *cli;
	struct cli_env *env;
	const char *origin; /* of keys and tokens */
	const char *source; /* for the history of settings */
	bool only_adds;     /* no key and no token goes */
	bool dry;           /* it is all taken back */
	/* What else belongs to it, NULL: nothing. False after a complaint. */
	bool (*more)(struct cli_env_load *load);
	void *ctx;
	/* What was done. */
	int64_t changed; /* settings */
	struct cli_env_tally keys, tokens;
};

/* All of it in one transaction, or nothing; the exit status. */
int cli_env_bring(struct cli_env_load *load);

/* For programs; gone: what that member is called, NULL: there is none. The
 * caller owns it. */
struct json_object *cli_env_tally_json(
    const struct cli_env_tally *tally, const char *gone);

#endif
