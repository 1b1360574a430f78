/* The response cache: what a request is known by, and asking for its answer. */
#include "gateway/response_cache.h"

#include <json-c/json.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "protocol/cacheable.h"
#include "store/cache.h"
#include "store/owed.h"
#include "web/cache_control.h"
#include "web/call.h"

/* What is longer is not asked twice, and would cost its size once more. */
#define MAX_QUESTION ((size_t)1024 * 1024)

/* --- the key ------------------------------------------------------------- */

/* A hash over the hash so far and that of the piece: no two lists of pieces
 * look the same. */
void
response_key_add(struct response_key *key, const char *bytes, size_t len)
{
	char both[2 * CRYPT_HASH_SIZE];
	uint8_t piece[CRYPT_HASH_SIZE];
	crypt_hash(key->master, bytes, len, piece);
	memcpy(both, key->hash, CRYPT_HASH_SIZE);
	memcpy(both + CRYPT_HASH_SIZE, piece, CRYPT_HASH_SIZE);
	crypt_hash(key->master, both, sizeof(both), key->hash);
}

static void
add_text(struct response_key *key, const char *text)
{
	response_key_add(key, text, strlen(text));
}

bool
response_key_add_bodies(struct response_key *key, struct json_object *body,
    struct json_object *gemini)
{
	struct buf text;
	buf_init(&text, MAX_QUESTION);
	cacheable_write(&text, body);
	bool ok = buf_ok(&text);
	response_key_add(key, buf_cstr(&text), text.len);
	if (ok && gemini != body) {
		buf_reset(&text);
		json_write(&text, gemini);
		response_key_add(key, buf_cstr(&text), text.len);
	}
	ok = ok && buf_ok(&text) && cacheable_request(gemini, &text);
	buf_clear(&text);
	return ok;
}

bool
response_key_add_native(struct response_key *key, const struct buf *body)
{
	if (body->len > MAX_QUESTION)
		return false;
	struct json_object *o = json_parse(buf_cstr(body), body->len, NULL);
	bool ok = json_object_is_type(o, json_type_object) &&
	    cacheable_gemini(o) && response_key_add_bodies(key, o, o);
	json_object_put(o);
	return ok;
}

/* All settings but those of groups that shape no answer. */
static void
add_settings(struct response_key *key, const struct settings *set)
{
	static const char *const idle[] = {"Key pool", "Clients",
	    "Time and size", "Response cache", "Jobs", "Log", "Alerts",
	    "Metrics", "Obsolete"};
	struct buf text;
	buf_init(&text, MAX_QUESTION);
	for (int id = 0; id < SETTING__MAX; id++) {
		const char *group = setting_def((enum setting_id)id)->group;
		bool shapes = true;
		for (size_t i = 0; i < COUNT_OF(idle); i++)
			shapes &= strcmp(group, idle[i]) != 0;
		if (shapes)
			buf_fmt(&text, "%d=%s\n", id,
			    settings_text(set, (enum setting_id)id));
	}
	response_key_add(key, buf_cstr(&text), text.len);
	buf_clear(&text);
}

/* Further fields for Gemini, but those that only say who asks, and how long it
 * may take. */
static void
add_headers(struct response_key *key, const struct live *live)
{
	static const char *const idle[] = {
	    "user-agent", "x-goog-api-client", "x-server-timeout"};
	for (size_t i = 0; i < live->n_headers; i++) {
		bool shapes = true;
		for (size_t k = 0; k < COUNT_OF(idle); k++)
			shapes &= !text_same(live->headers[i].name, idle[k]);
		if (!shapes)
			continue;
		add_text(key, live->headers[i].name);
		add_text(key, live->headers[i].value);
	}
}

/* False: the request is none for the cache. */
static bool
make_key(struct live *live, struct response_key *key)
{
	struct service *s = live->service;
	*key = (struct response_key){.master = &s->master};
	add_text(key, "keywheel response " KEYWHEEL_VERSION);
	add_text(key, live->route);
	add_text(key, live->choice.pool);
	add_text(key, live->version == NULL ? "" : live->version);
	add_text(key, live->path == NULL ? "" : live->path);
	if (!settings_int(s->settings, SETTING_ID_RESPONSE_CACHE_SHARED))
		response_key_add(
		    key, (const char *)live->token, CRYPT_HASH_SIZE);
	add_settings(key, s->settings);
	add_headers(key, live);
	return live->cacheable(live->task->ctx, key);
}

