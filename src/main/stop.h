/*
 * How a process of keywheel.fcgi is told to end.
 *
 * SIGTERM, SIGUSR1, SIGINT and SIGHUP mean: take no further request, finish the
 * one that runs, end. A request that has not ended after the deadline, or when
 * another SIGTERM comes, is cut off (web_cut_off()): its client sees that, and
 * its account is written. A process of one request is cut off by the first.
 *
 * What web servers send: lighttpd "kill-signal" (SIGTERM), again and again from
 * the fifth second on; mod_fcgid SIGTERM, and SIGKILL some seconds later;
 * multiwatch passes on what it gets; systemd SIGTERM to the parent alone
 * (KillMode=mixed).
 */
#ifndef KEYWHEEL_MAIN_STOP_H
#define KEYWHEEL_MAIN_STOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Install the handlers, which children inherit. Before libfcgi does, which
 * would put its own in their place. patience_s: the deadline, in seconds. */
void stop_init(int patience_s);

/* In a child, with these signals blocked, which then are not: its parent's end,
 * even a violent one, tells it to end. keeps: as long as that parent lives it
 * sees to the deadline (main/retired.h), and a child that it has no more need
 * of has none. */
void stop_follow(pid_t parent, bool keeps, const sigset_t *blocked);

/* In a responder: whoever waits in accept() on that descriptor is to wake, and
 * no one is to begin. The descriptor is this process's alone. */
void stop_listen(int listen_fd);

/* … but whoever has connected to it already is served before: it is the socket
 * of this responder alone, and nobody else would. Before stop_listen(). */
void stop_drain(void);

/* In a process of one request (plain CGI): the first SIGTERM cuts it off, and
 * what waits then or later to read or to write fails with EINTR. Apache sends
 * one SIGTERM when the client has left or the server ends, and SIGKILL three
 * seconds later (cleanup_nonchild_process() of mod_cgid.c; APR's
 * TIMEOUT_USECS, for mod_cgi). */
void stop_once(void);

bool stop_is_told(void);

/* The signals that mean the end, for a parent that takes them one by one. */
void stop_signals(sigset_t *set);

#endif
