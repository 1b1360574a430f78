/* Settings of calls: whom, with which keys, for whom, within which limits.
 * A part of base/setting_list.h, which tells what a row is. */

/* clang-format off */

/* Gemini API */
S(BASE_URL, URL, "https://generativelanguage.googleapis.com/v1beta",
    0, 0, "base", "Gemini API", STORED, true,
    "Where the Gemini API is found, with its version and no slash behind.")
S(VERTEX_EXPRESS_BASE_URL, URL,
    "https://aiplatform.googleapis.com/v1beta1/publishers/google",
    0, 0, "base", "Gemini API", STORED, true,
    "Where Vertex AI in express mode is found, down to the publisher, with no "
    "slash behind.")
S(CUSTOM_HEADERS, MAP, "{}",
    0, 0, "header|secret", "Gemini API", STORED, true,
    "Header fields that are added to every call upstream: {\"name\": "
    "\"value\"}. They win over fields of the same name.")
S(PASS_UNKNOWN_METHODS, BOOL, "true",
    0, 0, NULL, "Gemini API", STORED, true,
    "Methods of Gemini's own API that are not known here go to Google; false: "
    "a 404.")
S(PROXIES, LIST, "[]",
    0, 0, "proxy|secret", "Gemini API", STORED, true,
    "Egress proxies for calls upstream: http, https, socks5 or socks5h URLs, "
    "with user:password@ if need be. Nothing goes past them.")
S(PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY, BOOL, "true",
    0, 0, NULL, "Gemini API", STORED, true,
    "Give each key an egress proxy of its own instead of any one per call.")
S(URL_NORMALIZATION_ENABLED, BOOL, "false",
    0, 0, NULL, "Gemini API", STORED, true,
    "Accept misspelt request paths and lead them to the route they mean.")

/* Key pool */
S(API_KEYS, LIST, "[]",
    0, 0, "secret", "Key pool", KEYS, true,
    "Gemini API keys; imported into the pool \"gemini\".")
S(VERTEX_API_KEYS, LIST, "[]",
    0, 0, "secret", "Key pool", KEYS, true,
    "Vertex express keys; imported into the pool \"vertex\".")
S(PAID_KEY, LIST, "[]",
    0, 0, "single|secret", "Key pool", KEYS, true,
    "A key with billing, of the pool \"paid\": for PAID_MODELS, the model "
    "paid/NAME, service tiers and PAID_AS_LAST_RESORT.")
S(KEY_PATTERN, TEXT,
    "AIza[0-9A-Za-z_-]{35}|"
    "\\<AQ\\.[0-9A-Za-z_-]{20,}(\\.[0-9A-Za-z_-]+)*",
    0, 0, "pattern", "Key pool", STORED, true,
    "What a key looks like in a text that is imported: a regular expression "
    "(POSIX extended). A word alone on its line is a key whatever it looks "
    "like.")
S(MAX_FAILURES, INT, "3",
    1, 100, NULL, "Key pool", STORED, true,
    "Failures of a key in a row, each its own fault, until it is disabled.")
S(MAX_RETRIES, INT, "3",
    0, 10, NULL, "Key pool", STORED, true,
    "How many other keys to try after the first attempt failed; 0 means one "
    "attempt and no more.")
S(PAID_MODELS, LIST, "[\"imagen-*\",\"veo-*\",\"gemini-4-argon*\"]",
    0, 0, NULL, "Key pool", STORED, true,
    "Models that need billing: if the pool \"paid\" has keys, they go to "
    "those alone. A * at the end stands for any rest of a name.")
S(PAID_AS_LAST_RESORT, BOOL, "false",
    0, 0, NULL, "Key pool", STORED, true,
    "When all keys of the pool \"gemini\" rest, use those of the pool "
    "\"paid\".")
S(MAX_WAIT_SECONDS, INT, "3",
    0, 60, NULL, "Key pool", STORED, true,
    "While all keys rest a request waits for the first that returns within "
    "so many seconds, in order of arrival; 0 means never.")
S(MAX_WAITING_REQUESTS, INT, "32",
    0, 100000, NULL, "Key pool", STORED, true,
    "So many requests may wait for a key at once; one more is told at once "
    "when to come again. Each that waits holds a responder.")
S(TEST_MODEL, TEXT, "gemini-2.5-flash-lite",
    0, 0, NULL, "Key pool", STORED, true,
    "The model that a key is checked with.")

