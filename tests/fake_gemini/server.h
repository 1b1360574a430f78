/* The listening socket. */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include "conn.h"

struct server;

/*
 * server_new(loop, address, port, calls, accepted): listen on this IPv4
 *   address; port 0 takes a free one.  NULL with errno if that cannot be done.
 *   Each connection is counted in accepted, which must outlive the server, as
 *   must calls.
 * server_port(server): the port it listens on.
 * server_free(server): closes all connections.
 */
struct server *server_new(struct loop *, const char *, int,
    const struct conn_calls *, unsigned long long *);
int server_port(const struct server *);
void server_free(struct server *);

#endif
