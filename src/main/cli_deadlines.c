/* `keywheel deadlines`: how long models may be silent, and computing it. */
#include "main/cli.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/json.h"
#include "gateway/deadlines.h"
#include "pool/deadline.h"
#include "store/deadlines.h"
#include "store/settings.h"

/* For people: the class in words. */
static void
add_words(struct json_object *row)
{
	json_set_text(row, "prompt",
	    deadline_class_name((int)json_get_int(row, "size_class", -1)));
	json_set_text(row, "answer",
	    json_get_bool(row, "streamed") ? "streamed" : "whole");
}

int
cli_deadlines_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"MODEL", "model", false},
	    {"PROMPT", "prompt", false},
	    {"ANSWER", "answer", false},
	    {"FIRST BYTE", "first_byte_ms", false},
	    {"IDLE", "idle_ms", false},
	    {"SAMPLES", "samples", false},
	    {"P50", "p50", false},
	    {"P99", "p99", false},
	    {"GAP P99", "gap_p99", false},
	    {"COMPUTED", "computed_at", true},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = deadlines_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	for (size_t i = 0; i < json_count(rows); i++)
		add_words(json_at(rows, i));
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

int
cli_deadlines_compute(struct cli *cli)
{
	if (!cli_database(cli))
		return CLI_FAILED;
	struct settings *settings = store_settings_load(cli->db);
	if (settings == NULL)
		return cli_database_failed(cli);

	struct buf message;
	buf_init(&message, BUF_SMALL);
	bool ok = deadlines_compute(cli->db, settings, &message);
	if (!ok) {
		cli_complain("%s", buf_cstr(&message));
	} else if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "message", buf_cstr(&message));
		cli_say_json(o);
	} else {
		printf("%s\n", buf_cstr(&message));
	}
	buf_clear(&message);
	settings_free(settings);
	return ok ? CLI_DONE : CLI_FAILED;
}
