/* `keywheel tokens`: listing, and new secrets. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/token_changes.h"
#include "store/tokens.h"

/* Nobody guesses one of 62^48. */
#define TOKEN_CHARACTERS 48

#define MAX_KEEP_S (30 * 86400)

int
cli_tokens_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"ID", "token_id", false},
	    {"NAME", "name", false},
	    {"TOKEN", "hint", false},
	    {"ADMIN", "admin", false},
	    {"STATE", "state", false},
	    {"ORIGIN", "origin", false},
	    {"CREATED", "created_at", true},
	    {"EXPIRES", "expires_at", true},
	    {"REVOKED", "revoked_at", true},
	    {"CACHE", "cache", false},
	    {"MODELS", "models", false},
	    {"ADDRESSES", "addresses", false},
	    {"LIMITS", "limits", false},
	    {"NOTE", "note", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = tokens_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* Write it to the file that is asked for. */
static int
write_file(const struct cli *cli, const char *token)
{
	struct buf why, line;
	if (cli->token_file == NULL)
		return CLI_DONE;
	buf_init(&why, BUF_SMALL);
	buf_init(&line, BUF_SMALL);
	buf_fmt(&line, "%s\n", token);
	bool ok = file_write_secret(cli->token_file, buf_cstr(&line), &why);
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	crypt_wipe(line.data, line.len);
	buf_clear(&line);
	buf_clear(&why);
	return ok ? CLI_DONE : CLI_FAILED;
}

static void
say_secret(
    const struct cli *cli, const char *name, const char *token, bool fresh)
{
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "name", name);
		if (fresh)
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

/* Make a secret, have it put into the database, and show it; all or nothing.
 * rules: of a new token; NULL: a new secret of one that there is. */
static int
give(struct cli *cli, struct json_object *rules, int64_t keep_s)
{
	const char *name = cli->words[0];
	if (!cli_master(cli) || !cli_database(cli))
		return CLI_FAILED;
	if (!db_begin(cli->db))
		return cli_database_failed(cli);

	struct buf token;
	int64_t id;
	buf_init(&token, BUF_SMALL);
	crypt_random_text(&token, "sk-", TOKEN_CHARACTERS);
	const struct token_secret secret = {
	    &cli->master, buf_cstr(&token), NULL};
	int status = cli_token_done(cli, name,
	    rules != NULL ? token_create(cli->db, &secret, "cli", rules, &id)
			  : cli_token_rotate(cli, name, &secret, keep_s));
	if (status == CLI_DONE)
		status = write_file(cli, buf_cstr(&token));
	if (!db_end(cli->db, status == CLI_DONE) && status == CLI_DONE)
		status = cli_database_failed(cli);
	if (status == CLI_DONE)
		say_secret(cli, name, buf_cstr(&token), rules != NULL);
	crypt_wipe(token.data, token.len);
	buf_clear(&token);
	return status;
}

int
cli_tokens_add(struct cli *cli)
{
	struct json_object *rules = cli_token_rules(cli, cli->words[0]);
	if (rules == NULL)
		return CLI_MISUSED;
	int status = give(cli, rules, 0);
	json_object_put(rules);
	return status;
}

/* How long the old secret stays good: 0, 30m, 12h, 7d. */
static bool
read_keep(const char *text, int64_t *keep_s)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}};
	char number[8];
	size_t len = text == NULL ? 0 : strlen(text);
	*keep_s = 0;
	if (text == NULL || strcmp(text, "0") == 0)
		return true;
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (len < 2 || len > sizeof(number) ||
		    text[len - 1] != units[i].unit)
			continue;
		memcpy(number, text, len - 1);
		number[len - 1] = '\0';
		bool ok = text_to_int(number, 0, 1000, keep_s);
		*keep_s *= units[i].seconds;
		return ok && *keep_s <= MAX_KEEP_S;
	}
	return false;
}

int
cli_tokens_rotate(struct cli *cli)
{
	int64_t keep_s;
	if (!read_keep(cli->keep, &keep_s))
		return cli_misuse("--keep is 0, or such as 30m, 12h, 7d; at "
				  "most 30d");
	return give(cli, NULL, keep_s);
}
