/*
 * What the commands of `keywheel` share: the options, the database that is
 * opened when it is first needed, and how they speak to people and programs.
 */
#ifndef KEYWHEEL_MAIN_CLI_H
#define KEYWHEEL_MAIN_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "main/bootstrap.h"
#include "pool/key_attribute.h"
#include "store/token_changes.h"

struct db;
struct json_object;

/* The exit status. */
enum { CLI_DONE, CLI_FAILED, CLI_MISUSED };

struct cli {
	/* Options; NULL or false where they are not given. */
	const char *conf, *origin, *state;
	const char *attribute[KEY__ATTRIBUTES]; /* as they are given */
	const char *cache, *older_than;
	const char *expires, *addresses, *limits, *shadow, *keep;
	const char *token_file, *client_token_file, *admin_token_file;
	bool json, admin, client, check_only, dry_run, all_or_nothing, verbose,
	    all;

	/* The command's second word, or NULL; the words behind the command. */
	const char *second;
	size_t n;
	char **words;

	/* There once cli_database() or cli_master() said so. */
	struct bootstrap bootstrap;
	struct master_key master;
	struct db *db;
	bool has_bootstrap, has_master;
};

/* Read the bootstrap values; read the master key; connect to the database
 * (with the runtime role). Each does what it needs first, once; false after a
 * complaint. */
MUSTCHECK bool cli_bootstrap(struct cli *cli);
MUSTCHECK bool cli_master(struct cli *cli);
MUSTCHECK bool cli_database(struct cli *cli);
void cli_clear(struct cli *cli);

/* One line on stderr, `keywheel: …`; what looks like a secret is blacked
 * out. */
void cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Complain of what db_error() says; CLI_FAILED. */
int cli_database_failed(struct cli *cli);

/* Who has called, for histories: the name of the account here. Borrowed until
 * the next call. */
const char *cli_who(void);

/* Complain of wrong usage; CLI_MISUSED. */
int cli_misuse(const char *why);

/* Write the value on stdout, compact, on one line. Takes it over. */
void cli_say_json(struct json_object *value);

/* The array's texts, borrowed from it; free() the result. */
const char **cli_texts(struct json_object *array);

/* A column of a list: a member of the rows, as it is or (time) a timestamp of
 * PostgreSQL's without its fraction. Numbers and booleans are told by their
 * type; null and the empty text are a dash. */
struct cli_column {
	const char *heading, *member;
	bool time;
};

/* Print the rows as an aligned table, or as JSON if that is asked for. Takes
 * them over. */
void cli_table_print(const struct cli *cli, const struct cli_column *columns,
    size_t n, struct json_object *rows);

/* What the options say of keys: {pool, project, weight, models, reserve,
 * note}, those that are given. The caller owns it; NULL after complaints. */
struct json_object *cli_attributes(const struct cli *cli);

/* What the options say of tokens, for keywheel.put_token_rules(), and a name
 * (NULL: none). The caller owns it; NULL after complaints. */
struct json_object *cli_token_rules(const struct cli *cli, const char *name);
/* Complain if it was not done; the exit status. */
int cli_token_done(struct cli *cli, const char *name, enum token_change change);
/* Give the token of that name another secret. */
enum token_change cli_token_rotate(struct cli *cli, const char *name,
    const struct token_secret *secret, int64_t keep_s);

/* The commands; each gives the exit status. */
int cli_keys_list(struct cli *cli);
int cli_keys_add(struct cli *cli);
int cli_keys_import(struct cli *cli);
int cli_keys_set(struct cli *cli);
int cli_keys_events(struct cli *cli);
int cli_keys_enable(struct cli *cli);
int cli_keys_disable(struct cli *cli);
int cli_keys_remove(struct cli *cli);
int cli_limits_list(struct cli *cli);
int cli_limits_set(struct cli *cli);
int cli_limits_forget(struct cli *cli);
int cli_rests_list(struct cli *cli);
int cli_rests_end(struct cli *cli);
int cli_alarms_list(struct cli *cli);
int cli_alerts_list(struct cli *cli);
int cli_alerts_test(struct cli *cli);
int cli_tokens_list(struct cli *cli);
int cli_tokens_add(struct cli *cli);
int cli_tokens_set(struct cli *cli);
int cli_tokens_revoke(struct cli *cli);
int cli_tokens_disable(struct cli *cli);
int cli_tokens_enable(struct cli *cli);
int cli_tokens_rotate(struct cli *cli);
int cli_clear_list(struct cli *cli);
int cli_clear_run(struct cli *cli);
int cli_proxies_list(struct cli *cli);
int cli_proxies_check(struct cli *cli);
int cli_quirks_list(struct cli *cli);
int cli_quirks_forget(struct cli *cli);
int cli_deadlines_list(struct cli *cli);
int cli_deadlines_compute(struct cli *cli);
int cli_settings_get(struct cli *cli);
int cli_settings_set(struct cli *cli);
int cli_settings_unset(struct cli *cli);
int cli_env_load(struct cli *cli);
int cli_gb_import(struct cli *cli);
int cli_check_run(struct cli *cli);
int cli_explain_run(struct cli *cli);
int cli_jobs_list(struct cli *cli);
int cli_jobs_run(struct cli *cli);
int cli_jobs_history(struct cli *cli);
int cli_tasks_list(struct cli *cli);
int cli_tasks_stop(struct cli *cli);
int cli_migrate_run(struct cli *cli);
int cli_migrate_make_master_key(struct cli *cli);
int cli_master_key_show(struct cli *cli);
int cli_master_key_add(struct cli *cli);
int cli_master_key_rotate(struct cli *cli);
int cli_master_key_finish(struct cli *cli);
int cli_master_key_lost(struct cli *cli);

#endif
