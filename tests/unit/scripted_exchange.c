/* Scripted exchanges: Gemini's errors, and the words of a script. */
#include "scripted_stage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "google_errors.h"
#include "unit.h"

/* --- errors of Google's --------------------------------------------------- */

static const struct {
	const char *name;
	int status;
	const char *body;
} errors[] = {
    {"rate", 429,
	E429(
	    "Slow down.", QUOTA(VIOLATION(PER_MINUTE, "10")) "," RETRY("29s"))},
    {"hour", 429, E429("Slow down.", RETRY("3599s"))},
    {"soon", 429,
	E429("Slow down.",
	    QUOTA(VIOLATION(PER_MINUTE, "10")) "," RETRY("0.2s"))},
    {"day", 429,
	E429("Tomorrow.", QUOTA(VIOLATION(PER_DAY, "50")) "," RETRY("4s"))},
    {"odd", 429, ERROR("429", "RESOURCE_EXHAUSTED", "Exhausted.")},
    {"words", 429, E429("Quota.", QUOTA(VIOLATION(TOKENS_MINUTE, "250000")))},
    {"both", 429,
	E429("Quota.",
	    QUOTA(VIOLATION(PER_MINUTE,
		"10") ",{\"quotaId\":\"" PER_DAY
		      "\",\"quotaValue\":\"250\",\"quotaDimensions\":{"
		      "\"location\":\"global\",\"model\":\"gemini-x\"}}"))},
    {"off", 403,
	DETAILED("403", "PERMISSION_DENIED", "Not allowed.",
	    INFO("SERVICE_DISABLED", "projects/4711"))},
    {"place", 400,
	ERROR("400", "FAILED_PRECONDITION", "User location is not supported.")},
    {"busy", 429, E429("x", INFO("MODEL_CAPACITY_EXHAUSTED", ""))},
    {"key", 400,
	DETAILED("400", "INVALID_ARGUMENT",
	    "API key not valid. AIzaSyA1234567890123456789012345678901234",
	    INFO("API_KEY_INVALID", ""))},
    {"auth", 401, ERROR("401", "UNAUTHENTICATED", "Who are you?")},
    {"paid", 402, ERROR("402", "RESOURCE_EXHAUSTED", "No balance.")},
    {"deny", 403, ERROR("403", "PERMISSION_DENIED", "No.")},
    {"dead", 403, E403("CONSUMER_SUSPENDED")},
    {"bad", 400, E400("Field x is wrong, see projects/123456789012.")},
    {"file", 404, ERROR("404", "NOT_FOUND", "Gone.")},
    {"model", 404,
	ERROR("404", "NOT_FOUND", "models/x is not found for API version v1")},
    {"int", 500, ERROR("500", "INTERNAL", "Oops.")},
    {"over", 503, ERROR("503", "UNAVAILABLE", "The model is overloaded.")},
    {"html", 502, "<html>Bad gateway</html>"},
    {"mute", 500, ""},
};

const char *
scripted_error(const char *name, size_t len, int *status)
{
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if (strlen(errors[i].name) == len &&
		    memcmp(errors[i].name, name, len) == 0) {
			*status = errors[i].status;
			return errors[i].body;
		}
	fprintf(stderr, "no error is named %.*s\n", (int)len, name);
	abort();
}

const char *
scripted_fault_name(enum api_fault fault)
{
	static const char *const names[FAULT__MAX] = {
	    [FAULT_BAD_CREDENTIAL] = "credential",
	    [FAULT_MODEL_NOT_FOUND] = "model",
	    [FAULT_BAD_ARGUMENT] = "argument",
	    [FAULT_NOT_FOUND] = "not_found",
	    [FAULT_PROMPT_BLOCKED] = "blocked",
	    [FAULT_RESTING] = "resting",
	    [FAULT_TOKENS] = "tokens",
	    [FAULT_PROMPT_LIMIT] = "prompt_limit",
	    [FAULT_QUOTA] = "quota",
	    [FAULT_NO_KEY] = "no_key",
	    [FAULT_OVERLOADED] = "overloaded",
	    [FAULT_UPSTREAM] = "upstream",
	    [FAULT_TIMEOUT] = "timeout",
	    [FAULT_INTERNAL] = "internal",
	    [FAULT_DATABASE] = "database",
	    [FAULT_STOPPED] = "stopped",
	};
	return names[fault] != NULL ? names[fault] : "other";
}

