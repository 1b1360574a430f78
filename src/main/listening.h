/* The socket that requests come in at. */
#ifndef KEYWHEEL_MAIN_LISTENING_H
#define KEYWHEEL_MAIN_LISTENING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "main/fcgi_options.h"

struct listening {
	int fd;
	bool many;        /* for responders that we fork, else we are the one */
	bool cgi;         /* there is none: one request, as a CGI program */
	const char *path; /* --listen, or NULL */
	uint64_t made;    /* inode of the socket that we made there, or 0 */
};

/*
 * In this order: the one of a program that this one follows (main/handover.h);
 * systemd's, by LISTEN_PID and LISTEN_FDS (sd_listen_fds(3): the first
 * descriptor is 3); that which --listen names, or standard input; none, for a
 * CGI program; standard input, for one responder. False with one line in why.
 */
MUSTCHECK bool listening_open(
    struct listening *l, const struct fcgi_options *o, struct buf *why);

/* No more connections. A socket of our own goes: whoever comes hears at once
 * that nobody is here. Others stay with those who hold them, and so does one
 * that another process has put in the place of ours. */
void listening_close(const struct listening *l);

#endif
