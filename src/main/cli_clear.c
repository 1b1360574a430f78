/* `keywheel clear`: what has piled up, and removing it. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/clearing.h"
#include "store/clear.h"

/* For requests that are under way; the longest of them may take an hour. */
#define WAIT_MS 30000
#define LIMIT_MS ((int64_t)24 * 3600 * 1000)

#define DAY_S 86400
#define MAX_DAYS 36500

/* The counts of a row, in words. */
static void
add_words(struct json_object *row)
{
	struct buf words;
	const char *text = json_get_text(row, "removed");
	struct json_object *removed =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	buf_init(&words, BUF_SMALL);
	clearing_words(removed, &words);
	json_set(row, "removed", removed);
	json_set_text(row, "words", buf_cstr(&words));
	buf_clear(&words);
}

int
cli_clear_list(struct cli *cli)
{
	static const struct cli_column there[] = {
	    {"WHAT", "what", false},
	    {"OF", "item", false},
	    {"ABOUT", "about", false},
	    {"BYTES", "bytes", false},
	};
	static const struct cli_column past[] = {
	    {"CLEARED", "what", false},
	    {"OLDER", "before", false},
	    {"BY", "by", false},
	    {"STARTED", "started_at", false},
	    {"ENDED", "ended_at", false},
	    {"REMOVED", "words", false},
	    {"REMAINS", "remains", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = clear_storage(cli->db);
	struct json_object *clears =
	    rows == NULL ? NULL : clear_history(cli->db, 20);
	if (clears == NULL) {
		json_object_put(rows);
		return cli_database_failed(cli);
	}
	for (size_t i = 0; i < json_count(clears); i++)
		add_words(json_at(clears, i));
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set(o, "storage", rows);
		json_set(o, "cleared", clears);
		cli_say_json(o);
		return CLI_DONE;
	}
	cli_table_print(cli, there, COUNT_OF(there), rows);
	if (json_count(clears) > 0) {
		putchar('\n');
		cli_table_print(cli, past, COUNT_OF(past), clears);
	} else
		json_object_put(clears);
	return CLI_DONE;
}

/* Takes removed over. */
static void
say(const struct cli *cli, const char *what, struct json_object *removed,
    const char *remains)
{
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "what", what);
		json_set_bool(o, "dry_run", cli->dry_run);
		json_set(o, "removed", removed);
		json_set_text(o, "remains", remains);
		cli_say_json(o);
		return;
	}
	struct buf words;
	buf_init(&words, BUF_SMALL);
	clearing_words(removed, &words);
	printf("%s: %s %s\n", what, cli->dry_run ? "would remove" : "removed",
	    buf_cstr(&words));
	json_object_put(removed);
	buf_clear(&words);
}

static int
clear(struct cli *cli, const char *what, int64_t age_s)
{
	const struct clearing c = {
	    cli->db, what, age_s, "the command line", WAIT_MS, LIMIT_MS};
	struct json_object *removed;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	enum cleared end = clearing_run(&c, &removed, &why);
	if (end == CLEARED_FAILED)
		cli_database_failed(cli);
	if (end == CLEARED_ALL || end == CLEARED_PART)
		say(cli, what, removed, buf_cstr(&why));
	if (end == CLEARED_NOT)
		cli_complain("%s: %s", what, buf_cstr(&why));
	if (end == CLEARED_PART)
		cli_complain("%s: something is left: %s", what, buf_cstr(&why));
	buf_clear(&why);
	return end == CLEARED_ALL ? CLI_DONE : CLI_FAILED;
}

int
cli_clear_run(struct cli *cli)
{
	const char *what = cli->second;
	int64_t days = 0;
	if (cli->older_than != NULL &&
	    !text_to_int(cli->older_than, 0, MAX_DAYS, &days))
		return cli_misuse(
		    "--older-than is a whole number of days, up to 36500");
	if (!cli_database(cli))
		return CLI_FAILED;
	if (!cli->dry_run)
		return clear(cli, what, days * DAY_S);
	struct json_object *counts = clear_count(cli->db, what, days * DAY_S);
	if (counts == NULL)
		return cli_database_failed(cli);
	say(cli, what, counts, "");
	return CLI_DONE;
}
