/*
 * Looking after egress proxies: each is asked for something of Gemini's host,
 * without a key. An answer, whatever it says, shows that the proxy is well.
 */
#ifndef KEYWHEEL_GATEWAY_EGRESS_CHECK_H
#define KEYWHEEL_GATEWAY_EGRESS_CHECK_H

struct db;
struct egress;
struct json_object;
struct settings;
struct upstream;

/*
 * Check all proxies, some of them side by side, fifteen seconds at most each,
 * and note in the database how they are. A proxy that says itself that it
 * failed is down; one that only brings no answer is down if another one does
 * bring one, else it cannot be told.
 *
 * The checks: an array of {proxy, name, works, error, latency_ms}, works being
 * true, false or null. NULL if the database failed. The caller owns it.
 */
struct json_object *egress_check(const struct egress *e, struct db *db,
    struct upstream *up, const struct settings *settings);

#endif
