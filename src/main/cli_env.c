/* `keywheel load-env`: settings, keys and tokens of a .env file. */
#include "main/cli_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "main/cli.h"
#include "store/db.h"
#include "store/key_intake.h"
#include "store/keys.h"
#include "store/settings.h"
#include "store/tokens.h"

/* No file names that many tokens; a bound for the search of a free name. */
#define MAX_TOKENS 100000

/* The pool that the keys of a name go to. */
static const struct {
	enum setting_id id;
	const char *pool;
} pools[] = {
    {SETTING_ID_API_KEYS, "gemini"},
    {SETTING_ID_VERTEX_API_KEYS, "vertex"},
    {SETTING_ID_PAID_KEY, "paid"},
};

/* --- keys --------------------------------------------------------------- */

static bool
remove_keys(struct cli_env_load *l, size_t i)
{
	struct json_object *list = l->env->secrets[pools[i].id];
	if (list == NULL)
		return true;
	const char **keys = cli_texts(list);
	int64_t removed = keys_remove_except(l->cli->db, &l->cli->master,
	    pools[i].pool, l->origin, keys, json_count(list));
	free(keys);
	l->keys.gone += removed;
	return removed >= 0;
}

/* Gather the keys of a name. */
static bool
gather_keys(struct cli_env_load *l, size_t i, struct key_intake *in)
{
	struct json_object *list = l->env->secrets[pools[i].id];
	struct json_object *attributes = json_object_new_object();
	bool ok = true;
	json_set_text(attributes, "pool", pools[i].pool);
	for (size_t k = 0; ok && k < json_count(list); k++)
		ok = key_intake_take(
		    in, json_object_get_string(json_at(list, k)), attributes);
	json_object_put(attributes);
	if (!ok && key_intake_is_full(in))
		cli_complain("%s: there are more than %d keys", l->env->path,
		    KEY_INTAKE_MAX);
	else if (!ok)
		cli_complain(
		    "MASTER_KEY_FILE does not hold the key that seals");
	return ok;
}

static bool
add_keys(struct cli_env_load *l)
{
	struct key_intake in;
	bool ok = true;
	key_intake_init(&in, &l->cli->master);
	for (size_t i = 0; ok && i < COUNT_OF(pools); i++)
		ok = gather_keys(l, i, &in);
	ok = ok && key_intake_send(&in, l->cli->db, l->origin, false);
	l->keys.added += (int64_t)key_intake_count(&in, KEY_ADDED);
	l->keys.restored += (int64_t)key_intake_count(&in, KEY_RESTORED);
	l->keys.known += (int64_t)(key_intake_count(&in, KEY_KNOWN) +
	    key_intake_count(&in, KEY_TWICE));
	key_intake_clear(&in);
	return ok;
}

/* A key may have moved from one pool to another: first all that go, then all
 * that come. */
static bool
load_keys(struct cli_env_load *l)
{
	for (size_t i = 0; !l->only_adds && i < COUNT_OF(pools); i++)
		if (!remove_keys(l, i))
			return false;
	return add_keys(l);
}

/* --- tokens ------------------------------------------------------------- */

static bool
is_among(struct json_object *list, const char *text)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (strcmp(json_object_get_string(json_at(list, i)), text) == 0)
			return true;
	return false;
}

/* A token that is named for both is the administrator's, who may do all that
 * clients may. */
static struct json_object *
only_clients(struct json_object *clients, struct json_object *admins)
{
	if (clients == NULL)
		return NULL;
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(clients); i++) {
		struct json_object *token = json_at(clients, i);
		if (!is_among(admins, json_object_get_string(token)))
			json_object_array_add(list, json_object_get(token));
	}
	return list;
}

static bool
revoke_tokens(struct cli_env_load *l, bool admin, struct json_object *list)
{
	if (list == NULL || l->only_adds)
		return true;
	const char **tokens = cli_texts(list);
	int64_t revoked = tokens_revoke_except(l->cli->db, &l->cli->master,
	    l->origin, admin, tokens, json_count(list));
	free(tokens);
	l->tokens.gone += revoked;
	return revoked >= 0;
}

/* The name for the number: env-1; env-admin, env-admin-2. */
static void
write_name(struct buf *name, const char *origin, bool admin, int number)
{
	buf_reset(name);
	if (!admin)
		buf_fmt(name, "%s-%d", origin, number);
	else if (number == 1)
		buf_fmt(name, "%s-admin", origin);
	else
		buf_fmt(name, "%s-admin-%d", origin, number);
}

/* Add each under the first name that is free. */
static bool
add_tokens(struct cli_env_load *l, bool admin, struct json_object *list)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	bool ok = true;
	int number = 1;
	for (size_t i = 0; ok && i < json_count(list); i++) {
		const char *token = json_object_get_string(json_at(list, i));
		enum token_added added = TOKEN_NAME_TAKEN;
		for (; added == TOKEN_NAME_TAKEN && number < MAX_TOKENS;
		     number += added == TOKEN_NAME_TAKEN) {
			write_name(&name, l->origin, admin, number);
			added = tokens_add(l->cli->db, &l->cli->master,
			    buf_cstr(&name), token, admin, l->origin);
		}
		l->tokens.added += added == TOKEN_ADDED;
		l->tokens.restored += added == TOKEN_RESTORED;
		l->tokens.known += added == TOKEN_KNOWN;
		ok = added != TOKEN_FAILED && added != TOKEN_NAME_TAKEN;
	}
	buf_clear(&name);
	return ok;
}

