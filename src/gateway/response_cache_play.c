/* The response cache: giving an answer once more, and keeping one. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "gateway/live_parts.h"
#include "gateway/respond.h"
#include "gateway/response_cache.h"
#include "gateway/service.h"
#include "pool/pool_choice.h"
#include "protocol/cacheable.h"
#include "store/cache.h"
#include "web/call.h"

#define PIECE ((size_t)16 * 1024)

bool
response_cache_lease(struct live *live, struct lease *lease)
{
	const struct response_cache *c = &live->cache;
	if (!c->hit)
		return false;
	*lease = (struct lease){
	    .answer = LEASE_GIVEN,
	    .settings_version = settings_version(live->service->settings),
	    .token_id = c->token_id,
	    .pool = POOL_GEMINI,
	};
	return true;
}

void
response_cache_tell(const struct live *live)
{
	const struct response_cache *c = &live->cache;
	struct web_call *call = live->service->call;
	char age[24];
	if (!c->asked)
		return;
	respond_tell(
	    live->service, "x-keywheel-cache", c->hit ? "hit" : "miss");
	if (!c->hit)
		return;
	snprintf(age, sizeof(age), "%lld", (long long)c->age_s);
	web_add_header(call, "Age", age);
}

/* --- a hit --------------------------------------------------------------- */

/* As if Gemini said it again. */
static void
play(const struct response_cache *c, const struct exchange_many_sink *sink)
{
	const char *type = buf_cstr(&c->answer);
	char head[128];
	size_t from = strcspn(type, "\n");
	snprintf(head, sizeof(head), "%.*s", (int)from, type);
	if (!sink->head(sink->ctx, 0, 200, head))
		return;
	for (from++; from < c->answer.len; from += PIECE) {
		size_t rest = c->answer.len - from;
		if (!sink->body(sink->ctx, 0, c->answer.data + from,
			rest < PIECE ? rest : PIECE) ||
		    !sink->tick(sink->ctx))
			return;
	}
	sink->ended(sink->ctx, 0, EXCHANGE_DONE, "");
}

/* Its row: no key, no attempt, no token. What a lease has counted that was not
 * needed after all is given back. */
static void
account_for(
    struct live *live, const struct account *account, enum outcome outcome)
{
	struct account hit = *account;
	hit.key_id = 0;
	hit.attempts = 0;
	hit.prompt = hit.cached = hit.thought = hit.answer = 0;
	hit.detail = "from the cache";
	live_add_own(live->service, &hit);
	hit.charged = live_charged(live, &hit);
	live_log(live->service, &live->facts, &hit, outcome);
	if (!cache_hit(live->service->db, &live->facts, &hit, live->cache.hash))
		log_request(LOG_ERROR, live->service->request_id,
		    "could not be accounted for");
	json_object_put(hit.charged);
}

/* --- a miss -------------------------------------------------------------- */

/* Who listens besides the relay. */
struct noting {
	struct response_cache *cache;
	const struct exchange_many_sink *sink;
};

static void
on_header(void *ctx, int lane, const char *name, const char *value)
{
	struct noting *n = ctx;
	if (n->sink->header != NULL)
		n->sink->header(n->sink->ctx, lane, name, value);
}

static bool
on_head(void *ctx, int lane, int status, const char *content_type)
{
	struct noting *n = ctx;
	buf_str(&n->cache->answer, content_type);
	buf_byte(&n->cache->answer, '\n');
	return n->sink->head(n->sink->ctx, lane, status, content_type);
}

static bool
on_body(void *ctx, int lane, const char *bytes, size_t len)
{
	struct noting *n = ctx;
	buf_add(&n->cache->answer, bytes, len);
	return n->sink->body(n->sink->ctx, lane, bytes, len);
}

static bool
on_ended(void *ctx, int lane, enum exchange_end end, const char *why)
{
	struct noting *n = ctx;
	return n->sink->ended(n->sink->ctx, lane, end, why);
}

static bool
on_tick(void *ctx)
{
	struct noting *n = ctx;
	return n->sink->tick(n->sink->ctx);
}

void
response_cache_send(struct live *live, const struct lease *const *keys, int n,
    const struct exchange_many_sink *sink)
{
	struct response_cache *c = &live->cache;
	if (c->hit) {
		play(c, sink);
		return;
	}
	live_count_calls(live, keys, n);
	c->sends++;
	if (!c->keep) {
		live_send(live, keys, n, sink);
		return;
	}
	struct noting noting = {c, sink};
	const struct exchange_many_sink both = {
	    .ctx = &noting,
	    .header = on_header,
	    .head = on_head,
	    .body = on_body,
	    .ended = on_ended,
	    .tick = on_tick,
	};
	buf_clear(&c->answer);
	buf_init(&c->answer,
	    1024 *
		(size_t)settings_int(live->service->settings,
		    SETTING_ID_RESPONSE_CACHE_MAX_ANSWER_KB));
	live_send(live, keys, n, &both);
}

/* Seal the answer behind its hash, and put it away. */
static void
keep(struct live *live)
{
	struct response_cache *c = &live->cache;
	const struct settings *set = live->service->settings;
	bool shared = settings_int(set, SETTING_ID_RESPONSE_CACHE_SHARED) != 0;
	const struct cache_question q = {
	    .hash = c->hash,
	    .ttl_s = settings_int(set, SETTING_ID_RESPONSE_CACHE_TTL),
	};
	struct buf plain, sealed;
	buf_init(&plain, BUF_LARGE);
	buf_init(&sealed, BUF_LARGE);
	buf_add(&plain, c->hash, CRYPT_HASH_SIZE);
	buf_join(&plain, &c->answer);
	if (!buf_ok(&plain) ||
	    !crypt_seal(
		&live->service->master, plain.data, plain.len, &sealed) ||
	    !cache_keep(live->service->db, &q, shared ? 0 : c->token_id,
		live->facts.model, &sealed,
		1024 * 1024 *
		    settings_int(set, SETTING_ID_RESPONSE_CACHE_MAX_MB)))
		log_request(LOG_WARNING, live->service->request_id,
		    "its answer is not kept");
	buf_clear(&plain);
	buf_clear(&sealed);
}

bool
response_cache_end(
    struct live *live, const struct account *account, enum outcome outcome)
{
	struct response_cache *c = &live->cache;
	if (c->hit) {
		account_for(live, account, outcome);
		return true;
	}
	/* An answer that took several exchanges is in none of them whole. */
	if (c->keep && outcome == OUTCOME_COMPLETE &&
	    c->sends == account->attempts && buf_ok(&c->answer) &&
	    cacheable_answer(buf_cstr(&c->answer), c->answer.len))
		keep(live);
	return false;
}
