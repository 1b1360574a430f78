/* Responders: from the configuration to a service. */
#include "main/responder.h"

#include <malloc.h>
#include <poll.h>
#include <time.h>

#include "admin/admin.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "main/greet.h"
#include "store/db.h"
#include "store/hosts.h"
#include "store/owed.h"
#include "upstream/exchange.h"

/* As the database writes times. */
static void
set_since(struct service *s)
{
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(s->since, sizeof(s->since), "%Y-%m-%d %H:%M:%SZ", &utc);
}

void
responder_tune_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
	mallopt(M_TOP_PAD, 64 * 1024);
}

struct service
responder_make(const struct bootstrap *bootstrap,
    const struct master_key *master, int64_t number)
{
	const char *url = bootstrap->database_url;
	struct service s = {
	    .db = db_new(url == NULL ? "" : url),
	    .upstream = upstream_new("keywheel/" KEYWHEEL_VERSION),
	    .master = *master,
	    .responder = number,
	    .template_dir = bootstrap->template_dir,
	    .message_dir = bootstrap->message_dir,
	    .pages = admin_routes,
	    .n_pages = admin_n_routes,
	    .lost = admin_serve_lost,
	};
	set_since(&s);
	return s;
}

void
responder_open(struct service *s, bool once)
{
	if (!service_open(s))
		log_line(LOG_ERROR, "the database cannot be reached: %s",
		    db_error(s->db));
	else if (!once)
		greet_begin(s->db, &s->master);
}

void
responder_settle(struct service *s, int64_t most_ms)
{
	int64_t end = clock_mono_ms() + most_ms;
	while (!owed_settle(s->db) && clock_mono_ms() < end)
		poll(NULL, 0, RESPONDER_SETTLE_MS);
	if (owed_count(s->db) > 0)
		log_line(LOG_ERROR,
		    "%zu accounts of requests could not be written: %s",
		    owed_count(s->db), db_error(s->db));
}

void
responder_close(struct service *s)
{
	service_close(s);
	upstream_free(s->upstream);
	db_free(s->db);
}

int64_t
responder_numbers(void)
{
	uint64_t n;
	crypt_random((uint8_t *)&n, sizeof(n));
	return (int64_t)(n & 0x7fffffffffff0000ULL) | HOSTS_RESPONDER_BIT;
}
