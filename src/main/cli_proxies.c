/* `keywheel proxies`: how the egress proxies are, and checking them. */
#include "main/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/version.h"
#include "gateway/direct.h"
#include "gateway/egress.h"
#include "gateway/egress_check.h"
#include "store/proxies.h"
#include "store/settings.h"
#include "upstream/exchange.h"

/* Of the hash: enough to tell proxies of one name apart. */
#define SHOWN_ID 8

/* The settings and the proxies they name; false after a complaint. */
static bool
open_egress(struct cli *cli, struct settings **settings, struct egress **egress)
{
	if (!cli_master(cli) || !cli_database(cli))
		return false;
	*settings = store_settings_load(cli->db);
	if (*settings == NULL) {
		cli_database_failed(cli);
		return false;
	}
	*egress = egress_new(*settings, &cli->master, NULL);
	if (!egress_is_closed(*egress))
		return true;
	cli_complain("PROXIES is not legal: no call goes out; see `keywheel "
		     "set --help`");
	egress_free(*egress);
	settings_free(*settings);
	return false;
}

/* {"scopes": how many} of each proxy whose home it is, by its number. */
static int64_t *
count_homes(const struct egress *e, struct json_object *scopes)
{
	int64_t *homes = calloc(egress_count(e) + 1, sizeof(*homes));
	if (homes == NULL)
		abort();
	for (size_t i = 0; egress_count(e) > 0 && i < json_count(scopes); i++)
		homes[egress_home(
		    e, json_object_get_string(json_at(scopes, i)))]++;
	return homes;
}

static struct json_object *
make_row(const struct exchange_proxy *proxy, struct json_object *known,
    int64_t homes)
{
	static const char *const members[] = {
	    "latency_ms", "down_until", "checked_at", "error_at", "error"};
	struct json_object *row = json_object_new_object();
	struct json_object *is = json_get(known, proxy->id);
	json_set_text_len(row, "id", proxy->id, SHOWN_ID);
	json_set_text(row, "proxy", proxy->url);
	json_set_text(row, "state",
	    json_get(is, "down_until") != NULL       ? "down"
		: json_get(is, "checked_at") != NULL ? "up"
						     : "not checked");
	json_set_int(row, "homes", homes);
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		struct json_object *value = json_get(is, members[i]);
		if (value == NULL)
			json_set_null(row, members[i]);
		else
			json_share(row, members[i], value);
	}
	return row;
}

/* The list as it stands in the database now. */
static bool
print_list(struct cli *cli, const struct egress *e)
{
	static const struct cli_column columns[] = {
	    {"ID", "id", false},
	    {"PROXY", "proxy", false},
	    {"STATE", "state", false},
	    {"MS", "latency_ms", false},
	    {"HOME OF", "homes", false},
	    {"CHECKED", "checked_at", false},
	    {"LAST ERROR", "error", false},
	};
	struct json_object *known, *scopes;
	if (!proxies_list(cli->db, &known, &scopes)) {
		cli_database_failed(cli);
		return false;
	}
	struct json_object *rows = json_object_new_array();
	int64_t *homes = count_homes(e, scopes);
	for (size_t i = 0; i < egress_count(e); i++)
		json_object_array_add(
		    rows, make_row(egress_proxy(e, i), known, homes[i]));
	cli_table_print(cli, columns, COUNT_OF(columns), rows);
	free(homes);
	json_object_put(known);
	json_object_put(scopes);
	return true;
}

int
cli_proxies_list(struct cli *cli)
{
	struct settings *settings;
	struct egress *egress;
	if (!open_egress(cli, &settings, &egress))
		return CLI_FAILED;
	bool ok = print_list(cli, egress);
	egress_free(egress);
	settings_free(settings);
	return ok ? CLI_DONE : CLI_FAILED;
}

/* Check them; true if all work. */
static bool
check_all(
    struct cli *cli, const struct egress *egress, struct settings *settings)
{
	if (!upstream_global_init())
		abort();
	struct upstream *up = upstream_new("keywheel/" KEYWHEEL_VERSION);
	const struct direct way = {
	    .upstream = up,
	    .settings = settings,
	    .db = cli->db,
	    .master = &cli->master,
	    .limit_ms = EGRESS_CHECK_MS,
	};
	struct egress_check check;
	egress_check_begin(&check, egress, &way);
	while (egress_check_some(&check))
		;
	bool ok = egress_check_end(&check);
	if (!ok)
		cli_database_failed(cli);
	for (size_t i = 0; i < json_count(check.checks); i++)
		ok = json_get_bool(json_at(check.checks, i), "works") && ok;
	egress_check_clear(&check);
	upstream_free(up);
	return ok;
}

int
cli_proxies_check(struct cli *cli)
{
	struct settings *settings;
	struct egress *egress;
	if (!open_egress(cli, &settings, &egress))
		return CLI_FAILED;
	bool ok = check_all(cli, egress, settings);
	ok = print_list(cli, egress) && ok;
	egress_free(egress);
	settings_free(settings);
	return ok ? CLI_DONE : CLI_FAILED;
}
