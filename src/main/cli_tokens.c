/* `keywheel tokens`: listing, adding, revoking. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/cache.h"
#include "store/db.h"
#include "store/tokens.h"

/* Nobody guesses one of 62^48. */
#define TOKEN_CHARACTERS 48

#define NAME_MAX_BYTES 100

int
cli_tokens_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"ID", "token_id", false},
	    {"NAME", "name", false},
	    {"TOKEN", "hint", false},
	    {"ADMIN", "admin", false},
	    {"ORIGIN", "origin", false},
	    {"CREATED", "created_at", true},
	    {"REVOKED", "revoked_at", true},
	    {"CACHE", "cache", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = tokens_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

static bool
is_name(const char *name)
{
	size_t len = strlen(name);
	if (len == 0 || len > NAME_MAX_BYTES || !text_is_utf8(name, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

/* Put it into the database and, if asked for, into the file. */
static int
add(struct cli *cli, const char *name, const char *token)
{
	struct buf why;
	int status = CLI_DONE;
	buf_init(&why, BUF_SMALL);
	switch (
	    tokens_add(cli->db, &cli->master, name, token, cli->admin, "cli")) {
	case TOKEN_ADDED:
		break;
	case TOKEN_NAME_TAKEN:
		cli_complain("there is a token %s already", name);
		status = CLI_FAILED;
		break;
	default:
		status = cli_database_failed(cli);
	}
	if (status == CLI_DONE && cli->token_file != NULL) {
		struct buf line;
		buf_init(&line, BUF_SMALL);
		buf_fmt(&line, "%s\n", token);
		if (!file_write_secret(
			cli->token_file, buf_cstr(&line), &why)) {
			cli_complain("%s", buf_cstr(&why));
			status = CLI_FAILED;
		}
		crypt_wipe(line.data, line.len);
		buf_clear(&line);
	}
	buf_clear(&why);
	return status;
}

static void
say_added(const struct cli *cli, const char *name, const char *token)
{
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", name);
		json_set_bool(o, "admin", cli->admin);
		if (cli->token_file == NULL)
			json_set_text(o, "token", token);
		else
			json_set_text(o, "token_file", cli->token_file);
		cli_say_json(o);
	} else if (cli->token_file != NULL)
		printf("token %s is in %s\n", name, cli->token_file);
	else
		printf("%s\n", token);
}

int
cli_tokens_add(struct cli *cli)
{
	const char *name = cli->words[0];
	if (!is_name(name))
		return cli_misuse("the name of a token is 1 to 100 bytes of "
				  "text without control characters");
	if (!cli_master(cli) || !cli_database(cli))
		return CLI_FAILED;
	if (!db_begin(cli->db))
		return cli_database_failed(cli);

	struct buf token;
	buf_init(&token, BUF_SMALL);
	crypt_random_text(&token, "sk-", TOKEN_CHARACTERS);
	int status = add(cli, name, buf_cstr(&token));
	if (!db_end(cli->db, status == CLI_DONE) && status == CLI_DONE)
		status = cli_database_failed(cli);
	if (status == CLI_DONE)
		say_added(cli, name, buf_cstr(&token));
	crypt_wipe(token.data, token.len);
	buf_clear(&token);
	return status;
}

/* --- of several tokens --------------------------------------------------- */

/* Do it to one; false if there is none of that name, or (*failed). */
typedef bool change_fn(struct cli *cli, const char *name, bool *failed);

/* All of them, or none if one is not there. done: what then is so, a word for
 * each line and for the member of the JSON. */
static int
change_all(struct cli *cli, change_fn *change, const char *done)
{
	if (!cli_database(cli))
		return CLI_FAILED;
	if (!db_begin(cli->db))
		return cli_database_failed(cli);

	int status = CLI_DONE;
	for (size_t i = 0; i < cli->n; i++) {
		bool failed;
		if (change(cli, cli->words[i], &failed))
			continue;
		status = CLI_FAILED;
		if (failed) {
			cli_database_failed(cli);
			break;
		}
		cli_complain("there is no token %s in use", cli->words[i]);
	}
	if (!db_end(cli->db, status == CLI_DONE) && status == CLI_DONE)
		status = cli_database_failed(cli);
	if (status != CLI_DONE)
		return status;

	struct json_object *names = json_object_new_array();
	for (size_t i = 0; i < cli->n; i++) {
		json_object_array_add(
		    names, json_object_new_string(cli->words[i]));
		if (!cli->json)
			printf("token %s: %s\n", cli->words[i], done);
	}
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set(o, done, names);
		cli_say_json(o);
	} else
		json_object_put(names);
	return CLI_DONE;
}

static bool
revoke(struct cli *cli, const char *name, bool *failed)
{
	return tokens_revoke(cli->db, name, failed);
}

int
cli_tokens_revoke(struct cli *cli)
{
	return change_all(cli, revoke, "revoked");
}

static const char *const switch_words[] = {
    [CACHE_BY_MODEL] = "models", [CACHE_ON] = "on", [CACHE_OFF] = "off"};

/* Which word it is; COUNT_OF(switch_words) if it is none. */
static size_t
find_switch(const char *word)
{
	size_t i = 0;
	while (i < COUNT_OF(switch_words) && !text_same(word, switch_words[i]))
		i++;
	return i;
}

static bool
switch_cache(struct cli *cli, const char *name, bool *failed)
{
	enum cache_switch to = (enum cache_switch)find_switch(cli->cache);
	return cache_switch_token(cli->db, name, to, failed);
}

int
cli_tokens_set(struct cli *cli)
{
	if (cli->cache == NULL)
		return cli_misuse("say what is to be changed: --cache");
	if (find_switch(cli->cache) == COUNT_OF(switch_words))
		return cli_misuse("--cache is on, off or models");
	return change_all(cli, switch_cache, "changed");
}