/* --- asking -------------------------------------------------------------- */

/* The token's own word, else the model's. What names a file is bound to more
 * than its words; what asks for a tier is told which one it got. */
static bool
is_on(const struct live *live)
{
	const struct service *s = live->service;
	struct json_object *own = NULL;
	if (live->cacheable == NULL || live->pool_model == NULL ||
	    live->resources != NULL || live->tier)
		return false;
	if (s->cache_tokens != NULL &&
	    json_object_object_length(s->cache_tokens) > 0) {
		struct buf hex;
		buf_init(&hex, BUF_SMALL);
		text_hex(&hex, live->token, CRYPT_HASH_SIZE);
		own = json_get(s->cache_tokens, buf_cstr(&hex));
		buf_clear(&hex);
	}
	if (own != NULL)
		return json_object_get_boolean(own);
	return settings_fits(
	    s->settings, SETTING_ID_RESPONSE_CACHE_MODELS, live->pool_model);
}

/* Open the sealed answer, which begins with its own hash: no other one can be
 * put in its place. */
static bool
open_answer(struct live *live, const struct buf *sealed)
{
	struct response_cache *c = &live->cache;
	bool ok = crypt_open(&live->service->master,
		      (const uint8_t *)sealed->data, sealed->len, &c->answer) &&
	    buf_ok(&c->answer) && c->answer.len > CRYPT_HASH_SIZE &&
	    memcmp(c->answer.data, c->hash, CRYPT_HASH_SIZE) == 0;
	buf_drop(&c->answer, ok ? CRYPT_HASH_SIZE : c->answer.len);
	return ok;
}

/* False: others are in force, or nobody knows. */
static bool
look(struct live *live, const struct cache_control *control)
{
	struct response_cache *c = &live->cache;
	struct service *s = live->service;
	const struct cache_question q = {
	    .token = live->token,
	    .hash = c->hash,
	    .settings_version = settings_version(s->settings),
	    .ttl_s = settings_int(s->settings, SETTING_ID_RESPONSE_CACHE_TTL),
	    .admit = settings_int(s->settings, SETTING_ID_RESPONSE_CACHE_ADMIT),
	    .max_age_s = control->max_age_s,
	    .facts = &live->facts,
	};
	struct cache_found found;
	/* As for access_check(). */
	if (owed_count(s->db) > 0)
		owed_settle(s->db);
	if (!cache_look(s->db, &q, &found))
		return false;
	bool current = found.settings_version == q.settings_version;
	rate_note(s, found.counted, &found.rates);
	if (current && found.token_id != 0) {
		c->asked = true;
		c->token_id = found.token_id;
		c->age_s = found.age_s;
		c->hit = found.hit && open_answer(live, &found.sealed);
		c->keep = found.keep;
	}
	if (!current && service_refresh(s, found.settings_version)) {
		if (live->settings_changed != NULL)
			live->settings_changed(live->task->ctx);
		live_set_policy(live);
		live_choose_pools(live);
	}
	buf_clear(&found.sealed);
	return current;
}

void
response_cache_ask(struct live *live)
{
	struct response_cache *c = &live->cache;
	struct response_key key;
	response_cache_clear(live);
	*c = (struct response_cache){0};
	buf_init(&c->answer, BUF_LARGE);
	if (!is_on(live))
		return;
	const struct cache_control control = cache_control_read(
	    web_header(live->service->call, "cache-control"));
	/* Once more, if it turns out that other settings are in force. */
	for (int i = 0; i < 2 && !control.no_store; i++) {
		if (!is_on(live) || !make_key(live, &key))
			return;
		memcpy(c->hash, key.hash, CRYPT_HASH_SIZE);
		if (look(live, &control))
			return;
	}
}

void
response_cache_clear(struct live *live)
{
	buf_clear(&live->cache.answer);
}
