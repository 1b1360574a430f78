/* Programs, their schema, their master keys. */
#include "store/hosts.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/master_ring.h"
#include "base/text.h"
#include "base/version.h"
#include "store/db.h"
#include "store/page_data.h"
#include "store/requests.h"

/* What PostgreSQL says of a function that is not there: an older schema. */
static const char no_function[] = "42883";

/* Copies of a machine often have one name. The number of the machine is not
 * for others (machine-id(5)), hence a hash of it. Not every machine has one. */
static void
write_machine(const struct master_key *master, struct buf *out)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf id, why;
	buf_init(&id, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	if (file_read("/etc/machine-id", &id, &why) && id.len > 1) {
		crypt_hash(master, buf_cstr(&id), id.len, hash);
		buf_byte(out, '/');
		text_hex(out, hash, 4);
	}
	buf_clear(&why);
	buf_clear(&id);
}

/* A machine may have several files: "web1/5d41402a:/etc/keywheel/master.key".
 */
static void
write_host(const struct master_key *master, struct buf *out)
{
	char host[256] = "";
	gethostname(host, sizeof(host) - 1);
	buf_str(out, host);
	write_machine(master, out);
	buf_fmt(out, ":%s", master_ring_path(master->ring));
}

bool
hosts_note(struct db *db, const struct master_key *master)
{
	struct buf host, keys;
	struct db_args a = {0};
	if (master->ring == NULL)
		return true;
	buf_init(&host, BUF_SMALL);
	buf_init(&keys, BUF_SMALL);
	(void)master_ring_refresh(master->ring);
	write_host(master, &host);
	buf_byte(&keys, '{');
	for (size_t i = 0; i < master_ring_count(master->ring); i++)
		buf_fmt(&keys, "%s%s", i > 0 ? "," : "",
		    master_ring_id(master->ring, i));
	buf_byte(&keys, '}');
	db_arg_typed(&a, buf_cstr(&host), DB_TEXT);
	db_arg_typed(&a, KEYWHEEL_VERSION, DB_TEXT);
	db_arg_int(&a, HOSTS_SCHEMA);
	db_arg_typed(&a, buf_cstr(&keys), DB_TEXT_ARRAY);
	bool ok = db_do(db, "select keywheel.note_host($1,$2,$3,$4)", &a);
	buf_clear(&keys);
	buf_clear(&host);
	return ok || strcmp(db_state(db), no_function) == 0;
}

bool
hosts_follow(struct db *db, const struct master_key *master)
{
	if (master->ring == NULL)
		return true;
	PGresult *res =
	    db_call(db, "select keywheel.sealing_key() as id", NULL);
	if (res == NULL)
		return strcmp(db_state(db), no_function) == 0;
	const char *id = db_cell(res, 0, "id");
	if (!master_ring_prefer(master->ring, id))
		log_line(LOG_ERROR,
		    "the master key %s seals, and MASTER_KEY_FILE does not "
		    "hold it: keys cannot be opened here and nothing is "
		    "sealed; copy the file from a host that has it",
		    id);
	PQclear(res);
	return true;
}

bool
hosts_ask(struct db *db)
{
	return db_do(db, "select keywheel.ask_hosts()", NULL);
}

struct json_object *
hosts_list(struct db *db)
{
	return page_data(db,
	    "select coalesce(jsonb_agg(h order by h.host), '[]') as data "
	    "from keywheel.list_hosts() h",
	    NULL);
}

bool
hosts_fit(const struct health *health, const struct master_key *master,
    struct buf *why)
{
	int schema = health->schema_version;
	if (schema < HOSTS_SCHEMA)
		buf_fmt(why,
		    "the schema is version %d and this program needs %d: run "
		    "`keywheel migrate`",
		    schema, HOSTS_SCHEMA);
	else if (health->least_schema > HOSTS_SCHEMA)
		buf_fmt(why,
		    "the schema is version %d, which programs that know %d or "
		    "later can use, and this one knows %d: install a newer one",
		    schema, health->least_schema, HOSTS_SCHEMA);
	else if (!master_ring_prefer(master->ring,
		     *health->sealing == '\0' ? NULL : health->sealing))
		buf_fmt(why,
		    "the master key %s seals, and MASTER_KEY_FILE does not "
		    "hold it",
		    health->sealing);
	else
		return true;
	return false;
}
