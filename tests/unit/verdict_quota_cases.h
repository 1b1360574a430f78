/* More of verdict_cases.h: quotas, errors of Google's own, odd statuses. */
#ifndef KEYWHEEL_TESTS_VERDICT_QUOTA_CASES_H
#define KEYWHEEL_TESTS_VERDICT_QUOTA_CASES_H

#include "verdict_cases.h"

#define PROJECT(name_, ms, fault_)                                            \
	{                                                                     \
		.name = name_, ALWAYS, .rest = REST_PROJECT, .rest_ms = (ms), \
		.fault = fault_                                               \
	}
#define DAY_OVER                                                  \
	{                                                         \
		.name = "rate_day", ALWAYS, .rest = REST_PROJECT, \
		.rest_until_midnight = true, .long_rest = true,   \
		.fault = FAULT_QUOTA                              \
	}
#define NOT_OFFERED                                                        \
	{                                                                  \
		.name = "not_offered", ALWAYS, .rest = REST_PROJECT,       \
		.rest_ms = 24 * H, .long_rest = true, .fault = FAULT_QUOTA \
	}
#define BIG_ID(id) QUOTA(VIOLATION(id, "250000"))
#define PROMPT_LIMIT                                                          \
	{                                                                     \
		.name = "prompt_limit", OTHER(1), .fault = FAULT_PROMPT_LIMIT \
	}
#define NO_CAPACITY                                               \
	{                                                         \
		.name = "no_capacity", OTHER(2), .wait_ms = 2000, \
		.sign = SIGN_STORM, .fault = FAULT_OVERLOADED     \
	}
#define UNKNOWN_RATE                                                           \
	{                                                                      \
		.name = "rate_unknown", ALWAYS, .rest = REST_PROJECT,          \
		.rest_ms = 10 * S, .rest_cap_ms = 5 * MIN, .sign = SIGN_STORM, \
		.fault = FAULT_RESTING                                         \
	}

