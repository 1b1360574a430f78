/*
 * What a responder process has: the database, the way to Gemini, the master
 * key and the settings. The settings are a cache with a version: each lease
 * and token check tells the current one.
 */
#ifndef KEYWHEEL_GATEWAY_SERVICE_H
#define KEYWHEEL_GATEWAY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypt.h"
#include "base/setting.h"

struct db;
struct upstream;
struct web_call;
struct route;

/* An endpoint: what a route of the table leads to. */
struct endpoint;

struct service {
	struct db *db;
	struct upstream *upstream;
	struct master_key master;
	struct settings *settings; /* never NULL */
	int64_t responder;         /* this process among all */
	bool unreported;           /* the last lease is still open */
	struct web_call *call;     /* the request that is served */
	char request_id[CRYPT_ID_SIZE + 1];
	int64_t started_ms, wall_started_ms;
	const char *template_dir;
	const struct route *pages; /* the admin layer's routes */
	size_t n_pages;
};

/* The database says that this version of the settings is current: load it
 * if ours is another. True if the settings changed. On failure the old ones
 * stay and the log says so. */
bool service_refresh(struct service *s, int64_t version);

/* Serve the request that service->call has accepted. */
void service_serve(struct service *s);

#endif
