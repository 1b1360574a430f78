/* `keywheel quirks`: what models have refused, and forgetting it. */
#include "main/cli.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/json.h"
#include "store/quirks.h"

int
cli_quirks_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"MODEL", "model", false},
	    {"QUIRK", "quirk", false},
	    {"LEARNED", "learned_at", true},
	};
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *rows = quirks_list(cli->db);
	if (rows == NULL)
		return cli_database_failed(cli);
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

int
cli_quirks_forget(struct cli *cli)
{
	const char *model = cli->n > 0 ? cli->words[0] : NULL;
	if (!cli_database(cli))
		return CLI_FAILED;
	int64_t forgotten = quirks_forget(cli->db, model);
	if (forgotten < 0)
		return cli_database_failed(cli);
	if (forgotten == 0 && model != NULL) {
		cli_complain("no quirks of a model %s are known", model);
		return CLI_FAILED;
	}

	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_int(o, "forgotten", forgotten);
		cli_say_json(o);
	} else
		printf("%lld quirk%s forgotten\n", (long long)forgotten,
		    forgotten == 1 ? "" : "s");
	return CLI_DONE;
}
