/* `keywheel alerts`: who is told of alarms, and trying it. */
#include "main/cli.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"
#include "gateway/alert_send.h"
#include "store/alerts.h"
#include "store/settings.h"
#include "upstream/exchange.h"

/* The settings and their receivers; false after a complaint. */
static bool
open_targets(
    struct cli *cli, struct settings **settings, struct alert_targets *targets)
{
	if (!cli_master(cli) || !cli_database(cli))
		return false;
	*settings = store_settings_load(cli->db);
	if (*settings == NULL) {
		cli_database_failed(cli);
		return false;
	}
	alert_targets_load(targets, *settings, &cli->master);
	return true;
}

static struct json_object *
make_row(const struct alert_target *target, struct json_object *known)
{
	static const char *const members[] = {
	    "since", "sent_at", "waiting", "failing_since", "error"};
	struct json_object *row = json_object_new_object();
	struct json_object *is = json_get(known, target->id);
	json_set_text(row, "receiver", target->is.name);
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		struct json_object *value = json_get(is, members[i]);
		if (value == NULL)
			json_set_null(row, members[i]);
		else
			json_share(row, members[i], value);
	}
	return row;
}

static void
print(struct cli *cli, const struct cli_column *columns, size_t n,
    struct json_object *rows)
{
	if (json_count(rows) > 0 || cli->json) {
		cli_table_print(cli, columns, n, rows);
		return;
	}
	json_object_put(rows);
	printf("nobody is told: ALERT_WEBHOOKS is empty\n");
}

int
cli_alerts_list(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"RECEIVER", "receiver", false},
	    {"SINCE", "since", true},
	    {"LAST TOLD", "sent_at", true},
	    {"WAITING", "waiting", false},
	    {"FAILING SINCE", "failing_since", true},
	    {"WHY", "error", false},
	};
	struct settings *settings;
	struct alert_targets targets;
	if (!open_targets(cli, &settings, &targets))
		return CLI_FAILED;
	struct json_object *known = alerts_receivers(cli->db);
	struct json_object *rows = json_object_new_array();
	for (size_t i = 0; i < targets.n; i++)
		json_object_array_add(rows, make_row(&targets.rows[i], known));
	int status = known == NULL ? cli_database_failed(cli) : CLI_DONE;
	if (known == NULL)
		json_object_put(rows);
	else
		print(cli, columns, COUNT_OF(columns), rows);
	json_object_put(known);
	alert_targets_clear(&targets);
	settings_free(settings);
	return status;
}

/* Send one; true if it was taken. */
static bool
test_one(const struct alert_target *target, const struct settings *settings,
    struct json_object *rows)
{
	struct json_object *row = json_object_new_object();
	struct buf why;
	buf_init(&why, BUF_SMALL);
	bool ok = alert_send_test(&target->is, settings, &why);
	json_set_text(row, "receiver", target->is.name);
	json_set_bool(row, "taken", ok);
	json_set_text(row, "error", ok ? NULL : buf_cstr(&why));
	json_object_array_add(rows, row);
	buf_clear(&why);
	return ok;
}

int
cli_alerts_test(struct cli *cli)
{
	static const struct cli_column columns[] = {
	    {"RECEIVER", "receiver", false},
	    {"TAKEN", "taken", false},
	    {"WHY NOT", "error", false},
	};
	struct settings *settings;
	struct alert_targets targets;
	if (!open_targets(cli, &settings, &targets))
		return CLI_FAILED;
	if (!upstream_global_init())
		abort();
	struct json_object *rows = json_object_new_array();
	bool ok = true;
	for (size_t i = 0; i < targets.n; i++)
		ok = test_one(&targets.rows[i], settings, rows) && ok;
	print(cli, columns, COUNT_OF(columns), rows);
	alert_targets_clear(&targets);
	settings_free(settings);
	return ok ? CLI_DONE : CLI_FAILED;
}
