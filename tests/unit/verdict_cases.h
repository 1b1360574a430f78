/*
 * What is expected of the table of verdicts: for every row of contract
 * section 7.2 at least one answer of Google's, for test_verdict.c alone.
 */
#ifndef KEYWHEEL_TESTS_VERDICT_CASES_H
#define KEYWHEEL_TESTS_VERDICT_CASES_H

#include "google_errors.h"
#include "pool/verdict.h"

#define S ((int64_t)1000)
#define MIN (60 * S)
#define H (60 * MIN)

#define QUOTA_ID(id) QUOTA(VIOLATION(id, "15"))

struct expectation {
	const char *row;
	enum attempt_end end;
	int status;
	const char *body; /* with ATTEMPT_REFUSED */
	struct verdict verdict;
	bool file_route;
};

/* Shorter names for what many rows expect. */
#define OTHER(limit) .retry = RETRY_OTHER_KEY, .retry_limit = (limit)
#define ALWAYS OTHER(100)

static const struct expectation ends[] = {
    {"200", ATTEMPT_ANSWERED, 200, NULL, {.name = "ok", .clears_faults = true},
	false},
    {"200, blocked", ATTEMPT_BLOCKED, 200, NULL,
	{.name = "blocked", .clears_faults = true}, false},
    {"200, no candidates", ATTEMPT_EMPTY, 200, NULL,
	{.name = "empty",
	    .retry = RETRY_SAME_KEY,
	    .retry_limit = 2,
	    .fault = FAULT_UPSTREAM},
	false},
    {"200, no sound", ATTEMPT_MISSING, 200, NULL,
	{.name = "missing",
	    .retry = RETRY_SAME_KEY,
	    .retry_limit = 1,
	    .fault = FAULT_UPSTREAM},
	false},
    {"200, garbage", ATTEMPT_GARBLED, 200, NULL,
	{.name = "garbled", OTHER(1), .fault = FAULT_UPSTREAM}, false},
    {"broken off", ATTEMPT_CUT, 200, NULL,
	{.name = "cut", OTHER(1), .fault = FAULT_UPSTREAM}, false},
    {"unreachable", ATTEMPT_UNREACHABLE, 0, NULL,
	{.name = "unreachable", OTHER(1), .fault = FAULT_UPSTREAM}, false},
    {"the egress proxy", ATTEMPT_PROXY, 0, NULL,
	{.name = "proxy_down",
	    .retry = RETRY_SAME_KEY,
	    .retry_limit = 3,
	    .fault = FAULT_UPSTREAM},
	false},
    {"no first byte", ATTEMPT_NO_FIRST_BYTE, 0, NULL,
	{.name = "no_first_byte", OTHER(1), .fault = FAULT_TIMEOUT}, false},
    {"stands still", ATTEMPT_IDLE, 200, NULL,
	{.name = "idle", .fault = FAULT_TIMEOUT}, false},
    {"deadline of ours", ATTEMPT_OUT_OF_TIME, 0, NULL,
	{.name = "out_of_time", .fault = FAULT_TIMEOUT}, false},
    {"client gone", ATTEMPT_CLIENT_GONE, 0, NULL, {.name = "client_gone"},
	false},
};

/* A row for an answer with an error: what, status, body, verdict. */
#define REFUSED(row, status, body, ...)                                \
	{                                                              \
		row, ATTEMPT_REFUSED, status, body, __VA_ARGS__, false \
	}
#define ON_FILE(row, status, body, ...)                               \
	{                                                             \
		row, ATTEMPT_REFUSED, status, body, __VA_ARGS__, true \
	}

#define INVALID_KEY                                                \
	{                                                          \
		.name = "invalid_key", ALWAYS, .disable_after = 1, \
		.fault = FAULT_NO_KEY                              \
	}
#define LOCATION(unserved_)                                                   \
	{                                                                     \
		.name = "location", OTHER(1), .rest = REST_PROJECT,           \
		.rest_all_models = true, .rest_ms = H, .sign = SIGN_LOCATION, \
		.unserved = unserved_, .alarm = true, .fault = FAULT_NO_KEY   \
	}
#define SHAPE                                                        \
	{                                                            \
		.name = "request_shape", .fault = FAULT_BAD_ARGUMENT \
	}
