/* Error bodies as Google writes them, for tests: texts at compile time. */
#ifndef KEYWHEEL_TESTS_GOOGLE_ERRORS_H
#define KEYWHEEL_TESTS_GOOGLE_ERRORS_H

#define TYPE(name) "\"@type\":\"type.googleapis.com/google.rpc." name "\""

/* Details, separated by commas in DETAILED. */
#define QUOTA(violations) \
	"{" TYPE("QuotaFailure") ",\"violations\":[" violations "]}"
#define VIOLATION(id, value)                       \
	"{\"quotaMetric\":\"m\",\"quotaId\":\"" id \
	"\",\"quotaValue\":\"" value "\"}"
#define RETRY(delay) "{" TYPE("RetryInfo") ",\"retryDelay\":\"" delay "\"}"
#define INFO(reason, consumer)                                                 \
	"{" TYPE("ErrorInfo") ",\"reason\":\"" reason                          \
			      "\",\"domain\":\"googleapis.com\",\"metadata\":" \
			      "{\"consumer\":\"" consumer "\"}}"
#define HELP "{" TYPE("Help") ",\"links\":[]}"

#define DETAILED(code, status, message, details)               \
	"{\"error\":{\"code\":" code ",\"message\":\"" message \
	"\",\"status\":\"" status "\",\"details\":[" details "]}}"
#define ERROR(code, status, message)                           \
	"{\"error\":{\"code\":" code ",\"message\":\"" message \
	"\",\"status\":\"" status "\"}}"
#define E400(message) ERROR("400", "INVALID_ARGUMENT", message)
#define E403(reason) \
	DETAILED("403", "PERMISSION_DENIED", "Not allowed.", INFO(reason, ""))
#define E429(message, details) \
	DETAILED("429", "RESOURCE_EXHAUSTED", message, details)

/* quotaIds (contract 7.1). */
#define PER_DAY "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
#define PER_MINUTE "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
#define TOKENS_MINUTE "GenerateContentInputTokensPerModelPerMinute-FreeTier"
#define TOKENS_DAY "GenerateContentInputTokensPerModelPerDay-FreeTier"
#define EMBED_MINUTE "EmbedContentRequestsPerMinutePerProjectPerModel-FreeTier"
#define EMBED_DAY "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier"

#endif
