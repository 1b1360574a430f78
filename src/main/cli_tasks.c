/* `keywheel tasks`: long work that was begun on pages. */
#include "main/cli.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "store/tasks.h"

#define LISTED 50

int
cli_tasks_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"ID", "task_id", false},
	    {"TASK", "kind", false},
	    {"STATE", "state", false},
	    {"OF", "total", false},
	    {"DONE", "done", false},
	    {"FAILED", "failed", false},
	    {"BY", "made_by", false},
	    {"BEGUN", "started_at", true},
	    {"ENDED", "ended_at", true},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = tasks_list(cli->db, LISTED);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

int
cli_tasks_stop(struct cli *cli)
{
	int64_t id;
	bool done;
	if (!text_to_int(cli->words[0], 1, INT64_MAX, &id))
		return cli_misuse("the id of a task is a whole number");
	if (!cli_database(cli))
		return CLI_FAILED;
	if (!tasks_cancel(cli->db, id, &done))
		return cli_database_failed(cli);
	if (!done) {
		cli_complain("task %lld does not run", (long long)id);
		return CLI_FAILED;
	}
	if (!cli->json)
		printf("task %lld: stopped\n", (long long)id);
	return CLI_DONE;
}
