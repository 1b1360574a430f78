/*
 * The event loop: sockets by epoll, timers by a heap, one thread.
 *
 * A watch and a timer are embedded in their owner, who sets ready/fire and ctx
 * and then hands them in; both must stay where they are while they are set.
 */
#ifndef FAKE_LOOP_H
#define FAKE_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct loop;

struct watch {
	int fd;
	uint32_t events; /* what epoll was asked for; 0: not watched */
	void (*ready)(void *ctx, uint32_t events);
	void *ctx;
};

struct timer {
	uint64_t due; /* microseconds of the loop's clock */
	size_t slot;  /* place in the heap + 1; 0: not set */
	void (*fire)(void *ctx);
	void *ctx;
};

/*
 * loop_new(): NULL if epoll is not to be had.
 * loop_run(loop): until loop_stop(loop) is called from a callback.
 * loop_now(loop): monotonic microseconds, as of the last wake-up.
 * loop_watch(loop, watch, events): begin, or change what is waited for; the
 *   result is 0, or -1 with errno.
 * loop_unwatch(loop, watch): no callback comes after this, not even from the
 *   wake-up that is being worked off.
 * loop_timer(loop, timer, due): set, or set anew; fires once.
 * loop_untimer(loop, timer): does nothing if the timer is not set.
 */
struct loop *loop_new(void);
void loop_free(struct loop *);
void loop_run(struct loop *);
void loop_stop(struct loop *);
uint64_t loop_now(const struct loop *);
int loop_watch(struct loop *, struct watch *, uint32_t);
void loop_unwatch(struct loop *, struct watch *);
void loop_timer(struct loop *, struct timer *, uint64_t);
void loop_untimer(struct loop *, struct timer *);

#endif
