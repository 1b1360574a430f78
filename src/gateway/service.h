/*
 * What a responder process has: the database, the way to Gemini, the master
 * key and the settings. The settings, and what is known of the models, are a
 * cache with a version: each lease and token check tells the current one.
 */
#ifndef KEYWHEEL_GATEWAY_SERVICE_H
#define KEYWHEEL_GATEWAY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/setting.h"
#include "gateway/client_id.h"
#include "gateway/own_time.h"
#include "gateway/rate_headers.h"

struct db;
struct egress;
struct install;
struct json_object;
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
	/* Of the settings' version too; struct chat_policy says what they are.
	 * quirks is NULL if the database was never reached, model_names also
	 * before the first list of models. */
	struct json_object *quirks, *model_names;
	/* … and deadlines_load(); NULL if the database was never reached. */
	struct json_object *deadlines;
	struct json_object *cache_tokens; /* cache_tokens_load(), likewise */
	struct egress *egress;            /* of that version; never NULL */
	int64_t responder;                /* this process among all */
	struct web_call *call;            /* the request that is served */
	/* A page asks for whoever has signed in, by the hash of his token;
	 * NULL: the client gives one. */
	const uint8_t *as;
	char request_id[CRYPT_ID_SIZE + 1];
	/* The client's own id of it, or "". */
	char client_request_id[CLIENT_ID_MAX + 1];
	int64_t started_ms, wall_started_ms;
	struct own_time own_time;
	int attempts; /* that the relay has made for it so far */
	/* What a request that fails is to be recorded with, and how much it was
	 * (gateway/body_record.h). */
	struct buf noted_body;
	int64_t noted_size;
	char since[24];   /* when this process began, in UTC */
	char address[64]; /* service_address() */
	/* X-Goog-Upload-Status of all its answers, errors too; "": none. */
	char upload_status[24];
	struct rate_state rate;
	/* A task was begun (store/tasks.h): somebody is to work on it. */
	bool task_begun;
	/* A job was made due (store/jobs.h): somebody is to look for it. */
	bool job_due;
	const char *template_dir, *message_dir;
	const struct route *pages; /* the admin layer's routes */
	size_t n_pages;
	/* … and its answer to a browser that asks for what is not there. */
	void (*lost)(struct service *s);
	/* On a shared host: what the page /install is for (admin/install.h);
	 * NULL: there is none. */
	const struct install *install;
	/* Answers every request, whatever its path, where nothing can be done
	 * yet; NULL: all is as usual. */
	void (*instead)(struct service *s);
};

/* Load settings, quirks and names for the first time; on failure the settings
 * are the defaults until a refresh succeeds. */
MUSTCHECK bool service_open(struct service *s);
/* The same without a database: the defaults. */
void service_open_closed(struct service *s);
void service_close(struct service *s);

/* The database says that this version of the settings is current: load it
 * if ours is another. True if the settings changed. On failure the old ones
 * stay and the log says so. */
bool service_refresh(struct service *s, int64_t version);

/* Where the client is, as the web server says; NULL: not known. */
const char *service_address(const struct service *s);

/* Serve the request that service->call has accepted. */
void service_serve(struct service *s);

/* Serve a request of our own (web/inner.h) in the middle of that, in the name
 * of the token with this hash, with all the checks that a client's has.
 * request_id is its own afterwards. */
void service_serve_inner(struct service *s, struct web_call *call,
    const uint8_t token[CRYPT_HASH_SIZE]);

#endif
