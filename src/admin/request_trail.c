/* The trail of a request. */
#include "admin/request_trail.h"

#include <stdio.h>
#include <string.h>

#include "admin/outcome_words.h"
#include "admin/request_bar.h"
#include "admin/sentence.h"
#include "admin/token_row.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/access.h"
#include "pool/cause_words.h"
#include "pool/verdict_words.h"

/* Waits that are shorter are nobody's concern. */
#define WAIT_MS 20
#define MAX_EVENTS 10
/* What keywheel.close_lost_lease() says. */
#define LOST "the responder could not report its end"

struct trail {
	struct json_object *steps, *step; /* step: the last of them */
};

static void
begin_step(struct trail *t)
{
	t->step = json_object_new_array();
	json_object_array_add(t->steps, t->step);
}

/* A further sentence of the step, which has it. */
static struct json_object *
say(struct trail *t, const char *message)
{
	struct json_object *s = sentence_new(message);
	json_object_array_add(t->step, s);
	return s;
}

/* … with the member of an object as its value of the same name. */
static struct json_object *
say_of(struct trail *t, const char *message, struct json_object *o,
    const char *name)
{
	struct json_object *s = say(t, message);
	sentence_set(s, name, json_get_text(o, name));
	return s;
}

static bool
is_said(struct json_object *o, const char *name)
{
	const char *text = json_get_text(o, name);
	return text != NULL && *text != '\0';
}

/* --- who asked for what -------------------------------------------------- */

static void
tell_question(struct trail *t, struct json_object *r)
{
	begin_step(t);
	struct json_object *s = say(t,
	    is_said(r, "token")
		? N_("The token $token asked for the model $model by $route, "
		     "at $at.")
		: N_("Somebody without a token that is known asked for the "
		     "model $model by $route, at $at."));
	sentence_set(s, "token", json_get_text(r, "token"));
	sentence_set(s, "model", json_get_text(r, "model"));
	sentence_set(s, "route", json_get_text(r, "route"));
	sentence_set_time(s, "at", json_get_text(r, "at"));
	if (json_get_bool(r, "streamed"))
		say(t, N_("It wanted a stream."));
	if (is_said(r, "client_id"))
		say_of(
		    t, N_("The client calls it $client_id."), r, "client_id");
}

/* --- what the keys were told --------------------------------------------- */

static const struct {
	bool key, status;
	const char *message;
} failures[] = {
    {true, true,
	N_("Attempt $attempt, with the key $hint, failed after $ms ms with the "
	   "status $status: $clause.")},
    {true, false,
	N_("Attempt $attempt, with the key $hint, failed after $ms ms: "
	   "$clause.")},
    {false, true,
	N_("Attempt $attempt failed after $ms ms with the status $status: "
	   "$clause.")},
    {false, false, N_("Attempt $attempt failed after $ms ms: $clause.")},
};

static void
tell_failure(struct trail *t, struct json_object *a)
{
	const char *verdict = json_get_text(a, "verdict");
	const struct verdict_words *words = verdict_words_find(verdict);
	bool key = is_said(a, "hint");
	int64_t status = json_get_int(a, "status", 0);
	char number[24];
	size_t i = 0;
	while (failures[i].key != key || failures[i].status != (status > 0))
		i++;
	begin_step(t);
	struct json_object *s = say(t, failures[i].message);
	sentence_set_number(s, "attempt", json_get_int(a, "attempt", 0));
	sentence_set(s, "hint", json_get_text(a, "hint"));
	sentence_set_number(s, "ms", json_get_int(a, "total_ms", 0));
	snprintf(number, sizeof(number), "%lld", (long long)status);
	sentence_set(s, "status", number);
	if (words == NULL) {
		sentence_set(s, "clause", verdict);
		return;
	}
	sentence_set_message(s, "clause", words->clause);
	say(t, words->text);
}

static const struct {
	const char *event;
	bool all_models;
	const char *message;
} happened[] = {
    {"rested", false,
	N_("Meanwhile the key $hint was put to rest for $model, until $until: "
	   "$clause.")},
    {"rested", true,
	N_("Meanwhile the key $hint was put to rest for all models, until "
	   "$until: $clause.")},
    {"disabled", false, N_("Meanwhile the key $hint was disabled: $clause.")},
};

