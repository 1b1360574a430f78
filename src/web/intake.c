/* Reading from libfcgi without waiting for more than there is. */
#include "web/intake.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

void
intake_limit(FCGX_Request *request, int ms)
{
	const struct timeval limit = {ms / 1000, ms % 1000 * 1000};
	setsockopt(
	    request->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static bool
is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) > 0;
}

int
intake_read(FCGX_Request *request, char *bytes, size_t max)
{
	FCGX_Stream *in = request->in;
	int room = max > INT_MAX ? INT_MAX : (int)max;
	int n = 0;
	do {
		/* It waits for the next record, if it has none. */
		int c = FCGX_GetChar(in);
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
