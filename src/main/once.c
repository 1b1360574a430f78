/* One request, one process. */
#include "main/once.h"

#include <signal.h>
#include <unistd.h>

#include "gateway/service.h"
#include "main/idle_jobs.h"
#include "main/responder.h"
#include "main/stop.h"
#include "store/db.h"
#include "store/owed.h"
#include "web/call.h"

/* The account of a request that the database cannot take now is lost with the
 * process: it is tried for so long. */
#define SETTLE_MS 10000
/* … or for so long where no other process can do it: Apache gives three
 * seconds. */
#define SETTLE_HERE_MS 2000
/* What hangs is ended, and what a host ends for its length should be done. */
#define LIFE_S 120

/* Nobody waits for this process. */
static bool
never(void)
{
	return false;
}

/*
 * Out of the web server's sight: Apache waits for the process that it has
 * started, and then ends it, before it takes the client's next request. Only
 * the child uses the connection to the database from then on. Where no
 * process can be made there are no jobs this time, and what is owed is tried
 * while the web server waits.
 */
static void
leave(struct service *s)
{
	pid_t child = fork();
	if (child < 0)
		responder_settle(s, SETTLE_HERE_MS);
	if (child != 0)
		_exit(0);
	setsid();
	signal(SIGALRM, SIG_DFL);
	alarm(LIFE_S);
	/* Apache reads standard error to its end as well. */
	web_let_go();
}

static void
serve(struct service *s)
{
	s->call = web_call_new_cgi();
	if (web_accept(s->call))
		service_serve(s);
	web_call_free(s->call);
	s->call = NULL;
	if (owed_count(s->db) == 0 && !idle_jobs_may(s))
		return;
	leave(s);
	responder_settle(s, SETTLE_MS);
	idle_tasks_slice(s, -1, never);
	idle_jobs_rest(s, never);
}

void
once_run(const struct bootstrap *bootstrap, const struct master_key *master,
    int64_t number, const struct install *install)
{
	struct service s = responder_make(bootstrap, master, number);
	s.install = install;
	stop_once();
	responder_open(&s, true);
	serve(&s);
	responder_close(&s);
}