static void
tell_event(struct trail *t, struct json_object *e)
{
	const char *event = json_get_text(e, "event");
	const char *cause = json_get_text(e, "cause");
	bool rested = text_same(event, "rested");
	bool all = rested && text_same(json_get_text(e, "model"), "*");
	for (size_t i = 0; i < COUNT_OF(happened); i++) {
		if (!text_same(event, happened[i].event) ||
		    all != happened[i].all_models)
			continue;
		begin_step(t);
		struct json_object *s = say(t, happened[i].message);
		sentence_set(s, "hint", json_get_text(e, "hint"));
		sentence_set(s, "model", json_get_text(e, "model"));
		if (rested)
			sentence_set_time(
			    s, "until", json_get_text(e, "until"));
		if (cause_words(cause) != NULL)
			sentence_set_message(s, "clause", cause_words(cause));
		else
			sentence_set(s, "clause", cause);
		return;
	}
}

static void
tell_waits(struct trail *t, struct json_object *r, struct json_object *attempts)
{
	/* Where the last attempt neither answered nor failed, the rest of the
	 * time may have been Google's. */
	if (json_get_int(r, "first_byte_ms", -1) < 0 &&
	    json_get_int(r, "attempts", 0) != (int64_t)json_count(attempts))
		return;
	struct json_object *bar = request_bar_make(r, attempts);
	/* Nor is what keywheel itself took a wait for anything. */
	int64_t own_us = json_get_int(r, "own_us", 0);
	int64_t ms = request_bar_waits(bar) - own_us / 1000;
	json_object_put(bar);
	if (ms < WAIT_MS)
		return;
	begin_step(t);
	struct json_object *s = say(
	    t, N_("It waited about $ms ms for a key, and between attempts."));
	sentence_set_number(s, "ms", ms);
}

/* --- what the client got ------------------------------------------------- */

static void
tell_limit(struct trail *t, struct json_object *r)
{
	if (is_said(r, "shadow_limit"))
		sentence_set_message(
		    say(t,
			N_("A limit of its token would have refused it, but "
			   "only counts as yet: $limit.")),
		    "limit",
		    token_limit_words(json_get_text(r, "shadow_limit")));
	if (!text_same(json_get_text(r, "outcome"), "limited"))
		return;
	say(t,
	    access_is_own_limit(json_get_text(r, "detail"))
		? N_("The limit is the gateway’s own, that of the token; "
		     "Google had no part in it.")
		: N_("The limit is Google’s, that of the keys’ projects; the "
		     "token has reached none of its own."));
}

/* What is kept of the words: ours to the client, or Google's. */
static void
tell_detail(struct trail *t, struct json_object *r)
{
	if (!is_said(r, "detail") || json_get_bool(r, "from_cache"))
		return;
	say_of(t,
	    json_get_int(r, "attempts", 0) > 0 ? N_("The words were: $detail")
					       : N_("It was told: $detail"),
	    r, "detail");
}

static void
tell_answer(struct trail *t, struct json_object *r)
{
	const char *outcome = json_get_text(r, "outcome");
	struct outcome_words words = outcome_words(outcome);
	char status[24];
	begin_step(t);
	if (text_same(json_get_text(r, "detail"), LOST)) {
		say(t,
		    N_("Its responder ended before it could report: how much "
		       "of an answer the client got is not known, nor what "
		       "that used."));
		return;
	}
	if (json_get_bool(r, "from_cache"))
		say(t, N_("The answer came from the cache: no key was asked."));
	else if (json_get_int(r, "attempts", 0) == 0)
		say(t, N_("No key was asked."));
	else if (words.good && is_said(r, "hint"))
		say_of(t, N_("The key $hint answered."), r, "hint");
	struct json_object *s =
	    say(t, N_("The client got the status $status: $outcome."));
	snprintf(status, sizeof(status), "%lld",
	    (long long)json_get_int(r, "status", 0));
	if (text_same(outcome, "client_gone"))
		json_set_text(
		    s, "say", N_("It is accounted for as $status: $outcome."));
	sentence_set(s, "status", status);
	sentence_set_message(s, "outcome", words.words);
	if (!words.good)
		tell_detail(t, r);
	tell_limit(t, r);
}

