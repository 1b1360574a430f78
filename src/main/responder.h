/* What a process that answers requests is made of. */
#ifndef KEYWHEEL_MAIN_RESPONDER_H
#define KEYWHEEL_MAIN_RESPONDER_H

#include <stdint.h>

#include "gateway/service.h"
#include "main/bootstrap.h"

/* How often what is owed to the database is tried. */
#define RESPONDER_SETTLE_MS 500

/* Large blocks go back to the system when they are freed: a 30 MB request must
 * not leave a 30 MB process. */
void responder_tune_memory(void);

/* A service that is not open yet; number: of this process among all. bootstrap
 * outlives it. */
struct service responder_make(const struct bootstrap *bootstrap,
    const struct master_key *master, int64_t number);

/* Connect before the first request does; if that fails the log says so. once:
 * there will be only one, which is not to wait for more than it needs. */
void responder_open(struct service *s, bool once);

/* What is owed to the database is tried for so long; what is lost then, the
 * log says. */
void responder_settle(struct service *s, int64_t most_ms);

void responder_close(struct service *s);

/* Numbers for up to PREFORK_MAX responders of one parent, that no other
 * has. */
int64_t responder_numbers(void);

#endif
