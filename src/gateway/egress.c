/* Egress proxies: choosing one, and noting how it did. */
#include "gateway/egress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/proxy_url.h"
#include "base/setting.h"
#include "base/text.h"
#include "pool/rendezvous.h"
#include "store/proxies.h"

#define ID_BYTES 16
#define MAX_WHY 300

/* How long one request has a proxy for itself that was down, and for how long
 * it is left alone where the database does not answer. */
#define TRIAL_MS 15000
#define ALONE_MS 5000

struct outlet {
	char id[2 * ID_BYTES + 1];
	struct proxy_url url;
	struct exchange_proxy proxy; /* the same for libcurl */
};

struct egress {
	bool closed; /* no way out */
	bool by_key;
	size_t n;
	struct outlet *outlets;
	struct rendezvous_node *nodes; /* times are clock_mono_ms() */
	/* The request that nodes[].tried is about. */
	char request[CRYPT_ID_SIZE + 1];
};

/* --- the list ------------------------------------------------------------ */

static bool
is_listed(const struct egress *e, const char *id)
{
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->outlets[i].id, id) == 0)
			return true;
	return false;
}

/* Add a proxy that is not there yet; false if it is not legal. */
static bool
add(struct egress *e, const char *text, const struct master_key *master,
    struct json_object *down)
{
	struct outlet *o = &e->outlets[e->n];
	uint8_t hash[CRYPT_HASH_SIZE];
	struct buf id;
	const char *why;
	if (!proxy_url_read(&o->url, text, &why)) {
		proxy_url_clear(&o->url);
		return false;
	}
	crypt_hash(master, text, strlen(text), hash);
	buf_init(&id, BUF_SMALL);
	text_hex(&id, hash, ID_BYTES);
	if (is_listed(e, buf_cstr(&id))) {
		proxy_url_clear(&o->url);
		buf_clear(&id);
		return true;
	}

	memcpy(o->id, buf_cstr(&id), sizeof(o->id));
	buf_clear(&id);
	o->proxy = (struct exchange_proxy){.id = o->id,
	    .url = o->url.name,
	    .user = o->url.user,
	    .password = o->url.password};
	struct rendezvous_node *node = &e->nodes[e->n++];
	node->hash = rendezvous_hash(o->id);
	int64_t ms = json_get_int(down, o->id, -1);
	node->down_until = ms < 0 ? 0 : clock_mono_ms() + ms;
	return true;
}

struct egress *
egress_new(const struct settings *settings, const struct master_key *master,
    struct json_object *down)
{
	struct egress *e = calloc(1, sizeof(*e));
	if (e == NULL)
		abort();
	e->closed = settings == NULL ||
	    settings_is_spoilt(settings, SETTING_ID_PROXIES);
	if (e->closed)
		return e;

	struct json_object *list = settings_json(settings, SETTING_ID_PROXIES);
	size_t count = json_count(list);
	e->by_key = settings_int(
	    settings, SETTING_ID_PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY);
	e->outlets = calloc(count + 1, sizeof(*e->outlets));
	e->nodes = calloc(count + 1, sizeof(*e->nodes));
	if (e->outlets == NULL || e->nodes == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		if (!add(e, json_object_get_string(json_at(list, i)), master,
			down))
			e->closed = true;
	return e;
}

void
egress_free(struct egress *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->n; i++)
		proxy_url_clear(&e->outlets[i].url);
	free(e->outlets);
	free(e->nodes);
	free(e);
}

bool
egress_is_closed(const struct egress *e)
{
	return e->closed;
}

bool
egress_is_direct(const struct egress *e)
{
	return !e->closed && e->n == 0;
}

size_t
egress_count(const struct egress *e)
{
	return e->n;
}

const struct exchange_proxy *
egress_proxy(const struct egress *e, size_t i)
{
	return &e->outlets[i].proxy;
}

/* --- choosing ------------------------------------------------------------ */

size_t
egress_home(const struct egress *e, const char *scope)
{
	return rendezvous_home(e->nodes, e->n, rendezvous_hash(scope));
}

/* What is chosen by: the scope, or by chance. */
static uint64_t
make_key(const struct egress *e, const char *scope)
{
	uint64_t key;
	if (e->by_key)
		return rendezvous_hash(scope);
	crypt_random((uint8_t *)&key, sizeof(key));
	return key;
}

static void
begin_request(struct egress *e, const char *request)
{
	if (strcmp(e->request, request) == 0)
		return;
	snprintf(e->request, sizeof(e->request), "%s", request);
	for (size_t i = 0; i < e->n; i++)
		e->nodes[i].tried = false;
}

size_t
egress_choose(
    struct egress *e, struct db *db, const char *request, const char *scope)
{
	uint64_t key = make_key(e, scope);
	begin_request(e, request);
	for (;;) {
		int64_t now = clock_mono_ms();
		size_t i = rendezvous_pick(e->nodes, e->n, key, now);
		struct rendezvous_node *node = &e->nodes[i];
		if (node->down_until == 0 || node->down_until > now)
			return i;

		/* It was down and its time is up: one request tries it. */
		int64_t ms = proxies_try(db, e->outlets[i].id, TRIAL_MS);
		node->down_until = now +
		    (ms == 0         ? TRIAL_MS
			    : ms < 0 ? ALONE_MS
				     : ms);
		if (ms == 0)
			return i;
	}
}

/* --- how it did ---------------------------------------------------------- */

void
egress_failed(
    struct egress *e, struct db *db, size_t i, const char *why, bool unserved)
{
	const struct outlet *o = &e->outlets[i];
	struct rendezvous_node *node = &e->nodes[i];
	struct buf words;
	buf_init(&words, BUF_SMALL);
	text_redact(&words, why, text_cut(why, MAX_WHY));
	if (node->down_until == 0)
		log_line(LOG_WARNING, "egress proxy %s %.8s is down: %s",
		    o->proxy.url, o->id, buf_cstr(&words));
	int64_t ms =
	    proxies_failed(db, o->id, o->proxy.url, buf_cstr(&words), unserved);
	node->down_until = clock_mono_ms() + (ms < 0 ? ALONE_MS : ms);
	node->tried = true;
	buf_clear(&words);
}

void
egress_works(struct egress *e, struct db *db, size_t i)
{
	const struct outlet *o = &e->outlets[i];
	struct rendezvous_node *node = &e->nodes[i];
	if (node->down_until == 0 || !proxies_works(db, o->id))
		return;
	node->down_until = 0;
	log_line(
	    LOG_INFO, "egress proxy %s %.8s is up again", o->proxy.url, o->id);
}
