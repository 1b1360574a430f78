/*
 * An installation in one folder of a shared host: its keywheel.conf, its master
 * key, what it needs to run. It may be there without being installed yet:
 * until then nothing but the page /install is served (admin/install.h).
 */
#ifndef KEYWHEEL_MAIN_SHARED_H
#define KEYWHEEL_MAIN_SHARED_H

#include <stdbool.h>

#include "admin/install.h"
#include "base/attr.h"
#include "base/buf.h"
#include "main/bootstrap.h"

struct shared {
	const char *dir;
	struct buf conf, fault;
	struct install install; /* of the bootstrap that was read last */
};

void shared_init(struct shared *shared, const char *dir);
void shared_clear(struct shared *shared);

/* Read the configuration and the master key (again). True: all is there, and
 * this version was installed. What b held is cleared. */
MUSTCHECK bool shared_configure(
    struct shared *shared, struct bootstrap *b, struct master_key *master);

/* Serve one request without that. listen_fd: where it comes; cgi: as the only
 * one of this process. False when told to end. */
bool shared_serve_closed(
    struct shared *shared, const struct bootstrap *b, int listen_fd, bool cgi);

#endif
