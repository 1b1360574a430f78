/* The texts of Google's errors, as they are seen in practice. */
#include "error_table.h"

#include <stddef.h>

/* The tables are laid out by hand. */
/* clang-format off */
#define TYPE "\"@type\":\"type.googleapis.com/google.rpc."
#define SERVICE "\"service\":\"generativelanguage.googleapis.com\""
#define INFO(reason, more)                          \
	"{" TYPE "ErrorInfo\",\"reason\":\"" reason \
	"\",\"domain\":\"googleapis.com\",\"metadata\":{" more SERVICE "}}"
#define CONSUMER                               \
	"\"consumer\":\"projects/{project}\"," \
	"\"containerInfo\":\"projects/{project}\","
#define METHOD "\"method\":\"google.ai.generativelanguage.v1beta." \
	"GenerativeService.GenerateContent\","
#define ACTIVATION \
	"\"activationUrl\":\"https://console.developers.google.com/apis/" \
	"api/generativelanguage.googleapis.com/overview?" \
	"project={project}\",\"serviceTitle\":\"Generative Language API\","
#define LOCAL(text)                                         \
	"{" TYPE "LocalizedMessage\",\"locale\":\"en-US\"," \
	"\"message\":\"" text "\"}"

#define QUOTA                                                                 \
	"You exceeded your current quota, please check your plan and "        \
	"billing details. For more information on this error, head to: "      \
	"https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your " \
	"current usage, head to: https://ai.dev/rate-limit. "
#define OVER(metric, limit)                                           \
	"\n* Quota exceeded for metric: "                             \
	"generativelanguage.googleapis.com/" metric ", limit: " limit \
	", model: {model}"
#define AGAIN "\nPlease retry in {delay}."
#define HITS "generate_content_free_tier_requests"
#define WORDS "generate_content_free_tier_input_token_count"

#define FAILURE(violations) \
	"{" TYPE "QuotaFailure\",\"violations\":[" violations "]}"
#define WHERE                                           \
	"\"quotaDimensions\":{\"location\":\"global\"," \
	"\"model\":\"{model}\"}"
#define VIOLATION(metric, id, more)                                          \
	"{\"quotaMetric\":"                                                  \
	"\"generativelanguage.googleapis.com/" metric "\",\"quotaId\":\"" id \
	"\"," WHERE more "}"
#define VALUE(n) ",\"quotaValue\":\"" n "\""
#define HELP                                              \
	"{" TYPE "Help\",\"links\":[{\"description\":"    \
	"\"Learn more about Gemini API quotas\",\"url\":" \
	"\"https://ai.google.dev/gemini-api/docs/rate-limits\"}]}"
#define RETRY "{" TYPE "RetryInfo\",\"retryDelay\":\"{delay}\"}"

#define BY_MINUTE "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
#define BY_DAY "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
#define BY_TOKENS "GenerateContentInputTokensPerModelPerMinute-FreeTier"
#define BY_DAY_TOKENS "GenerateContentInputTokensPerModelPerDay-FreeTier"

#define NOT_VALID "API key not valid. Please pass a valid API key."
#define EXPIRED "API key expired. Please renew the API key."
#define SUSPENDED                                               \
	"Permission denied: Consumer 'api_key:{key}' has been " \
	"suspended."
#define BLOCKED "Requests from referer <empty> are blocked."
#define BY_CONSUMER "\"consumer\":\"projects/{project}\","
#define DISABLED                                                               \
	"Generative Language API has not been used in project "                \
	"{project} before or it is disabled. Enable it by visiting "           \
	"https://console.developers.google.com/apis/api/"                      \
	"generativelanguage.googleapis.com/overview?project={project} then "   \
	"retry. If you enabled this API recently, wait a few minutes for the " \
	"action to propagate to our systems and retry."

