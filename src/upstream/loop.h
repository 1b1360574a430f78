/*
 * What libcurl waits for, over a poll of our own: curl_multi_poll() would
 * look at each socket twice more for every event of a stream.
 */
#ifndef KEYWHEEL_UPSTREAM_LOOP_H
#define KEYWHEEL_UPSTREAM_LOOP_H

#include <curl/curl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* Sockets that libcurl wants watched: one for each transfer, a few while it
 * connects. */
#define LOOP_SOCKETS 64

struct loop {
	CURLM *multi;
	struct pollfd sockets[LOOP_SOCKETS + 1]; /* one more for watch_fd */
	nfds_t n_sockets;
	int64_t timer_ms; /* when libcurl wants to be called; -1: never */
};

/* The loop must stay where it is until it is cleared. */
void loop_init(struct loop *loop);
void loop_clear(struct loop *loop);

/* Let libcurl go on where something has happened. */
void loop_act(struct loop *loop);

/* Wait for libcurl's sockets and watch_fd (-1: none), until a time of
 * clock_mono_ms() at the latest. True if watch_fd has something to say. */
bool loop_wait(struct loop *loop, int watch_fd, int64_t until_ms);

#endif
