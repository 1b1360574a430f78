/*
 * The client's own TCP connection, as the kernel of this host sees it. A web
 * server that waits for our answer often does not notice, or does not tell,
 * that its client has closed; the kernel knows it at once. Works without
 * rights, where the web server that holds the connection runs on this host
 * (Linux, NETLINK_SOCK_DIAG); elsewhere it never says "gone".
 */
#ifndef KEYWHEEL_WEB_PEER_H
#define KEYWHEEL_WEB_PEER_H

#include <stdbool.h>
#include <stdint.h>

struct peer {
	bool known; /* it was seen established: worth watching */
	int family; /* AF_INET or AF_INET6 */
	uint8_t here[16], there[16];
	uint16_t here_port, there_port; /* network order */
};

/* The four CGI variables; any may be NULL. Remembers the connection; asks
 * nothing yet. */
void peer_init(struct peer *p, const char *server_addr, const char *server_port,
    const char *remote_addr, const char *remote_port);

/* Has the client closed it (sent FIN) or reset it? False while it is not
 * sure. A client that closes only its sending half counts as gone. */
bool peer_gone(struct peer *p);

#endif