#define SIGNATURE                                                \
	{                                                        \
		.name = "signature", .fault = FAULT_BAD_ARGUMENT \
	}
#define BAD_REQUEST                                                \
	{                                                          \
		.name = "bad_request", .fault = FAULT_BAD_ARGUMENT \
	}

static const struct expectation bad_requests[] = {
    REFUSED("400 API_KEY_INVALID", 400,
	DETAILED("400", "INVALID_ARGUMENT", "No.", INFO("API_KEY_INVALID", "")),
	INVALID_KEY),
    REFUSED("400 API key not valid", 400,
	E400("API key not valid. Please pass a valid API key."), INVALID_KEY),
    REFUSED("400 API key expired", 400,
	E400("API key expired. Please renew the API key."), INVALID_KEY),
    REFUSED("400 a client writes of keys", 400,
	E400("Invalid JSON payload received. Unknown name \\\"API key not "
	     "valid\\\": Cannot find field."),
	SHAPE),
    REFUSED("400 location", 400,
	ERROR("400", "FAILED_PRECONDITION",
	    "User location is not supported for the API use."),
	LOCATION(true)),
    REFUSED("400 no free tier in the country", 400,
	ERROR("400", "FAILED_PRECONDITION",
	    "Gemini API free tier is not available in your country. Please "
	    "enable billing on your project in Google AI Studio."),
	LOCATION(false)),
    REFUSED("400 signature missing", 400,
	E400("Function call `f` is missing a thought_signature in "
	     "functionCall parts."),
	SIGNATURE),
    REFUSED("400 signature corrupted", 400,
	E400("Corrupted thought signature."), SIGNATURE),
    REFUSED("400 signature not valid", 400,
	E400("Thought signature is not valid"), SIGNATURE),
    REFUSED("1.9 penalty", 400, E400("Penalty is not enabled for this model"),
	SHAPE),
    REFUSED("1.9 logprobs", 400, E400("Logprobs is not enabled for models/x"),
	SHAPE),
    REFUSED("1.9 candidates", 400,
	E400("Multiple candidates is not enabled for this model"), SHAPE),
    REFUSED("1.9 model turn", 400,
	E400("Requests ending with a model turn are not supported"), SHAPE),
    REFUSED("1.9 user role", 400,
	E400("Please ensure that single turn requests end with a user role"),
	SHAPE),
    REFUSED("1.9 instruction", 400,
	E400("Developer instruction is not enabled for models/gemma-3"), SHAPE),
    REFUSED("1.9 JSON mode", 400,
	E400("JSON mode is not enabled for models/gemma-3"), SHAPE),
    REFUSED("1.9 mime type", 400,
	E400("Function calling with a response mime type: 'application/json' "
	     "is unsupported"),
	SHAPE),
    REFUSED("1.9 level", 400,
	E400("Thinking level MINIMAL is not supported for this model."), SHAPE),
    REFUSED("1.9 budget", 400,
	E400("Budget 0 is invalid. This model only works in thinking mode."),
	SHAPE),
    REFUSED("1.9 thinking", 400,
	E400("thinking is not supported by this model"), SHAPE),
    REFUSED("1.9 states", 400,
	E400("The specified schema produces a constraint that has too many "
	     "states for serving."),
	SHAPE),
    REFUSED("1.9 tools", 400,
	E400("Tool use with function calling is unsupported"), SHAPE),
    REFUSED("1.9 name", 400, E400("Unknown name \\\"x\\\": Cannot find field."),
	SHAPE),
    REFUSED("400 too long", 400,
	E400("The input token count (1200000) exceeds the maximum number of "
	     "tokens allowed (1048576)."),
	{.name = "too_long", .fault = FAULT_PROMPT_TOO_LONG}),
    REFUSED("400 too large", 400,
	E400("Request payload size exceeds the limit: 20971520 bytes."),
	{.name = "too_large", .fault = FAULT_TOO_LARGE}),
    REFUSED("400 other", 400, E400("Please use a valid role: user, model."),
	BAD_REQUEST),
    REFUSED("400 pending file", 400,
	E400("The File abc is not in an ACTIVE state and usage is not "
	     "allowed."),
	{.name = "file_pending",
	    .retry = RETRY_SAME_KEY,
	    .retry_limit = 3,
	    .wait_ms = 1000,
	    .fault = FAULT_BAD_ARGUMENT}),
    ON_FILE("400 of a file", 400, E400("Bad file."), BAD_REQUEST),
    REFUSED("400 without a body", 400, "", BAD_REQUEST),
    REFUSED("422", 422, "", BAD_REQUEST),
};

