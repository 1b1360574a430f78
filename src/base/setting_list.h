/*
 * Every setting, one row each. No include guard: whoever includes this has
 * defined S(name, type, default, low, high, choices, group, home, in_force,
 * help) first. The types and homes are those of base/setting.h without their
 * prefix; what `choices` means for each type is told there too.
 *
 * The names are gemini-balance's where it has the setting; the order is that
 * of the page and of the manual.
 */

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
S(ADMIN_SESSION_EXPIRE, INT, "3600",
    300, 86400, NULL, "Clients", STORED, false,
    "Seconds until somebody who logged in must log in again.")

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

/* Models */
S(FILTERED_MODELS, LIST,
    "[\"gemini-1.0-pro-vision-latest\",\"gemini-pro-vision\","
    "\"chat-bison-001\",\"text-bison-001\",\"embedding-gecko-001\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are neither listed nor served.")
S(SEARCH_MODELS, LIST, "[\"gemini-2.5-flash\",\"gemini-2.5-pro\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are offered with Google Search as NAME-search as well.")
S(IMAGE_MODELS, LIST,
    "[\"gemini-2.0-flash-exp\",\"gemini-2.5-flash-image-preview\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that can draw; offered as NAME-image as well.")
S(EMBEDDING_MODEL, TEXT, "gemini-embedding-001",
    0, 0, NULL, "Models", STORED, true,
    "The model of embeddings requests that name none, or one of OpenAI's.")