/* --- the words of a script ------------------------------------------------ */

/* The next word of a script, cut off at a blank; len 0: no more, or a slash
 * in the way. */
const char *
scripted_word(const char **script, size_t *len)
{
	while (**script == ' ')
		(*script)++;
	const char *word = *script;
	*len = *word == '/' ? 0 : strcspn(word, " ");
	*script += *len;
	return word;
}

static bool
pass_time(struct stage *s, const struct exchange_many_sink *sink, int64_t ms)
{
	do {
		int64_t step = ms < 100 ? ms : 100;
		s->now += step;
		ms -= step;
		if (!sink->tick(sink->ctx))
			return false;
	} while (ms > 0);
	return true;
}

static bool
play_error(const struct exchange_many_sink *sink, int lane, const char *name,
    size_t len)
{
	int status;
	const char *body = scripted_error(name, len, &status);
	if (!sink->head(sink->ctx, lane, status, "application/json"))
		return false;
	return *body == '\0' || sink->body(sink->ctx, lane, body, strlen(body));
}

/* One word of an exchange; false if the sink ended it. */
static bool
play_word(struct stage *s, const struct exchange_many_sink *sink, int lane,
    const char *word, size_t len)
{
	if (isdigit((unsigned char)*word))
		return sink->head(
		    sink->ctx, lane, (int)strtol(word, NULL, 10), "text/toy");
	if (*word == '=')
		return sink->body(sink->ctx, lane, word + 1, len - 1);
	if (*word == '+')
		return pass_time(s, sink, strtoll(word + 1, NULL, 10));
	if (len > 4 && memcmp(word, "err:", 4) == 0)
		return play_error(sink, lane, word + 4, len - 4);
	if (len == 4 && memcmp(word, "gone", 4) == 0) {
		s->gone = true;
		return sink->tick(sink->ctx);
	}
	if (len == 4 && memcmp(word, "stop", 4) == 0) {
		s->gone = s->stopped = true;
		return sink->tick(sink->ctx);
	}
	fprintf(stderr, "a script has the word %.*s\n", (int)len, word);
	abort();
}

/* Is the word a lane's end? */
static bool
is_end(const char *word, size_t len, enum exchange_end *end, const char **why)
{
	static const struct {
		const char *word;
		enum exchange_end end;
		const char *why;
	} ends[] = {{"done", EXCHANGE_DONE, ""},
	    {"cut", EXCHANGE_CUT, "the line is dead"},
	    {"none", EXCHANGE_UNREACHABLE, "no such host"},
	    {"proxy", EXCHANGE_PROXY, "the proxy is away"}};
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (strlen(ends[i].word) != len ||
		    memcmp(word, ends[i].word, len) != 0)
			continue;
		*end = ends[i].end;
		*why = ends[i].why;
		return true;
	}
	return false;
}

void
scripted_exchange(
    struct stage *s, int lanes, const struct exchange_many_sink *sink)
{
	bool ended[EXCHANGE_LANES] = {false};
	int open = lanes;
	while (open > 0) {
		enum exchange_end end;
		const char *why;
		size_t len;
		const char *word = scripted_word(&s->exchange, &len);
		int lane = 0;
		if (len > 2 && word[1] == '.') {
			lane = word[0] - '0';
			word += 2;
			len -= 2;
		}
		if (len == 0) /* the rest is done, one after the other */
			while (ended[lane])
				lane++;
		if (len == 0 || is_end(word, len, &end, &why)) {
			ended[lane] = true;
			open--;
			if (!sink->ended(sink->ctx, lane,
				len == 0 ? EXCHANGE_DONE : end,
				len == 0 ? "" : why))
				return;
		} else if (!play_word(s, sink, lane, word, len)) {
			return;
		}
	}
}
