/*
 * Children that are to end: told once, cut off at their deadline (main/stop.h),
 * killed some seconds later. Those of a program that was replaced by a new one
 * in the same process are among them (main/handover.h).
 */
#ifndef KEYWHEEL_MAIN_RETIRED_H
#define KEYWHEEL_MAIN_RETIRED_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"

/* It is to end, but is not told yet. */
void retired_add(pid_t pid);

/* All but so many, the first ones, are to stay after all. */
void retired_forget(int count);

/* Tell those that do not know yet; patience_ms: how long they have. */
void retired_tell(int64_t patience_ms);

/* Their time is over. */
void retired_hurry(void);

/* Now and then: see to deadlines. */
void retired_tend(void);

/* It has ended, with that status. False if it was none of them. */
bool retired_reap(pid_t pid, int status);

int retired_count(void);

/* Until all have ended, with a look at their deadlines every tick_ms. Of the
 * signals, which are blocked, one that is neither SIGCHLD nor SIGHUP hurries
 * them. */
void retired_wait(const sigset_t *signals, int tick_ms);

/* As text, "PID:DEADLINE" with a blank before each, for another program that
 * takes this one's place; deadlines go by the monotonic clock. */
void retired_write(struct buf *out);
MUSTCHECK bool retired_read(const char *text);

#endif
