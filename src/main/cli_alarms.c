/* `keywheel alarms`: what somebody should look at. */
#include "main/cli.h"

#include <stdio.h>

#include "base/json.h"
#include "store/alarms.h"

int
cli_alarms_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"KIND", "kind", false},
	    {"OF", "subject", false},
	    {"SINCE", "since", true},
	    {"LAST", "last_at", true},
	    {"TIMES", "times", false},
	    {"ENDED", "ended_at", true},
	    {"WHAT", "text", false},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = alarms_list(cli->db, cli->all);
	if (rows == NULL)
		return cli_database_failed(cli);
	if (json_count(rows) > 0 || cli->json)
		cli_table_print(cli, columns, COUNT_OF(columns), rows);
	else {
		json_object_put(rows);
		printf("no alarm%s\n", cli->all ? " so far" : " is open");
	}
	return CLI_DONE;
}
