/*
 * Taking connections from the web server.
 *
 * Not by libfcgi's own accept: a signal that comes between the connection and
 * its first bytes makes that drop a request that nobody else will serve.
 */
#ifndef KEYWHEEL_WEB_CONNECTION_H
#define KEYWHEEL_WEB_CONNECTION_H

/* Wait for the next connection at listen_fd that says something, or may. Signal
 * handlers are to restart what they interrupt. -1 if none will come: listen_fd
 * is no listening socket any more, or the system has no more descriptors. */
int connection_take(int listen_fd);

#endif
