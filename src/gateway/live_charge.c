/*
 * What the ledger counts of a request. Each lease has counted the estimated
 * tokens; at the end the keys of the attempt that was answered have served
 * their share of the real ones, and those of attempts before it none. Where
 * Gemini has not said how many there were, the estimate stays. A lease counts
 * as one request; what was called with it again, for another lane, a repair or
 * the rest of an answer, is counted at the end, and so is what Google counts as
 * several requests.
 *
 * What Google answered with 503 is given back. Whether it counts such calls it
 * does not say; if they were counted here, a minute of overload would be
 * followed by one in which keys with room are left alone, and if Google does
 * count them, one refusal says how long to stay away.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"

void
live_charge(struct live *live, const struct lease *leases, int n, bool lanes)
{
	struct live_charges *c = &live->charges;
	if (lanes)
		c->more = c->n;
	else
		c->main = c->more = c->n;
	for (int i = 0; i < n && c->n < LIVE_MAX_CHARGES; i++) {
		if (!leases[i].metered)
			continue;
		snprintf(c->of[c->n].scope, sizeof(c->of->scope), "%s",
		    leases[i].scope);
		c->of[c->n].key_id = leases[i].key_id;
		c->of[c->n].tokens = live->facts.tokens;
		c->of[c->n].weight = live->weight > 0 ? live->weight : 1;
		c->of[c->n].calls = 0;
		c->of[c->n].served = false;
		c->of[c->n++].at_ms = clock_mono_ms();
	}
	if (!lanes)
		c->more = c->n;
}

void
live_count_calls(struct live *live, const struct lease *const *keys, int n)
{
	struct live_charges *c = &live->charges;
	for (int lane = 0; lane < n; lane++) {
		int i = c->n - 1;
		while (i >= 0 && c->of[i].key_id != keys[lane]->key_id)
			i--;
		if (i >= 0)
			c->of[i].calls++;
	}
}

void
live_charges_settle(struct live *live)
{
	struct live_charges *c = &live->charges;
	for (int i = c->main; i < c->n; i++)
		c->of[i].served = i == c->main || i >= c->more;
	c->parts = true;
}

/* Calls with this lease that Google was too busy for. */
static int
count_busy(const struct live_charges *c, int i, const struct account *account)
{
	int busy = 0;
	for (size_t row = 0; row < json_count(account->failed); row++) {
		struct json_object *failed = json_at(account->failed, row);
		busy += json_get_int(failed, "status", 0) == 503 &&
		    json_get_int(failed, "key", 0) == c->of[i].key_id;
	}
	/* The same key may have been leased before. */
	for (int before = 0; before < i; before++)
		if (c->of[before].key_id == c->of[i].key_id)
			busy -= c->of[before].calls;
	return busy < 0 ? 0 : busy < c->of[i].calls ? busy : c->of[i].calls;
}

/* tokens: in the place of what it has counted; -1: not known. calls: that
 * count. Only the difference is settled, and there is one estimate for all:
 * the first one's. */
static void
add_charge(struct json_object *keys, const struct live_charges *c, int i,
    int64_t tokens, int calls)
{
	int requests = calls * c->of[i].weight;
	struct json_object *o = json_object_new_object();
	json_set_text(o, "scope", c->of[i].scope);
	json_set_int(o, "ago_ms", clock_mono_ms() - c->of[i].at_ms);
	if (tokens >= 0)
		json_set_int(
		    o, "tokens", tokens - c->of[i].tokens + c->of[0].tokens);
	if (requests != 1)
		json_set_int(o, "again", requests - 1);
	json_object_array_add(keys, o);
}

/* For the limits of the token: all that the request used. */
static void
add_used(struct json_object *o, const struct account *account)
{
	int64_t used = account->prompt + account->thought + account->answer;
	bool silent = strcmp(account->outcome, "complete") == 0 ||
	    strcmp(account->outcome, "client_gone") == 0;
	if (used > 0 || !silent || account->attempts == 0)
		json_set_int(o, "counted", used);
	else
		json_set_null(o, "counted");
}

/* What the ledger is to know. */
static void
add_keys(struct json_object *o, const struct live *live,
    const struct account *account)
{
	const struct live_charges *c = &live->charges;
	int shares = c->n - c->more + (c->more > c->main);

	struct json_object *keys = json_object_new_array();
	for (int i = 0; i < c->n; i++) {
		bool served = c->of[i].served || i == c->main || i >= c->more;
		int calls = c->of[i].calls - count_busy(c, i, account);
		bool known = account->prompt > 0 && !c->parts;
		add_charge(keys, c, i,
		    !served || calls == 0 ? 0
			: known           ? account->prompt / shares
					  : -1,
		    calls);
	}
	json_set_int(o, "estimate", c->of[0].tokens);
	json_set(o, "keys", keys);
}

struct json_object *
live_charged_nothing(const struct service *s)
{
	if (!s->rate.counted)
		return NULL;
	struct json_object *o = json_object_new_object();
	json_set_int(o, "counted", 0);
	return o;
}

struct json_object *
live_charged(const struct live *live, const struct account *account)
{
	bool counted = live->service->rate.counted;
	if (live->charges.n == 0 && !counted)
		return NULL;
	struct json_object *o = json_object_new_object();
	if (counted)
		add_used(o, account);
	if (live->charges.n > 0)
		add_keys(o, live, account);
	return o;
}
