/* Reading from libfcgi without waiting for more than there is. */
#include "web/intake.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "web/call.h"
#include "web/cgi.h"

#define FCGI_END_REQUEST 3

void
intake_limit(FCGX_Request *request, int ms)
{
	const struct timeval limit = {ms / 1000, ms % 1000 * 1000};
	/* A pipe has no such option. */
	cgi_limit(ms);
	setsockopt(
	    request->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static bool
is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) > 0;
}

/* EOF at the end. A signal ends a read() that has a time limit, whatever
 * SA_RESTART says (signal(7)), and libfcgi takes that for the end of the
 * stream: only who is cut off is to believe it. */
static int
next_byte(FCGX_Stream *in)
{
	int c;
	/* It waits for the next record, if it has none. */
	while ((c = FCGX_GetChar(in)) == EOF && FCGX_GetError(in) == EINTR &&
	    !web_is_cut_off()) {
		FCGX_ClearError(in);
		in->isClosed = 0;
	}
	return c;
}

int
intake_read(FCGX_Request *request, char *bytes, size_t max)
{
	FCGX_Stream *in = request->in;
	int room = max > INT_MAX ? INT_MAX : (int)max;
	int n = 0;
	do {
		int c = next_byte(in);
		if (c == EOF)
			break;
		bytes[n++] = (char)c;
		long there = in->stop - in->rdNext;
		if (there > room - n)
			there = room - n;
		if (there > 0)
			n += FCGX_GetStr(bytes + n, (int)there, in);
	} while (n < room && is_readable(request->ipcFd));
	return n;
}

void
intake_say_end(FCGX_Request *request)
{
	const unsigned char record[16] = {1, FCGI_END_REQUEST,
	    (unsigned char)(request->requestId >> 8),
	    (unsigned char)request->requestId, 0, 8};
	ssize_t sent = send(request->ipcFd, record, sizeof(record),
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)sent;
}
