/* `keywheel limits`: what projects may use of models. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/limits.h"

#define NAME_MAX_BYTES 200

/* The kinds, as Google counts. */
static const char *const kinds[] = {"rpm", "tpm", "rpd", "tpd"};

int
cli_limits_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"SCOPE", "scope", false},
	    {"MODEL", "model", false},
	    {"KIND", "kind", false},
	    {"LIMIT", "value", false},
	    {"USED", "used", false},
	    {"RESETS", "resets_at", true},
	    {"SOURCE", "source", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = limits_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* --- words --------------------------------------------------------------- */

/* Whose limit: *, project/NAME, or key/ID of a key without one. */
static bool
is_scope(const char *word)
{
	int64_t id;
	if (strcmp(word, "*") == 0)
		return true;
	if (strncmp(word, "key/", 4) == 0)
		return text_to_int(word + 4, 1, INT64_MAX, &id);
	struct buf name;
	buf_init(&name, BUF_SMALL);
	bool ok = strncmp(word, "project/", 8) == 0 && word[8] != '\0' &&
	    key_attribute_read(KEY_PROJECT, word + 8, &name) == NULL &&
	    strcmp(buf_cstr(&name), word + 8) == 0;
	buf_clear(&name);
	return ok;
}

static bool
is_model(const char *word)
{
	size_t len = strlen(word);
	return len > 0 && len <= NAME_MAX_BYTES &&
	    strpbrk(word, " \t,=/*") == NULL && text_is_utf8(word, len);
}

/* The scope and the model that the words begin with. */
static bool
check_names(const struct cli *cli)
{
	if (!is_scope(cli->words[0])) {
		cli_complain("SCOPE is *, project/NAME, or key/ID for a key "
			     "whose project is not known");
		return false;
	}
	if (cli->n > 1 && !is_model(cli->words[1])) {
		cli_complain("MODEL is the name of one model");
		return false;
	}
	return true;
}

/* kind=number, kind=none. NULL after a complaint. */
static const char *
read_limit(const char *word, int64_t *value)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		size_t len = strlen(kinds[i]);
		if (strncmp(word, kinds[i], len) != 0 || word[len] != '=')
			continue;
		*value = -1;
		if (text_same(word + len + 1, "none") ||
		    text_to_int(word + len + 1, 0, INT64_MAX / 2, value))
			return kinds[i];
		cli_complain("%s must be a whole number, or none", kinds[i]);
		return NULL;
	}
	cli_complain("a limit is rpm=N, tpm=N, rpd=N or tpd=N: requests or "
		     "input tokens a minute or a day");
	return NULL;
}

/* --- changing ------------------------------------------------------------ */

/* Each change is a transaction of its own: picks count by these rows, and who
 * holds one of theirs must wait for nothing more. */

static int
say_changed(const struct cli *cli, int64_t n, const char *done)
{
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_int(o, done, n);
		cli_say_json(o);
	} else
		printf(
		    "%lld limit%s %s\n", (long long)n, n == 1 ? "" : "s", done);
	return CLI_DONE;
}

int
cli_limits_set(struct cli *cli)
{
	int64_t value;
	int64_t n = 0;
	bool changed;
	bool ok = check_names(cli);
	for (size_t i = 2; i < cli->n; i++)
		if (read_limit(cli->words[i], &value) == NULL)
			ok = false;
	if (!ok)
		return CLI_MISUSED;
	if (!cli_database(cli))
		return CLI_FAILED;
	for (size_t i = 2; i < cli->n; i++) {
		const char *kind = read_limit(cli->words[i], &value);
		if (!limits_set(cli->db, cli->words[0], cli->words[1], kind,
			value, &changed))
			return cli_database_failed(cli);
		n += changed;
	}
	return say_changed(cli, n, "changed");
}

/* Forget those of the scope, and of the model if there is one; how many, or -1
 * on failure. */
static int64_t
forget(struct cli *cli, struct json_object *rows, const char *model)
{
	int64_t n = 0;
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const char *of = json_get_text(row, "model");
		bool changed;
		if (strcmp(json_get_text(row, "scope"), cli->words[0]) != 0 ||
		    (model != NULL && strcmp(of, model) != 0))
			continue;
		if (!limits_set(cli->db, cli->words[0], of,
			json_get_text(row, "kind"), -1, &changed))
			return -1;
		n += changed;
	}
	return n;
}

int
cli_limits_forget(struct cli *cli)
{
	if (!check_names(cli))
		return CLI_MISUSED;
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = limits_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	int64_t n = forget(cli, rows, cli->n > 1 ? cli->words[1] : NULL);
	json_object_put(rows);
	if (n < 0)
		return cli_database_failed(cli);
	if (n > 0)
		return say_changed(cli, n, "forgotten");
	cli_complain("there is no such limit");
	return CLI_FAILED;
}
