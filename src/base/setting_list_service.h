/* Settings of how answers go out and are kept, of the jobs and of the log. A
 * part of base/setting_list.h, which tells what a row is. */

/* clang-format off */

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

/* Response cache */
S(RESPONSE_CACHE_MODELS, LIST, "[]",
    0, 0, NULL, "Response cache", STORED, true,
    "Models whose answers are kept, to be given again when the same is asked "
    "once more. A * at the end stands for any rest of a name; tokens may have "
    "a word of their own. Only what is asked for with temperature 0 or a seed, "
    "and without tools that look around.")
S(RESPONSE_CACHE_SHARED, BOOL, "false",
    0, 0, NULL, "Response cache", STORED, true,
    "A token may get answers that were made for another one.")
S(RESPONSE_CACHE_TTL, INT, "3600",
    1, 2592000, NULL, "Response cache", STORED, true,
    "Seconds that an answer is kept.")
S(RESPONSE_CACHE_ADMIT, INT, "2",
    1, 100, NULL, "Response cache", STORED, true,
    "An answer is kept when it is asked for so many times within "
    "RESPONSE_CACHE_TTL; 1 keeps each.")
S(RESPONSE_CACHE_MAX_MB, INT, "64",
    1, 100000, NULL, "Response cache", STORED, true,
    "The most that all answers may take, in megabytes; what is worth least "
    "goes first.")
S(RESPONSE_CACHE_MAX_ANSWER_KB, INT, "256",
    1, 65536, NULL, "Response cache", STORED, true,
    "The largest answer that is kept, in kilobytes.")

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

/* Alerts */
S(ALERT_WEBHOOKS, LIST, "[]",
    0, 0, "receiver|secret|single", "Alerts", STORED, true,
    "Who is told of alarms, one a row: json URL, slack URL, feishu URL "
    "secret=SECRET, telegram URL chat_id=ID. `keywheel alerts test` tries "
    "them.")
S(ALERT_KINDS, LIST,
    "[\"pool_low\",\"no_key\",\"key_died\",\"leaked_key\",\"storm\","
    "\"location\",\"proxy_down\",\"budget_80\",\"budget_100\","
    "\"job_late\"]",
    0, 0, "alarm", "Alerts", STORED, true,
    "The kinds of alarms that are told; job_failed is one as well.")
S(ALERT_POOL_LOW_PERCENT, INT, "10",
    0, 100, NULL, "Alerts", STORED, true,
    "A pool is nearly empty when fewer than so many percent of its keys can "
    "be used; 0: never.")
S(ALERT_QUIET_MINUTES, INT, "15",
    0, 1440, NULL, "Alerts", STORED, true,
    "Minutes before the same alarm is told again, however often it comes and "
    "goes.")
S(GATEWAY_NAME, TEXT, "",
    0, 0, NULL, "Alerts", STORED, true,
    "What this gateway is called in alerts. Empty: by the host of PUBLIC_URL, "
    "or that of the machine.")

/* Metrics */
S(METRICS_TOKEN, TEXT, "",
    0, 0, "secret", "Metrics", STORED, true,
    "Whoever sends this in Authorization (Bearer) may read /metrics; empty: "
    "only the administrator's token, and METRICS_ADDRESSES.")
S(METRICS_ADDRESSES, LIST, "[]",
    0, 0, "network", "Metrics", STORED, true,
    "Addresses and networks, such as 10.0.0.0/8, that may read /metrics "
    "without a token. What counts is the address that the web server tells; "
    "behind a proxy on the same machine that is 127.0.0.1 for everybody.")

/* Log */
S(LOG_LEVEL, CHOICE, "INFO",
    0, 0, "DEBUG|INFO|WARNING|ERROR|CRITICAL", "Log", STORED, true,
    "The lowest level that is logged.")
S(LOG_FORMAT, CHOICE, "text",
    0, 0, "text|json", "Log", STORED, true,
    "The form of the log's lines: fields as name=value, or one JSON object a "
    "line.")
S(LOG_REQUESTS, BOOL, "true",
    0, 0, NULL, "Log", STORED, true,
    "A line for each request when it has ended; its level goes by how it "
    "ended.")
S(KEYWHEEL_HEADERS, BOOL, "true",
    0, 0, NULL, "Log", STORED, true,
    "Answers of the API say in fields x-keywheel-… how many attempts it took, "
    "how long keywheel itself, whose limit it was, what was changed.")
S(ERROR_LOG_RECORD_REQUEST_BODY, BOOL, "false",
    0, 0, NULL, "Log", STORED, true,
    "Keep the bodies of requests that failed: the first 64 kB of what people "
    "have written, without pictures and files, sealed with the master key. "
    "Whoever may see the pages can read them.")
S(AUTO_DELETE_ERROR_LOGS_ENABLED, BOOL, "true",
    0, 0, NULL, "Log", STORED, true,
    "Delete old failed attempts, and the bodies of requests that failed. What "
    "they sum up to by day stays.")
S(AUTO_DELETE_ERROR_LOGS_DAYS, INT, "7",
    1, 3650, NULL, "Log", STORED, true,
    "Days that failed attempts are kept. Whole days (UTC) go at once.")
S(AUTO_DELETE_REQUEST_LOGS_ENABLED, BOOL, "false",
    0, 0, NULL, "Log", STORED, true,
    "Delete old rows of the account of requests. What they sum up to by day "
    "stays.")
S(AUTO_DELETE_REQUEST_LOGS_DAYS, INT, "30",
    1, 3650, NULL, "Log", STORED, true,
    "Days that the account of requests is kept. Whole days (UTC) go at once.")
S(ACCOUNT_MAX_MB, INT, "0",
    0, 100000000, NULL, "Log", STORED, true,
    "The most that the account may take, in megabytes: requests, failed "
    "attempts and recorded bodies. The oldest days go first, today never. 0 "
    "sets no limit.")
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
