/* Taking connections from the web server. */
#include "web/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"

/* Who connects and then is silent for longer is let go: a responder has other
 * things to do. libfcgi waits for two seconds, which a web server on a machine
 * that is overloaded may need. */
#define SILENCE_MS 15000

/* What accept() says of one connection, and not of the socket: accept(2). */
static bool
is_about_one(int error)
{
	static const int errors[] = {EINTR, EAGAIN, ECONNABORTED, EPROTO,
	    ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
	    ENETUNREACH, ETIMEDOUT, EPERM};
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* Does the list of addresses, with commas between, have this one? */
static bool
is_listed(const char *list, const char *address)
{
	size_t len = strlen(address);
	for (const char *p = list; p != NULL; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, address, len) == 0 &&
		    (p[len] == ',' || p[len] == '\0'))
			return true;
	}
	return false;
}

/* May a web server of that address connect? FCGI_WEB_SERVER_ADDRS says who may
 * over TCP (FastCGI specification, section 3.2). */
static bool
is_allowed(const struct sockaddr_storage *from)
{
	char address[INET_ADDRSTRLEN];
	const char *list = getenv("FCGI_WEB_SERVER_ADDRS");
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;
	if (list == NULL || from->ss_family != AF_INET)
		return true;
	return inet_ntop(AF_INET, &in->sin_addr, address, sizeof(address)) !=
	    NULL &&
	    is_listed(list, address);
}

static bool
speaks(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	int64_t end = clock_mono_ms() + SILENCE_MS;
	int64_t left;
	while ((left = end - clock_mono_ms()) > 0) {
		int n = poll(&p, 1, (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			break;
	}
	return false;
}

/* Answers do not wait for one another's acknowledgement. */
static void
hurry(int fd, const struct sockaddr_storage *from)
{
	int on = 1;
	if (from->ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int
connection_take(int listen_fd)
{
	for (;;) {
		struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
		socklen_t len = sizeof(from);
		struct pollfd p = {listen_fd, POLLIN, 0};
		int fd = accept4(
		    listen_fd, (struct sockaddr *)&from, &len, SOCK_CLOEXEC);
		if (fd >= 0 && is_allowed(&from) && speaks(fd)) {
			hurry(fd, &from);
			return fd;
		}
		if (fd >= 0)
			close(fd);
		else if (!is_about_one(errno))
			return -1;
		else if (errno == EAGAIN)
			poll(&p, 1, -1);
	}
}
