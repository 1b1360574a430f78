/* `keywheel keys`: listing, editing, changing the state. */
#include "main/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"
#include "store/keys.h"

/* --- lists -------------------------------------------------------------- */

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
	    {"WEIGHT", "weight", false},
	    {"RESERVE", "reserve", false},
	    {"MODELS", "models", false},
	    {"FAULTS", "faults", false},
	    {"USES", "uses", false},
	    {"LAST USED", "last_used_at", true},
	    {"UNTIL", "until", true},
	    {"RESTING", "resting", false},
	    {"NOTE", "note", false},
	};
	static const char *const states[] = {
	    "active", "ready", "resting", "disabled"};
	struct keys_filter filter = {
	    cli->state, cli->attribute[KEY_POOL], cli->attribute[KEY_PROJECT]};
	bool known = filter.state == NULL;
	for (size_t i = 0; !known && i < COUNT_OF(states); i++)
		known = strcmp(filter.state, states[i]) == 0;
	if (!known)
		return cli_misuse(
		    "the states are active, ready, resting and disabled");
	struct json_object *pool = cli_attributes(cli);
	if (pool == NULL)
		return CLI_MISUSED;
	json_object_put(pool);
	if (!cli_database(cli))
		return CLI_FAILED;

	struct json_object *rows = keys_list(cli->db, &filter);
	if (rows == NULL)
		return cli_database_failed(cli);
	bool none = json_count(rows) == 0;
	bool all = !filter.state && !filter.pool && !filter.project;
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	if (none && all && !cli->json)
		cli_complain("there are no keys yet; `keywheel keys import "
			     "FILE` brings some");
	return CLI_DONE;
}

int
cli_keys_events(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"AT", "at", true},
	    {"EVENT", "event", false},
	    {"MODEL", "model", false},
	    {"UNTIL", "until", true},
	    {"CAUSE", "cause", false},
	    {"EVIDENCE", "evidence", false},
	};
	int64_t id;
	if (!text_to_int(cli->words[0], 1, INT64_MAX, &id))
		return cli_misuse("the id of a key is a whole number");
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = keys_events(cli->db, id);
	if (rows == NULL)
		return cli_database_failed(cli);
	if (json_count(rows) == 0) {
		json_object_put(rows);
		cli_complain("there is no key %lld", (long long)id);
		return CLI_FAILED;
	}
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* --- states ------------------------------------------------------------- */

static bool
is_among(int64_t id, const int64_t *ids, size_t n)
{
	/* They are in order. */
	size_t low = 0;
	while (low < n) {
		size_t middle = low + (n - low) / 2;
		if (ids[middle] == id)
			return true;
		if (ids[middle] < id)
			low = middle + 1;
		else
			n = middle;
	}
	return false;
}

/* Read the words as ids of keys that there are; false after complaints. */
static bool
read_ids(struct cli *cli, int64_t *ids)
{
	bool ok = true;
	for (size_t i = 0; i < cli->n; i++)
		if (!text_to_int(cli->words[i], 1, INT64_MAX, &ids[i])) {
			cli_complain("word %zu is not the id of a key, a "
				     "whole number",
			    i + 1);
			ok = false;
		}
	int64_t *found;
	size_t n;
	if (!ok)
		return false;
	if (!keys_find(cli->db, ids, cli->n, &found, &n)) {
		cli_database_failed(cli);
		return false;
	}
	for (size_t i = 0; i < cli->n; i++)
		if (!is_among(ids[i], found, n)) {
			cli_complain("there is no key %lld", (long long)ids[i]);
			ok = false;
		}
	free(found);
	return ok;
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

/* --- editing ------------------------------------------------------------- */

/* The ids of the words, or of all keys. The caller frees them; NULL after a
 * complaint. */
static int64_t *
pick_keys(struct cli *cli, size_t *n)
{
	int64_t *ids = NULL;
	if (cli->n == 1 && strcmp(cli->words[0], "all") == 0) {
		if (!keys_find(cli->db, NULL, 0, &ids, n))
			(void)cli_database_failed(cli);
		return ids;
	}
	*n = cli->n;
	ids = calloc(cli->n, sizeof(*ids));
	if (ids == NULL)
		abort();
	if (read_ids(cli, ids))
		return ids;
	free(ids);
	return NULL;
}

static void
say_edited(const struct cli *cli, size_t n, size_t changed)
{
	if (!cli->json) {
		printf("%zu of %zu key%s changed\n", changed, n,
		    n == 1 ? "" : "s");
		return;
	}
	struct json_object *o = json_object_new_object();
	json_set_int(o, "keys", (int64_t)n);
	json_set_int(o, "changed", (int64_t)changed);
	cli_say_json(o);
}

int
cli_keys_set(struct cli *cli)
{
	struct json_object *change = cli_attributes(cli);
	int64_t *ids = NULL;
	size_t n, changed;
	int status = CLI_MISUSED;
	if (change == NULL)
		return status;
	if (json_object_object_length(change) == 0)
		cli_complain("what is to be changed?");
	else if (!cli_database(cli) || (ids = pick_keys(cli, &n)) == NULL)
		status = CLI_FAILED;
	else if (!keys_edit(cli->db, ids, n, change, "cli", &changed))
		status = cli_database_failed(cli);
	else {
		say_edited(cli, n, changed);
		status = CLI_DONE;
	}
	free(ids);
	json_object_put(change);
	return status;
}
