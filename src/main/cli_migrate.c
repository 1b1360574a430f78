/* `keywheel migrate` and `keywheel make-master-key`. */
#include "main/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "store/db.h"
#include "store/migrate.h"

/* The lines of a text as a JSON array. */
static struct json_object *
lines_of(const char *text)
{
	struct json_object *lines = json_object_new_array();
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		json_object_array_add(
		    lines, json_object_new_string_len(text, (int)len));
		text += len + (text[len] == '\n');
	}
	return lines;
}

int
cli_migrate_run(struct cli *cli)
{
	if (!cli_bootstrap(cli))
		return CLI_FAILED;
	struct buf said, why;
	buf_init(&said, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	struct db *db = db_new(cli->bootstrap.owner_database_url);
	int status = CLI_FAILED;
	if (!db_connect(db))
		cli_complain("database: %s", db_error(db));
	else if (!store_migrate(db, cli->bootstrap.sql_dir, &said, &why))
		cli_complain("%s", buf_cstr(&why));
	else
		status = CLI_DONE;

	if (status == CLI_DONE && cli->json) {
		struct json_object *o = json_object_new_object();
		json_set(o, "done", lines_of(buf_cstr(&said)));
		cli_say_json(o);
	} else if (status == CLI_DONE)
		fputs(buf_cstr(&said), stdout);
	db_free(db);
	buf_clear(&why);
	buf_clear(&said);
	return status;
}

int
cli_migrate_make_master_key(struct cli *cli)
{
	const char *path = cli->words[0];
	char text[128];
	if (!crypt_make_master(path)) {
		if (errno == EEXIST)
			cli_complain("%s exists already", path);
		else
			/* The GNU form returns the text. */
			cli_complain("cannot write %s: %s", path,
			    strerror_r(errno, text, sizeof(text)));
		return CLI_FAILED;
	}
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "master_key_file", path);
		cli_say_json(o);
	} else
		printf("a new master key is in %s\n", path);
	return CLI_DONE;
}
