/*
 * Quirks: what a model has refused before, so that it is not asked for again
 * (contract 1.9). requests_end() learns them; they are forgotten after a
 * week. Each change is a new version of the settings.
 */
#ifndef KEYWHEEL_STORE_QUIRKS_H
#define KEYWHEEL_STORE_QUIRKS_H

#include <stdint.h>

struct db;
struct json_object;

/* All of them: {"model": ["no_logprobs", …]}. NULL on failure. The caller
 * owns it. */
struct json_object *quirks_load(struct db *db);

/* The same for people: an array of {model, quirk, learned_at}. NULL on
 * failure. The caller owns it. */
struct json_object *quirks_list(struct db *db);

/* Forget those of a model, or all (NULL); how many, or -1 on failure. */
int64_t quirks_forget(struct db *db, const char *model);

#endif
