/* `keywheel keys`: listing, adding, importing, changing the state. */
#include "main/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/key_text.h"
#include "store/db.h"
#include "store/keys.h"

#define DEFAULT_POOL "gemini"

/* More lines than this are not named one by one. */
#define MAX_NAMED 20

int
cli_keys_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"ID", "key_id", false},
	    {"POOL", "pool", false},
	    {"KEY", "hint", false},
	    {"STATE", "state", false},
	    {"REASON", "state_reason", false},
	    {"PROJECT", "project", false},
	    {"FAULTS", "faults", false},
	    {"USES", "uses", false},
	    {"LAST USED", "last_used_at", true},
	    {"RESTING", "resting", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = keys_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	bool none = json_count(rows) == 0;
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	if (none && !cli->json)
		cli_complain("there are no keys yet; `keywheel keys import "
			     "FILE` brings some");
	return CLI_DONE;
}

/* --- adding ------------------------------------------------------------- */

/* What one source of keys brought. */
struct intake {
	struct cli *cli;
	int word; /* number of the argument; 0: lines of a file count */
	long long found, added, restored, known;
	struct json_object *keys, *bad; /* ids; numbers of lines */
	bool failed;
};

bool
cli_keys_is_placeholder(const char *key)
{
	/* AIzaSyxxxxxxxx, AQ.Abxxxxxxxx: a prefix and nothing but x. */
	size_t len = strlen(key);
	size_t x = 0;
	while (x < len && (key[len - 1 - x] | ' ') == 'x')
		x++;
	return (x >= 8 && len - x <= 8) || text_starts(key, "your_") ||
	    text_starts(key, "your-");
}

static bool
take_key(void *ctx, enum key_text_kind kind, const char *text, int line)
{
	struct intake *in = ctx;
	if (kind == KEY_TEXT_BAD || cli_keys_is_placeholder(text)) {
		json_object_array_add(in->bad,
		    json_object_new_int(in->word > 0 ? in->word : line));
		return true;
	}

	int64_t key_id = 0;
	const char *pool = in->cli->pool ? in->cli->pool : DEFAULT_POOL;
	enum key_added added =
	    keys_add(in->cli->db, &in->cli->master, pool, text, "cli", &key_id);
	in->found++;
	in->added += added == KEY_ADDED;
	in->restored += added == KEY_RESTORED;
	in->known += added == KEY_KNOWN;
	in->failed = added == KEY_FAILED;
	if (!in->failed)
		json_object_array_add(in->keys, json_object_new_int64(key_id));
	return !in->failed;
}

/* Take the keys of one text; false if the database failed. */
static bool
take_text(struct intake *in, const char *text, size_t len)
{
	return key_text_scan(text, len, take_key, in) && !in->failed;
}

/* Name what is no key by its number only: it may be one all the same. */
static void
name_bad(const struct intake *in, const char *source)
{
	size_t n = json_count(in->bad);
	if (n == 0)
		return;
	struct buf text;
	buf_init(&text, BUF_SMALL);
	for (size_t i = 0; i < n && i < MAX_NAMED; i++)
		buf_fmt(&text, "%s%d", i > 0 ? ", " : "",
		    json_object_get_int(json_at(in->bad, i)));
	if (n > MAX_NAMED)
		buf_fmt(&text, " and %zu more", n - MAX_NAMED);
	cli_complain("%s: no key in %s%s %s", source,
	    in->word > 0 ? "word" : "line", n == 1 ? "" : "s", buf_cstr(&text));
	buf_clear(&text);
}

static void
report(const struct intake *in, const char *source, struct json_object *rows)
{
	struct json_object *row = json_object_new_object();
	json_set_text(row, "source", source);
	json_set_int(row, "found", in->found);
	json_set_int(row, "added", in->added);
	json_set_int(row, "restored", in->restored);
	json_set_int(row, "known", in->known);
	json_share(row, "keys", in->keys);
	json_share(row, "bad", in->bad);
	json_object_array_add(rows, row);
}

static void
print_report(struct json_object *row)
{
	printf("%s: %lld added, %lld restored, %lld known already\n",
	    json_get_text(row, "source"),
	    (long long)json_get_int(row, "added", 0),
	    (long long)json_get_int(row, "restored", 0),
	    (long long)json_get_int(row, "known", 0));
}

static void
intake_init(struct intake *in, struct cli *cli)
{
	*in = (struct intake){.cli = cli};
	in->keys = json_object_new_array();
	in->bad = json_object_new_array();
}

static void
intake_clear(struct intake *in)
{
	json_object_put(in->keys);
	json_object_put(in->bad);
}

/* What all have in common: a pool there is, and an open transaction. */
static bool
begin(struct cli *cli, int *status)
{
	static const char *const pools[] = {"gemini", "paid", "vertex"};
	bool known = cli->pool == NULL;
	for (size_t i = 0; !known && i < COUNT_OF(pools); i++)
		known = strcmp(cli->pool, pools[i]) == 0;
	if (!known) {
		*status = cli_misuse("the pools are gemini, paid and vertex");
		return false;
	}
	*status = CLI_FAILED;
	if (!cli_master(cli) || !cli_database(cli))
		return false;
	if (!db_begin(cli->db)) {
		cli_database_failed(cli);
		return false;
	}
	return true;
}

/* Commit if all is well, and only then say what was done. */
static int
end(struct cli *cli, int status, struct json_object *rows,
    void (*print)(struct json_object *row))
{
	if (!db_end(cli->db, status == CLI_DONE) && status == CLI_DONE)
		status = cli_database_failed(cli);
	if (status == CLI_DONE && cli->json) {
		cli_say_json(rows);
		return status;
	}
	for (size_t i = 0; status == CLI_DONE && i < json_count(rows); i++)
		print(json_at(rows, i));
	json_object_put(rows);
	return status;
}