/* Clients */
S(ALLOWED_TOKENS, LIST, "[]",
    0, 0, "secret", "Clients", TOKENS, true,
    "Tokens that may call the API; imported as tokens.")
S(AUTH_TOKEN, LIST, "[]",
    0, 0, "single|secret", "Clients", TOKENS, true,
    "The administrator's token; imported as a token that may do everything.")
S(CORS_ORIGINS, LIST, "[\"*\"]",
    0, 0, "origin", "Clients", STORED, true,
    "Origins of web pages that may call the API from a browser; * stands for "
    "all, an empty list for none.")
S(RATE_LIMIT_HEADERS, BOOL, "true",
    0, 0, NULL, "Clients", STORED, true,
    "Tell the clients of tokens that have limits what is left of them, in "
    "OpenAI's headers x-ratelimit-*.")
S(ADMIN_SESSION_EXPIRE, INT, "3600",
    300, 86400, NULL, "Clients", STORED, true,
    "Seconds without a look at a page until one has to sign in again.")

/* Time and size */
S(TIME_OUT, INT, "300",
    1, 3600, NULL, "Time and size", STORED, true,
    "Seconds that one request may take altogether.")
S(CONNECT_TIMEOUT, INT, "10",
    1, 120, NULL, "Time and size", STORED, true,
    "Seconds to wait for a connection upstream.")
S(FIRST_BYTE_TIMEOUT, INT, "120",
    1, 3600, NULL, "Time and size", STORED, true,
    "Seconds that an attempt may stay silent before its first byte.")
S(IDLE_TIMEOUT, INT, "60",
    1, 3600, NULL, "Time and size", STORED, true,
    "Seconds of silence in the middle of an answer until it counts as lost.")
S(ADAPTIVE_DEADLINES, BOOL, "true",
    0, 0, NULL, "Time and size", STORED, true,
    "Let the silence that is allowed follow what was measured for each model "
    "and size of prompt; FIRST_BYTE_TIMEOUT and IDLE_TIMEOUT are the most.")
S(FIRST_BYTE_FLOOR, INT, "20",
    1, 3600, NULL, "Time and size", STORED, true,
    "Seconds of silence before the first byte that are always allowed.")
S(IDLE_FLOOR, INT, "15",
    1, 3600, NULL, "Time and size", STORED, true,
    "Seconds of silence in the middle of an answer that are always allowed.")
S(DEADLINE_OVERRIDES, MAP, "{}",
    1, 3600, "number", "Time and size", STORED, true,
    "Seconds before the first byte for models that are not to follow what was "
    "measured: {\"model\": number}.")
S(HEARTBEAT_AFTER, INT, "15",
    1, 600, NULL, "Time and size", STORED, true,
    "Seconds of waiting after which a streaming client gets a sign of life.")
S(RETRY_AFTER_MAX, INT, "59",
    1, 59, NULL, "Time and size", STORED, true,
    "The longest delay in seconds that a Retry-After field asks for.")
S(MAX_BODY_MB, INT, "64",
    1, 2000, NULL, "Time and size", STORED, true,
    "The largest request body in megabytes.")
S(MAX_UPLOAD_MB, INT, "2048",
    1, 1048576, NULL, "Time and size", STORED, true,
    "The largest file that is uploaded, in megabytes. Google takes 2 GB.")
S(MAX_ANSWER_MB, INT, "64",
    1, 2000, NULL, "Time and size", STORED, true,
    "The largest answer in megabytes that is held in memory.")

/* Media */
S(ALLOW_PRIVATE_URLS, BOOL, "false",
    0, 0, NULL, "Media", STORED, true,
    "Fetch pictures and files that clients name by URL from private and "
    "local addresses too.")
S(URL_ALLOW_LIST, LIST, "[]",
    0, 0, NULL, "Media", STORED, true,
    "Hosts whose URLs are fetched although their addresses are private: "
    "host, host:port, or *.domain.")
S(FETCH_MAX_MB, INT, "20",
    1, 2000, NULL, "Media", STORED, true,
    "The largest picture or file in megabytes that is fetched from a URL.")
S(FETCH_TIMEOUT, INT, "20",
    1, 600, NULL, "Media", STORED, true,
    "Seconds that fetching one URL may take.")

/* clang-format on */
