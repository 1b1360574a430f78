/* The event loop: epoll for sockets, a binary heap for timers. */
#include "loop.h"

#include <sys/epoll.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"

#define LOOP_BATCH 256

struct loop {
	int epoll;
	bool stop;
	uint64_t now;
	struct timer **heap;
	size_t timers;
	size_t room;
	struct epoll_event batch[LOOP_BATCH];
	int ready; /* events in batch */
	int turn;  /* the one being worked off */
};

static uint64_t
loop_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct loop *
loop_new(void)
{
	struct loop *loop = mem_alloc(sizeof(*loop));

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	loop->now = loop_clock();
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	close(loop->epoll);
	free(loop->heap);
	free(loop);
}

void
loop_stop(struct loop *loop)
{
	loop->stop = true;
}

uint64_t
loop_now(const struct loop *loop)
{
	return loop->now;
}

int
loop_watch(struct loop *loop, struct watch *w, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = w};
	int op = w->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (w->events == events)
		return 0;
	if (epoll_ctl(loop->epoll, op, w->fd, &e) != 0)
		return -1;
	w->events = events;
	return 0;
}

void
loop_unwatch(struct loop *loop, struct watch *w)
{
	if (w->events == 0)
		return;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	w->events = 0;

	/* The owner may be freed now: forget what was still to be told. */
	for (int i = loop->turn; i < loop->ready; i++)
		if (loop->batch[i].data.ptr == w)
			loop->batch[i].data.ptr = NULL;
}

static void
loop_place(struct loop *loop, size_t i, struct timer *t)
{
	loop->heap[i] = t;
	t->slot = i + 1;
}

static void
loop_rise(struct loop *loop, size_t i, struct timer *t)
{
	while (i > 0) {
		size_t up = (i - 1) / 2;

		if (loop->heap[up]->due <= t->due)
			break;
		loop_place(loop, i, loop->heap[up]);
		i = up;
	}
	loop_place(loop, i, t);
}

static void
loop_sink(struct loop *loop, size_t i, struct timer *t)
{
	for (;;) {
		size_t down = 2 * i + 1;

		if (down >= loop->timers)
			break;
		if (down + 1 < loop->timers &&
		    loop->heap[down + 1]->due < loop->heap[down]->due)
			down++;
		if (t->due <= loop->heap[down]->due)
			break;
		loop_place(loop, i, loop->heap[down]);
		i = down;
	}
	loop_place(loop, i, t);
}

void
loop_timer(struct loop *loop, struct timer *t, uint64_t due)
{
	loop_untimer(loop, t);
	if (loop->timers == loop->room) {
		loop->room = loop->room > 0 ? loop->room * 2 : 64;
		loop->heap =
		    mem_grow(loop->heap, loop->room * sizeof(struct timer *));
	}
	t->due = due;
	loop_rise(loop, loop->timers++, t);
}

void
loop_untimer(struct loop *loop, struct timer *t)
{
	struct timer *last;
	size_t i = t->slot;

	if (i-- == 0)
		return;
	t->slot = 0;

	/* The last one takes the place, and moves to where it belongs. */
	last = loop->heap[--loop->timers];
	if (last == t)
		return;
	if (i > 0 && loop->heap[(i - 1) / 2]->due > last->due)
		loop_rise(loop, i, last);
	else
		loop_sink(loop, i, last);
}

/* Milliseconds until the next timer, rounded up; -1 if there is none. */
static int
loop_patience(const struct loop *loop)
{
	uint64_t due, now;

	if (loop->timers == 0)
		return -1;
	due = loop->heap[0]->due;
	now = loop_clock();
	if (due <= now)
		return 0;
	if (due - now > 1000000000)
		return 1000000;
	return (int)((due - now + 999) / 1000);
}

static void
loop_fire(struct loop *loop)
{
	while (loop->timers > 0 && loop->heap[0]->due <= loop->now) {
		struct timer *t = loop->heap[0];

		loop_untimer(loop, t);
		t->fire(t->ctx);
	}
}

void
loop_run(struct loop *loop)
{
	while (!loop->stop) {
		int n = epoll_wait(
		    loop->epoll, loop->batch, LOOP_BATCH, loop_patience(loop));

		if (n < 0 && errno != EINTR)
			return;
		loop->now = loop_clock();
		loop->ready = n > 0 ? n : 0;
		for (loop->turn = 0; loop->turn < loop->ready;) {
			struct epoll_event e = loop->batch[loop->turn++];
			struct watch *w = e.data.ptr;

			if (w != NULL)
				w->ready(w->ctx, e.events);
		}
		loop->ready = 0;
		loop_fire(loop);
	}
}
