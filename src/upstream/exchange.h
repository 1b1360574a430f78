/*
 * HTTP exchanges with Gemini over libcurl, one or several side by side: the
 * answers are given to a sink piece by piece as they arrive, and a descriptor
 * of the caller's is watched meanwhile. Connections stay open between
 * exchanges.
 */
#ifndef KEYWHEEL_UPSTREAM_EXCHANGE_H
#define KEYWHEEL_UPSTREAM_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct upstream;

/* Once per process, before threads and forks. */
MUSTCHECK bool upstream_global_init(void);

/* Trust the certificates of a PEM file besides the system's. Before threads
 * and forks; false if it holds none or cannot be read. */
MUSTCHECK bool upstream_trust(const char *file);

/* user_agent is copied. */
struct upstream *upstream_new(const char *user_agent);
void upstream_free(struct upstream *up);

/* Close the connections through proxies: there are other ones now. */
void upstream_forget_proxies(struct upstream *up);

struct exchange_header {
	const char *name, *value;
};

/* An egress proxy. Its connections are its own: none is ever used for another
 * id, although host and port are the same. */
struct exchange_proxy {
	const char *id;              /* short, and no secret */
	const char *url;             /* scheme://host:port */
	const char *user, *password; /* decoded; NULL: none */
};

/* What to send; everything is borrowed until the exchange has ended. Only the
 * proxy that is named is used; those of the environment are not looked at. */
struct exchange_request {
	const char *method; /* GET, POST, DELETE … */
	const char *url;
	const struct exchange_proxy *proxy;    /* NULL: none */
	const struct exchange_header *headers; /* the last of a name counts */
	size_t n_headers;
	const char *body; /* NULL: none, or the one that read gives */
	size_t body_len;
	/* A body that is not held: up to max more bytes of it; 0 at its end;
	 * -1: there will be none, which ends the exchange as CUT. It is read
	 * once, on a connection of its own. read_size: its length, -1 if that
	 * is not known. */
	long (*read)(void *ctx, char *bytes, size_t max);
	void *read_ctx;
	int64_t read_size;
	/* On a connection of its own: one that was open may be dead, and
	 * libcurl sends a request again for that. */
	bool fresh;
	long connect_ms; /* give up connecting after that */
	int watch_fd;    /* -1: nothing to watch */
};

enum exchange_end {
	EXCHANGE_DONE,        /* the answer was complete */
	EXCHANGE_UNREACHABLE, /* nothing was sent: DNS, connect, TLS */
	EXCHANGE_CUT,         /* the connection broke */
	EXCHANGE_PROXY,       /* its proxy failed; Gemini got nothing */
};

/* Who takes the answers: lane is the number of the request, from 0. A false
 * ends them all at once; the connection to Gemini is closed then, where the
 * answer was not complete. */
struct exchange_many_sink {
	void *ctx;
	/* One field of the answer's head, before head() itself; its name in
	 * lower case. May be NULL. */
	void (*header)(
	    void *ctx, int lane, const char *name, const char *value);
	bool (*head)(void *ctx, int lane, int status, const char *content_type);
	bool (*body)(void *ctx, int lane, const char *bytes, size_t len);
	/* The lane's exchange is over: DONE, UNREACHABLE, CUT or PROXY. why:
	 * one line that names no key and no password, "" with DONE. */
	bool (*ended)(
	    void *ctx, int lane, enum exchange_end end, const char *why);
	/* At least ten times a second, and when watch_fd is readable. */
	bool (*tick)(void *ctx);
};

/* Exchanges that can run at once: OpenAI's clients may ask for ten pictures. */
#define EXCHANGE_LANES 10

/* Run the n requests side by side, 1 to EXCHANGE_LANES; what is watched is
 * the first one's watch_fd. True: each has ended; false: the sink stopped
 * them. */
bool upstream_run_many(struct upstream *up,
    const struct exchange_request *requests, int n,
    const struct exchange_many_sink *sink);

#endif
