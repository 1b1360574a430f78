/* `keywheel check`: is everything there, and does each key work? */
#include "main/cli.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/version.h"
#include "gateway/key_probe.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/requests.h"
#include "store/settings.h"
#include "upstream/exchange.h"

/* The first one must have a key. */
static const char *const pools[] = {"gemini", "paid", "vertex"};

#define LIMIT_MS 15000

/* After so many keys in a row that cannot reach Google, no more is tried. */
#define MAX_UNREACHABLE 3

struct check {
	struct cli *cli;
	struct json_object *result; /* what --json prints */
	bool ok;
	struct direct way;
	const char *pool;
	struct json_object *keys;
	int working, spent, failing, unreachable; /* keys of the pool */
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

/* What is to be said of a key. */
struct finding {
	bool valid, quota;
	const char *word, *reason, *evidence;
};

static void
say_key(
    struct check *c, int64_t key_id, const char *hint, const struct finding *f)
{
	bool ok = f->valid && f->quota;
	struct json_object *o = json_object_new_object();
	json_set_int(o, "key_id", key_id);
	json_set_text(o, "pool", c->pool);
	json_set_text(o, "hint", hint);
	json_set_bool(o, "ok", ok);
	json_set_bool(o, "valid", f->valid);
	json_set_bool(o, "quota", f->quota);
	json_set_text(o, "verdict", f->word);
	json_set_text(o, "reason", f->reason);
	json_set_text(o, "evidence", f->evidence);
	json_object_array_add(c->keys, o);
	c->working += ok;
	c->spent += f->valid && !f->quota;
	c->failing += !f->valid;
	if (c->cli->json)
		return;
	printf("key %lld %s: %s%s", (long long)key_id, hint,
	    f->valid && !ok ? "valid, but " : "", f->word);
	if (!ok)
		printf(", %s%s%s%s", f->reason, *f->evidence ? " (" : "",
		    f->evidence, *f->evidence ? ")" : "");
	putchar('\n');
	fflush(stdout);
}

static void
try_key(struct check *c, int64_t key_id, const char *hint, const char *secret,
    const char *scope)
{
	struct key_probe probe = {
	    .pool = c->pool, .secret = secret, .scope = scope};
	key_probe_run(&c->way, &probe, 1);
	const struct finding f = {
	    .valid = probe.finding == HEAL_ALIVE || probe.finding == HEAL_SPENT,
	    .quota = probe.finding == HEAL_ALIVE,
	    .word = probe.verdict.name,
	    .reason = probe.verdict.reason,
	    .evidence = buf_cstr(&probe.evidence),
	};
	c->unreachable =
	    strcmp(f.word, "unreachable") == 0 ? c->unreachable + 1 : 0;
	say_key(c, key_id, hint, &f);
	key_probe_clear(&probe);
}

static bool
check_key(void *ctx, int64_t key_id, const char *hint, const char *secret,
    const char *scope)
{
	static const struct finding unreadable = {.word = "unreadable",
	    .reason = "it was sealed with another master key",
	    .evidence = ""};
	static const struct finding not_tried = {.word = "not_tried",
	    .reason = "Google could not be reached with the keys before",
	    .evidence = ""};
	struct check *c = ctx;
	if (secret == NULL)
		say_key(c, key_id, hint, &unreadable);
	else if (c->unreachable >= MAX_UNREACHABLE)
		say_key(c, key_id, hint, &not_tried);
	else
		try_key(c, key_id, hint, secret, scope);
	return true;
}

/* The line about a pool; one that need not have keys is not spoken of. */
static void
say_pool(struct check *c, bool needed)
{
	int all = c->working + c->spent + c->failing;
	struct buf name, text;
	if (all == 0 && !needed)
		return;
	buf_init(&name, BUF_SMALL);
	buf_init(&text, BUF_SMALL);
	buf_str(&name, "pool");
	if (!needed)
		buf_fmt(&name, "_%s", c->pool);
	if (all == 0)
		buf_fmt(&text, "no active key in the pool %s", c->pool);
	else
		buf_fmt(&text, "%d of %d work", c->working, all);
	if (c->spent > 0)
		buf_fmt(&text, ", %d %s valid without quota at the moment",
		    c->spent, c->spent == 1 ? "is" : "are");
	say(c, buf_cstr(&name), all > 0 && c->failing == 0, buf_cstr(&text));
	buf_clear(&text);
	buf_clear(&name);
}

static void
check_keys(struct check *c, const struct settings *settings)
{
	struct upstream *upstream = upstream_global_init()
	    ? upstream_new("keywheel/" KEYWHEEL_VERSION)
	    : NULL;
	if (upstream == NULL)
		abort();
	c->way = (struct direct){
	    .upstream = upstream,
	    .settings = settings,
	    .db = c->cli->db,
	    .master = &c->cli->master,
	    .limit_ms = LIMIT_MS,
	};
	c->keys = json_object_new_array();
	json_set(c->result, "keys", c->keys);
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		c->pool = pools[i];
		c->working = c->spent = c->failing = 0;
		if (!keys_each(
			c->cli->db, &c->cli->master, c->pool, check_key, c)) {
			cli_database_failed(c->cli);
			c->ok = false;
		}
		say_pool(c, i == 0);
	}
	upstream_free(upstream);
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
