/* What the commands share: configuration, database, messages. */
#include "main/cli.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/hosts.h"
#include "upstream/exchange.h"

void
cli_complain(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		abort();

	struct buf line;
	buf_init(&line, BUF_LARGE);
	text_redact(&line, text, (size_t)len);
	fprintf(stderr, "keywheel: %s\n", buf_cstr(&line));
	buf_clear(&line);
	crypt_wipe(text, (size_t)len);
	free(text);
}

const char *
cli_who(void)
{
	const struct passwd *account = getpwuid(geteuid());
	const char *name = account == NULL ? "" : account->pw_name;
	return text_is_utf8(name, strlen(name)) ? name : "";
}

int
cli_misuse(const char *why)
{
	cli_complain("%s", why);
	return CLI_MISUSED;
}

bool
cli_bootstrap(struct cli *cli)
{
	if (cli->has_bootstrap)
		return true;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	cli->has_bootstrap =
	    bootstrap_read(&cli->bootstrap, cli->conf, NULL, &why);
	if (!cli->has_bootstrap) {
		cli_complain("%s", buf_cstr(&why));
		bootstrap_clear(&cli->bootstrap);
	}
	buf_clear(&why);
	if (cli->has_bootstrap && cli->bootstrap.ca_file != NULL &&
	    !upstream_trust(cli->bootstrap.ca_file)) {
		cli_complain(
		    "CA_FILE %s holds no certificates", cli->bootstrap.ca_file);
		return false;
	}
	return cli->has_bootstrap;
}

/* What is sealed from here on is sealed with the key that is in use. */
static void
follow(struct cli *cli)
{
	if (cli->has_master && cli->db != NULL &&
	    !hosts_follow(cli->db, &cli->master))
		cli_database_failed(cli);
}

bool
cli_master(struct cli *cli)
{
	if (cli->has_master)
		return true;
	if (!cli_bootstrap(cli))
		return false;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	cli->has_master = bootstrap_master(&cli->bootstrap, &cli->master, &why);
	if (!cli->has_master)
		cli_complain("%s", buf_cstr(&why));
	buf_clear(&why);
	follow(cli);
	return cli->has_master;
}

bool
cli_database(struct cli *cli)
{
	if (cli->db != NULL)
		return true;
	if (!cli_bootstrap(cli))
		return false;
	cli->db = db_new(cli->bootstrap.database_url);
	if (db_connect(cli->db)) {
		follow(cli);
		return true;
	}
	cli_database_failed(cli);
	db_free(cli->db);
	cli->db = NULL;
	return false;
}

void
cli_clear(struct cli *cli)
{
	db_free(cli->db);
	cli->db = NULL;
	if (cli->has_bootstrap)
		bootstrap_clear(&cli->bootstrap);
	crypt_forget_master(&cli->master);
}

int
cli_database_failed(struct cli *cli)
{
	/* What PostgreSQL says when our schema is not there. */
	static const char *const absent[] = {"3F000", "42883", "42P01"};
	const char *hint = "";
	for (size_t i = 0; i < COUNT_OF(absent); i++)
		if (strcmp(db_state(cli->db), absent[i]) == 0)
			hint = " (`keywheel migrate` brings it up to date)";
	cli_complain("database: %s%s", db_error(cli->db), hint);
	return CLI_FAILED;
}

void
cli_say_json(struct json_object *value)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, value);
	printf("%s\n", buf_cstr(&text));
	buf_clear(&text);
	json_object_put(value);
}

const char **
cli_texts(struct json_object *array)
{
	size_t n = json_count(array);
	const char **texts = calloc(n + 1, sizeof(*texts));
	if (texts == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		texts[i] = json_object_get_string(json_at(array, i));
	return texts;
}
