/*
 * The rows of the verdict table (contract section 7.2), for verdict.c alone.
 * Searched from the top: what is more certain or worse comes first.
 */
/* clang-format off */

/* --- said by several rows ---------------------------------------------- */

#define OTHER_KEY RETRY_OTHER_KEY, ANY_NUMBER

#define DEAD_KEY {"invalid_key", \
  "Google says the key is invalid or has expired", \
  OTHER_KEY, .disable_after = 1, .fault = FAULT_NO_KEY}

#define DEAD_PROJECT {"project_suspended", \
  "Google has suspended the project", \
  OTHER_KEY, .disable_after = 1, .disable_project = true, \
  .fault = FAULT_NO_KEY}

#define NOT_ENABLED {"not_enabled", \
  "the Gemini API or billing is not enabled for the key", \
  OTHER_KEY, .disable_after = 1, .fault = FAULT_NO_KEY}

#define NO_BALANCE {"no_balance", "the prepaid balance is used up", \
  OTHER_KEY, .rest = REST_PROJECT, .rest_all_models = true, \
  .rest_ms = HOUR, .rest_cap_ms = DAY, .long_rest = true, \
  .fault = FAULT_QUOTA}

#define NOT_SERVED "location", \
  "Google does not serve this address, or not without billing", \
  RETRY_OTHER_KEY, 1, .rest = REST_PROJECT, .sign = SIGN_LOCATION, \
  .alarm = true, .rest_all_models = true, .rest_ms = HOUR, \
  .fault = FAULT_NO_KEY

#define SHAPE {"request_shape", \
  "the model does not take a part of the request", \
  .fault = FAULT_BAD_ARGUMENT}

#define NOT_OWNER {"not_owner", \
  "the file or cache belongs to another key", .fault = FAULT_NOT_FOUND}

#define NOT_FOUND {"not_found", \
  "the file, cache or operation does not exist", .fault = FAULT_NOT_FOUND}

#define CANCELLED {"cancelled", "Google gave the request up", \
  RETRY_OTHER_KEY, 1, .fault = FAULT_TIMEOUT}

#define TOO_LARGE {"too_large", \
  "the request is larger than Google takes", .fault = FAULT_TOO_LARGE}

/* --- ends without an error of Google's --------------------------------- */

{ATTEMPT_ANSWERED,
 .verdict = {"ok", "answered", .clears_faults = true}},

{ATTEMPT_BLOCKED,
 .verdict = {"blocked", "Google refused the prompt", .clears_faults = true}},

{ATTEMPT_EMPTY,
 .verdict = {"empty", "the answer was empty or held a malformed call",
  RETRY_SAME_KEY, 2, .fault = FAULT_UPSTREAM}},

{ATTEMPT_MISSING,
 .verdict = {"missing", "the answer held nothing of what was asked for",
  RETRY_SAME_KEY, 1, .fault = FAULT_UPSTREAM}},

