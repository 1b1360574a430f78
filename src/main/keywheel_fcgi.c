/* keywheel.fcgi: the responder. Options, start, loop, stop. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/service.h"
#include "main/bootstrap.h"
#include "main/idle_jobs.h"
#include "main/prefork.h"
#include "store/db.h"
#include "store/owed.h"
#include "store/requests.h"
#include "upstream/exchange.h"
#include "web/call.h"

#define BACKLOG 4096
/* Responders, where their number is left to us: this many for each processor
 * and at least so many, free of long requests; and at most so many. */
#define PER_PROCESSOR 2
#define LEAST 4
#define MOST 64
#define CHORE_MS 60000
#define LARGE_BODY ((int64_t)1024 * 1024)
/* How often what is owed to the database is tried. */
#define SETTLE_MS 500
#define SETTLE_LAST_MS 3000
/* How long others have to take a request. */
#define LEAVE_MS 100

static const char usage[] =
    "usage: keywheel.fcgi [--conf FILE] [--listen SOCKET] [--responders N]\n"
    "                     [--pid-file FILE] [--help] [--version]\n"
    "\n"
    "Without --listen it serves the FastCGI socket that a web server gives\n"
    "it as standard input. With --listen it makes the Unix socket and forks\n"
    "responders over it: N of them, or 4 to 64 by need. See\n"
    "keywheel.fcgi(8).\n";

struct options {
	const char *conf, *listen, *pid_file;
	int responders; /* 0: by need */
};

struct program {
	struct options options;
	struct bootstrap bootstrap;
	struct master_key master;
	int listen_fd;
	int64_t responders; /* number of the first responder among all */
};

static volatile sig_atomic_t told_to_end;

static void
on_end(int signal)
{
	(void)signal;
	told_to_end = 1;
	/* Makes an accept() that is under way return. */
	web_shut_down();
}

/* Before libfcgi, which would put its own in their place. No SA_RESTART: a
 * responder that waits for a request must wake. */
static void
install_handlers(void)
{
	struct sigaction end = {.sa_handler = on_end};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGUSR1, &end, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* Large blocks go back to the system when they are freed: a 30 MB request
 * must not leave a 30 MB process. */
static void
tune_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
	mallopt(M_TOP_PAD, 64 * 1024);
}

/* --- one responder ------------------------------------------------------- */

static bool
is_told_to_end(void)
{
	return told_to_end;
}

/* Where no parent sees to it. */
static void
idle_slices(struct service *s, int listen_fd)
{
	idle_tasks_slice(s, listen_fd, is_told_to_end);
	idle_jobs_slice(s, listen_fd, is_told_to_end);
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
	while (!told_to_end && !owed_settle(s->db)) {
		if (!owes)
			prefork_busy(true);
		owes = true;
		bool there = poll(&asked, 1, ignored ? 0 : SETTLE_MS) > 0;
		if (there && ignored && prefork_may_take())
			return;
		if (there)
			poll(NULL, 0, LEAVE_MS);
		ignored = there;
	}
	if (owes)
		prefork_busy(false);
}

/* Before it ends: the last chance, with less time than the parent gives. */
static void
settle_last(struct service *s)
{
	int64_t end = clock_mono_ms() + SETTLE_LAST_MS;
	while (!owed_settle(s->db) && clock_mono_ms() < end)
		poll(NULL, 0, SETTLE_MS);
	if (owed_count(s->db) > 0)
		log_line(LOG_ERROR,
		    "%zu accounts of requests could not be written: %s",
		    owed_count(s->db), db_error(s->db));
}

/* Requests, until told to end. Jobs look for the next one at listen_fd; -1: the
 * parent sees to them. */
