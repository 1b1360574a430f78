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

/* live_pools.c: the relay's ports `begin` and `retry`, but for settings. */

/* Choose the pools by the settings in force; false if that changes
 * nothing. */
bool live_choose_pools(struct live *live);

void live_lease(struct live *live, struct lease *lease);
void live_lease_again(struct live *live, struct json_object *verdict,
    const int64_t *tried, int n_tried, struct lease *lease);

/* live_account.c */

void live_set_facts(struct request_facts *facts, struct service *s,
    const char *route, const char *model, bool streamed);

/* One line a request. */
void live_log(const struct service *s, const struct request_facts *facts,
    const struct account *account, enum outcome outcome);

#endif
