/*
 * A process that a web server has started for one request (plain CGI). It
 * serves that one; then it lets the web server go, and does a little of what
 * else there is to do, as a responder does between two requests.
 */
#ifndef KEYWHEEL_MAIN_ONCE_H
#define KEYWHEEL_MAIN_ONCE_H

#include <stdint.h>

#include "main/bootstrap.h"

struct install;

/* Serve the request. number: of this process among all; a lease that it leaves
 * behind ends by its time. install: as in struct service. */
void once_run(const struct bootstrap *bootstrap,
    const struct master_key *master, int64_t number,
    const struct install *install);

#endif