static const struct expectation quotas[] = {
    REFUSED("429 minute, delay told", 429,
	E429("Quota.", QUOTA_ID(PER_MINUTE) "," RETRY("26.5s")),
	PROJECT("rate_minute", 27500, FAULT_RESTING)),
    REFUSED("429 minute, delay in words", 429,
	E429("Quota. Please retry in 26.59s.", QUOTA_ID(PER_MINUTE)),
	PROJECT("rate_minute", 27590, FAULT_RESTING)),
    REFUSED("429 minute, no delay", 429, E429("Quota.", QUOTA_ID(PER_MINUTE)),
	PROJECT("rate_minute", MIN, FAULT_RESTING)),
    REFUSED("429 minute, a delay of 0", 429,
	E429("Quota.", QUOTA_ID(PER_MINUTE) "," RETRY("0s")),
	PROJECT("rate_minute", 1000, FAULT_RESTING)),
    REFUSED("429 tokens, delay told", 429,
	E429("Quota.", BIG_ID(TOKENS_MINUTE) "," RETRY("7s")),
	PROJECT("rate_tokens", 8000, FAULT_TOKENS)),
    REFUSED("429 tokens, no delay", 429, E429("Quota.", BIG_ID(TOKENS_MINUTE)),
	PROJECT("rate_tokens", MIN, FAULT_TOKENS)),
    REFUSED("429 tokens, how many is not told", 429,
	E429("Quota.", QUOTA("{\"quotaId\":\"" TOKENS_MINUTE "\"}")),
	PROJECT("rate_tokens", MIN, FAULT_TOKENS)),
    REFUSED("429 tokens of the paid tier", 429,
	E429("Quota.",
	    BIG_ID("GenerateContentPaidTierInputTokensPerModelPer"
		   "Minute") "," RETRY("0.5s")),
	PROJECT("rate_tokens", 1500, FAULT_TOKENS)),
    REFUSED("429 tokens, and the prompt has more than that", 429,
	E429("Quota.", QUOTA_ID(TOKENS_MINUTE) "," RETRY("7s")), PROMPT_LIMIT),
    REFUSED("429 tokens, the limit in words", 429,
	E429("Quota exceeded for metric: x, limit: 99999, model: y",
	    QUOTA("{\"quotaId\":\"" TOKENS_MINUTE "\"}")),
	PROMPT_LIMIT),
    REFUSED("429 minute: the prompt does not matter", 429,
	E429("Quota.", QUOTA_ID(PER_MINUTE) "," RETRY("1.5s")),
	PROJECT("rate_minute", 2500, FAULT_RESTING)),
    REFUSED("429 minute of embeddings", 429,
	E429("Quota.", QUOTA_ID(EMBED_MINUTE) "," RETRY("590ms")),
	PROJECT("rate_minute", 1590, FAULT_RESTING)),
    REFUSED("429 day of embeddings", 429,
	E429("Quota.", QUOTA_ID(EMBED_DAY) "," RETRY("26s")), DAY_OVER),
    REFUSED("429 day of the paid tier", 429,
	E429("Quota.",
	    QUOTA_ID("GenerateRequestsPerDayPerProjectPerModel-"
		     "PaidTier1")),
	DAY_OVER),
    REFUSED("429 limit: 0 without details", 429,
	E429("* Quota exceeded for metric: x, limit:\\n 0", ""), NOT_OFFERED),
    REFUSED("429 limit: 0.5", 429,
	E429("Quota exceeded, limit: 0.5", QUOTA_ID(PER_MINUTE)),
	PROJECT("rate_minute", MIN, FAULT_RESTING)),
    REFUSED("429 limit: 05", 429,
	E429("Quota exceeded, limit: 05", QUOTA_ID(PER_MINUTE)),
	PROJECT("rate_minute", MIN, FAULT_RESTING)),
    REFUSED("429 a quotaValue of 0", 429,
	E429("Quota.", QUOTA(VIOLATION(PER_MINUTE, "0"))), NOT_OFFERED),
    REFUSED("429 a quota of which nobody has heard", 429,
	E429("Quota.", QUOTA_ID("PerFortnight")), UNKNOWN_RATE),
    REFUSED("429, details of other sorts", 429,
	E429("Quota.", HELP "," INFO("RATE_LIMIT_EXCEEDED", "projects/1")),
	UNKNOWN_RATE),
    REFUSED("429 day with a short delay (case 43)", 429,
	E429("Quota.", QUOTA_ID(PER_DAY) "," RETRY("4s")), DAY_OVER),
    REFUSED("429 day with a long delay", 429,
	E429("Quota.", QUOTA_ID(PER_DAY) "," RETRY("7200s")), DAY_OVER),
    REFUSED("429 day and minute", 429,
	E429("Quota.", QUOTA_ID(PER_MINUTE) "," QUOTA_ID(PER_DAY)), DAY_OVER),
    REFUSED("429 tokens of the day", 429, E429("Quota.", QUOTA_ID(TOKENS_DAY)),
	DAY_OVER),
    REFUSED("429 limit: 0", 429,
	E429("Quota exceeded for metric: x, limit: 0, model: y\\nPlease "
	     "retry in 26.59s.",
	    QUOTA_ID(PER_DAY) "," QUOTA_ID(PER_MINUTE) "," RETRY("26s")),
	NOT_OFFERED),
    REFUSED("429 spending cap", 429,
	E429("Your project has exceeded its monthly spending cap.", ""),
	{.name = "spending_cap",
	    ALWAYS,
	    .rest = REST_PROJECT,
	    .rest_all_models = true,
	    .rest_ms = 6 * H,
	    .long_rest = true,
	    .fault = FAULT_QUOTA}),
    REFUSED("429 delay over 300 s", 429, E429("Quota.", RETRY("301s")),
	PROJECT("rate_long", 302 * S, FAULT_RESTING)),
    REFUSED("429 minute, delay over 300 s", 429,
	E429("Quota.", QUOTA_ID(PER_MINUTE) "," RETRY("900s")),
	PROJECT("rate_long", 901 * S, FAULT_RESTING)),
    REFUSED("429 delay over a day", 429, E429("Quota.", RETRY("100000s")),
	PROJECT("rate_long", 24 * H, FAULT_RESTING)),
    REFUSED("429 delay of 300 s", 429, E429("Quota.", RETRY("300s")),
	PROJECT("rate_minute", 301 * S, FAULT_RESTING)),
    REFUSED("429 capacity in words", 429,
	E429("No capacity available for model gemini-x on the server", ""),
	NO_CAPACITY),
    REFUSED("429 MODEL_CAPACITY_EXHAUSTED", 429,
	E429("Busy.", INFO("MODEL_CAPACITY_EXHAUSTED", "") "," RETRY("9s")),
	NO_CAPACITY),
    REFUSED("429 capacity of Vertex", 429,
	ERROR("429", "RESOURCE_EXHAUSTED",
	    "Resource exhausted. Please try again later. Please refer to "
	    "https://cloud.google.com/vertex-ai/generative-ai/docs/"
	    "error-code-429 for more details."),
	NO_CAPACITY),
    REFUSED("429 capacity, with a delay", 429,
	E429("Resource exhausted. Please refer to "
	     "https://docs.cloud.google.com/vertex-ai/docs/error-code-429.",
	    RETRY("9s")),
	NO_CAPACITY),
    REFUSED("429 without details", 429,
	ERROR("429", "RESOURCE_EXHAUSTED",
	    "Resource has been exhausted (e.g. check quota)."),
	UNKNOWN_RATE),
    REFUSED("429 without a body", 429, "", UNKNOWN_RATE),
    REFUSED("429 as HTML", 429, "<html>429</html>", UNKNOWN_RATE),
};