#define NO_KEY(name_, after)                                     \
	{                                                        \
		.name = name_, ALWAYS, .disable_after = (after), \
		.fault = FAULT_NO_KEY                            \
	}
#define NO_BALANCE                                                            \
	{                                                                     \
		.name = "no_balance", ALWAYS, .rest = REST_PROJECT,           \
		.rest_all_models = true, .rest_ms = H, .rest_cap_ms = 24 * H, \
		.long_rest = true, .fault = FAULT_QUOTA                       \
	}
#define NOT_OWNER                                             \
	{                                                     \
		.name = "not_owner", .fault = FAULT_NOT_FOUND \
	}
#define SUSPENDED                                                        \
	{                                                                \
		.name = "project_suspended", ALWAYS, .disable_after = 1, \
		.disable_project = true, .fault = FAULT_NO_KEY           \
	}

#define LEAKED                                               \
	{                                                    \
		.name = "leaked_key", ALWAYS, .alarm = true, \
		.disable_after = 1, .fault = FAULT_NO_KEY    \
	}
#define NOT_GOOGLE                                                      \
	{                                                               \
		.name = "not_google", OTHER(1), .fault = FAULT_UPSTREAM \
	}
#define FORBIDDEN                                                              \
	{                                                                      \
		.name = "forbidden", ALWAYS, .rest = REST_KEY,                 \
		.rest_ms = 10 * MIN, .disable_after = 3, .fault = FAULT_NO_KEY \
	}

static const struct expectation key_faults[] = {
    REFUSED("401 token type", 401,
	DETAILED("401", "UNAUTHENTICATED", "Request had invalid credentials.",
	    INFO("ACCESS_TOKEN_TYPE_UNSUPPORTED", "")),
	NO_KEY("unauthenticated", 2)),
    REFUSED("401 credentials missing", 401,
	DETAILED("401", "UNAUTHENTICATED", "Missing.",
	    INFO("CREDENTIALS_MISSING", "")),
	NO_KEY("unauthenticated", 2)),
    REFUSED("402", 402,
	ERROR("402", "RESOURCE_EXHAUSTED", "Your balance is empty."),
	NO_BALANCE),
    REFUSED("429 prepayment", 429,
	E429("Your prepayment credits are depleted. Please go to AI Studio.",
	    ""),
	NO_BALANCE),
    REFUSED("403 leaked", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "Your API key was reported as leaked. Please use another key."),
	LEAKED),
    REFUSED("403 a file that is called so", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "You do not have permission to access the File Your API key was "
	    "reported as leaked ' has been suspended or it may not exist."),
	NOT_OWNER),
    ON_FILE("403 on the route of a file", 403,
	ERROR(
	    "403", "PERMISSION_DENIED", "The caller does not have permission"),
	NOT_OWNER),
    ON_FILE("403 on the route of a file, of the key", 403,
	E403("API_KEY_IP_ADDRESS_BLOCKED"), NO_KEY("restricted_key", 1)),
    REFUSED("401 of somebody on the way", 401, "<html>401</html>", NOT_GOOGLE),
    REFUSED("403 of somebody on the way", 403,
	"\n<!DOCTYPE html><title>Forbidden</title>", NOT_GOOGLE),
    REFUSED("402 of somebody on the way", 402, "<html>Pay</html>", NOT_GOOGLE),
    REFUSED("407", 407, "", NOT_GOOGLE),
    REFUSED("403 without a body", 403, "", FORBIDDEN),
    REFUSED("402, by its word", 402,
	"{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"m\"}}",
	NO_BALANCE),
    REFUSED("a reason with an odd status", 400, E403("CONSUMER_SUSPENDED"),
	SUSPENDED),
    REFUSED("403 Android", 403, E403("API_KEY_ANDROID_APP_BLOCKED"),
	NO_KEY("restricted_key", 1)),
    REFUSED(
	"403 CONSUMER_SUSPENDED", 403, E403("CONSUMER_SUSPENDED"), SUSPENDED),
    REFUSED("403 suspended in words", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "Permission denied: Consumer 'api_key:AIzaX' has been "
	    "suspended."),
	SUSPENDED),
    REFUSED("403 CONSUMER_INVALID", 403, E403("CONSUMER_INVALID"), SUSPENDED),
    REFUSED("403 project denied", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "Your project has been denied access. Please contact support."),
	SUSPENDED),
    REFUSED("403 SERVICE_DISABLED", 403, E403("SERVICE_DISABLED"),
	NO_KEY("not_enabled", 1)),
    REFUSED("403 service disabled in words", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "Generative Language API has not been used in project 1 before "
	    "or it is disabled."),
	NO_KEY("not_enabled", 1)),
    REFUSED("403 BILLING_DISABLED", 403, E403("BILLING_DISABLED"),
	NO_KEY("not_enabled", 1)),
    REFUSED("403 API_KEY_SERVICE_BLOCKED", 403, E403("API_KEY_SERVICE_BLOCKED"),
	NO_KEY("not_enabled", 1)),
    REFUSED("403 address blocked", 403, E403("API_KEY_IP_ADDRESS_BLOCKED"),
	NO_KEY("restricted_key", 1)),
    REFUSED("403 referrer blocked", 403, E403("API_KEY_HTTP_REFERRER_BLOCKED"),
	NO_KEY("restricted_key", 1)),
    REFUSED("403 file", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "You do not have permission to access the File abc or it may not "
	    "exist."),
	NOT_OWNER),
    REFUSED("403 cache", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "CachedContent not found (or permission denied)"),
	NOT_OWNER),
    REFUSED("403 other", 403,
	ERROR(
	    "403", "PERMISSION_DENIED", "The caller does not have permission"),
	FORBIDDEN),
    REFUSED("403 unregistered", 403,
	ERROR("403", "PERMISSION_DENIED",
	    "Method doesn't allow unregistered callers (callers without "
	    "established identity)."),
	FORBIDDEN),
};

