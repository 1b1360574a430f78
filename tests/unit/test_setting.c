/* Tests of base/setting: the table and sets of values. */
#include "base/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "unit.h"

extern struct unit_suite setting_suite;

static const struct setting_def *
def_of(const char *name)
{
	int id = setting_find(name);
	return id < 0 ? NULL : setting_def((enum setting_id)id);
}

/* Every name of gemini-balance's configuration. */
static const char *const old_names[] = {"DATABASE_TYPE", "SQLITE_DATABASE",
    "MYSQL_HOST", "MYSQL_PORT", "MYSQL_USER", "MYSQL_PASSWORD",
    "MYSQL_DATABASE", "MYSQL_SOCKET", "API_KEYS", "ALLOWED_TOKENS",
    "AUTH_TOKEN", "BASE_URL", "VERTEX_API_KEYS", "VERTEX_EXPRESS_BASE_URL",
    "MAX_FAILURES", "MAX_RETRIES", "TIME_OUT", "TEST_MODEL", "PROXIES",
    "PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY", "CUSTOM_HEADERS",
    "URL_NORMALIZATION_ENABLED", "SEARCH_MODELS", "IMAGE_MODELS",
    "FILTERED_MODELS", "TOOLS_CODE_EXECUTION_ENABLED", "URL_CONTEXT_ENABLED",
    "URL_CONTEXT_MODELS", "SHOW_SEARCH_LINK", "SHOW_THINKING_PROCESS",
    "THINKING_MODELS", "THINKING_BUDGET_MAP", "SAFETY_SETTINGS", "TTS_MODEL",
    "TTS_VOICE_NAME", "TTS_SPEED", "ENABLE_TTS", "PAID_KEY",
    "CREATE_IMAGE_MODEL", "UPLOAD_PROVIDER", "SMMS_SECRET_TOKEN",
    "PICGO_API_KEY", "PICGO_API_URL", "CLOUDFLARE_IMGBED_URL",
    "CLOUDFLARE_IMGBED_AUTH_CODE", "CLOUDFLARE_IMGBED_UPLOAD_FOLDER",
    "OSS_ENDPOINT", "OSS_ENDPOINT_INNER", "OSS_ACCESS_KEY",
    "OSS_ACCESS_KEY_SECRET", "OSS_BUCKET_NAME", "OSS_REGION",
    "STREAM_OPTIMIZER_ENABLED", "STREAM_MIN_DELAY", "STREAM_MAX_DELAY",
    "STREAM_SHORT_TEXT_THRESHOLD", "STREAM_LONG_TEXT_THRESHOLD",
    "STREAM_CHUNK_SIZE", "FAKE_STREAM_ENABLED",
    "FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS", "CHECK_INTERVAL_HOURS",
    "TIMEZONE", "LOG_LEVEL", "ERROR_LOG_RECORD_REQUEST_BODY",
    "AUTO_DELETE_ERROR_LOGS_ENABLED", "AUTO_DELETE_ERROR_LOGS_DAYS",
    "AUTO_DELETE_REQUEST_LOGS_ENABLED", "AUTO_DELETE_REQUEST_LOGS_DAYS",
    "FILES_CLEANUP_ENABLED", "FILES_CLEANUP_INTERVAL_HOURS",
    "FILES_USER_ISOLATION_ENABLED", "ADMIN_SESSION_EXPIRE", "GITHUB_REPO_OWNER",
    "GITHUB_REPO_NAME"};

static const char *const new_names[] = {"PASS_UNKNOWN_METHODS", "KEY_PATTERN",
    "PAID_MODELS", "PAID_AS_LAST_RESORT", "MAX_WAIT_SECONDS",
    "MAX_WAITING_REQUESTS", "CORS_ORIGINS", "RATE_LIMIT_HEADERS",
    "CONNECT_TIMEOUT", "FIRST_BYTE_TIMEOUT", "IDLE_TIMEOUT",
    "ADAPTIVE_DEADLINES", "FIRST_BYTE_FLOOR", "IDLE_FLOOR",
    "DEADLINE_OVERRIDES", "HEARTBEAT_AFTER", "RETRY_AFTER_MAX", "MAX_BODY_MB",
    "MAX_UPLOAD_MB", "MAX_ANSWER_MB", "ALLOW_PRIVATE_URLS", "URL_ALLOW_LIST",
    "FETCH_MAX_MB", "FETCH_TIMEOUT", "EMBEDDING_MODEL", "IMAGES_AS_MARKDOWN",
    "THOUGHTS_AS_TAGS", "BUILT_IN_TOOLS_BY_NAME", "FILL_MISSING_RESULTS",
    "TRAILING_ASSISTANT", "BLOCKED_PROMPT_AS_ERROR", "MODELS_CACHE_SECONDS",
    "SIGNATURE_HOURS", "CONVERSATION_AFFINITY", "TTS_VOICES",
    "TRANSCRIPTION_MODEL", "UPLOAD_TIMEOUT", "CHAT_PICTURE_LINKS", "PUBLIC_URL",
    "PICTURE_HOURS", "PICTURE_STORE_MB", "SMMS_API_URL", "FAKE_STREAM_MODELS",
    "RESPONSE_CACHE_MODELS", "RESPONSE_CACHE_SHARED", "RESPONSE_CACHE_TTL",
    "RESPONSE_CACHE_ADMIT", "RESPONSE_CACHE_MAX_MB",
    "RESPONSE_CACHE_MAX_ANSWER_KB", "JOBS_AFTER_REQUESTS", "FILES_KEEP_HOURS",
    "LOG_FORMAT", "LOG_REQUESTS", "KEYWHEEL_HEADERS", "METRICS_TOKEN",
    "METRICS_ADDRESSES", "ALERT_WEBHOOKS", "ALERT_KINDS",
    "ALERT_POOL_LOW_PERCENT", "ALERT_QUIET_MINUTES", "GATEWAY_NAME",
    "ACCOUNT_MAX_MB"};