#define OVERLOADED                                               \
	{                                                        \
		.name = "overloaded", OTHER(3), .wait_ms = 1000, \
		.sign = SIGN_STORM, .fault = FAULT_OVERLOADED    \
	}
#define INTERNAL                                               \
	{                                                      \
		.name = "internal", OTHER(1), .stumble = true, \
		.fault = FAULT_UPSTREAM                        \
	}
#define GATEWAY                                                          \
	{                                                                \
		.name = "bad_gateway", OTHER(1), .fault = FAULT_UPSTREAM \
	}

static const struct expectation server_errors[] = {
    REFUSED("500", 500,
	ERROR("500", "INTERNAL", "An internal error has occurred."), INTERNAL),
    REFUSED("502", 502, "<html>502</html>", GATEWAY),
    REFUSED("503 overloaded", 503,
	ERROR("503", "UNAVAILABLE",
	    "The model is overloaded. Please try again later."),
	OVERLOADED),
    REFUSED("503 high demand", 503,
	ERROR("503", "UNAVAILABLE",
	    "This model is currently experiencing high demand."),
	OVERLOADED),
    REFUSED("504", 504, ERROR("504", "DEADLINE_EXCEEDED", "Deadline expired."),
	{.name = "deadline", OTHER(1), .fault = FAULT_TIMEOUT}),
    REFUSED(
	"501", 501, ERROR("501", "UNIMPLEMENTED", "Not implemented."), GATEWAY),
    REFUSED("599", 599, "", GATEWAY),
    REFUSED("302", 302, "", GATEWAY),
    REFUSED("no status", 0, "", GATEWAY),
};

/* Pages of somebody on the way: by their status, and nobody is blamed. */
#define PAGE "<!DOCTYPE html>\n<html><body>Sorry.</body></html>"

/* Where the status and the body disagree, Google's own word counts. */
static const struct expectation odd[] = {
    REFUSED("error event with code", 200,
	ERROR("503", "UNAVAILABLE", "The model is overloaded."), OVERLOADED),
    REFUSED("error event, word only", 200,
	"{\"error\":{\"status\":\"UNAVAILABLE\",\"message\":\"m\"}}",
	OVERLOADED),
    REFUSED("error event, quota of the day", 200,
	E429("Quota.", QUOTA_ID(PER_DAY)), DAY_OVER),
    REFUSED("a list", 503,
	"[" ERROR("503", "UNAVAILABLE", "The model is overloaded.") "]",
	OVERLOADED),
    REFUSED("429 inside a 500", 500,
	"{\"error\":{\"code\":500,\"status\":\"INTERNAL\",\"message\":"
	"\"{\\\"error\\\":{\\\"code\\\":429,\\\"message\\\":"
	"\\\"Resource has been exhausted\\\","
	"\\\"status\\\":\\\"RESOURCE_EXHAUSTED\\\"}}\"}}",
	UNKNOWN_RATE),
    REFUSED("a page, 500", 500, PAGE, INTERNAL),
    REFUSED("a page, 503", 503, PAGE, OVERLOADED),
    REFUSED("a page, 504", 504, PAGE,
	{.name = "deadline", OTHER(1), .fault = FAULT_TIMEOUT}),
    REFUSED("a page, 400", 400, PAGE, BAD_REQUEST),
    REFUSED("a page, 404", 404, PAGE,
	{.name = "model_not_found", .fault = FAULT_MODEL_NOT_FOUND}),
    REFUSED("a page, 408", 408, PAGE, CANCELLED),
    REFUSED("503 in an array, in a 200", 200,
	"[" ERROR("503", "UNAVAILABLE", "The model is overloaded.") "]",
	OVERLOADED),
    REFUSED("Google's code goes before the status", 400,
	E429("Quota.", QUOTA_ID(PER_DAY)), DAY_OVER),
    REFUSED("a code that is no status", 500,
	"{\"error\":{\"code\":13,\"message\":\"m\"}}", INTERNAL),
    REFUSED("an unknown reason", 500,
	DETAILED("500", "INTERNAL", "m", INFO("NEVER_HEARD_OF_IT", "")),
	INTERNAL),
    REFUSED("API_KEY_INVALID with an odd status", 403, E403("API_KEY_INVALID"),
	INVALID_KEY),
};

#endif
