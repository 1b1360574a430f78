/*
 * The parent of the responders.
 *
 * Twenty times a second it looks at a board in shared memory, where each
 * child notes since when it has been busy. A request that runs longer than
 * LONG_MS (a stream, a model that thinks) does not count as capacity: so many
 * children are kept that `spare` of them are free of such. Short requests
 * under load do not make it grow: more processes than needed cost throughput
 * on few cores (platform notes, section 1).
 */
#include "main/prefork.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "main/handover.h"
#include "main/notify.h"
#include "main/retired.h"
#include "main/stop.h"

#define TICK_MS 50
#define LONG_MS 50    /* from here on a request is a long one */
#define BATCH 16      /* children started in one tick at most */
#define IDLE_MS 30000 /* a child too many ends after that */
#define FLAP_MS 1000  /* a child that dies sooner is not replaced at once */
#define SAY_MS 1000   /* systemd is told so often at most */

/* One child on the board. The parent writes pid and born_ms, the child the
 * rest. */
struct slot {
	_Atomic int64_t since_ms; /* when the present state began */
	_Atomic bool busy;
	pid_t pid; /* 0: none */
	bool lost; /* the last one did not end by itself */
	int64_t born_ms;
	int64_t not_before_ms; /* a new child may come from then on */
};

static struct board {
	_Atomic bool sent_for; /* the errand */
	_Atomic bool hurried;  /* the chore */
	_Atomic bool ready;    /* somebody takes requests */
	_Atomic pid_t taker;   /* prefork_may_take(); 0: nobody */
	struct slot slots[];
} * board;
static struct slot *mine; /* in a child */

/* The children that do the plan's chore and its errands. */
static struct helper {
	pid_t pid; /* 0: none */
	int64_t next_ms;
} chore, errand;

void
prefork_busy(bool busy)
{
	pid_t self = getpid();
	if (mine == NULL)
		return;
	atomic_store(&mine->since_ms, clock_mono_ms());
	atomic_store(&mine->busy, busy);
	atomic_compare_exchange_strong(&board->taker, &self, 0);
}

bool
prefork_may_take(void)
{
	pid_t taker = 0;
	if (mine == NULL ||
	    atomic_compare_exchange_strong(&board->taker, &taker, getpid()) ||
	    taker == getpid())
		return true;
	/* It died on the way. */
	return kill(taker, 0) != 0 && errno == ESRCH &&
	    atomic_compare_exchange_strong(&board->taker, &taker, getpid());
}

void
prefork_send(void)
{
	atomic_store(&board->sent_for, true);
}

void
prefork_hurry(void)
{
	atomic_store(&board->hurried, true);
}

void
prefork_ready(void)
{
	if (mine != NULL)
		atomic_store(&board->ready, true);
}

/* --- children ------------------------------------------------------------ */

static bool
start_child(const struct prefork_plan *plan, int i, const sigset_t *signals)
{
	struct slot *s = &board->slots[i];
	atomic_store(&s->since_ms, clock_mono_ms());
	atomic_store(&s->busy, false);
	s->born_ms = clock_mono_ms();
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		mine = s;
		stop_follow(parent, true, signals);
		exit(plan->work(plan->ctx, i));
	}
	if (pid < 0) {
		log_line(
		    LOG_ERROR, "no responder could be forked: errno %d", errno);
		s->not_before_ms = clock_mono_ms() + FLAP_MS;
		return false;
	}
	s->pid = pid;
	return true;
}

static bool
help(struct helper *helper, void (*work)(void *ctx), void *ctx,
    const sigset_t *signals)
{
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		stop_follow(parent, true, signals);
		work(ctx);
		exit(0);
	}
	helper->pid = pid > 0 ? pid : 0;
	return pid > 0;
}

/* Once the time has come, and the one before has ended. A fork that fails has
 * its next turn then. */
static void
do_chore(const struct prefork_plan *plan, const sigset_t *signals)
{
	int64_t now = clock_mono_ms();
	if (chore.pid != 0 ||
	    (now < chore.next_ms && !atomic_load(&board->hurried)))
		return;
	atomic_store(&board->hurried, false);
	chore.next_ms = now + plan->chore_ms;
	(void)help(&chore, plan->chore, plan->ctx, signals);
}

static void
send_again(void)
{
	errand.next_ms = clock_mono_ms() + FLAP_MS;
	prefork_send();
}

/* Who sends for it while it is run is heard when it has ended. */
static void
run_errand(const struct prefork_plan *plan, const sigset_t *signals)
{
	if (errand.pid != 0 || clock_mono_ms() < errand.next_ms ||
	    !atomic_exchange(&board->sent_for, false))
		return;
	if (!help(&errand, plan->errand, plan->ctx, signals))
		send_again();
}

/* What the helpers do goes on if it was cut off. */
static void
reap_helper(pid_t pid, int status)
{
	if (pid == chore.pid)
		chore.pid = 0;
	if (pid != errand.pid)
		return;
	errand.pid = 0;
	if (!WIFEXITED(status))
		send_again();
}

