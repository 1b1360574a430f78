/* What the commands that change the master key share. */
#include "main/master_change.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "store/db.h"
#include "store/hosts.h"
#include "store/requests.h"

/* How often, and after which time, hosts are looked at that are to look. */
#define HOST_LOOKS 10
#define HOST_PAUSE_US 100000

/* --- what there is ------------------------------------------------------- */

int
change_failed(const struct change *c)
{
	cli_complain("database: %s", db_error(c->db));
	return CLI_FAILED;
}

/* The id that the database says; none said: the first of the file. */
static bool
read_sealing(struct change *c)
{
	struct health health = {0};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	bool ok = requests_health(c->db, &health);
	if (!ok)
		change_failed(c);
	else if (!hosts_fit(&health, &c->cli->master, &why)) {
		cli_complain("%s", buf_cstr(&why));
		ok = false;
	}
	snprintf(c->sealing, sizeof(c->sealing), "%s",
	    *health.sealing ? health.sealing : master_ring_id(c->ring, 0));
	buf_clear(&why);
	return ok;
}

/* False after a complaint. End it either way. */
bool
change_connect(struct change *c, struct cli *cli)
{
	*c = (struct change){.cli = cli};
	if (!cli_master(cli))
		return false;
	c->ring = cli->master.ring;
	c->n = master_ring_count(c->ring);
	snprintf(c->newest, sizeof(c->newest), "%s",
	    master_ring_id(c->ring, c->n - 1));
	c->db = db_new(cli->bootstrap.owner_database_url);
	bool ok = db_connect(c->db);
	if (!ok)
		change_failed(c);
	return ok;
}

bool
change_begin(struct change *c, struct cli *cli)
{
	return change_connect(c, cli) && read_sealing(c);
}

void
change_end(struct change *c)
{
	db_free(c->db);
}

bool
change_has_new(const struct change *c)
{
	return c->n > 1;
}

bool
change_has_turned(const struct change *c)
{
	return strcmp(c->sealing, c->newest) == 0;
}

/* A walk reads the file again when it meets what it cannot open. */
static bool
is_same_ring(const struct change *c)
{
	return master_ring_count(c->ring) == c->n &&
	    strcmp(master_ring_id(c->ring, c->n - 1), c->newest) == 0 &&
	    master_ring_find(c->ring, c->sealing) != NULL;
}

bool
change_look(struct change *c, bool change)
{
	memset(c->count, 0, sizeof(c->count));
	const char *wanted = change ? c->newest : c->sealing;
	bool ok = sealed_walk(c->db, &c->cli->master, wanted, change, c->count);
	if (!is_same_ring(c)) {
		cli_complain("%s has been changed by somebody else",
		    master_ring_path(c->ring));
		return false;
	}
	if (!ok)
		change_failed(c);
	return ok;
}

/* --- hosts --------------------------------------------------------------- */

static void
complain_of_host(const struct change *c, const char *name)
{
	if (*name == '\0')
		cli_complain("responders of an older version serve, or have "
			     "within a quarter of an hour: they know one key "
			     "only");
	else
		cli_complain("%s does not hold the key %s, or has not been "
			     "looked at within the last minute",
		    name, c->newest);
}

/* The hosts whose file lacks the new key, with a complaint of each if that is
 * wanted; -1: the database failed. */
static int
count_hosts_without(const struct change *c, bool complain)
{
	struct json_object *hosts = hosts_list(c->db);
	int n = hosts == NULL ? -1 : 0;
	for (size_t i = 0; i < json_count(hosts); i++) {
		struct json_object *host = json_at(hosts, i);
		if (json_has_text(json_get(host, "keys"), c->newest))
			continue;
		n++;
		if (complain)
			complain_of_host(c, json_get_text(host, "host"));
	}
	json_object_put(hosts);
	return n;
}

/* Has every host the new key? Those that do not seem to are asked to look; who
 * has requests does so at once. False after complaints. */
bool
change_has_hosts(const struct change *c)
{
	int n = count_hosts_without(c, false);
	bool asked = n > 0 && hosts_ask(c->db);
	for (int i = 0; asked && n > 0 && i < HOST_LOOKS; i++) {
		usleep(HOST_PAUSE_US);
		n = count_hosts_without(c, false);
	}
	if (n > 0)
		n = count_hosts_without(c, true);
	if (n < 0)
		change_failed(c);
	return n == 0;
}
