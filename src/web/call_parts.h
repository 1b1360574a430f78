/* A request's state: for call*.c only. */
#ifndef KEYWHEEL_WEB_CALL_PARTS_H
#define KEYWHEEL_WEB_CALL_PARTS_H

#include <fcgiapp.h>

#include "web/call.h"
#include "web/peer.h"

struct web_call {
	FCGX_Request fcgi;
	int listen_fd;
	/* A request of our own (web/inner.h), and the one that it is made for;
	 * NULL: it came by the web server. */
	struct web_inner *inner;
	struct web_call *outer;
	bool cgi;  /* it is the one request of this process (web/cgi.h) */
	bool open; /* between accept and finish */
	struct buf base, path;
	bool gone;
	bool blind;        /* the server's socket tells nothing more */
	bool unread;       /* … before the rest of the body has been read */
	int64_t body_read; /* bytes, by web_read_some() */
	struct peer peer;
	int64_t peer_ms; /* when the client's connection was looked at */
};

#endif