S(TOOLS_CODE_EXECUTION_ENABLED, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Offer Gemini's code execution tool with chat requests.")
S(URL_CONTEXT_ENABLED, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Offer Gemini's URL context tool with chat requests.")
S(URL_CONTEXT_MODELS, LIST,
    "[\"gemini-2.5-pro\",\"gemini-2.5-flash\",\"gemini-2.5-flash-lite\","
    "\"gemini-2.0-flash\",\"gemini-2.0-flash-live-001\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that understand the URL context tool.")
S(SHOW_SEARCH_LINK, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "Append the web pages that a search answer rests on.")
S(SHOW_THINKING_PROCESS, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "Pass the model's summary of its thoughts on to the client.")
S(THINKING_MODELS, LIST, "[]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are offered without thinking as NAME-non-thinking as well.")
S(THINKING_BUDGET_MAP, MAP, "{}",
    -1, 32767, "number", "Models", STORED, true,
    "Tokens that a model may think by default: {\"model\": number}; -1 "
    "leaves it to the model.")
S(SAFETY_SETTINGS, JSON, "[]",
    0, 0, "safety", "Models", STORED, true,
    "Safety thresholds for every request: [{\"category\": …, \"threshold\": "
    "…}]; an empty list leaves Google's defaults.")
S(IMAGES_AS_MARKDOWN, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Put pictures into the text of an answer as well, as markdown.")
S(THOUGHTS_AS_TAGS, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Put thoughts into the text of an answer as <thought>…</thought>, for "
    "clients that know no reasoning_content.")
S(BUILT_IN_TOOLS_BY_NAME, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "A function without parameters that is named googleSearch, url_context "
    "or code_execution stands for Gemini's own tool.")
S(FILL_MISSING_RESULTS, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "A tool call in the history that has no result gets an error as its "
    "result, instead of the request being refused.")
S(TRAILING_ASSISTANT, CHOICE, "continue",
    0, 0, "continue|drop", "Models", STORED, true,
    "Where a model takes no conversation that ends with an assistant's "
    "message: ask it to continue, or leave that message out.")
S(BLOCKED_PROMPT_AS_ERROR, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Answer a prompt that Gemini blocks with status 400 instead of an empty "
    "answer that ends with content_filter.")
S(MODELS_CACHE_SECONDS, INT, "600",
    0, 86400, NULL, "Models", STORED, true,
    "Seconds that the list of models is kept; 0 asks Gemini each time.")
S(SIGNATURE_HOURS, INT, "24",
    0, 720, NULL, "Models", STORED, true,
    "Hours that thought signatures of tool calls are remembered for clients "
    "that do not send them back; 0 remembers none.")
S(CONVERSATION_AFFINITY, BOOL, "true",
    0, 0, NULL, "Key pool", STORED, true,
    "A conversation that goes on prefers the key it had.")

/* Speech */
S(TTS_MODEL, TEXT, "gemini-2.5-flash-preview-tts",
    0, 0, NULL, "Speech", STORED, true,
    "The model that speaks, also for tts-1, tts-1-hd and gpt-4o-mini-tts.")
S(TTS_VOICE_NAME, TEXT, "Zephyr",
    0, 0, NULL, "Speech", STORED, true,
    "The voice it speaks with unless the client names one.")
S(TTS_VOICES, MAP,
    "{\"alloy\":\"Zephyr\",\"ash\":\"Charon\",\"ballad\":\"Enceladus\","
    "\"cedar\":\"Sadaltager\",\"coral\":\"Aoede\",\"echo\":\"Puck\","
    "\"fable\":\"Fenrir\",\"marin\":\"Sulafat\",\"nova\":\"Leda\","
    "\"onyx\":\"Algenib\",\"sage\":\"Achernar\",\"shimmer\":\"Kore\","
    "\"verse\":\"Iapetus\"}",
    0, 0, NULL, "Speech", STORED, true,
    "Gemini's voices for the names that clients use: {\"alloy\": \"Zephyr\"}.")
S(TTS_SPEED, CHOICE, "normal",
    0, 0, "slow|normal|fast", "Speech", STORED, true,
    "How fast it speaks: told in words in front of the text, unless normal.")
S(TRANSCRIPTION_MODEL, TEXT, "gemini-flash-latest",
    0, 0, NULL, "Speech", STORED, true,
    "The model that listens: for whisper-1 and gpt-4o-transcribe.")
S(ENABLE_TTS, TEXT, "",
    0, 0, NULL, "Speech", OBSOLETE, false,
    "Had no effect in gemini-balance either.")

/* Images */
S(CREATE_IMAGE_MODEL, TEXT, "gemini-3.1-flash-image",
    0, 0, NULL, "Images", STORED, true,
    "The model that draws where a request names none, or one of OpenAI's "
    "(dall-e-3, gpt-image-1), and in chats as NAME-chat.")
S(UPLOAD_PROVIDER, CHOICE, "builtin",
    0, 0, "builtin|smms|picgo|cloudflare_imgbed|aliyun_oss", "Images", STORED,
    true,
    "The image host that generated pictures are put on. builtin needs no "
    "account: the database, and addresses that end; it also stands in for a "
    "host whose settings are not complete.")
S(UPLOAD_TIMEOUT, INT, "30",
    1, 600, NULL, "Images", STORED, true,
    "Seconds that putting one picture on the image host may take. The client "
    "gets one that took longer as base64.")
S(CHAT_PICTURE_LINKS, CHOICE, "account",
    0, 0, "account|always|never", "Images", STORED, true,
    "Pictures in chat answers are put on the image host and come as links: "
    "if there is an account for one, always, or never.")
S(PUBLIC_URL, URL, "",
    0, 0, "base", "Images", STORED, true,
    "Where clients find keywheel: what addresses of the builtin image host "
    "begin with. Empty: with the host that the client asked.")
S(PICTURE_HOURS, INT, "168",
    1, 8760, NULL, "Images", STORED, true,
    "Hours that the builtin image host keeps a picture.")
S(PICTURE_STORE_MB, INT, "1024",
    0, 1000000, NULL, "Images", STORED, true,
    "Megabytes that the pictures of the builtin image host may take in the "
    "database; the oldest make room. 0: it takes none.")
S(SMMS_API_URL, URL, "https://sm.ms/api/v2/upload",
    0, 0, NULL, "Images", STORED, true,
    "SM.MS: the URL that takes uploads.")
S(SMMS_SECRET_TOKEN, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "SM.MS: the secret token.")
S(PICGO_API_KEY, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "PicGo: the API key.")
S(PICGO_API_URL, URL, "https://www.picgo.net/api/1/upload",
    0, 0, NULL, "Images", STORED, true,
    "PicGo: the URL that takes uploads.")
S(CLOUDFLARE_IMGBED_URL, URL, "",
    0, 0, NULL, "Images", STORED, true,
    "Cloudflare ImgBed: the URL that takes uploads.")
S(CLOUDFLARE_IMGBED_AUTH_CODE, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Cloudflare ImgBed: the authentication code.")
S(CLOUDFLARE_IMGBED_UPLOAD_FOLDER, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Cloudflare ImgBed: the folder for uploads.")
S(OSS_ENDPOINT, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the endpoint; one that begins with http:// or https:// has "
    "the bucket in the path.")
S(OSS_ENDPOINT_INNER, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the endpoint inside its own network, which is tried first.")
S(OSS_ACCESS_KEY, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Aliyun OSS: the id of the access key.")
S(OSS_ACCESS_KEY_SECRET, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Aliyun OSS: the secret of the access key.")
S(OSS_BUCKET_NAME, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the bucket.")
S(OSS_REGION, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the region.")

/* Streaming */
S(STREAM_OPTIMIZER_ENABLED, BOOL, "false",
    0, 0, NULL, "Streaming", STORED, true,
    "Hand out streamed text evenly in small pieces.")
S(STREAM_MIN_DELAY, NUMBER, "0.016",
    0, 10, NULL, "Streaming", STORED, true,
    "Shortest pause in seconds between two pieces.")
S(STREAM_MAX_DELAY, NUMBER, "0.024",
    0, 10, NULL, "Streaming", STORED, true,
    "Longest pause in seconds between two pieces.")
S(STREAM_SHORT_TEXT_THRESHOLD, INT, "10",
    1, 100000, NULL, "Streaming", STORED, true,
    "Up to this many characters a text counts as short.")
S(STREAM_LONG_TEXT_THRESHOLD, INT, "50",
    1, 100000, NULL, "Streaming", STORED, true,
    "From this many characters on a text counts as long.")
S(STREAM_CHUNK_SIZE, INT, "5",
    1, 100000, NULL, "Streaming", STORED, true,
    "Characters in each piece of a long text.")
S(FAKE_STREAM_ENABLED, BOOL, "false",
    0, 0, NULL, "Streaming", STORED, true,
    "Fetch streamed answers whole and send signs of life meanwhile.")
S(FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS, INT, "5",
    1, 60, NULL, "Streaming", STORED, true,
    "Seconds between those signs of life.")
S(FAKE_STREAM_MODELS, LIST, "[]",
    0, 0, NULL, "Streaming", STORED, true,
    "Models whose streamed answers are fetched whole although "
    "FAKE_STREAM_ENABLED is off; any model can be asked for so as "
    "NAME-fake-stream.")

/* Jobs */
S(JOBS_AFTER_REQUESTS, BOOL, "true",
    0, 0, NULL, "Jobs", STORED, true,
    "The gateway runs the jobs that are due by itself, when it has answered; "
    "turn it off where cron or a timer does.")
S(CHECK_INTERVAL_HOURS, NUMBER, "1",
    0, 8760, NULL, "Jobs", STORED, true,
    "Hours between two checks of the disabled keys; 0 turns them off.")
S(TIMEZONE, TEXT, "UTC",
    0, 0, NULL, "Jobs", STORED, true,
    "The time zone that daily jobs go by, such as Europe/Berlin.")
S(FILES_CLEANUP_ENABLED, BOOL, "true",
    0, 0, NULL, "Jobs", STORED, true,
    "Delete uploaded files at Google when they are older than "
    "FILES_KEEP_HOURS.")
S(FILES_CLEANUP_INTERVAL_HOURS, INT, "1",
    1, 8760, NULL, "Jobs", STORED, true,
    "Hours between two such clean-ups.")
S(FILES_KEEP_HOURS, INT, "48",
    1, 48, NULL, "Jobs", STORED, true,
    "Hours that uploaded files are kept. After 48 Google deletes them "
    "anyway.")
S(FILES_USER_ISOLATION_ENABLED, BOOL, "true",
    0, 0, NULL, "Jobs", STORED, true,
    "Let each token see and use the files, caches and batches that it made "
    "itself and no others. The administrator's token may use all.")

/* Log */
S(LOG_LEVEL, CHOICE, "INFO",
    0, 0, "DEBUG|INFO|WARNING|ERROR|CRITICAL", "Log", STORED, true,
    "The lowest level that is logged.")
S(ERROR_LOG_RECORD_REQUEST_BODY, BOOL, "false",
    0, 0, NULL, "Log", STORED, false,
    "Keep the bodies of requests that failed.")
S(AUTO_DELETE_ERROR_LOGS_ENABLED, BOOL, "true",
    0, 0, NULL, "Log", STORED, false,
    "Delete old failed attempts.")
S(AUTO_DELETE_ERROR_LOGS_DAYS, INT, "7",
    1, 3650, NULL, "Log", STORED, false,
    "Days that failed attempts are kept.")
S(AUTO_DELETE_REQUEST_LOGS_ENABLED, BOOL, "false",
    0, 0, NULL, "Log", STORED, false,
    "Delete old rows of the account of requests.")
S(AUTO_DELETE_REQUEST_LOGS_DAYS, INT, "30",
    1, 3650, NULL, "Log", STORED, false,
    "Days that the account of requests is kept.")
S(GITHUB_REPO_OWNER, TEXT, "",
    0, 0, NULL, "Log", STORED, false,
    "Whose repository is looked at for a newer version.")
S(GITHUB_REPO_NAME, TEXT, "",
    0, 0, NULL, "Log", STORED, false,
    "Which of the owner's repositories.")

/* What the old database was; ours is DATABASE_URL. */
S(DATABASE_TYPE, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(SQLITE_DATABASE, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_HOST, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_PORT, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_USER, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_PASSWORD, TEXT, "",
    0, 0, "secret", "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_DATABASE, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")
S(MYSQL_SOCKET, TEXT, "",
    0, 0, NULL, "Obsolete", OBSOLETE, false,
    "All state is in PostgreSQL.")

/* clang-format on */
