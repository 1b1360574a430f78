/* keywheel.fcgi: the responder. Options, start, loop, stop. */
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/version.h"
#include "gateway/service.h"
#include "main/bootstrap.h"
#include "main/fcgi_options.h"
#include "main/handover.h"
#include "main/idle_jobs.h"
#include "main/listening.h"
#include "main/once.h"
#include "main/prefork.h"
#include "main/responder.h"
#include "main/shared.h"
#include "main/stand_in.h"
#include "main/stop.h"
#include "store/db.h"
#include "store/owed.h"
#include "store/requests.h"
#include "upstream/exchange.h"
#include "web/call.h"

/* Responders, where their number is left to us: this many for each processor
 * and at least so many, free of long requests; and at most so many. */
#define PER_PROCESSOR 2
#define LEAST 4
#define MOST 64
#define CHORE_MS 60000
#define LARGE_BODY ((int64_t)1024 * 1024)
/* How long what is owed to the database is tried before a responder ends: less
 * than the parent gives. */
#define SETTLE_LAST_MS 3000
/* How long others have to take a request. */
#define LEAVE_MS 100

struct program {
	struct fcgi_options options;
	struct bootstrap bootstrap;
	struct master_key master;
	struct listening listening;
	struct shared shared; /* with --shared */
	int64_t responders;   /* number of the first responder among all */
};

/* --- one responder ------------------------------------------------------- */

/* Where no parent sees to it. */
static void
idle_slices(struct service *s, int listen_fd)
{
	idle_tasks_slice(s, listen_fd, stop_is_told);
	idle_jobs_slice(s, listen_fd, stop_is_told);
}

/* The database is away, and accounts are owed to it: until it has them,
 * requests are for other responders, which the parent is to start, and this one
 * is not to be ended. What nobody else takes is served, by one of those that
 * owe: the others would wait in accept() and not look for the database. */
static void
settle(struct service *s, int listen_fd)
{
	struct pollfd asked = {listen_fd, POLLIN, 0};
	bool ignored = false, owes = false;
	while (!stop_is_told() && !owed_settle(s->db)) {
		if (!owes)
			prefork_busy(true);
		owes = true;
		bool there =
		    poll(&asked, 1, ignored ? 0 : RESPONDER_SETTLE_MS) > 0;
		if (there && ignored && prefork_may_take())
			return;
		if (there)
			poll(NULL, 0, LEAVE_MS);
		ignored = there;
	}
	if (owes)
		prefork_busy(false);
}

/* Requests, until told to end. Jobs look for the next one at listen_fd; -1: the
 * parent sees to them. */
static void
serve_all(const struct program *p, struct service *s)
{
	int listen_fd = p->listening.many ? -1 : p->listening.fd;
	for (;;) {
		settle(s, p->listening.fd);
		if (!web_accept(s->call))
			break;
		prefork_busy(true);
		bool large = web_body_size(s->call) > LARGE_BODY;
		service_serve(s);
		if (large)
			malloc_trim(0);
		if (listen_fd >= 0)
			idle_slices(s, listen_fd);
		else if (s->task_begun)
			prefork_send();
		else if (s->job_due)
			prefork_hurry();
		s->task_begun = s->job_due = false;
		prefork_busy(false);
	}
}

static const struct install *
installs(const struct program *p)
{
	return p->options.shared == NULL ? NULL : &p->shared.install;
}

static int
respond(void *ctx, int slot)
{
	const struct program *p = ctx;
	struct service s =
	    responder_make(&p->bootstrap, &p->master, p->responders + slot);
	s.install = installs(p);

	/* Connect before the first request does, and account for a lease
	 * that the responder before this one has left open. */
	responder_open(&s, false);
	if (!requests_recover(s.db, s.responder) || !requests_warm_up(s.db))
		log_line(LOG_WARNING, "recovery: %s", db_error(s.db));

	s.call = web_call_new(p->listening.fd);
	stop_listen(p->listening.fd);
	prefork_ready();
	serve_all(p, &s);
	responder_settle(&s, SETTLE_LAST_MS);
	web_call_free(s.call);
	responder_close(&s);
	return 0;
}

/* What the parent has done by a child, once a minute. */
static void
do_chore(void *ctx)
{
	const struct program *p = ctx;
	idle_jobs_child(&p->bootstrap, &p->master, stop_is_told);
}

/* … and as soon as somebody has begun a task. */
static void
run_errand(void *ctx)
{
	const struct program *p = ctx;
	if (idle_tasks_child(&p->bootstrap, &p->master, stop_is_told))
		prefork_send();
}

/* --- the program --------------------------------------------------------- */

static void
stop_listening(void *ctx)
{
	const struct program *p = ctx;
	listening_close(&p->listening);
}

static void
reload(void *ctx)
{
	const struct program *p = ctx;
	handover_run(p->listening.fd, p->listening.made);
}

