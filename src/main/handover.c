/* Becoming a new program. */
#include "main/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "main/retired.h"

/* "PID FD INODE" and what retired_write() gives, for that process only: it is
 * none of its children's. */
#define VARIABLE "KEYWHEEL_HANDOVER"

#define MAX_ARGUMENTS 30
/* Whoever hangs for longer, on a file system that does not answer, would not
 * start. */
#define CHECK_SECONDS 30

static char **arguments;
static pid_t check; /* the process that tries */
static bool again;  /* there may be something else to try by now */
static bool due;

void
handover_init(char **argv)
{
	arguments = argv;
}

int
handover_take(uint64_t *made)
{
	const char *text = getenv(VARIABLE);
	long pid;
	uint64_t inode;
	int fd, used, found = -1;
	if (text == NULL)
		return -1;
	if (sscanf(text, "%ld %d %" SCNu64 "%n", &pid, &fd, &inode, &used) ==
		3 &&
	    pid == (long)getpid() && retired_read(text + used))
		found = fd;
	unsetenv(VARIABLE);
	if (found < 0)
		return -1;
	*made = inode;
	fcntl(found, F_SETFD, FD_CLOEXEC);
	return found;
}

/* In the child. A path without a slash was found in PATH, and is again. */
static void
run_check(void)
{
	static char option[] = "--check";
	char *argv[MAX_ARGUMENTS + 2];
	sigset_t none;
	int n = 0;
	while (n < MAX_ARGUMENTS && arguments[n] != NULL) {
		argv[n] = arguments[n];
		n++;
	}
	argv[n++] = option;
	argv[n] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGALRM, SIG_DFL);
	alarm(CHECK_SECONDS);
	execvp(argv[0], argv);
	log_line(LOG_ERROR, "%s: %s", argv[0], strerror(errno));
	_exit(1);
}

void
handover_check(void)
{
	again = check > 0;
	if (again)
		return;
	check = fork();
	if (check == 0)
		run_check();
	if (check < 0)
		log_line(LOG_ERROR, "reload: no process could be forked");
}

bool
handover_reap(pid_t pid, int status)
{
	if (pid != check)
		return false;
	check = 0;
	if (again) {
		handover_check();
		return true;
	}
	due = status == 0;
	if (!due)
		log_line(LOG_ERROR,
		    "reload: the new program would not start; "
		    "the old one goes on");
	return true;
}

bool
handover_is_due(void)
{
	bool was = due;
	due = false;
	return was;
}

void
handover_run(int listen_fd, uint64_t made)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	buf_fmt(&text, "%ld %d %" PRIu64, (long)getpid(), listen_fd, made);
	retired_write(&text);
	fcntl(listen_fd, F_SETFD, 0);
	if (setenv(VARIABLE, buf_cstr(&text), 1) == 0)
		execvp(arguments[0], arguments);
	log_line(LOG_ERROR, "reload: %s: %s; the old program goes on",
	    arguments[0], strerror(errno));
	unsetenv(VARIABLE);
	fcntl(listen_fd, F_SETFD, FD_CLOEXEC);
	buf_clear(&text);
}
