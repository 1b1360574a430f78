/* Plain CGI in the form of libfcgi's streams. */
#include "web/cgi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "web/call.h"

#define ROOM 8192
/* How long the web server may be silent in the middle of a body, unless
 * cgi_limit() says otherwise. */
#define SILENCE_MS 90000

extern char **environ;

/* The two streams of the process. */
static struct {
	FCGX_Stream in, out;
	unsigned char in_bytes[ROOM], out_bytes[ROOM];
	int64_t left; /* of the body, unread */
	int silence_ms;
} cgi = {.silence_ms = SILENCE_MS};

bool
cgi_is(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL &&
	    getenv("REQUEST_METHOD") != NULL && !web_is_listening(STDIN_FILENO);
}

/* Was what failed only interrupted? Not to end the request. */
static bool
is_to_go_on(void)
{
	return errno == EINTR && !web_is_cut_off();
}

/* --- reading -------------------------------------------------------------- */

static void
end_input(FCGX_Stream *in, int error)
{
	in->isClosed = 1;
	in->FCGI_errno = error;
	in->rdNext = in->stop = in->stopUnget = cgi.in_bytes;
}

static ssize_t
read_some(void *bytes, size_t max)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t n;
	do {
		int ready = poll(&p, 1, cgi.silence_ms);
		if (ready == 0)
			errno = ETIMEDOUT;
		n = ready > 0 ? read(STDIN_FILENO, bytes, max) : -1;
	} while (n < 0 && is_to_go_on());
	return n;
}

/* libfcgi wants more. */
static void
fill(FCGX_Stream *in)
{
	size_t max = cgi.left < ROOM ? (size_t)cgi.left : ROOM;
	ssize_t n = max == 0 ? 0 : read_some(cgi.in_bytes, max);
	if (n <= 0) {
		end_input(in, n < 0 ? errno : 0);
		return;
	}
	cgi.left -= n;
	in->rdNext = in->stopUnget = cgi.in_bytes;
	in->stop = cgi.in_bytes + n;
}

/* --- writing -------------------------------------------------------------- */

static bool
write_all(const unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);
		if (n < 0 && is_to_go_on())
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* libfcgi's buffer is full, or is to be sent. */
static void
drain(FCGX_Stream *out, int close)
{
	bool ok = out->isClosed ||
	    write_all(cgi.out_bytes, (size_t)(out->wrNext - cgi.out_bytes));
	out->wrNext = cgi.out_bytes;
	if (!ok)
		out->FCGI_errno = errno;
	if (!ok || close) {
		out->isClosed = 1;
		out->stop = out->wrNext;
	}
}

/* --- the request ---------------------------------------------------------- */

void
cgi_open(FCGX_Request *request)
{
	const char *length = getenv("CONTENT_LENGTH");
	bool chunked =
	    text_contains(getenv("HTTP_TRANSFER_ENCODING"), "chunked");
	if (length == NULL || !text_to_int(length, 0, INT64_MAX, &cgi.left))
		cgi.left = chunked ? INT64_MAX : 0;
	cgi.in = (FCGX_Stream){.isReader = 1, .fillBuffProc = fill};
	cgi.in.rdNext = cgi.in.wrNext = cgi.in_bytes;
	cgi.in.stop = cgi.in.stopUnget = cgi.in_bytes;
	cgi.out = (FCGX_Stream){.emptyBuffProc = drain};
	cgi.out.wrNext = cgi.out_bytes;
	cgi.out.rdNext = cgi.out.stop = cgi.out_bytes + ROOM;
	*request = (FCGX_Request){
	    .ipcFd = STDIN_FILENO,
	    .in = &cgi.in,
	    .out = &cgi.out,
	    .envp = environ,
	};
}

void
cgi_limit(int ms)
{
	cgi.silence_ms = ms;
}

bool
cgi_gone(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO};
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

static void
close_all(int first, int last)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = first; fd <= last; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	if (null > last)
		close(null);
}

void
cgi_close(void)
{
	close_all(STDIN_FILENO, STDOUT_FILENO);
}

void
cgi_let_go(void)
{
	close_all(STDERR_FILENO, STDERR_FILENO);
}