const struct error_row error_table[] = {
    {"api_key_invalid", 400, "INVALID_ARGUMENT", NOT_VALID,
	"[" INFO("API_KEY_INVALID", "") "," LOCAL(NOT_VALID) "]", NULL, NULL},
    {"api_key_expired", 400, "INVALID_ARGUMENT", EXPIRED,
	"[" INFO("API_KEY_INVALID", "") "," LOCAL(EXPIRED) "]", NULL, NULL},
    {"unauthenticated", 401, "UNAUTHENTICATED",
	"Request had invalid authentication credentials. Expected OAuth 2 "
	"access token, login cookie or other valid authentication "
	"credential. See https://developers.google.com/identity/sign-in/web/"
	"devconsole-project.",
	"[" INFO("ACCESS_TOKEN_TYPE_UNSUPPORTED", METHOD) "]", NULL, NULL},
    {"unregistered", 403, "PERMISSION_DENIED",
	"Method doesn't allow unregistered callers (callers without "
	"established identity). Please use API Key or other form of API "
	"consumer identity to call this API.",
	NULL, NULL, NULL},
    {"permission_denied", 403, "PERMISSION_DENIED",
	"The caller does not have permission", NULL, NULL, NULL},
    {"leaked", 403, "PERMISSION_DENIED",
	"Your API key was reported as leaked. Please use another API key.",
	NULL, NULL, NULL},
    {"suspended", 403, "PERMISSION_DENIED", SUSPENDED,
	"[" INFO("CONSUMER_SUSPENDED", CONSUMER) "," LOCAL(SUSPENDED) "]",
	NULL, NULL},
    {"project_denied", 403, "PERMISSION_DENIED",
	"Your project has been denied access. Please contact support.",
	NULL, NULL, NULL},
    {"service_disabled", 403, "PERMISSION_DENIED", DISABLED,
	"[" INFO("SERVICE_DISABLED", CONSUMER ACTIVATION) ","
	LOCAL(DISABLED) "]", NULL, NULL},
    {"key_blocked", 403, "PERMISSION_DENIED", BLOCKED,
	"[" INFO("API_KEY_HTTP_REFERRER_BLOCKED", "\"httpReferrer\":\"<empty>"
	"\"," BY_CONSUMER) "," LOCAL(BLOCKED) "]", NULL, NULL},
    {"file_denied", 403, "PERMISSION_DENIED",
	"You do not have permission to access the File abc-123 or it may not "
	"exist.",
	NULL, NULL, NULL},
    {"location", 400, "FAILED_PRECONDITION",
	"User location is not supported for the API use.", NULL, NULL, NULL},
    {"billing402", 402, "RESOURCE_EXHAUSTED",
	"Your prepayment credits are depleted. Please go to AI Studio at "
	"https://ai.studio/projects to manage your project and billing.",
	NULL, NULL, NULL},
    {"spending_cap", 429, "RESOURCE_EXHAUSTED",
	"Your project has exceeded its monthly spending cap. Please go to AI "
	"Studio at https://ai.studio/spend to manage your project spend cap.",
	NULL, NULL, NULL},
    {"rate_minute", 429, "RESOURCE_EXHAUSTED", QUOTA OVER(HITS, "10") AGAIN,
	"[" FAILURE(VIOLATION(HITS, BY_MINUTE, VALUE("10"))) ","
	HELP "," RETRY "]", "26s", "26.59s"},
    {"rate_day", 429, "RESOURCE_EXHAUSTED", QUOTA OVER(HITS, "250") AGAIN,
	"[" FAILURE(VIOLATION(HITS, BY_DAY, VALUE("250"))) ","
	HELP "," RETRY "]", "4s", "4.118s"},
    {"rate_tokens", 429, "RESOURCE_EXHAUSTED",
	QUOTA OVER(WORDS, "250000") AGAIN,
	"[" FAILURE(VIOLATION(WORDS, BY_TOKENS, VALUE("250000"))) ","
	HELP "," RETRY "]", "38s", "38.402s"},
    {"rate_zero", 429, "RESOURCE_EXHAUSTED",
	QUOTA OVER(HITS, "0") OVER(HITS, "0") OVER(WORDS, "0")
	OVER(WORDS, "0") AGAIN,
	"[" FAILURE(VIOLATION(HITS, BY_DAY, "") ","
	VIOLATION(HITS, BY_MINUTE, "") "," VIOLATION(WORDS, BY_TOKENS, "") ","
	VIOLATION(WORDS, BY_DAY_TOKENS, "")) "," HELP "," RETRY "]",
	"31s", "31.707s"},
    {"rate_plain", 429, "RESOURCE_EXHAUSTED",
	"Resource has been exhausted (e.g. check quota).", NULL, NULL, NULL},
    {"capacity", 429, "RESOURCE_EXHAUSTED",
	"No capacity available for model {model} on the server",
	"[{" TYPE "ErrorInfo\",\"reason\":\"MODEL_CAPACITY_EXHAUSTED\","
	"\"domain\":\"generativelanguage.googleapis.com\","
	"\"metadata\":{\"model\":\"{model}\"}}]", NULL, NULL},
    {"internal", 500, "INTERNAL",
	"An internal error has occurred. Please retry or report in "
	"https://developers.generativeai.google/guide/troubleshooting",
	NULL, NULL, NULL},
    {"unavailable", 503, "UNAVAILABLE",
	"The model is overloaded. Please try again later.", NULL, NULL, NULL},
    {"deadline", 504, "DEADLINE_EXCEEDED",
	"Deadline expired before operation could complete.", NULL, NULL, NULL},
    {"not_found_model", 404, "NOT_FOUND",
	"models/{model} is not found for API version {version}, or is not "
	"supported for {method}. Call ListModels to see the list of "
	"available models and their supported methods.",
	NULL, NULL, NULL},
    {"bad_request", 400, "INVALID_ARGUMENT",
	"Request contains an invalid argument.", NULL, NULL, NULL},
    {"too_long", 400, "INVALID_ARGUMENT",
	"The input token count (1190214) exceeds the maximum number of "
	"tokens allowed (1048576).",
	NULL, NULL, NULL},
    {NULL, 0, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
