/* The relay's words for a pool that has no key to give. */
#include "gateway/relay_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "pool/pool_choice.h"

static int64_t
whole_seconds(int64_t ms)
{
	return (ms + 999) / 1000;
}

int
relay_retry_after(const struct relay *r, int64_t ms)
{
	int64_t s = whole_seconds(ms);
	if (s < 1)
		s = 1;
	return s > r->policy->retry_after_max_s ? r->policy->retry_after_max_s
						: (int)s;
}

static void
set_wait(struct relay *r, int64_t ms)
{
	r->error.retry_after_s = relay_retry_after(r, ms);
	r->error.retry_ms = ms > INT32_MAX ? INT32_MAX : (int)ms;
}

/* Whose keys they are, for clients. Those of several pools are Gemini's. */
static const char *
pool_words(const struct relay *r)
{
	const char *pool = r->lease.pool;
	return strcmp(pool, POOL_VERTEX) == 0 ? "Vertex"
	    : strcmp(pool, POOL_PAID) == 0    ? "paid Gemini"
					      : "Gemini";
}

void
relay_tell_resting(struct relay *r, int64_t ms, bool long_rest)
{
	/* Bound to a project, the request has no use for others. */
	const char *whose =
	    r->lease.owner != 0 ? "the project's" : pool_words(r);
	if (long_rest) {
		api_error_set(&r->error, FAULT_QUOTA, NULL,
		    "All %s keys have used up their quota for this model; "
		    "the first one returns in %lld s.",
		    whose, (long long)whole_seconds(ms));
		r->error.retry_ms = ms > INT32_MAX ? INT32_MAX : (int)ms;
	} else {
		api_error_set(&r->error, FAULT_RESTING, NULL,
		    "All %s keys are at their limit for this model. "
		    "Please retry in %lld s.",
		    whose, (long long)whole_seconds(ms));
		set_wait(r, ms);
	}
}

/* That Gemini's pool wants keys everybody knows. */
void
relay_tell_no_key(struct relay *r)
{
	const char *pool = r->lease.pool;
	if (strcmp(r->lease.why, "owner_gone") == 0)
		api_error_set(&r->error, FAULT_NO_KEY, NULL,
		    "The gateway has no usable key any more for the project "
		    "that holds what the request names. It must be made or "
		    "uploaded again.");
	else if (strcmp(r->lease.why, "not_offered") == 0)
		api_error_set(&r->error, FAULT_MODEL_NOT_FOUND, NULL,
		    "None of the gateway's %s keys may serve this model.",
		    pool_words(r));
	else if (pool[0] == '\0' || strcmp(pool, POOL_GEMINI) == 0)
		api_error_set(&r->error, FAULT_NO_KEY, NULL,
		    "The gateway has no usable Gemini key.");
	else
		api_error_set(&r->error, FAULT_NO_KEY, NULL,
		    "The gateway has no usable %s key. Whoever runs it adds "
		    "one with: keywheel keys add --pool %s",
		    pool_words(r), pool);
}

void
relay_tell_apart(struct relay *r)
{
	api_error_set(&r->error, FAULT_BAD_ARGUMENT, NULL,
	    "These were made with keys of different Google projects and "
	    "cannot be used together: %s. Make or upload them again.",
	    r->lease.why);
}

/* As Google tells of what there is not: who guesses learns nothing. */
void
relay_tell_not_yours(struct relay *r)
{
	struct json_object *error = json_object_new_object(),
			   *o = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_LARGE);
	api_error_set(&r->error, FAULT_NOT_FOUND, NULL,
	    "You do not have permission to access %s, or it may not exist.",
	    r->lease.why);
	json_set_int(error, "code", 403);
	json_set_text(error, "message", r->error.message);
	json_set_text(error, "status", "PERMISSION_DENIED");
	json_set(o, "error", error);
	json_write(&text, o);
	json_object_put(o);
	r->error.google = buf_take(&text);
}

/*
 * What a client is told of a rest, by its reason; others are a limit that all
 * keys have reached. A wait is told where it is true and helps.
 */
static const struct rest_words {
	const char *why;
	enum api_fault fault;
	bool wait;
	const char *words;
	const char *more; /* behind the pool's name; NULL: it is not named */
} rest_words[] = {
    {"model_unknown", FAULT_MODEL_NOT_FOUND, false,
	"Google does not know the model.", NULL},
    {"not_offered", FAULT_QUOTA, false,
	"The model is not offered to the gateway's ",
	" keys: their limit for it is 0."},
    {"storm", FAULT_OVERLOADED, true,
	"Google refuses all keys for this model at the moment.", NULL},
    {"overloaded", FAULT_OVERLOADED, true, "The model is overloaded.", NULL},
    {"location", FAULT_NO_KEY, false,
	"Google does not serve the gateway's address.", NULL},
    {"rate_tokens", FAULT_TOKENS, true, "All ",
	" keys have used up the input tokens of this minute for this model."},
    {"limit_tokens", FAULT_PROMPT_LIMIT, false,
	"The prompt has more tokens than any ", " key may take in a minute."},
};

static const struct rest_words *
words_of(const char *why)
{
	for (size_t i = 0; i < COUNT_OF(rest_words); i++)
		if (strcmp(rest_words[i].why, why) == 0)
			return &rest_words[i];
	return NULL;
}

void
relay_tell_all_rest(struct relay *r)
{
	const struct lease *lease = &r->lease;
	const struct rest_words *row = words_of(lease->why);
	struct buf words;
	if (row == NULL) {
		relay_tell_resting(r, lease->wait_ms, lease->long_rest);
		return;
	}
	buf_init(&words, BUF_SMALL);
	buf_str(&words, row->words);
	if (row->more != NULL)
		buf_fmt(&words, "%s%s", pool_words(r), row->more);
	if (row->wait)
		buf_fmt(&words, " Please retry in %lld s.",
		    (long long)whole_seconds(lease->wait_ms));
	api_error_set(&r->error, row->fault, NULL, "%s", buf_cstr(&words));
	buf_clear(&words);
	if (row->wait)
		set_wait(r, lease->wait_ms);
}
