/*
 * Egress proxies: by which one a key's calls go out, and what came of it.
 *
 * Each scope, the project of a key or the key itself, has a proxy of its own
 * by rendezvous hashing (pool/rendezvous.h). One that fails is down for a
 * while, which all responders know from the database, and its scopes go by
 * others meanwhile. Where there are proxies no call goes past them, be they
 * all down.
 */
#ifndef KEYWHEEL_GATEWAY_EGRESS_H
#define KEYWHEEL_GATEWAY_EGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypt.h"
#include "upstream/exchange.h"

struct db;
struct egress;
struct json_object;
struct settings;

/* The proxies of the settings; down: those that are, as proxies_load() gives
 * them. settings NULL, or proxies that are not legal: no way out at all. */
struct egress *egress_new(const struct settings *settings,
    const struct master_key *master, struct json_object *down);
void egress_free(struct egress *e);

/* Is there no proxy, so that calls go out directly? */
bool egress_is_direct(const struct egress *e);

/* Is there no way out, because it is not known which proxies there are? */
bool egress_is_closed(const struct egress *e);

size_t egress_count(const struct egress *e);
const struct exchange_proxy *egress_proxy(const struct egress *e, size_t i);
/* The proxy that the scope has while all are up. */
size_t egress_home(const struct egress *e, const char *scope);

/* The proxy for a call of that scope; it may ask the database, once for each
 * that was down and may be tried again. request: what was tried in vain for
 * the same one comes last. There is one. */
size_t egress_choose(
    struct egress *e, struct db *db, const char *request, const char *scope);

/* What came of a call by that proxy: it failed, with libcurl's words, or
 * (unserved) Google does not serve its address, with Google's; or something
 * came through it. */
void egress_failed(
    struct egress *e, struct db *db, size_t i, const char *why, bool unserved);
void egress_works(struct egress *e, struct db *db, size_t i);

/* What exchanges need to go out; everything is borrowed. request: which one
 * they are made for. */
struct egress_way {
	struct egress *egress;
	struct db *db;
	struct upstream *upstream;
	const char *request;
};

/* Run exchanges (upstream_run_many), each by the proxy of its scope, which is
 * put into the request. A refusal of the proxy's address is a failure of the
 * proxy: it ends in EXCHANGE_PROXY, after its head and body. */
void egress_run(const struct egress_way *way, const char *const *scopes,
    struct exchange_request *requests, int n,
    const struct exchange_many_sink *sink);

#endif