#define MODEL_UNKNOWN                                                    \
	{                                                                \
		.name = "model_unknown", OTHER(1), .rest = REST_PROJECT, \
		.sign = SIGN_MODEL, .rest_ms = 10 * MIN,                 \
		.fault = FAULT_MODEL_NOT_FOUND                           \
	}
#define NOT_FOUND                                             \
	{                                                     \
		.name = "not_found", .fault = FAULT_NOT_FOUND \
	}
#define CANCELLED                                                     \
	{                                                             \
		.name = "cancelled", OTHER(1), .fault = FAULT_TIMEOUT \
	}

static const struct expectation not_found[] = {
    REFUSED("404 model", 404,
	ERROR("404", "NOT_FOUND",
	    "models/x is not found for API version v1beta, or is not "
	    "supported for generateContent."),
	MODEL_UNKNOWN),
    REFUSED("404 method of a model", 404,
	ERROR("404", "NOT_FOUND",
	    "models/x is not supported for generateContent"),
	MODEL_UNKNOWN),
    REFUSED("404 model of Vertex", 404,
	ERROR("404", "NOT_FOUND",
	    "Publisher Model `publishers/google/models/x` was not found or "
	    "your project does not have access to it."),
	MODEL_UNKNOWN),
    ON_FILE("404 model on the route of a file", 404,
	ERROR(
	    "404", "NOT_FOUND", "models/x is not found for API version v1beta"),
	MODEL_UNKNOWN),
    ON_FILE("404 file", 404,
	ERROR("404", "NOT_FOUND", "Requested entity was not found."),
	NOT_FOUND),
    REFUSED("404 cache in words", 404,
	ERROR("404", "NOT_FOUND", "CachedContent not found."), NOT_FOUND),
    REFUSED("404 other", 404,
	ERROR("404", "NOT_FOUND", "Requested entity was not found."),
	{.name = "model_not_found", .fault = FAULT_MODEL_NOT_FOUND}),
    REFUSED("408", 408, "", CANCELLED),
    REFUSED("499", 499,
	ERROR("499", "CANCELLED", "The operation was cancelled."), CANCELLED),
    REFUSED("413", 413, "<html>Too large</html>",
	{.name = "too_large", .fault = FAULT_TOO_LARGE}),
};

#endif
