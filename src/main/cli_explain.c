/* `keywheel explain`: the trail of one request. */
#include "main/cli.h"

#include <stdio.h>

#include "admin/request_trail.h"
#include "admin/sentence.h"
#include "base/json.h"
#include "store/request_log.h"

#define MOST_LISTED 20

/* The trail as an array of texts, in English. The caller owns it. */
static struct json_object *
trail_texts(struct json_object *data)
{
	struct json_object *steps = request_trail_make(data);
	struct json_object *texts = json_object_new_array();
	for (size_t i = 0; i < json_count(steps); i++)
		json_object_array_add(
		    texts, sentences_text(json_at(steps, i), NULL));
	json_object_put(steps);
	return texts;
}

/* Takes the facts over. */
static int
tell(const struct cli *cli, const char *id, struct json_object *data)
{
	struct json_object *texts = trail_texts(data);
	if (cli->json) {
		json_set(data, "trail", texts);
		cli_say_json(data);
		return CLI_DONE;
	}
	printf("Request %s\n", id);
	for (size_t i = 0; i < json_count(texts); i++)
		printf("  %s\n", json_object_get_string(json_at(texts, i)));
	json_object_put(texts);
	json_object_put(data);
	return CLI_DONE;
}

/* The request with our id. NULL if there is none, or on failure (*failed). */
static struct json_object *
find(struct cli *cli, const char *id, bool *failed)
{
	*failed = false;
	return crypt_is_id(id) ? request_log_one(cli->db, id, failed) : NULL;
}

/* Several that a client has called so; takes them over. */
static int
list(const struct cli *cli, struct json_object *rows)
{
	static const struct cli_column columns[] = {
	    {"ID", "request_id", false},
	    {"BEGUN", "at", true},
	    {"MODEL", "model", false},
	    {"OUTCOME", "outcome", false},
	    {"STATUS", "status", false},
	};
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	return CLI_DONE;
}

/* By what its client calls it. */
static int
explain_called(struct cli *cli, const char *name)
{
	struct json_object *rows =
	    request_log_called(cli->db, name, MOST_LISTED);
	struct json_object *only = json_at(rows, 0);
	if (rows == NULL)
		return cli_database_failed(cli);
	if (json_count(rows) > 1)
		return list(cli, rows);
	if (only == NULL) {
		json_object_put(rows);
		cli_complain("no request has the id %s, neither ours nor its "
			     "client's; its row may have been deleted, or it "
			     "never reached keywheel",
		    name);
		return CLI_FAILED;
	}
	bool failed;
	const char *id = json_get_text(only, "request_id");
	struct json_object *data = find(cli, id, &failed);
	int status =
	    data == NULL ? cli_database_failed(cli) : tell(cli, id, data);
	json_object_put(rows);
	return status;
}

int
cli_explain_run(struct cli *cli)
{
	bool failed;
	const char *id = cli->words[0];
	if (!cli_database(cli))
		return CLI_FAILED;
	struct json_object *data = find(cli, id, &failed);
	if (failed)
		return cli_database_failed(cli);
	return data != NULL ? tell(cli, id, data) : explain_called(cli, id);
}