static const char *const old_in_force[] = {"BASE_URL", "MAX_RETRIES",
    "TIME_OUT", "LOG_LEVEL", "ERROR_LOG_RECORD_REQUEST_BODY", "CUSTOM_HEADERS",
    "SAFETY_SETTINGS", "SHOW_THINKING_PROCESS", "MAX_FAILURES",
    "FILTERED_MODELS", "API_KEYS", "ALLOWED_TOKENS", "AUTH_TOKEN",
    "SEARCH_MODELS", "IMAGE_MODELS", "TOOLS_CODE_EXECUTION_ENABLED",
    "URL_CONTEXT_ENABLED", "URL_CONTEXT_MODELS", "SHOW_SEARCH_LINK",
    "THINKING_MODELS", "THINKING_BUDGET_MAP", "URL_NORMALIZATION_ENABLED",
    "STREAM_OPTIMIZER_ENABLED", "STREAM_MIN_DELAY", "STREAM_MAX_DELAY",
    "STREAM_SHORT_TEXT_THRESHOLD", "STREAM_LONG_TEXT_THRESHOLD",
    "STREAM_CHUNK_SIZE", "FAKE_STREAM_ENABLED",
    "FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS", "VERTEX_EXPRESS_BASE_URL",
    "VERTEX_API_KEYS", "PAID_KEY", "TEST_MODEL", "CHECK_INTERVAL_HOURS",
    "TIMEZONE", "ADMIN_SESSION_EXPIRE", "PROXIES",
    "PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY", "TTS_MODEL", "TTS_VOICE_NAME",
    "TTS_SPEED", "CREATE_IMAGE_MODEL", "UPLOAD_PROVIDER", "SMMS_SECRET_TOKEN",
    "PICGO_API_KEY", "PICGO_API_URL", "CLOUDFLARE_IMGBED_URL",
    "CLOUDFLARE_IMGBED_AUTH_CODE", "CLOUDFLARE_IMGBED_UPLOAD_FOLDER",
    "OSS_ENDPOINT", "OSS_ENDPOINT_INNER", "OSS_ACCESS_KEY",
    "OSS_ACCESS_KEY_SECRET", "OSS_BUCKET_NAME", "OSS_REGION",
    "FILES_CLEANUP_ENABLED", "FILES_CLEANUP_INTERVAL_HOURS",
    "FILES_USER_ISOLATION_ENABLED", "AUTO_DELETE_ERROR_LOGS_ENABLED",
    "AUTO_DELETE_ERROR_LOGS_DAYS", "AUTO_DELETE_REQUEST_LOGS_ENABLED",
    "AUTO_DELETE_REQUEST_LOGS_DAYS"};

static bool
is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
test_names(void)
{
	CU_ASSERT_EQUAL(
	    SETTING__MAX, COUNT_OF(old_names) + COUNT_OF(new_names));
	for (size_t i = 0; i < COUNT_OF(old_names); i++)
		UNIT_ROW(def_of(old_names[i]) != NULL, old_names[i]);
	for (size_t i = 0; i < COUNT_OF(new_names); i++)
		UNIT_ROW(def_of(new_names[i]) != NULL, new_names[i]);
	CU_ASSERT_EQUAL(setting_find("max_retries"), -1);
	CU_ASSERT_EQUAL(setting_find(""), -1);
	CU_ASSERT_EQUAL(setting_find("MAX_RETRIES"), SETTING_ID_MAX_RETRIES);
}

