/* The listening socket: accepts and hands over. */
#include "server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop.h"
#include "mem.h"

struct server {
	struct loop *loop;
	const struct conn_calls *calls;
	struct watch watch;
	struct timer rest; /* after running out of descriptors */
	struct conn_list conns;
	unsigned long long *accepted;
	int port;
};

static void
server_accept(void *ctx, uint32_t events)
{
	struct server *s = ctx;
	int fd, on = 1;

	(void)events;
	for (int i = 0; i < 64; i++) {
		fd = accept4(
		    s->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			break;
		++*s->accepted;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		conn_open(s->loop, fd, s->calls, &s->conns);
	}

	/* Without descriptors, look again in a while instead of spinning. */
	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		loop_unwatch(s->loop, &s->watch);
		loop_timer(s->loop, &s->rest, loop_now(s->loop) + 50000);
	}
}

static void
server_rested(void *ctx)
{
	struct server *s = ctx;

	loop_watch(s->loop, &s->watch, EPOLLIN);
}

static int
server_listen(const char *address, int port, int *actual)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof(at);
	int fd, on = 1, saved;

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	at.sin_port = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, size) != 0 ||
	    listen(fd, 4096) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	*actual = ntohs(at.sin_port);
	return fd;
}

struct server *
server_new(struct loop *loop, const char *address, int port,
    const struct conn_calls *calls, unsigned long long *accepted)
{
	struct server *s;
	int actual, fd = server_listen(address, port, &actual);

	if (fd < 0)
		return NULL;
	s = mem_alloc(sizeof(*s));
	s->loop = loop;
	s->calls = calls;
	s->port = actual;
	s->accepted = accepted;
	s->watch = (struct watch){.fd = fd, .ready = server_accept, .ctx = s};
	s->rest = (struct timer){.fire = server_rested, .ctx = s};
	if (loop_watch(loop, &s->watch, EPOLLIN) != 0) {
		close(fd);
		free(s);
		return NULL;
	}
	return s;
}

int
server_port(const struct server *s)
{
	return s->port;
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	conn_free_all(&s->conns);
	loop_unwatch(s->loop, &s->watch);
	loop_untimer(s->loop, &s->rest);
	close(s->watch.fd);
	free(s);
}
