/* What the files of live.c do for each other: for live*.c. */
#ifndef KEYWHEEL_GATEWAY_LIVE_PARTS_H
#define KEYWHEEL_GATEWAY_LIVE_PARTS_H

#include "gateway/live.h"

/* live_policy.c: the deadlines and limits by the settings that are in force,
 * and by what the client asks for. */
void live_set_policy(struct live *live);

/* live_send.c: the relay's port `send`; ctx is a struct live. The same request
 * in each lane, but for the key. */
void live_send(void *ctx, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink);

/* live_pools.c */

/* Choose the pools by the settings in force; false if that changes
 * nothing. */
bool live_choose_pools(struct live *live);

/* requests_begin(), and again for the pool to turn to if the first has no
 * key. */
void live_lease(struct live *live, struct lease *lease);

/* live_charge.c: what the ledger counts of a request. */

/* A lease was given, for a new attempt or (lanes) for more of its lanes. */
void live_charge(
    struct live *live, const struct lease *leases, int n, bool lanes);

/* Calls go out with these keys, some of them maybe with the same. */
void live_count_calls(
    struct live *live, const struct lease *const *keys, int n);

/* A part of the answer is there: what was leased for it has served. */
void live_charges_settle(struct live *live);

/* What it is to count in the place of the estimate, for account.charged; NULL:
 * nothing was counted. The caller owns it. */
struct json_object *live_charged(
    const struct live *live, const struct account *account);

/* The same of a request that had no lease. */
struct json_object *live_charged_nothing(const struct service *s);

/* live_account.c */

void live_set_facts(struct request_facts *facts, struct service *s,
    const char *route, const char *model, bool streamed);

/* The client's id of it, and what of its time was ours. */
void live_add_own(const struct service *s, struct account *account);

/* live_log.c: the line of a request that has ended, as LOG_REQUESTS and the
 * outcome's level have it. The same facts as in the account, by the same names;
 * keywheel(8) lists them. */
void live_log(const struct service *s, const struct request_facts *facts,
    const struct account *account, enum outcome outcome);

#endif