{ATTEMPT_GARBLED,
 .verdict = {"garbled", "the answer was not understood",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},

{ATTEMPT_CUT,
 .verdict = {"cut", "the connection broke in the middle of the answer",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},

{ATTEMPT_UNREACHABLE,
 .verdict = {"unreachable", "Google could not be reached",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},

/* The same key goes by another proxy. */
{ATTEMPT_PROXY,
 .verdict = {"proxy_down", "the egress proxy failed",
  RETRY_SAME_KEY, 3, .fault = FAULT_UPSTREAM}},

{ATTEMPT_NO_FIRST_BYTE,
 .verdict = {"no_first_byte", "no answer began in time",
  RETRY_OTHER_KEY, 1, .fault = FAULT_TIMEOUT}},

{ATTEMPT_IDLE,
 .verdict = {"idle", "the answer stood still for too long",
  .fault = FAULT_TIMEOUT}},

{ATTEMPT_OUT_OF_TIME,
 .verdict = {"out_of_time", "the time for the whole request ran out",
  .fault = FAULT_TIMEOUT}},

{ATTEMPT_CLIENT_GONE,
 .verdict = {"client_gone", "the client closed the connection",
  .fault = FAULT_NONE}},

/* --- 400: the key ------------------------------------------------------ */

{ATTEMPT_REFUSED, .reasons = {"API_KEY_INVALID"},
 .verdict = DEAD_KEY},

{ATTEMPT_REFUSED, 400,
 .texts = {"^API key not valid", "^API key expired", "^API key not found"},
 .verdict = DEAD_KEY},

{ATTEMPT_REFUSED, 400, .texts = {"^User location is not supported"},
 .verdict = {NOT_SERVED, .unserved = true}},

{ATTEMPT_REFUSED, 400,
 .texts = {"^Gemini API free tier is not available",
  "^The free tier is not available"},
 .verdict = {NOT_SERVED}},

/* --- 400: the request -------------------------------------------------- */

{ATTEMPT_REFUSED, 400, .texts = {"signature"},
 .verdict = {"signature", "a thought signature was refused",
  .fault = FAULT_BAD_ARGUMENT}},

{ATTEMPT_REFUSED, 400,
 .texts = {"Penalty is not enabled", "Logprobs is not",
  "Multiple candidates is not enabled", "Requests ending with a model turn",
  "end with a user role", "Developer instruction is not enabled",
  "JSON mode is not enabled", "response mime type", "Thinking level",
  "Budget 0 is invalid", "only works in thinking mode",
  "thinking is not supported"},
 .verdict = SHAPE},

{ATTEMPT_REFUSED, 400,
 .texts = {"too many states for serving",
  "Tool use with function calling is unsupported", "Unknown name \""},
 .verdict = SHAPE},

{ATTEMPT_REFUSED, 400,
 .texts = {"input token count", "exceeds the maximum number of tokens"},
 .verdict = {"too_long", "the prompt is longer than the model allows",
  .fault = FAULT_PROMPT_TOO_LONG}},

/* A film that was uploaded a moment ago. */
{ATTEMPT_REFUSED, 400, .texts = {"not in an ACTIVE state"},
 .verdict = {"file_pending", "Google is still looking at the file",
  RETRY_SAME_KEY, 3, 1 * SECOND, .fault = FAULT_BAD_ARGUMENT}},

{ATTEMPT_REFUSED, 400, .texts = {"^Request payload size exceeds"},
 .verdict = TOO_LARGE},

{ATTEMPT_REFUSED, 400,
 .verdict = {"bad_request", "Google refused the request",
  .fault = FAULT_BAD_ARGUMENT}},

/* --- 401, 402, 403: the key and its project ---------------------------- */

/* Google writes JSON. A page is of somebody on the way, who knows nothing of
 * the key; other statuses mean the same from whomever they are. */
{ATTEMPT_REFUSED, 401, 403, .page = true,
 .verdict = {"not_google", "somebody on the way to Google forbids it",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},

{ATTEMPT_REFUSED, 407,
 .verdict = {"not_google", "somebody on the way to Google forbids it",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},

{ATTEMPT_REFUSED, 403,
 .texts = {"^You do not have permission to access", "^CachedContent"},
 .verdict = NOT_OWNER},

{ATTEMPT_REFUSED, 403,
 .texts = {"^Your API key was reported as leaked",
  "^API key was reported as leaked"},
 .verdict = {"leaked_key", "Google has the key reported as leaked",
  OTHER_KEY, .alarm = true, .disable_after = 1, .fault = FAULT_NO_KEY}},

/* ErrorInfo's reasons are Google's own whatever the status says. */
{ATTEMPT_REFUSED, .reasons = {"CONSUMER_SUSPENDED", "CONSUMER_INVALID"},
 .verdict = DEAD_PROJECT},

{ATTEMPT_REFUSED, 403,
 .texts = {"^Your project has been denied access",
  "^Permission denied: Consumer '"},
 .verdict = DEAD_PROJECT},

{ATTEMPT_REFUSED,
 .reasons = {"SERVICE_DISABLED", "BILLING_DISABLED",
  "API_KEY_SERVICE_BLOCKED"},
 .verdict = NOT_ENABLED},

{ATTEMPT_REFUSED, 403, .texts = {"^Generative Language API has not been used"},
 .verdict = NOT_ENABLED},

{ATTEMPT_REFUSED,
 .reasons = {"API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED",
  "API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"},
 .verdict = {"restricted_key",
  "the key is restricted to other addresses or programs",
  OTHER_KEY, .disable_after = 1, .fault = FAULT_NO_KEY}},

{ATTEMPT_REFUSED, 401,
 .verdict = {"unauthenticated", "Google does not accept the key",
  OTHER_KEY, .disable_after = 2, .fault = FAULT_NO_KEY}},

{ATTEMPT_REFUSED, 402, .verdict = NO_BALANCE},

{ATTEMPT_REFUSED, 403, .texts = {"ermission"}, .file_route = true,
 .verdict = NOT_OWNER},

{ATTEMPT_REFUSED, 403,
 .verdict = {"forbidden", "Google forbids it, for a reason not known here",
  OTHER_KEY, .rest = REST_KEY, .rest_ms = 10 * MINUTE,
  .disable_after = 3, .fault = FAULT_NO_KEY}},

/* --- 404 and the rest below 429 ---------------------------------------- */

{ATTEMPT_REFUSED, 404,
 .texts = {"is not found for API version", "is not supported for",
  "^models/", "^Publisher Model"},
 .verdict = {"model_unknown", "Google does not know the model",
  RETRY_OTHER_KEY, 1, .rest = REST_PROJECT, .sign = SIGN_MODEL,
  .rest_ms = 10 * MINUTE, .fault = FAULT_MODEL_NOT_FOUND}},

{ATTEMPT_REFUSED, 404, .file_route = true,
 .verdict = NOT_FOUND},

{ATTEMPT_REFUSED, 404,
 .texts = {"CachedContent", "files/", "operations/"},
 .verdict = NOT_FOUND},

{ATTEMPT_REFUSED, 404,
 .verdict = {"model_not_found", "Google found nothing under that name",
  .fault = FAULT_MODEL_NOT_FOUND}},

{ATTEMPT_REFUSED, 408,
 .verdict = CANCELLED},

{ATTEMPT_REFUSED, 499,
 .verdict = CANCELLED},

{ATTEMPT_REFUSED, 413,
 .verdict = TOO_LARGE},

/* --- 429: quotas ------------------------------------------------------- */

/* Vertex shares what it has among all, and refers to a page on that. */
{ATTEMPT_REFUSED, 429, .reasons = {"MODEL_CAPACITY_EXHAUSTED"},
 .texts = {"No capacity available for model", "/error-code-429"},
 .verdict = {"no_capacity", "Google has no capacity for the model",
  RETRY_OTHER_KEY, 2, 2 * SECOND, .sign = SIGN_STORM,
  .fault = FAULT_OVERLOADED}},

{ATTEMPT_REFUSED, 429,
 .texts = {"prepayment credits are depleted", "prepaid credits are depleted"},
 .verdict = NO_BALANCE},

/* To the month's end, with a try every six hours. */
{ATTEMPT_REFUSED, 429, .texts = {"monthly spending cap"},
 .verdict = {"spending_cap", "the project's monthly spending cap is reached",
  OTHER_KEY, .rest = REST_PROJECT, .rest_all_models = true,
  .rest_ms = 6 * HOUR, .long_rest = true, .fault = FAULT_QUOTA}},

{ATTEMPT_REFUSED, 429, .quota = QUOTA_ZERO,
 .verdict = {"not_offered", "the project has no quota for the model at all",
  OTHER_KEY, .rest = REST_PROJECT, .rest_ms = DAY,
  .long_rest = true, .fault = FAULT_QUOTA}},

/* A short delay stands beside a day's limit too: it says nothing. */
{ATTEMPT_REFUSED, 429, .quota = QUOTA_DAY,
 .verdict = {"rate_day", "the quota of the day is used up",
  OTHER_KEY, .rest = REST_PROJECT,
  .rest_until_midnight = true, .long_rest = true, .fault = FAULT_QUOTA}},

{ATTEMPT_REFUSED, 429, .told_from_ms = 5 * MINUTE + 1,
 .told_plus_ms = SECOND,
 .verdict = {"rate_long", "Google names a long delay",
  OTHER_KEY, .rest = REST_PROJECT,
  .fault = FAULT_RESTING}},

/* It is the prompt that is too large, and for all keys of that kind; one of
 * another project may have more. Nobody rests for it. */
{ATTEMPT_REFUSED, 429, .quota = QUOTA_MINUTE_TOKENS, .over_limit = true,
 .verdict = {"prompt_limit",
  "the prompt has more tokens than the key may take in a minute",
  RETRY_OTHER_KEY, 1, .fault = FAULT_PROMPT_LIMIT}},

{ATTEMPT_REFUSED, 429, .quota = QUOTA_MINUTE_TOKENS, .told_plus_ms = SECOND,
 .verdict = {"rate_tokens", "the input tokens of the minute are used up",
  OTHER_KEY, .rest = REST_PROJECT, .rest_ms = MINUTE,
  .fault = FAULT_TOKENS}},

{ATTEMPT_REFUSED, 429, .quota = QUOTA_MINUTE, .told_plus_ms = SECOND,
 .verdict = {"rate_minute", "the requests of the minute are used up",
  OTHER_KEY, .rest = REST_PROJECT, .rest_ms = MINUTE,
  .fault = FAULT_RESTING}},

{ATTEMPT_REFUSED, 429, .told_from_ms = 1, .told_plus_ms = SECOND,
 .verdict = {"rate_minute", "Google names a delay",
  OTHER_KEY, .rest = REST_PROJECT, .rest_ms = MINUTE,
  .fault = FAULT_RESTING}},

{ATTEMPT_REFUSED, 429,
 .verdict = {"rate_unknown", "a quota is used up, Google does not say which",
  OTHER_KEY, .rest = REST_PROJECT, .sign = SIGN_STORM,
  .rest_ms = 10 * SECOND, .rest_cap_ms = 5 * MINUTE,
  .fault = FAULT_RESTING}},

/* --- 5xx: Google itself ------------------------------------------------ */

{ATTEMPT_REFUSED, 500,
 .verdict = {"internal", "an internal error of Google's",
  RETRY_OTHER_KEY, 1, .stumble = true, .fault = FAULT_UPSTREAM}},

{ATTEMPT_REFUSED, 503,
 .verdict = {"overloaded", "the model is overloaded",
  RETRY_OTHER_KEY, 3, 1 * SECOND, .sign = SIGN_STORM,
  .fault = FAULT_OVERLOADED}},

{ATTEMPT_REFUSED, 504,
 .verdict = {"deadline", "Google ran out of time",
  RETRY_OTHER_KEY, 1, .fault = FAULT_TIMEOUT}},

/* --- what no row above knows ------------------------------------------- */

{ATTEMPT_REFUSED, 405, 499,
 .verdict = {"bad_request", "Google refused the request",
  .fault = FAULT_BAD_ARGUMENT}},

{ATTEMPT_REFUSED,
 .verdict = {"bad_gateway", "an error on the way to Google or back",
  RETRY_OTHER_KEY, 1, .fault = FAULT_UPSTREAM}},
