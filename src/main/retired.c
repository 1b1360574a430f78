/* Children that are to end. */
#include "main/retired.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "main/notify.h"

/* From the deadline on: time to tell the client and to write the account. */
#define LAST_MS 10000

#define UNTOLD INT64_MAX

static struct retired {
	pid_t pid;
	int64_t deadline_ms; /* UNTOLD */
	bool cut;
} * list;
static int count, room;

static void
add(pid_t pid, int64_t deadline_ms)
{
	if (count == room) {
		room = room == 0 ? 64 : room * 2;
		list = realloc(list, sizeof(*list) * (size_t)room);
		if (list == NULL)
			abort();
	}
	list[count++] =
	    (struct retired){.pid = pid, .deadline_ms = deadline_ms};
}

void
retired_add(pid_t pid)
{
	add(pid, UNTOLD);
}

void
retired_forget(int from)
{
	count = from;
}

void
retired_tell(int64_t patience_ms)
{
	int64_t deadline = clock_mono_ms() + patience_ms;
	for (int i = 0; i < count; i++) {
		if (list[i].deadline_ms != UNTOLD)
			continue;
		list[i].deadline_ms = deadline;
		kill(list[i].pid, SIGUSR1);
	}
}

void
retired_hurry(void)
{
	int64_t now = clock_mono_ms();
	for (int i = 0; i < count; i++)
		if (list[i].deadline_ms > now)
			list[i].deadline_ms = now;
}

void
retired_tend(void)
{
	int64_t now = clock_mono_ms();
	for (int i = 0; i < count; i++) {
		struct retired *r = &list[i];
		if (r->deadline_ms > now)
			continue;
		if (now - r->deadline_ms >= LAST_MS) {
			log_line(LOG_ERROR,
			    "process %ld did not end and is killed",
			    (long)r->pid);
			kill(r->pid, SIGKILL);
			r->deadline_ms = now;
		} else if (!r->cut) {
			r->cut = true;
			kill(r->pid, SIGTERM);
		}
	}
}

bool
retired_reap(pid_t pid, int status)
{
	int i = 0;
	while (i < count && list[i].pid != pid)
		i++;
	if (i == count)
		return false;
	list[i] = list[--count];
	if (WIFSIGNALED(status))
		log_line(LOG_ERROR, "process %ld was ended by signal %d",
		    (long)pid, WTERMSIG(status));
	return true;
}

int
retired_count(void)
{
	return count;
}

void
retired_wait(const sigset_t *signals, int tick_ms)
{
	const struct timespec tick = {.tv_nsec = tick_ms * 1000000L};
	int status;
	pid_t pid;
	for (;;) {
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			(void)retired_reap(pid, status);
		if (count == 0 || (pid < 0 && errno == ECHILD))
			return;
		retired_tend();
		notify_alive();
		int signal = sigtimedwait(signals, NULL, &tick);
		if (signal > 0 && signal != SIGCHLD && signal != SIGHUP)
			retired_hurry();
	}
}

void
retired_write(struct buf *out)
{
	for (int i = 0; i < count; i++)
		buf_fmt(out, " %ld:%" PRId64, (long)list[i].pid,
		    list[i].deadline_ms);
}

bool
retired_read(const char *text)
{
	long pid;
	int64_t deadline;
	int used;
	while (
	    sscanf(text, " %ld:%" SCNd64 "%n", &pid, &deadline, &used) == 2) {
		if (pid <= 1)
			return false;
		add((pid_t)pid, deadline);
		text += used;
	}
	return *text == '\0';
}