/* Collect those that have ended. */
static void
reap(int most)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (retired_reap(pid, status) || handover_reap(pid, status))
			continue;
		reap_helper(pid, status);
		for (int i = 0; i < most; i++) {
			struct slot *s = &board->slots[i];
			if (s->pid != pid)
				continue;
			int64_t now = clock_mono_ms();
			s->pid = 0;
			s->lost = !WIFEXITED(status);
			if (now - s->born_ms < FLAP_MS)
				s->not_before_ms = now + FLAP_MS;
			if (WIFSIGNALED(status))
				log_line(LOG_ERROR,
				    "responder %d was ended by signal %d", i,
				    WTERMSIG(status));
		}
	}
}

/* --- growing and shrinking ----------------------------------------------- */

struct census {
	int alive, long_running;
	int idlest; /* slot that has been idle the longest, or -1 */
};

static struct census
count(int most)
{
	struct census c = {.idlest = -1};
	int64_t now = clock_mono_ms();
	int64_t longest = IDLE_MS;
	for (int i = 0; i < most; i++) {
		struct slot *s = &board->slots[i];
		if (s->pid == 0)
			continue;
		int64_t span = now - atomic_load(&s->since_ms);
		bool busy = atomic_load(&s->busy);
		c.alive++;
		if (busy && span >= LONG_MS)
			c.long_running++;
		if (!busy && span >= longest) {
			longest = span;
			c.idlest = i;
		}
	}
	return c;
}

static void
adjust(const struct prefork_plan *plan, const sigset_t *signals)
{
	struct census c = count(plan->most);
	int wanted = c.long_running + plan->spare;
	/* Nobody is free: there may be a crowd waiting. */
	if (c.long_running == c.alive)
		wanted = c.alive + c.long_running;
	if (wanted < plan->least)
		wanted = plan->least;
	if (wanted > plan->most)
		wanted = plan->most;

	int64_t now = clock_mono_ms();
	/* One that was killed is always replaced in its slot: the new one
	 * accounts for the request that the old one had. */
	for (int i = 0; i < plan->most; i++) {
		struct slot *s = &board->slots[i];
		if (s->pid == 0 && s->lost && s->not_before_ms <= now &&
		    start_child(plan, i, signals)) {
			s->lost = false;
			c.alive++;
		}
	}

	int missing = wanted - c.alive < BATCH ? wanted - c.alive : BATCH;
	for (int i = 0; missing > 0 && i < plan->most; i++) {
		if (board->slots[i].pid != 0 ||
		    board->slots[i].not_before_ms > now)
			continue;
		if (!start_child(plan, i, signals))
			return;
		missing--;
	}
	if (c.alive > wanted && c.idlest >= 0)
		kill(board->slots[c.idlest].pid, SIGUSR1);
}

/* --- systemd ------------------------------------------------------------- */

/* Once there is somebody for the requests, those of before may go. */
static void
tell_ready(const struct prefork_plan *plan)
{
	static bool told;
	if (told || !atomic_load(&board->ready))
		return;
	told = true;
	notify_send("READY=1");
	retired_tell(plan->patience_ms);
}

static void
tell_systemd(const struct prefork_plan *plan)
{
	static int64_t next_ms;
	static struct census last = {.alive = -1};
	static int last_retired;
	int64_t now = clock_mono_ms();
	tell_ready(plan);
	notify_alive();
	if (now < next_ms)
		return;
	next_ms = now + SAY_MS;
	struct census c = count(plan->most);
	if (c.alive == last.alive && c.long_running == last.long_running &&
	    retired_count() == last_retired)
		return;
	last = c;
	last_retired = retired_count();
	notify_send("STATUS=%d responders, %d of them with long requests; "
		    "%d of before a reload are finishing theirs",
	    c.alive, c.long_running, last_retired);
}

/* --- reload and end ------------------------------------------------------ */

/* All the children that there are are to end. */
static void
retire_all(const struct prefork_plan *plan)
{
	for (int i = 0; i < plan->most; i++)
		if (board->slots[i].pid != 0)
			retired_add(board->slots[i].pid);
	if (chore.pid != 0)
		retired_add(chore.pid);
	if (errand.pid != 0)
		retired_add(errand.pid);
}

static void
reload(const struct prefork_plan *plan)
{
	int before = retired_count();
	notify_reloading();
	/* They are the new program's, if there is one. */
	retire_all(plan);
	plan->reload(plan->ctx);
	retired_forget(before);
	notify_send("READY=1");
}

static void
stop(const struct prefork_plan *plan, const sigset_t *signals)
{
	notify_send("STOPPING=1\nSTATUS=Running requests are finished");
	plan->close(plan->ctx);
	retire_all(plan);
	retired_tell(plan->patience_ms);
	retired_wait(signals, TICK_MS);
}

int
prefork_run(const struct prefork_plan *plan)
{
	sigset_t signals;
	struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
	size_t size =
	    sizeof(*board) + sizeof(*board->slots) * (size_t)plan->most;
	board = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		return 1;
	memset(board, 0, size);
	prefork_send();

	/* The parent takes its signals one by one, between two looks. */
	stop_signals(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	for (;;) {
		reap(plan->most);
		if (handover_is_due())
			reload(plan);
		adjust(plan, &signals);
		do_chore(plan, &signals);
		run_errand(plan, &signals);
		retired_tend();
		tell_systemd(plan);
		int signal = sigtimedwait(&signals, NULL, &tick);
		if (signal == SIGHUP)
			handover_check();
		else if (signal > 0 && signal != SIGCHLD)
			break;
	}
	stop(plan, &signals);
	munmap(board, size);
	return 0;
}