/* First all that go, then all that come: a token may have changed its role. */
static bool
load_tokens(struct cli_env_load *l)
{
	struct json_object *admins = l->env->secrets[SETTING_ID_AUTH_TOKEN];
	struct json_object *clients =
	    only_clients(l->env->secrets[SETTING_ID_ALLOWED_TOKENS], admins);
	bool ok = revoke_tokens(l, false, clients) &&
	    revoke_tokens(l, true, admins) && add_tokens(l, true, admins) &&
	    add_tokens(l, false, clients);
	json_object_put(clients);
	return ok;
}

/* The first token of a name into the file, if both are given. */
static bool
write_token(const struct cli_env_load *l, enum setting_id id, const char *path)
{
	struct json_object *list = l->env->secrets[id];
	if (path == NULL || json_count(list) == 0)
		return true;
	struct buf line, why;
	buf_init(&line, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	buf_fmt(&line, "%s\n", json_object_get_string(json_at(list, 0)));
	bool ok = file_write_secret(path, buf_cstr(&line), &why);
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	crypt_wipe(line.data, line.len);
	buf_clear(&why);
	buf_clear(&line);
	return ok;
}

/* --- all together ------------------------------------------------------- */

static bool
load_settings(struct cli_env_load *l)
{
	if (json_object_object_length(l->env->values) == 0)
		return true;
	l->changed = store_settings_put(
	    l->cli->db, l->env->values, cli_who(), l->source);
	return l->changed >= 0;
}

int
cli_env_bring(struct cli_env_load *l)
{
	struct cli *cli = l->cli;
	if (!cli_master(cli) || !cli_database(cli))
		return CLI_FAILED;
	if (!db_begin(cli->db))
		return cli_database_failed(cli);

	int status = CLI_DONE;
	if (!load_settings(l) || !load_keys(l) || !load_tokens(l))
		status = cli_database_failed(cli);
	else if (!write_token(
		     l, SETTING_ID_ALLOWED_TOKENS, cli->client_token_file) ||
	    !write_token(l, SETTING_ID_AUTH_TOKEN, cli->admin_token_file) ||
	    (l->more != NULL && !l->more(l)))
		status = CLI_FAILED;
	bool keep = status == CLI_DONE && !l->dry;
	if (!db_end(cli->db, keep) && keep)
		status = cli_database_failed(cli);
	return status;
}

struct json_object *
cli_env_tally_json(const struct cli_env_tally *t, const char *gone)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "added", t->added);
	json_set_int(o, "restored", t->restored);
	json_set_int(o, "known", t->known);
	if (gone != NULL)
		json_set_int(o, gone, t->gone);
	return o;
}

static void
say_loaded(const struct cli_env_load *l)
{
	const struct cli_env *env = l->env;
	if (!l->cli->json) {
		printf("settings: %d in force, keys: %lld added, %lld removed, "
		       "tokens: %lld added, %lld revoked\n",
		    cli_env_count(env, false),
		    (long long)(l->keys.added + l->keys.restored),
		    (long long)l->keys.gone,
		    (long long)(l->tokens.added + l->tokens.restored),
		    (long long)l->tokens.gone);
		return;
	}
	struct json_object *o = json_object_new_object();
	struct json_object *settings = json_object_new_object();
	json_set_int(settings, "in_force", cli_env_count(env, false));
	json_set_int(settings, "kept", cli_env_count(env, true));
	json_set_int(settings, "changed", l->changed);
	json_set(o, "settings", settings);
	json_set(o, "keys", cli_env_tally_json(&l->keys, "removed"));
	json_set(o, "tokens", cli_env_tally_json(&l->tokens, "revoked"));
	cli_say_json(o);
}

/* What a file that was only checked would bring. */
static void
say_checked(const struct cli *cli, const struct cli_env *env)
{
	long long keys = 0;
	for (size_t i = 0; i < COUNT_OF(pools); i++)
		keys += (long long)json_count(env->secrets[pools[i].id]);
	long long tokens =
	    (long long)(json_count(env->secrets[SETTING_ID_ALLOWED_TOKENS]) +
		json_count(env->secrets[SETTING_ID_AUTH_TOKEN]));
	if (!cli->json) {
		printf("settings: %d in force, keys: %lld, tokens: %lld\n",
		    cli_env_count(env, false), keys, tokens);
		return;
	}
	struct json_object *o = json_object_new_object();
	json_set_int(o, "settings",
	    cli_env_count(env, false) + cli_env_count(env, true));
	json_set_int(o, "keys", keys);
	json_set_int(o, "tokens", tokens);
	cli_say_json(o);
}

int
cli_env_load(struct cli *cli)
{
	const char *origin = cli->origin ? cli->origin : "env";
	if (strcmp(origin, "env") != 0 && strcmp(origin, "demo") != 0)
		return cli_misuse("the origin is env or demo");

	struct cli_env env;
	struct cli_env_load l = {
	    .cli = cli, .env = &env, .origin = origin, .source = "env"};
	int status = CLI_FAILED;
	if (cli_env_read(&env, cli->words[0])) {
		cli_env_notes(&env);
		status = cli->check_only ? CLI_DONE : cli_env_bring(&l);
		if (status == CLI_DONE && cli->check_only)
			say_checked(cli, &env);
		else if (status == CLI_DONE)
			say_loaded(&l);
	}
	cli_env_clear(&env);
	return status;
}
