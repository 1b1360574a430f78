/* `keywheel check`: is everything there, and does each key work? */
#include "main/cli.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/setting.h"
#include "main/cli_probe.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/requests.h"
#include "store/settings.h"

#define POOL "gemini"

/* After so many keys in a row that cannot reach Google, no more is tried. */
#define MAX_UNREACHABLE 3

struct check {
	struct cli *cli;
	struct json_object *result; /* what --json prints */
	bool ok;
	struct cli_probe *probe;
	struct json_object *keys;
	int working, failing, unreachable;
};

/* One line of the report, about a part other than a key. */
static bool
say(struct check *c, const char *part, bool ok, const char *text)
{
	struct json_object *o = json_object_new_object();
	json_set_bool(o, "ok", ok);
	if (text != NULL)
		json_set_text(o, "text", text);
	json_set(c->result, part, o);
	if (!c->cli->json)
		printf("%s: %s%s%s\n", part, ok ? "ok" : "failed",
		    text != NULL ? ", " : "", text != NULL ? text : "");
	fflush(stdout);
	c->ok = c->ok && ok;
	return ok;
}

/* --- the parts ---------------------------------------------------------- */

/* The highest number of NNN_name.sql in the folder; -1: cannot be read. */
static long
newest_migration(const char *folder)
{
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return -1;
	long newest = 0;
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL) {
		char *end;
		long number = strtol(entry->d_name, &end, 10);
		const char *dot = strrchr(entry->d_name, '.');
		if (end != entry->d_name && *end == '_' && dot != NULL &&
		    strcmp(dot, ".sql") == 0 && number > newest)
			newest = number;
	}
	closedir(dir);
	return newest;
}

static bool
check_schema(struct check *c)
{
	struct health health;
	const char *folder = c->cli->bootstrap.sql_dir;
	long newest = newest_migration(folder);
	struct buf text;
	buf_init(&text, BUF_SMALL);
	bool ok = false;
	if (newest < 0)
		buf_fmt(&text, "the folder %s cannot be read", folder);
	else if (!requests_health(c->cli->db, &health)) {
		cli_database_failed(c->cli);
		buf_str(&text, "its schema is not there or not complete");
	} else if (health.schema_version < newest)
		buf_fmt(&text,
		    "version %d is behind this program's %ld: run `keywheel "
		    "migrate`",
		    health.schema_version, newest);
	else if (health.schema_version > newest)
		buf_fmt(&text, "version %d is newer than this program's %ld",
		    health.schema_version, newest);
	else {
		buf_fmt(&text, "version %d", health.schema_version);
		ok = true;
	}
	say(c, "schema", ok, buf_cstr(&text));
	buf_clear(&text);
	return ok;
}

static struct settings *
check_settings(struct check *c)
{
	struct settings *s = store_settings_load(c->cli->db);
	struct buf text;
	if (s == NULL) {
		cli_database_failed(c->cli);
		say(c, "settings", false, NULL);
		return NULL;
	}
	buf_init(&text, BUF_SMALL);
	buf_fmt(&text, "version %lld", (long long)settings_version(s));
	say(c, "settings", true, buf_cstr(&text));
	buf_clear(&text);
	return s;
}

/* --- the keys ----------------------------------------------------------- */

static void
say_key(struct check *c, int64_t key_id, const char *hint, const char *word,
    const char *reason, const char *evidence)
{
	bool ok = strcmp(word, "ok") == 0;
	struct json_object *o = json_object_new_object();
	json_set_int(o, "key_id", key_id);
	json_set_text(o, "hint", hint);
	json_set_bool(o, "ok", ok);
	json_set_text(o, "verdict", word);
	json_set_text(o, "reason", reason);
	json_set_text(o, "evidence", evidence);
	json_object_array_add(c->keys, o);
	c->working += ok;
	c->failing += !ok;
	if (c->cli->json)
		return;
	printf("key %lld %s: %s", (long long)key_id, hint, word);
	if (!ok)
		printf(", %s%s%s%s", reason, *evidence ? " (" : "", evidence,
		    *evidence ? ")" : "");
	putchar('\n');
	fflush(stdout);
}

static bool
check_key(void *ctx, int64_t key_id, const char *hint, const char *secret,
    const char *scope)
{
	struct check *c = ctx;
	if (secret == NULL) {
		say_key(c, key_id, hint, "unreadable",
		    "it was sealed with another master key", "");
		return true;
	}
	if (c->unreachable >= MAX_UNREACHABLE) {
		say_key(c, key_id, hint, "not_tried",
		    "Google could not be reached with the keys before", "");
		return true;
	}
	struct cli_probe_answer answer;
	cli_probe_key(c->probe, scope, secret, &answer);
	c->unreachable = answer.unreachable ? c->unreachable + 1 : 0;
	say_key(c, key_id, hint, answer.ok ? "ok" : answer.word, answer.reason,
	    buf_cstr(&answer.evidence));
	buf_clear(&answer.evidence);
	return true;
}

static void
check_keys(struct check *c, const struct settings *settings)
{
	c->probe = cli_probe_new(c->cli, settings);
	c->keys = json_object_new_array();
	json_set(c->result, "keys", c->keys);
	if (!keys_each(c->cli->db, &c->cli->master, POOL, check_key, c)) {
		cli_database_failed(c->cli);
		c->ok = false;
	}
	cli_probe_free(c->probe);

	struct buf text;
	buf_init(&text, BUF_SMALL);
	if (c->working + c->failing == 0)
		buf_str(&text, "no active key in the pool " POOL);
	else
		buf_fmt(&text, "%d of %d work", c->working,
		    c->working + c->failing);
	say(c, "pool", c->working > 0 && c->failing == 0, buf_cstr(&text));
	buf_clear(&text);
}

int
cli_check_run(struct cli *cli)
{
	struct check c = {.cli = cli, .ok = true};
	c.result = json_object_new_object();
	if (say(&c, "configuration", cli_bootstrap(cli), NULL)) {
		bool master = say(&c, "master_key", cli_master(cli), NULL);
		bool database = say(&c, "database", cli_database(cli), NULL) &&
		    check_schema(&c);
		struct settings *settings =
		    database ? check_settings(&c) : NULL;
		if (settings != NULL && master)
			check_keys(&c, settings);
		settings_free(settings);
	}
	json_set_bool(c.result, "ok", c.ok);
	if (cli->json)
		cli_say_json(c.result);
	else
		json_object_put(c.result);
	return c.ok ? CLI_DONE : CLI_FAILED;
}
