/* A responder says that it is there. */
#include "main/greet.h"

#include "base/log.h"
#include "store/db.h"
#include "store/hosts.h"
#include "store/requests.h"

void
greet_begin(struct db *db, const struct master_key *master)
{
	struct health health = {0};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	/* A database that is away has been said already. */
	if (requests_health(db, &health) && !hosts_fit(&health, master, &why))
		log_line(LOG_ERROR, "%s", buf_cstr(&why));
	buf_clear(&why);
	greet_again(db, master);
}

void
greet_again(struct db *db, const struct master_key *master)
{
	if (!hosts_note(db, master))
		log_line(LOG_WARNING, "hosts: %s", db_error(db));
}
