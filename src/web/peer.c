/* Asking the kernel about the client's TCP connection. */
#include "web/peer.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

#ifdef __linux__
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

enum look { LOOK_OPEN, LOOK_CLOSED, LOOK_NONE, LOOK_UNKNOWN };

/* One netlink socket a process; -2: not available here. */
static int diag_fd = -1;

static bool
open_diag(void)
{
	if (diag_fd == -1) {
		diag_fd = socket(
		    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
		/* The kernel answers at once; never hang if it does not. */
		struct timeval limit = {.tv_usec = 100000};
		if (diag_fd < 0)
			diag_fd = -2;
		else
			setsockopt(diag_fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
			    sizeof(limit));
	}
	return diag_fd >= 0;
}

/* Ask for exactly this connection. */
static bool
ask(const struct peer *p, uint32_t seq)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} msg = {
	    .head = {.nlmsg_len = sizeof(msg),
		.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = seq},
	    .body = {.sdiag_family = (uint8_t)p->family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = ~0U,
		.id = {.idiag_sport = p->here_port,
		    .idiag_dport = p->there_port,
		    .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
	};
	memcpy(msg.body.id.idiag_src, p->here, sizeof(p->here));
	memcpy(msg.body.id.idiag_dst, p->there, sizeof(p->there));
	return send(diag_fd, &msg, sizeof(msg), 0) == sizeof(msg);
}

/* Read the answer of that number. */
static enum look
hear(uint32_t seq)
{
	union {
		struct nlmsghdr head;
		char bytes[4096];
	} msg;

	for (int tries = 0; tries < 4; tries++) {
		ssize_t n = recv(diag_fd, &msg, sizeof(msg), 0);
		if (n < (ssize_t)sizeof(msg.head))
			return LOOK_UNKNOWN;
		if (msg.head.nlmsg_seq != seq)
			continue;
		if (msg.head.nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *e = NLMSG_DATA(&msg.head);
			return e->error == -ENOENT ? LOOK_NONE : LOOK_UNKNOWN;
		}
		if (msg.head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return LOOK_UNKNOWN;
		const struct inet_diag_msg *d = NLMSG_DATA(&msg.head);
		return d->idiag_state == TCP_ESTABLISHED ? LOOK_OPEN
							 : LOOK_CLOSED;
	}
	return LOOK_UNKNOWN;
}

bool
peer_gone(struct peer *p)
{
	static uint32_t seq;
	if (p->family == 0 || !open_diag() || !ask(p, ++seq))
		return false;
	switch (hear(seq)) {
	case LOOK_OPEN:
		p->known = true;
		return false;
	case LOOK_CLOSED:
		return true;
	case LOOK_NONE:
		/* Not of this host, unless it was here before. */
		return p->known;
	case LOOK_UNKNOWN:
		break;
	}
	return false;
}
#else
bool
peer_gone(struct peer *p)
{
	(void)p;
	return false;
}
#endif

/* Text to bytes; an IPv4 address may be written as ::ffff:1.2.3.4. */
static int
read_address(const char *text, uint8_t bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : 0;
}

void
peer_init(struct peer *p, const char *server_addr, const char *server_port,
    const char *remote_addr, const char *remote_port)
{
	int64_t here, there;
	memset(p, 0, sizeof(*p));
	if (server_addr == NULL || remote_addr == NULL || server_port == NULL ||
	    remote_port == NULL || !text_to_int(server_port, 1, 65535, &here) ||
	    !text_to_int(remote_port, 1, 65535, &there))
		return;
	p->here_port = htons((uint16_t)here);
	p->there_port = htons((uint16_t)there);
	int family = read_address(server_addr, p->here);
	if (family != 0 && family == read_address(remote_addr, p->there))
		p->family = family;
}
