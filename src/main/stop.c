/* Being told to end. */
#include "main/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "web/call.h"

/* What is cut off is reminded so often: it may have begun to wait again. */
#define REMIND_S 1

static const int signals[] = {SIGTERM, SIGUSR1, SIGINT, SIGHUP};

static volatile sig_atomic_t told, cut;
static int patience = 1;
static pid_t keeper = -1;  /* who sees to the deadline while it lives */
static bool timed;         /* … it is ours to see to, and begun */
static int nothing = -1;   /* /dev/null */
static int listening = -1; /* in a responder */
static bool drains;

static void
cut_off(void)
{
	if (cut)
		return;
	cut = 1;
	web_cut_off();
	alarm(REMIND_S);
}

/*
 * In the place of the socket comes something that no connection can be taken
 * from: an accept() that is under way is restarted, and fails; so does one that
 * is just about to begin. Nothing else is disturbed. Or the socket is shut: who
 * comes is refused, and accept() fails when those who are there have been
 * served (unix(7), Linux).
 */
static void
shut(void)
{
	if (drains)
		shutdown(listening, SHUT_RD);
	else
		dup2(nothing, listening);
}

static void
on_end(int signal)
{
	int before = errno;
	if (told && signal == SIGTERM)
		cut_off();
	if (!told && listening >= 0)
		shut();
	told = 1;
	if (!timed && !cut && getppid() != keeper) {
		timed = true;
		alarm((unsigned)patience);
	}
	errno = before;
}

/* It has interrupted whatever the process waits for. */
static void
on_alarm(int signal)
{
	(void)signal;
	cut_off();
	alarm(REMIND_S);
}

void
stop_signals(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaddset(set, signals[i]);
}

void
stop_init(int patience_s)
{
	/* Reading a request and writing an answer go on. */
	struct sigaction end = {.sa_handler = on_end, .sa_flags = SA_RESTART};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction usual = {.sa_handler = SIG_DFL};
	patience = patience_s;
	stop_signals(&end.sa_mask);
	sigaddset(&end.sa_mask, SIGALRM);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaction(signals[i], &end, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	/* Who ignores it has no children to wait for, and so have those whom
	 * it starts. */
	sigaction(SIGCHLD, &usual, NULL);
}

void
stop_follow(pid_t parent, bool keeps, const sigset_t *blocked)
{
	if (keeps)
		keeper = parent;
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	/* It has ended already. */
	if (getppid() != parent)
		raise(SIGUSR1);
	sigprocmask(SIG_UNBLOCK, blocked, NULL);
}

void
stop_listen(int listen_fd)
{
	struct sigaction deadline = {.sa_handler = on_alarm};
	sigset_t all;
	stop_signals(&deadline.sa_mask);
	sigaction(SIGALRM, &deadline, NULL);
	if (nothing < 0)
		nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	listening = listen_fd;

	/* Told before it was here. */
	stop_signals(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (told)
		shut();
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}

void
stop_once(void)
{
	struct sigaction at_once = {.sa_handler = on_alarm};
	stop_signals(&at_once.sa_mask);
	sigaddset(&at_once.sa_mask, SIGALRM);
	sigaction(SIGALRM, &at_once, NULL);
	sigaction(SIGTERM, &at_once, NULL);
	/* Told before it was here. */
	if (told)
		cut_off();
}

void
stop_drain(void)
{
	drains = true;
}

bool
stop_is_told(void)
{
	return told;
}