/* One file's keys; how many were found, or -1 after a complaint. */
static long long
import_file(struct cli *cli, const char *path, struct json_object *rows)
{
	struct buf text, why;
	struct intake in;
	long long found = -1;
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	intake_init(&in, cli);

	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (!file_read(path, &text, &why))
		cli_complain("%s", buf_cstr(&why));
	else if (!take_text(&in, buf_cstr(&text), text.len))
		cli_database_failed(cli);
	else {
		name_bad(&in, name);
		report(&in, name, rows);
		found = in.found;
	}
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	intake_clear(&in);
	buf_clear(&why);
	buf_clear(&text);
	return found;
}

int
cli_keys_import(struct cli *cli)
{
	static char dash[] = "-";
	static char *standard_input[] = {dash};
	char **paths = cli->n == 0 ? standard_input : cli->words;
	size_t n = cli->n == 0 ? 1 : cli->n;
	int status;
	if (!begin(cli, &status))
		return status;

	struct json_object *rows = json_object_new_array();
	long long found = 0;
	status = CLI_DONE;
	for (size_t i = 0; status == CLI_DONE && i < n; i++) {
		long long more = import_file(cli, paths[i], rows);
		found += more;
		if (more < 0)
			status = CLI_FAILED;
	}
	if (status == CLI_DONE && found == 0) {
		cli_complain("no key was found");
		status = CLI_FAILED;
	}
	return end(cli, status, rows, print_report);
}

int
cli_keys_add(struct cli *cli)
{
	if (cli->n == 0 || (cli->n == 1 && strcmp(cli->words[0], "-") == 0))
		return cli_keys_import(cli);
	int status;
	if (!begin(cli, &status))
		return status;

	/* A key that is none is a mistake here: then nothing is added. */
	struct json_object *rows = json_object_new_array();
	struct intake in;
	intake_init(&in, cli);
	status = CLI_DONE;
	for (size_t i = 0; status == CLI_DONE && i < cli->n; i++) {
		const char *word = cli->words[i];
		size_t before = in.found + json_count(in.bad);
		in.word = (int)i + 1;
		if (!take_text(&in, word, strlen(word)))
			status = cli_database_failed(cli);
		else if (in.found + json_count(in.bad) == before) {
			cli_complain(
			    "word %zu is no key; nothing is added", i + 1);
			status = CLI_FAILED;
		}
	}
	if (status == CLI_DONE && json_count(in.bad) > 0) {
		name_bad(&in, "nothing is added");
		status = CLI_FAILED;
	} else if (status == CLI_DONE && in.found == 0) {
		cli_complain("no key was found");
		status = CLI_FAILED;
	} else if (status == CLI_DONE)
		report(&in, "command line", rows);
	intake_clear(&in);
	return end(cli, status, rows, print_report);
}

/* --- states ------------------------------------------------------------- */

/* The row of that key; NULL if there is none. */
static struct json_object *
find_key(struct json_object *rows, int64_t key_id)
{
	size_t n = json_count(rows);
	for (size_t i = 0; i < n; i++)
		if (json_get_int(json_at(rows, i), "key_id", 0) == key_id)
			return json_at(rows, i);
	return NULL;
}

/* Read the words as ids of keys that there are; false after complaints. */
static bool
read_ids(struct cli *cli, int64_t *ids)
{
	struct json_object *rows = keys_list(cli->db);
	if (rows == NULL) {
		cli_database_failed(cli);
		return false;
	}
	bool ok = true;
	for (size_t i = 0; i < cli->n; i++) {
		if (!text_to_int(cli->words[i], 1, INT64_MAX, &ids[i])) {
			cli_complain("word %zu is not the id of a key, a "
				     "whole number",
			    i + 1);
			ok = false;
		} else if (find_key(rows, ids[i]) == NULL) {
			cli_complain("there is no key %lld", (long long)ids[i]);
			ok = false;
		}
	}
	json_object_put(rows);
	return ok;
}

static void
print_state(struct json_object *row)
{
	printf("key %lld: %s%s\n", (long long)json_get_int(row, "key_id", 0),
	    json_get_text(row, "state"),
	    json_get_bool(row, "changed") ? "" : " already");
}

/* All of the keys, or none if one of them is not there. */
static int
set_state(struct cli *cli, const char *state)
{
	if (!cli_database(cli))
		return CLI_FAILED;
	int64_t *ids = calloc(cli->n, sizeof(*ids));
	if (ids == NULL)
		abort();
	int status = CLI_FAILED;
	if (!read_ids(cli, ids))
		goto free_ids;
	if (!db_begin(cli->db)) {
		status = cli_database_failed(cli);
		goto free_ids;
	}

	struct json_object *rows = json_object_new_array();
	status = CLI_DONE;
	for (size_t i = 0; status == CLI_DONE && i < cli->n; i++) {
		bool changed;
		if (!keys_set_state(cli->db, ids[i], state, "cli", &changed))
			status = cli_database_failed(cli);
		struct json_object *row = json_object_new_object();
		json_set_int(row, "key_id", ids[i]);
		json_set_text(row, "state", state);
		json_set_bool(row, "changed", changed);
		json_object_array_add(rows, row);
	}
	status = end(cli, status, rows, print_state);
free_ids:
	free(ids);
	return status;
}

int
cli_keys_enable(struct cli *cli)
{
	return set_state(cli, "active");
}

int
cli_keys_disable(struct cli *cli)
{
	return set_state(cli, "disabled");
}

int
cli_keys_remove(struct cli *cli)
{
	return set_state(cli, "removed");
}
