/*
 * A .env file as settings: each assignment checked against the table. Of
 * several of one name the last counts, as python-dotenv has it.
 */
#ifndef KEYWHEEL_BASE_SETTING_ENV_H
#define KEYWHEEL_BASE_SETTING_ENV_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

enum setting_env_kind {
	SETTING_ENV_VALUE,   /* text: its value */
	SETTING_ENV_DEFAULT, /* it is empty: the default is to be in force */
	SETTING_ENV_SECRETS, /* of SETTING_KEYS or _TOKENS; text: a JSON list */
	SETTING_ENV_OBSOLETE, /* it has no meaning here */
	SETTING_ENV_UNKNOWN,  /* there is none of that name; id is not set */
	SETTING_ENV_BAD,      /* why: what is wrong with it */
};

/* One assignment that counts; texts are valid during the call. */
struct setting_env_line {
	enum setting_env_kind kind;
	enum setting_id id;
	int line;
	const char *name;
	const char *text; /* in canonical form */
	const char *why;
};

typedef void setting_env_fn(void *ctx, const struct setting_env_line *line);

/* Call fn for each, in the order of the file. False if a line is malformed, up
 * to which fn was called: its number and the reason are appended to why. */
MUSTCHECK bool setting_env_read(const char *text, size_t len,
    setting_env_fn *fn, void *ctx, struct buf *why);

/* The same for one value of a known setting, wherever it comes from. */
void setting_env_judge(enum setting_id id, int line, const char *value,
    setting_env_fn *fn, void *ctx);

#endif
