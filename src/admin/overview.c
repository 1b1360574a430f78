/* The overview page: what the database says, made readable. */
#include "admin/overview.h"

#include <string.h>

#include "admin/number.h"
#include "admin/overview_pool.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/public_url.h"
#include "gateway/service.h"
#include "store/overview.h"
#include "web/call.h"

/* --- the address --------------------------------------------------------- */

/* Where the browser found us, and so where clients do. */
static void
add_address(struct service *s, struct json_object *data)
{
	struct buf url;
	buf_init(&url, BUF_SMALL);
	if (!public_url(s, &url))
		buf_str(&url, "http://HOST");
	json_set_text(data, "url", buf_cstr(&url));
	buf_clear(&url);
}

/* --- keys ---------------------------------------------------------------- */

static void
shape_key(struct json_object *key)
{
	struct json_object *rests = json_get(key, "rests");
	bool disabled = !text_same(json_get_text(key, "state"), "active");
	for (size_t i = 0; i < json_count(rests); i++) {
		struct json_object *rest = json_at(rests, i);
		json_set_bool(rest, "all_models",
		    text_same(json_get_text(rest, "model"), "*"));
	}

	/* A rest that a disabled key has left tells nothing new. */
	if (disabled)
		json_set_null(key, "rests");
	else if (json_count(rests) > 0)
		json_set_text(key, "state", "resting");
	json_set_bool(key, "disabled", disabled);
	number_set(key, "uses", json_get_int(key, "uses", 0));
}

static void
shape_keys(struct json_object *data)
{
	struct json_object *keys = json_get(data, "keys");
	struct json_object *states = json_get(data, "states");
	int64_t all = json_get_int(states, "all", 0);
	int64_t active = json_get_int(states, "active", 0);
	int64_t resting = json_get_int(states, "resting", 0);

	for (size_t i = 0; i < json_count(keys); i++)
		shape_key(json_at(keys, i));
	/* Of more than one pool: else all keys are disabled. */
	if (active == 0)
		json_set_null(states, "empty");
	json_set_bool(data, "no_keys", all == 0);
	json_set_bool(data, "none_active", all > 0 && active == 0);
	json_set_bool(data, "all_resting", active > 0 && resting >= active);
	json_set_bool(data, "more_keys", all > (int64_t)json_count(keys));
	json_set_int(data, "keys_shown", (int64_t)json_count(keys));
	number_set(states, "all", all);
	number_set(states, "active", active);
	number_set(states, "ready", active - resting);
	number_set(states, "resting", resting);
	number_set(states, "disabled", json_get_int(states, "disabled", 0));
}

/* --- requests ------------------------------------------------------------ */

/* The outcomes in words. good: the client got Gemini's answer. bad: neither
 * the client nor its request is the reason. */
static const struct outcome_words {
	const char *outcome, *words;
	bool good, bad;
} outcome_words[] = {
    {"complete", "answered to the end", true, false},
    {"length", "answered up to the limit of tokens", true, false},
    {"blocked", "answered with a refusal of Gemini's filters", true, false},
    {"client_error", "the request was wrong", false, false},
    {"unauthorized", "no valid token", false, false},
    {"limited", "every key was resting", false, true},
    {"no_key", "there was no usable key", false, true},
    {"upstream_error", "Gemini failed, also on retries", false, true},
    {"timeout_first_byte", "Gemini did not begin in time", false, true},
    {"timeout_idle", "Gemini fell silent in the middle", false, true},
    {"truncated", "Gemini's answer had no end", false, true},
    {"client_gone", "the client left before the end", false, false},
    {"internal_error", "keywheel or its database failed", false, true},
};

static const struct outcome_words *
find_words(const char *outcome)
{
	static const struct outcome_words unknown = {"", "", false, false};
	for (size_t i = 0; i < COUNT_OF(outcome_words); i++)
		if (text_same(outcome, outcome_words[i].outcome))
			return &outcome_words[i];
	return &unknown;
}

static const char *const sums[] = {
    "requests", "prompt", "cached", "thought", "answer"};
enum { SUM_REQUESTS, SUM_PROMPT, SUM_CACHED, SUM_THOUGHT, SUM_ANSWER, SUMS };

/* Words and readable numbers for each outcome, and the sum of all. */
static void
shape_requests(struct json_object *data)
{
	struct json_object *rows = json_get(data, "requests");
	struct json_object *total = json_object_new_object();
	int64_t sum[SUMS] = {0};
	int64_t good = 0;
	for (size_t i = 0; i < json_count(rows); i++)
		for (size_t n = 0; n < SUMS; n++)
			sum[n] += json_get_int(json_at(rows, i), sums[n], 0);

	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		const struct outcome_words *words =
		    find_words(json_get_text(row, "outcome"));
		int64_t requests = json_get_int(row, "requests", 0);
		json_set_text(row, "words", words->words);
		json_set_text(row, "kind",
		    words->good      ? "good"
			: words->bad ? "bad"
				     : "other");
		number_set_percent(row, "share", requests, sum[SUM_REQUESTS]);
		json_set_int(row, "bar",
		    requests * 100 /
			(sum[SUM_REQUESTS] > 0 ? sum[SUM_REQUESTS] : 1));
		good += words->good ? requests : 0;
		for (size_t n = 0; n < SUMS; n++)
			number_set(row, sums[n], json_get_int(row, sums[n], 0));
	}
	for (size_t n = 0; n < SUMS; n++)
		number_set(total, sums[n], sum[n]);
	number_set(total, "tokens",
	    sum[SUM_PROMPT] + sum[SUM_THOUGHT] + sum[SUM_ANSWER]);
	number_set_percent(total, "answered", good, sum[SUM_REQUESTS]);
	json_set_bool(total, "any", sum[SUM_REQUESTS] > 0);
	json_set(data, "total", total);
}

/* --- the page ------------------------------------------------------------ */

static void
shape_tokens(struct json_object *data)
{
	struct json_object *tokens = json_get(data, "tokens");
	int64_t all = json_get_int(data, "tokens_all", 0);
	for (size_t i = 0; i < json_count(tokens); i++) {
		struct json_object *token = json_at(tokens, i);
		number_set(
		    token, "requests", json_get_int(token, "requests", 0));
	}
	json_set_bool(data, "more_tokens", all > (int64_t)json_count(tokens));
	json_set_int(data, "tokens_shown", (int64_t)json_count(tokens));
	number_set(data, "tokens_all", all);
}

void
overview_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	struct json_object *data = overview_load(s->db);
	if (data != NULL) {
		add_address(s, data);
		shape_keys(data);
		overview_pool_shape(data);
		shape_requests(data);
		shape_tokens(data);
	}
	visit_send(&v, "overview.html", N_("Overview"), data);
	visit_end(&v);
}
