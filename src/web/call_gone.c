/* Whether anybody waits for the answer still. */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "web/call_parts.h"
#include "web/cgi.h"

/* The client's connection is looked at this often at most. */
#define PEER_EVERY_MS 200

#define FCGI_ABORT_REQUEST 2

/* All requests are to end now: web_cut_off(). */
static volatile sig_atomic_t cut_off;

/* What the web server's connection says: end of input, a reset or an abort
 * record mean that the client has left (platform notes, section 3). */
static void
look_at_server(struct web_call *call)
{
	unsigned char record[8];
	ssize_t n = recv(
	    call->fcgi.ipcFd, record, sizeof(record), MSG_PEEK | MSG_DONTWAIT);
	if (n == 0)
		call->gone = true;
	else if (n < 0)
		call->gone =
		    errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
	else if (n >= 2 && record[1] == FCGI_ABORT_REQUEST)
		call->gone = true;
	else
		/* Something unread that is no farewell would make every
		 * later poll return at once. */
		call->blind = true;
}

bool
web_gone(struct web_call *call)
{
	if (call->gone || !call->open)
		return call->gone;
	/* What there is to say can still be said. */
	if (cut_off)
		return true;
	if (call->inner != NULL)
		return call->gone = web_gone(call->outer);
	if (call->cgi)
		call->gone = cgi_gone();
	else if (!call->blind && !call->unread)
		look_at_server(call);
	int64_t now = clock_mono_ms();
	if (!call->gone && now - call->peer_ms >= PEER_EVERY_MS) {
		call->peer_ms = now;
		call->gone = peer_gone(&call->peer);
	}
	return call->gone;
}

void
web_cut_off(void)
{
	cut_off = 1;
}

bool
web_is_cut_off(void)
{
	return cut_off;
}

int
web_watch_fd(const struct web_call *call)
{
	if (call->inner != NULL)
		return web_watch_fd(call->outer);
	return call->blind || call->unread || !call->open ? -1
							  : call->fcgi.ipcFd;
}
