/*
 * Egress proxies: which ones are down, shared by all responders and hosts. A
 * proxy is known by an id, a keyed hash of its URL. Each change between up and
 * down is a new version of the settings.
 */
#ifndef KEYWHEEL_STORE_PROXIES_H
#define KEYWHEEL_STORE_PROXIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct db;
struct json_object;

/* Those that are down: {"id": milliseconds until it may be tried again}. NULL
 * on failure. The caller owns it. */
struct json_object *proxies_load(struct db *db);

/* It has failed, or (unserved) Google does not serve its address; name and why
 * hold no user and no password. The milliseconds that it is down for, or -1 on
 * failure. */
int64_t proxies_failed(struct db *db, const char *id, const char *name,
    const char *why, bool unserved);

/* One that was down has worked. */
MUSTCHECK bool proxies_works(struct db *db, const char *id);

/* May we try it, now that its time is up? 0: yes, and nobody else will for ms
 * milliseconds; else how long it is to be left alone; -1 on failure. */
int64_t proxies_try(struct db *db, const char *id, int64_t ms);

/* All that there are: an array of {proxy, name, works, error, latency_ms}, or
 * {proxy} of one that was not looked at; others are forgotten. */
MUSTCHECK bool proxies_put_checks(struct db *db, struct json_object *checks);

/* For people: *known is what is known of each by its id, {"id": {down_until,
 * error, error_at, checked_at, latency_ms}}; *scopes an array of all scopes of
 * keys. The caller owns both; NULL on failure. */
MUSTCHECK bool proxies_list(
    struct db *db, struct json_object **known, struct json_object **scopes);

/* What the page of proxies shows: {now, known, scopes, further, job}: the
 * scopes of so many keys, and whether there are further ones. NULL on failure.
 */
struct json_object *proxies_page(struct db *db, int64_t keys);

#endif