static void
serve_all(const struct program *p, struct service *s)
{
	int listen_fd = p->options.listen == NULL ? p->listen_fd : -1;
	for (;;) {
		settle(s, p->listen_fd);
		if (told_to_end || !web_accept(s->call))
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

/* As the database writes times. */
static void
set_since(struct service *s)
{
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(s->since, sizeof(s->since), "%Y-%m-%d %H:%M:%SZ", &utc);
}

static int
respond(void *ctx, int slot)
{
	const struct program *p = ctx;
	struct service s = {
	    .db = db_new(p->bootstrap.database_url),
	    .upstream = upstream_new("keywheel/" KEYWHEEL_VERSION),
	    .master = p->master,
	    .responder = p->responders + slot,
	    .template_dir = p->bootstrap.template_dir,
	    .message_dir = p->bootstrap.message_dir,
	    .pages = admin_routes,
	    .n_pages = admin_n_routes,
	    .lost = admin_serve_lost,
	};

	set_since(&s);

	/* Connect before the first request does, and account for a lease
	 * that the responder before this one has left open. */
	if (!service_open(&s))
		log_line(LOG_ERROR, "the database cannot be reached: %s",
		    db_error(s.db));
	if (!requests_recover(s.db, s.responder) || !requests_warm_up(s.db))
		log_line(LOG_WARNING, "recovery: %s", db_error(s.db));

	s.call = web_call_new(p->listen_fd);
	serve_all(p, &s);
	settle_last(&s);
	web_call_free(s.call);
	service_close(&s);
	upstream_free(s.upstream);
	db_free(s.db);
	return 0;
}

/* What the parent has done by a child, once a minute. */
static void
do_chore(void *ctx)
{
	const struct program *p = ctx;
	idle_jobs_child(&p->bootstrap, &p->master, is_told_to_end);
}

/* … and as soon as somebody has begun a task. */
static void
run_errand(void *ctx)
{
	const struct program *p = ctx;
	if (idle_tasks_child(&p->bootstrap, &p->master, is_told_to_end))
		prefork_send();
}

/* --- the program --------------------------------------------------------- */

static bool
read_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = {
	    {"conf", required_argument, NULL, 'c'},
	    {"listen", required_argument, NULL, 'l'},
	    {"responders", required_argument, NULL, 'r'},
	    {"pid-file", required_argument, NULL, 'p'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	int c;
	int64_t n;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->conf = optarg;
			break;
		case 'l':
			o->listen = optarg;
			break;
		case 'p':
			o->pid_file = optarg;
			break;
		case 'r':
			if (!text_to_int(optarg, 1, PREFORK_MAX, &n))
				return false;
			o->responders = (int)n;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'V':
			puts("keywheel.fcgi " KEYWHEEL_VERSION);
			exit(0);
		default:
			return false;
		}
	}
	return optind == argc;
}

/* Listen, fork, wait. */
static int
run_parent(struct program *p)
{
	const struct options *o = &p->options;
	struct buf why, pid;
	buf_init(&why, BUF_SMALL);
	buf_init(&pid, BUF_SMALL);
	p->listen_fd = web_listen(o->listen, BACKLOG);
	if (p->listen_fd < 0) {
		log_line(LOG_CRITICAL, "cannot listen on %s: errno %d",
		    o->listen, errno);
		return 1;
	}

	buf_fmt(&pid, "%ld\n", (long)getpid());
	if (o->pid_file != NULL &&
	    !file_write_secret(o->pid_file, buf_cstr(&pid), &why)) {
		log_line(LOG_CRITICAL, "%s", buf_cstr(&why));
		return 1;
	}
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
	    .ctx = p,
	};
	int status = prefork_run(&plan);
	unlink(o->listen);
	if (o->pid_file != NULL)
		unlink(o->pid_file);
	buf_clear(&why);
	buf_clear(&pid);
	return status;
}

/* Numbers for up to PREFORK_MAX responders of this parent. */
static int64_t
make_number(void)
{
	uint64_t n;
	crypt_random((uint8_t *)&n, sizeof(n));
	return (int64_t)(n & 0x7fffffffffff0000ULL & ~(uint64_t)0xffff);
}

int
main(int argc, char **argv)
{
	static struct program p;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	if (!read_options(&p.options, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!bootstrap_read(&p.bootstrap, p.options.conf, &why) ||
	    !bootstrap_master(&p.bootstrap, &p.master, &why)) {
		log_line(LOG_CRITICAL, "%s", buf_cstr(&why));
		return 1;
	}
	buf_clear(&why);

	install_handlers();
	tune_memory();
	if (!upstream_global_init() || !web_init()) {
		log_line(LOG_CRITICAL, "libcurl or libfcgi cannot start");
		return 1;
	}
	if (p.bootstrap.ca_file != NULL &&
	    !upstream_trust(p.bootstrap.ca_file)) {
		log_line(LOG_CRITICAL, "CA_FILE %s holds no certificates",
		    p.bootstrap.ca_file);
		return 1;
	}
	if (p.options.listen == NULL && !web_is_socket(p.listen_fd)) {
		fputs("keywheel.fcgi: standard input is no FastCGI socket; "
		      "use --listen\n",
		    stderr);
		return 2;
	}
	p.responders = make_number();
	int status = p.options.listen != NULL ? run_parent(&p) : respond(&p, 0);
	bootstrap_clear(&p.bootstrap);
	crypt_wipe(&p.master, sizeof(p.master));
	return status;
}
