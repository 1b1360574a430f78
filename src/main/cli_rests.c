/* `keywheel rests`: models that rest for everybody, and ending that. */
#include "main/cli.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/json.h"
#include "store/rests.h"

int
cli_rests_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"MODEL", "model", false},
	    {"REASON", "reason", false},
	    {"SINCE", "since", true},
	    {"UNTIL", "until", true},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = rests_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

int
cli_rests_end(struct cli *cli)
{
	const char *model = cli->n > 0 ? cli->words[0] : NULL;
	if (!cli_database(cli))
		return CLI_FAILED;
	int64_t ended = rests_end(cli->db, model, "cli");
	if (ended < 0)
		return cli_database_failed(cli);
	if (ended == 0 && model != NULL) {
		cli_complain("%s does not rest for everybody", model);
		return CLI_FAILED;
	}

	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_int(o, "ended", ended);
		cli_say_json(o);
	} else
		printf("%lld rest%s ended\n", (long long)ended,
		    ended == 1 ? "" : "s");
	return CLI_DONE;
}