static void
test_table(void)
{
	for (int i = 0; i < SETTING__MAX; i++) {
		const struct setting_def *d = setting_def((enum setting_id)i);
		UNIT_ROW(setting_find(d->name) == i, d->name);
		UNIT_ROW(d->help != NULL && strlen(d->help) > 10, d->name);
		UNIT_ROW(d->group != NULL && *d->group != '\0', d->name);
		UNIT_ROW((d->type == SETTING_INT || d->type == SETTING_NUMBER)
			? d->low < d->high
			: d->low <= d->high,
		    d->name);
		UNIT_ROW(
		    d->type != SETTING_CHOICE || d->choices != NULL, d->name);
		UNIT_ROW(d->home != SETTING_OBSOLETE || !d->in_force, d->name);
		UNIT_ROW(d->in_force ==
			(is_among(d->name, new_names, COUNT_OF(new_names)) ||
			    is_among(
				d->name, old_in_force, COUNT_OF(old_in_force))),
		    d->name);

		/* The default is legal and already canonical. */
		struct buf out, why;
		buf_init(&out, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		UNIT_ROW(
		    setting_check((enum setting_id)i, d->fallback, &out, &why),
		    d->name);
		UNIT_ROW(unit_same(buf_cstr(&out), d->fallback), d->name);
		UNIT_ROW(why.len == 0, d->name);
		buf_clear(&why);
		buf_clear(&out);
	}
}

static void
test_homes(void)
{
	static const struct {
		const char *name;
		enum setting_home home;
	} rows[] = {
	    {"DATABASE_TYPE", SETTING_OBSOLETE},
	    {"SQLITE_DATABASE", SETTING_OBSOLETE},
	    {"MYSQL_PASSWORD", SETTING_OBSOLETE},
	    {"API_KEYS", SETTING_KEYS},
	    {"VERTEX_API_KEYS", SETTING_KEYS},
	    {"PAID_KEY", SETTING_KEYS},
	    {"ALLOWED_TOKENS", SETTING_TOKENS},
	    {"AUTH_TOKEN", SETTING_TOKENS},
	    {"CUSTOM_HEADERS", SETTING_STORED},
	    {"MAX_RETRIES", SETTING_STORED},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    def_of(rows[i].name)->home == rows[i].home, rows[i].name);
	CU_ASSERT(setting_has_choice(def_of("AUTH_TOKEN"), "secret"));
	CU_ASSERT(setting_has_choice(def_of("AUTH_TOKEN"), "single"));
	CU_ASSERT(!setting_has_choice(def_of("AUTH_TOKEN"), "secre"));
	CU_ASSERT(!setting_has_choice(def_of("AUTH_TOKEN"), "secrets"));
	CU_ASSERT(!setting_has_choice(def_of("TIME_OUT"), "secret"));
}

static void
test_set(void)
{
	struct settings *s = settings_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(settings_version(s), 0);
	settings_set_version(s, 12);
	CU_ASSERT_EQUAL(settings_version(s), 12);

	CU_ASSERT_EQUAL(settings_int(s, SETTING_ID_MAX_RETRIES), 3);
	CU_ASSERT_EQUAL(settings_int(s, SETTING_ID_SHOW_SEARCH_LINK), 1);
	CU_ASSERT_EQUAL(
	    settings_bytes(s, SETTING_ID_FETCH_MAX_MB), 20 * 1024 * 1024);
	CU_ASSERT_EQUAL(settings_int(s, SETTING_ID_URL_CONTEXT_ENABLED), 0);
	CU_ASSERT_DOUBLE_EQUAL(
	    settings_number(s, SETTING_ID_STREAM_MIN_DELAY), 0.016, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(
	    settings_number(s, SETTING_ID_TIME_OUT), 300, 1e-9);
	CU_ASSERT_STRING_EQUAL(settings_text(s, SETTING_ID_LOG_LEVEL), "INFO");
	CU_ASSERT(
	    settings_has(s, SETTING_ID_FILTERED_MODELS, "gemini-pro-vision"));
	CU_ASSERT(!settings_has(s, SETTING_ID_FILTERED_MODELS, "gemini-pro"));
	CU_ASSERT(!settings_has(s, SETTING_ID_LOG_LEVEL, "INFO"));
	CU_ASSERT_PTR_NULL(settings_json(s, SETTING_ID_LOG_LEVEL));

	CU_ASSERT(settings_put(s, SETTING_ID_MAX_RETRIES, " 7 "));
	CU_ASSERT_EQUAL(settings_int(s, SETTING_ID_MAX_RETRIES), 7);
	CU_ASSERT_STRING_EQUAL(settings_text(s, SETTING_ID_MAX_RETRIES), "7");
	CU_ASSERT(settings_put(s, SETTING_ID_FILTERED_MODELS, "x,y"));
	CU_ASSERT_EQUAL(
	    json_count(settings_json(s, SETTING_ID_FILTERED_MODELS)), 2);
	CU_ASSERT(settings_has(s, SETTING_ID_FILTERED_MODELS, "y"));

	/* A bad value changes nothing. */
	CU_ASSERT(!settings_put(s, SETTING_ID_MAX_RETRIES, "11"));
	CU_ASSERT(!settings_put(s, SETTING_ID_FILTERED_MODELS, "[1]"));
	CU_ASSERT_EQUAL(settings_int(s, SETTING_ID_MAX_RETRIES), 7);
	CU_ASSERT(settings_has(s, SETTING_ID_FILTERED_MODELS, "y"));
	settings_free(s);
	settings_free(NULL);
}

static CU_TestInfo tests[] = {
    {"knows every name", test_names},
    {"has a sound table", test_table},
    {"knows where each value goes", test_homes},
    {"keeps sets of values", test_set},
    CU_TEST_INFO_NULL,
};

struct unit_suite setting_suite = {"base/setting", tests};
