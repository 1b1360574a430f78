/* Tests of the look at the client's connection, with real ones on loopback. */
#include "web/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/netlink.h>
#endif

#include "base/attr.h"
#include "unit.h"

/* A connection over loopback: the two ends, and what a web server would say
 * about it. */
struct line {
	int client, server;
	char here[INET6_ADDRSTRLEN], there[INET6_ADDRSTRLEN];
	char here_port[8], there_port[8];
};

static void
name_end(const struct sockaddr_storage *a, char *address, char *port)
{
	const struct sockaddr_in *v4 = (const void *)a;
	const struct sockaddr_in6 *v6 = (const void *)a;
	bool is_v4 = a->ss_family == AF_INET;
	inet_ntop(a->ss_family,
	    is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr,
	    address, INET6_ADDRSTRLEN);
	snprintf(port, 8, "%u", ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
}

/* False if this machine has no such loopback. */
static bool
connect_line(struct line *line, int family)
{
	struct sockaddr_storage a = {.ss_family = (sa_family_t)family};
	struct sockaddr_in *v4 = (void *)&a;
	struct sockaddr_in6 *v6 = (void *)&a;
	socklen_t len = family == AF_INET ? sizeof(*v4) : sizeof(*v6);
	if (family == AF_INET)
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		v6->sin6_addr = in6addr_loopback;

	*line = (struct line){.client = -1, .server = -1};
	int listener = socket(family, SOCK_STREAM, 0);
	line->client = socket(family, SOCK_STREAM, 0);
	bool ok = listener >= 0 && line->client >= 0 &&
	    bind(listener, (void *)&a, len) == 0 && listen(listener, 1) == 0 &&
	    getsockname(listener, (void *)&a, &len) == 0 &&
	    connect(line->client, (void *)&a, len) == 0 &&
	    (line->server = accept(listener, NULL, NULL)) >= 0;
	if (ok && getsockname(line->server, (void *)&a, &len) == 0)
		name_end(&a, line->here, line->here_port);
	if (ok && getpeername(line->server, (void *)&a, &len) == 0)
		name_end(&a, line->there, line->there_port);
	if (listener >= 0)
		close(listener);
	return ok;
}

static void
drop_line(struct line *line)
{
	if (line->client >= 0)
		close(line->client);
	if (line->server >= 0)
		close(line->server);
}

static void
watch(struct peer *p, const struct line *line)
{
	peer_init(
	    p, line->here, line->here_port, line->there, line->there_port);
}

/* Does the kernel tell about connections? Some containers' do not. */
static bool
can_look(void)
{
#ifdef __linux__
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
#else
	return false;
#endif
}

/* What the kernel learns over loopback, it learns very soon. */
static bool
is_gone_soon(struct peer *p)
{
	for (int i = 0; i < 100; i++) {
		if (peer_gone(p))
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return false;
}

/* What a client can do to its connection. */
static void
stay(struct line *line)
{
	(void)line;
}

static void
say_and_stay(struct line *line)
{
	CU_ASSERT(write(line->client, "x", 1) == 1);
	CU_ASSERT(write(line->server, "y", 1) == 1);
}

static void
hang_up(struct line *line)
{
	close(line->client);
	line->client = -1;
}

static void
close_half(struct line *line)
{
	shutdown(line->client, SHUT_WR);
}

static void
say_and_hang_up(struct line *line)
{
	CU_ASSERT(write(line->client, "x", 1) == 1);
	hang_up(line);
}

static void
reset(struct line *line)
{
	struct linger now = {.l_onoff = 1};
	setsockopt(line->client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	hang_up(line);
}

static const struct row {
	const char *name;
	void (*deed)(struct line *);
	bool looked_before; /* it was seen open */
	bool gone;
} rows[] = {
    {"open", stay, true, false},
    {"open, with traffic", say_and_stay, true, false},
    {"closed", hang_up, true, true},
    {"closed after some words", say_and_hang_up, true, true},
    {"closed in one direction", close_half, true, true},
    {"reset", reset, true, true},
    {"closed before the first look", hang_up, false, true},
    {"reset before the first look: not known", reset, false, false},
};

static void
check_rows(int family)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct line line;
		struct peer peer;
		if (!connect_line(&line, family)) {
			fprintf(stderr, "no loopback of family %d\n", family);
			drop_line(&line);
			return;
		}
		watch(&peer, &line);
		UNIT_ROW(peer.family == family, rows[i].name);
		UNIT_ROW(!peer.known, rows[i].name);
		if (rows[i].looked_before) {
			UNIT_ROW(!peer_gone(&peer), rows[i].name);
			UNIT_ROW(peer.known == can_look(), rows[i].name);
		}
		rows[i].deed(&line);
		if (rows[i].gone && can_look())
			UNIT_ROW(is_gone_soon(&peer), rows[i].name);
		else
			UNIT_ROW(!peer_gone(&peer), rows[i].name);
		drop_line(&line);
	}
}

static void
test_ipv4(void)
{
	if (!can_look())
		fprintf(stderr, "this kernel tells nothing of connections\n");
	check_rows(AF_INET);
}

static void
test_ipv6(void)
{
	check_rows(AF_INET6);
}

/* Two connections are not taken for each other. */
static void
test_two(void)
{
	struct line a, b;
	struct peer pa, pb;
	CU_ASSERT_FATAL(connect_line(&a, AF_INET) && connect_line(&b, AF_INET));
	watch(&pa, &a);
	watch(&pb, &b);
	CU_ASSERT(!peer_gone(&pa) && !peer_gone(&pb));
	hang_up(&a);
	CU_ASSERT(is_gone_soon(&pa) == can_look());
	CU_ASSERT(!peer_gone(&pb));
	CU_ASSERT(peer_gone(&pa) == can_look());
	drop_line(&a);
	drop_line(&b);
}

/* A connection that this host does not have: the web server's is elsewhere. */
static void
test_elsewhere(void)
{
	struct peer p;
	peer_init(&p, "192.0.2.1", "443", "198.51.100.7", "50000");
	for (int i = 0; i < 3; i++)
		CU_ASSERT(!peer_gone(&p));
	CU_ASSERT(!p.known);
}

/* Variables that say nothing. */
static void
test_variables(void)
{
	static const struct {
		const char *name, *here, *here_port, *there, *there_port;
		bool good;
	} given[] = {
	    {"IPv4", "127.0.0.1", "80", "127.0.0.1", "50000", true},
	    {"IPv6", "::1", "80", "::1", "50000", true},
	    {"IPv4 in IPv6", "::ffff:127.0.0.1", "80", "::ffff:127.0.0.1",
		"50000", true},
	    {"no address of ours", NULL, "80", "127.0.0.1", "5", false},
	    {"no port of ours", "127.0.0.1", NULL, "127.0.0.1", "5", false},
	    {"no address", "127.0.0.1", "80", NULL, "5", false},
	    {"no port", "127.0.0.1", "80", "127.0.0.1", NULL, false},
	    {"two families", "127.0.0.1", "80", "::1", "5", false},
	    {"a name", "localhost", "80", "localhost", "5", false},
	    {"a Unix socket", "/run/x", "80", "127.0.0.1", "5", false},
	    {"port 0", "127.0.0.1", "80", "127.0.0.1", "0", false},
	    {"no such port", "127.0.0.1", "65536", "127.0.0.1", "5", false},
	    {"no number", "127.0.0.1", "80", "127.0.0.1", "x", false},
	    {"nothing", "", "", "", "", false},
	};
	for (size_t i = 0; i < COUNT_OF(given); i++) {
		struct peer p;
		memset(&p, 0xff, sizeof(p));
		peer_init(&p, given[i].here, given[i].here_port, given[i].there,
		    given[i].there_port);
		UNIT_ROW((p.family != 0) == given[i].good, given[i].name);
		UNIT_ROW(!peer_gone(&p), given[i].name);
	}
}

/* A server that listens for both kinds sees IPv4 clients as ::ffff:…. */
static void
test_mapped(void)
{
	struct line line;
	struct peer p;
	char here[80], there[80];
	CU_ASSERT_FATAL(connect_line(&line, AF_INET));
	snprintf(here, sizeof(here), "::ffff:%s", line.here);
	snprintf(there, sizeof(there), "::ffff:%s", line.there);
	peer_init(&p, here, line.here_port, there, line.there_port);
	CU_ASSERT(!peer_gone(&p));
	CU_ASSERT(p.known == can_look());
	hang_up(&line);
	CU_ASSERT(is_gone_soon(&p) == can_look());
	drop_line(&line);
}

static CU_TestInfo tests[] = {
    {"what clients do, IPv4", test_ipv4},
    {"what clients do, IPv6", test_ipv6},
    {"two connections", test_two},
    {"a connection elsewhere", test_elsewhere},
    {"the variables", test_variables},
    {"IPv4 in IPv6", test_mapped},
    CU_TEST_INFO_NULL,
};

struct unit_suite peer_suite = {"web/peer", tests};
