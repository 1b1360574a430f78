/* libcurl's sockets and timer over poll(). */
#include "upstream/loop.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/waits.h"

/* libcurl says what to wait for on a socket. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	static const short events[] = {
	    [CURL_POLL_IN] = POLLIN,
	    [CURL_POLL_OUT] = POLLOUT,
	    [CURL_POLL_INOUT] = POLLIN | POLLOUT,
	};
	struct loop *loop = ctx;
	nfds_t i = 0;
	(void)easy;
	(void)socket_ctx;
	while (i < loop->n_sockets && loop->sockets[i].fd != fd)
		i++;
	if (what == CURL_POLL_REMOVE) {
		if (i < loop->n_sockets)
			loop->sockets[i] = loop->sockets[--loop->n_sockets];
	} else if (what >= CURL_POLL_IN && what <= CURL_POLL_INOUT &&
	    i < LOOP_SOCKETS) {
		loop->sockets[i] =
		    (struct pollfd){.fd = fd, .events = events[what]};
		if (i == loop->n_sockets)
			loop->n_sockets++;
	}
	return 0;
}

/* libcurl says when it wants to be called at the latest. */
static int
on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
	struct loop *loop = ctx;
	(void)multi;
	loop->timer_ms = timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
	return 0;
}

void
loop_init(struct loop *loop)
{
	*loop = (struct loop){.multi = curl_multi_init(), .timer_ms = -1};
	if (loop->multi == NULL)
		abort();
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
}

void
loop_clear(struct loop *loop)
{
	curl_multi_cleanup(loop->multi);
	loop->multi = NULL;
}

void
loop_act(struct loop *loop)
{
	struct pollfd ready[LOOP_SOCKETS];
	nfds_t n = loop->n_sockets;
	int running;

	/* It changes the list while it works. */
	memcpy(ready, loop->sockets, n * sizeof(ready[0]));
	for (nfds_t i = 0; i < n; i++) {
		short r = ready[i].revents;
		int bits = (r & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
		    (r & POLLOUT ? CURL_CSELECT_OUT : 0) |
		    (r & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
		if (bits != 0)
			curl_multi_socket_action(
			    loop->multi, ready[i].fd, bits, &running);
	}
	if (loop->timer_ms >= 0 && clock_mono_ms() >= loop->timer_ms) {
		loop->timer_ms = -1;
		curl_multi_socket_action(
		    loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
}

bool
loop_wait(struct loop *loop, int watch_fd, int64_t until_ms)
{
	nfds_t n = loop->n_sockets;
	if (loop->timer_ms >= 0 && loop->timer_ms < until_ms)
		until_ms = loop->timer_ms;
	int64_t wait = until_ms - clock_mono_ms();
	loop->sockets[n] = (struct pollfd){.fd = watch_fd, .events = POLLIN};
	for (nfds_t i = 0; i < n; i++)
		loop->sockets[i].revents = 0;
	int64_t begun = waits_begin();
	int ready =
	    poll(loop->sockets, n + (watch_fd >= 0), wait < 0 ? 0 : (int)wait);
	waits_end(WAITS_UPSTREAM, begun);
	if (ready < 0)
		return false;
	return watch_fd >= 0 && loop->sockets[n].revents != 0;
}