/* --- what it took -------------------------------------------------------- */

static void
tell_tokens(struct trail *t, struct json_object *r)
{
	static const char *const names[] = {"prompt_tokens", "cached_tokens",
	    "thought_tokens", "answer_tokens"};
	int64_t sum = 0;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		sum += json_get_int(r, names[i], 0);
	if (sum == 0)
		return;
	begin_step(t);
	struct json_object *s = say(t,
	    N_("It used $prompt_tokens tokens for the prompt, of which "
	       "$cached_tokens were cached, $thought_tokens for thoughts and "
	       "$answer_tokens for the answer."));
	for (size_t i = 0; i < COUNT_OF(names); i++)
		sentence_set_number(s, names[i], json_get_int(r, names[i], 0));
}

/* Milliseconds with one digit. */
static void
set_ms(struct json_object *s, const char *name, int64_t us)
{
	char text[32];
	snprintf(text, sizeof(text), "%lld.%lld", (long long)(us / 1000),
	    (long long)(us % 1000 / 100));
	sentence_set(s, name, text);
}

static void
tell_times(struct trail *t, struct json_object *r)
{
	int64_t first = json_get_int(r, "first_byte_ms", -1);
	int64_t silence = json_get_int(r, "upstream_first_ms", -1);
	int64_t own = json_get_int(r, "own_us", -1);
	int64_t db = json_get_int(r, "db_us", -1);
	begin_step(t);
	struct json_object *s = say(t,
	    first >= 0 ? N_("It took $total ms; the client had the first byte "
			    "after $first ms.")
		       : N_("It took $total ms."));
	sentence_set_number(s, "total", json_get_int(r, "total_ms", 0));
	sentence_set_number(s, "first", first);
	if (silence >= 0) {
		s = say(t,
		    N_("Google was silent for $silence ms before it "
		       "answered."));
		sentence_set_number(s, "silence", silence);
	}
	if (own >= 0 && db >= 0) {
		s = say(t,
		    N_("$own ms were keywheel’s own, of which $db ms the "
		       "database’s."));
		set_ms(s, "own", own);
		set_ms(s, "db", db);
	}
}

/* --- all of it ----------------------------------------------------------- */

static void
tell_lease(struct trail *t, struct json_object *lease)
{
	tell_question(t, lease);
	begin_step(t);
	if (json_get_bool(lease, "lost")) {
		say(t,
		    N_("Nothing was heard of this request again: its responder "
		       "has died. It is accounted for within a minute."));
		return;
	}
	say(t, N_("This request is under way: it has not ended yet."));
	if (is_said(lease, "client_id"))
		say_of(t, N_("The client calls it $client_id."), lease,
		    "client_id");
	if (is_said(lease, "hint"))
		say_of(t, N_("The key $hint has it now."), lease, "hint");
	else
		say(t, N_("It waits for a key."));
}

struct json_object *
request_trail_make(struct json_object *data)
{
	struct json_object *r = json_get(data, "request");
	struct json_object *attempts = json_get(data, "attempts");
	struct json_object *events = json_get(data, "events");
	struct json_object *lease = json_get(data, "under_way");
	struct trail t = {.steps = json_object_new_array()};
	if (lease != NULL) {
		tell_lease(&t, lease);
		return t.steps;
	}
	tell_question(&t, r);
	for (size_t i = 0; i < json_count(attempts); i++)
		tell_failure(&t, json_at(attempts, i));
	for (size_t i = 0; i < json_count(events) && i < MAX_EVENTS; i++)
		tell_event(&t, json_at(events, i));
	tell_waits(&t, r, attempts);
	tell_answer(&t, r);
	tell_tokens(&t, r);
	tell_times(&t, r);
	return t.steps;
}