static bool
write_pid(const char *file)
{
	struct buf why, pid;
	buf_init(&why, BUF_SMALL);
	buf_init(&pid, BUF_SMALL);
	buf_fmt(&pid, "%ld\n", (long)getpid());
	bool ok = file_write_secret(file, buf_cstr(&pid), &why);
	if (!ok)
		log_line(LOG_CRITICAL, "%s", buf_cstr(&why));
	buf_clear(&why);
	buf_clear(&pid);
	return ok;
}

/* Fork, wait. */
static int
run_parent(struct program *p)
{
	const struct fcgi_options *o = &p->options;
	sigset_t signals;
	stop_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (stop_is_told())
		return 0;
	if (o->pid_file != NULL && !write_pid(o->pid_file))
		return 1;
	long spare = PER_PROCESSOR * sysconf(_SC_NPROCESSORS_ONLN);
	spare = spare < LEAST ? LEAST : spare > MOST / 4 ? MOST / 4 : spare;
	/* It has no database: its children see to how it logs. */
	log_share();
	const struct prefork_plan plan = {
	    .least = o->responders > 0 ? o->responders : (int)spare,
	    .most = o->responders > 0 ? o->responders : MOST,
	    .spare = (int)spare,
	    .work = respond,
	    .chore = do_chore,
	    .chore_ms = CHORE_MS,
	    .errand = run_errand,
	    .patience_ms = (int64_t)p->bootstrap.stop_s * 1000,
	    .reload = reload,
	    .close = stop_listening,
	    .ctx = p,
	};
	int status = prefork_run(&plan);
	if (o->pid_file != NULL)
		unlink(o->pid_file);
	return status;
}

static bool
configure(struct program *p)
{
	struct buf why;
	if (p->options.shared != NULL)
		return shared_configure(&p->shared, &p->bootstrap, &p->master);
	buf_init(&why, BUF_SMALL);
	bool ok = bootstrap_read(&p->bootstrap, p->options.conf, NULL, &why) &&
	    bootstrap_master(&p->bootstrap, &p->master, &why);
	if (!ok)
		log_line(LOG_CRITICAL, "%s", buf_cstr(&why));
	buf_clear(&why);
	return ok;
}

/* The libraries. False after a line in the log. */
static bool
start(const struct program *p)
{
	const char *ca = p->bootstrap.ca_file;
	stop_init(p->options.finish_s > 0 ? p->options.finish_s
					  : p->bootstrap.stop_s);
	responder_tune_memory();
	if (!upstream_global_init() || !web_init()) {
		log_line(LOG_CRITICAL, "libcurl or libfcgi cannot start");
		return false;
	}
	if (ca != NULL && !upstream_trust(ca)) {
		log_line(LOG_CRITICAL, "CA_FILE %s holds no certificates", ca);
		return false;
	}
	return true;
}

static int
serve_once(const struct program *p)
{
	once_run(&p->bootstrap, &p->master, p->responders, installs(p));
	return 0;
}

/* Until it is installed. */
static int
run_shared(struct program *p, bool ready)
{
	bool cgi = p->listening.cgi;
	if (!cgi)
		stop_listen(p->listening.fd);
	while (!ready && !stop_is_told() &&
	    shared_serve_closed(
		&p->shared, &p->bootstrap, p->listening.fd, cgi) &&
	    !cgi)
		ready = configure(p);
	return !ready ? 0 : cgi ? serve_once(p) : respond(p, 0);
}

static bool
open_socket(struct program *p)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	bool ok = listening_open(&p->listening, &p->options, &why);
	if (!ok)
		log_line(LOG_CRITICAL, "%s", buf_cstr(&why));
	buf_clear(&why);
	return ok;
}

static int
run(struct program *p, bool ready)
{
	const struct fcgi_options *o = &p->options;
	const struct listening *l = &p->listening;
	if (o->check)
		return ready ? 0 : 1;
	if (!open_socket(p))
		return 1;
	if (o->finish_s > 0 && !l->many && !l->cgi && !stand_in_begin()) {
		log_line(LOG_CRITICAL, "no responder could be forked");
		return 1;
	}
	p->responders = responder_numbers();
	return l->many          ? run_parent(p)
	    : o->shared != NULL ? run_shared(p, ready)
	    : l->cgi            ? serve_once(p)
				: respond(p, 0);
}

int
main(int argc, char **argv)
{
	static struct program p;
	handover_init(argv);
	if (!fcgi_options_read(&p.options, argc, argv))
		return 2;
	if (p.options.shared != NULL)
		shared_init(&p.shared, p.options.shared);
	bool ready = configure(&p);
	if ((!ready && p.options.shared == NULL) || !start(&p))
		return 1;
	int status = run(&p, ready);
	shared_clear(&p.shared);
	bootstrap_clear(&p.bootstrap);
	crypt_forget_master(&p.master);
	return status;
}
