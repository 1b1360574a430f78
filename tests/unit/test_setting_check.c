/* Tests of base/setting_check, base/setting_json and base/url. */
#include "base/setting.h"

#include <string.h>

#include "base/url.h"
#include "unit.h"

extern struct unit_suite setting_check_suite;

struct row {
	const char *name, *value;
	const char *text; /* canonical; NULL if it is refused */
	const char *why;
};

static void
check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		char row[200];
		snprintf(row, sizeof(row), "%s=%s", r->name, r->value);
		struct buf out, why;
		buf_init(&out, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		int id = setting_find(r->name);
		CU_ASSERT_FATAL(id >= 0);
		bool ok =
		    setting_check((enum setting_id)id, r->value, &out, &why);
		UNIT_ROW(ok == (r->text != NULL), row);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), r->text == NULL ? "" : r->text),
		    row);
		UNIT_ROW(
		    unit_same(buf_cstr(&why), r->why == NULL ? "" : r->why),
		    row);
		buf_clear(&why);
		buf_clear(&out);
	}
}

#define BOOLEAN "must be true or false"
#define RETRIES "must be a whole number from 0 to 10"
#define DELAY "must be a number from 0 to 10"
#define CONTROL "must not contain control characters"
#define HTTP                                                              \
	"must be a URL that starts with http:// or https:// and a host, " \
	"without user and password"

static void
test_scalars(void)
{
	static const struct row rows[] = {
	    {"KEY_PATTERN", " sk-[a-z]{20} ", "sk-[a-z]{20}", NULL},
	    {"KEY_PATTERN", "", NULL, "must have 1 to 1000 characters"},
	    {"KEY_PATTERN", "x*", NULL, "must not match the empty text"},
	    {"KEY_PATTERN", "(a)\\1", NULL, "must not refer back (\\1)"},
	    {"KEY_PATTERN", "\\\\1", "\\\\1", NULL},
	    {"KEY_PATTERN", "(a{3000}){3000}", NULL,
		"must not repeat as much as that"},
	    {"KEY_PATTERN", "a{2,1}", NULL,
		"must be a regular expression (POSIX extended): Invalid "
		"content of \\{\\}"},
	    {"KEY_PATTERN", "[a", NULL,
		"must be a regular expression (POSIX extended): Unmatched [, "
		"[^, [:, [., or [="},
	    {"SHOW_SEARCH_LINK", " TRUE\n", "true", NULL},
	    {"SHOW_SEARCH_LINK", "1", "true", NULL},
	    {"SHOW_SEARCH_LINK", "Yes", "true", NULL},
	    {"SHOW_SEARCH_LINK", "on", "true", NULL},
	    {"SHOW_SEARCH_LINK", "False", "false", NULL},
	    {"SHOW_SEARCH_LINK", "0", "false", NULL},
	    {"SHOW_SEARCH_LINK", "no", "false", NULL},
	    {"SHOW_SEARCH_LINK", "OFF", "false", NULL},
	    {"SHOW_SEARCH_LINK", "", NULL, BOOLEAN},
	    {"SHOW_SEARCH_LINK", "2", NULL, BOOLEAN},
	    {"SHOW_SEARCH_LINK", "truely", NULL, BOOLEAN},
	    {"MAX_RETRIES", "0", "0", NULL},
	    {"MAX_RETRIES", " 10 ", "10", NULL},
	    {"MAX_RETRIES", "007", "7", NULL},
	    {"MAX_RETRIES", "11", NULL, RETRIES},
	    {"MAX_RETRIES", "-1", NULL, RETRIES},
	    {"MAX_RETRIES", "1.0", NULL, RETRIES},
	    {"MAX_RETRIES", "1e1", NULL, RETRIES},
	    {"MAX_RETRIES", "", NULL, RETRIES},
	    {"MAX_RETRIES", "99999999999999999999", NULL, RETRIES},
	    {"TIME_OUT", "3601", NULL, "must be a whole number from 1 to 3600"},
	    {"STREAM_MIN_DELAY", "0.016", "0.016", NULL},
	    {"STREAM_MIN_DELAY", "00.50", "0.50", NULL},
	    {"STREAM_MIN_DELAY", "-0.0", "0.0", NULL},
	    {"STREAM_MIN_DELAY", "10", "10", NULL},
	    {"STREAM_MIN_DELAY", "10.001", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "-0.1", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "1e-2", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "nan", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "0x1", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "1.", NULL, DELAY},
	    {"STREAM_MIN_DELAY", ".5", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "0,5", NULL, DELAY},
	    {"STREAM_MIN_DELAY", "", NULL, DELAY},
	    {"CHECK_INTERVAL_HOURS", "0.5", "0.5", NULL},
	    {"LOG_LEVEL", "debug", "DEBUG", NULL},
	    {"LOG_LEVEL", "Critical", "CRITICAL", NULL},
	    {"LOG_LEVEL", "WARN", NULL,
		"must be one of: DEBUG, INFO, WARNING, ERROR, CRITICAL"},
	    {"LOG_LEVEL", "", NULL,
		"must be one of: DEBUG, INFO, WARNING, ERROR, CRITICAL"},
	    {"UPLOAD_PROVIDER", "PicGo", "picgo", NULL},
	    {"TTS_SPEED", "slow|normal", NULL,
		"must be one of: slow, normal, fast"},
	    {"TEST_MODEL", "  gemini 2  ", "gemini 2", NULL},
	    {"TEST_MODEL", "", "", NULL},
	    {"TEST_MODEL", "gr\xc3\xbcn", "gr\xc3\xbcn", NULL},
	    {"TEST_MODEL", "a\nb", NULL, CONTROL},
	    {"TEST_MODEL", "\xff", NULL, "must be valid UTF-8"},
	    {"MYSQL_PORT", "", "", NULL},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_urls(void)
{
	static const struct row rows[] = {
	    {"BASE_URL", "http://localhost:8080/v1beta",
		"http://localhost:8080/v1beta", NULL},
	    {"BASE_URL", "HTTPS://Host//", "HTTPS://Host", NULL},
	    {"BASE_URL", "http://[::1]:80/", "http://[::1]:80", NULL},
	    {"BASE_URL", "", NULL, HTTP},
	    {"BASE_URL", "localhost", NULL, HTTP},
	    {"BASE_URL", "ftp://host/", NULL, HTTP},
	    {"BASE_URL", "http://", NULL, HTTP},
	    {"BASE_URL", "https:///v1", NULL, HTTP},
	    {"BASE_URL", "http://:80/", NULL, HTTP},
	    {"BASE_URL", "http://h:0/", NULL, HTTP},
	    {"BASE_URL", "http://h:65536/", NULL, HTTP},
	    {"BASE_URL", "http://h:80000000000/", NULL, HTTP},
	    {"BASE_URL", "http://h:/", NULL, HTTP},
	    {"BASE_URL", "http://user:word@h/", NULL, HTTP},
	    {"BASE_URL", "http://user@h/", NULL, HTTP},
	    {"BASE_URL", "http://[]/", NULL, HTTP},
	    {"BASE_URL", "http://[::1/", NULL, HTTP},
	    {"BASE_URL", "http://a b/", NULL, HTTP},
	    {"BASE_URL", "http://h/a b", NULL,
		"must be a URL without blanks, quotes and #"},
	    {"BASE_URL", "http://h/#x", NULL,
		"must be a URL without blanks, quotes and #"},
	    {"BASE_URL", "http://h/?x=1", NULL,
		"must be a URL without a query"},
	    {"BASE_URL", "http://h/\r\nX: y", NULL, CONTROL},
	    {"CLOUDFLARE_IMGBED_URL", "", "", NULL},
	    {"CLOUDFLARE_IMGBED_URL", "https://i.example/upload/?a=b",
		"https://i.example/upload/?a=b", NULL},
	    {"PICGO_API_URL", "", NULL, HTTP},
	};
	check_rows(rows, COUNT_OF(rows));
	CU_ASSERT_STRING_EQUAL(url_rest("http://h:1?x"), "?x");
	CU_ASSERT_STRING_EQUAL(url_rest("http://h"), "");
	CU_ASSERT_PTR_NULL(url_rest("http//h"));
}

#define LIST_OF "must be a JSON list of texts, or texts with commas between: "
#define ELEMENT(n)                                                 \
	"element " n " must be a text that is not empty, without " \
	"control characters"

static void
test_lists(void)
{
	static const struct row rows[] = {
	    {"API_KEYS", "[\"a\", \"b,c\"]", "[\"a\",\"b,c\"]", NULL},
	    {"API_KEYS", "[\n\"a\",\n\"b\"\n]", "[\"a\",\"b\"]", NULL},
	    {"API_KEYS", "a, b ,,c,", "[\"a\",\"b\",\"c\"]", NULL},
	    {"API_KEYS", " , ", "[]", NULL},
	    {"API_KEYS", "", "[]", NULL},
	    {"API_KEYS", "one", "[\"one\"]", NULL},
	    {"API_KEYS", "a\"b", "[\"a\\\"b\"]", NULL},
	    {"API_KEYS", "['a']", NULL, LIST_OF "the text is not JSON"},
	    {"API_KEYS", "[\"a\"", NULL,
		LIST_OF "the text ends in the middle of a value"},
	    {"API_KEYS", "[\"a\"] b", NULL, LIST_OF "the text is not JSON"},
	    {"API_KEYS", "[\"a\",\"\"]", NULL, ELEMENT("2")},
	    {"API_KEYS", "[1]", NULL, ELEMENT("1")},
	    {"API_KEYS", "[null]", NULL, ELEMENT("1")},
	    {"API_KEYS", "[\"a\\u0000\"]", NULL, ELEMENT("1")},
	    {"API_KEYS", "a,b\rc", NULL, ELEMENT("2")},
	    {"AUTH_TOKEN", "sk-1,2", "[\"sk-1,2\"]", NULL},
	    {"AUTH_TOKEN", "", "[]", NULL},
	    {"PAID_KEY", "[\"a\"]", "[\"a\"]", NULL},
	    {"CORS_ORIGINS", "*", "[\"*\"]", NULL},
	    {"CORS_ORIGINS", "https://a.example, http://b:81",
		"[\"https://a.example\",\"http://b:81\"]", NULL},
	    {"CORS_ORIGINS", "https://a.example/", NULL,
		"element 1 must be * or an origin such as "
		"https://example.org, without a path"},
	    {"CORS_ORIGINS", "*,a.example", NULL,
		"element 2 must be * or an origin such as "
		"https://example.org, without a path"},
	    {"PROXIES", "http://h:1, socks5h://u:p@[::1]",
		"[\"http://h:1\",\"socks5h://u:p@[::1]\"]", NULL},
	    {"PROXIES", "[\"http://h\",\"socks4://u:secret@h\"]", NULL,
		"element 2 does not begin with http://, https://, socks5:// "
		"or socks5h://"},
	    {"PROXIES", "https://u:secret@h/x", NULL,
		"element 1 has something behind its host and port"},
	    {"ALERT_WEBHOOKS", "slack https://h/a,b",
		"[\"slack https://h/a,b\"]", NULL},
	    {"ALERT_WEBHOOKS", "[\"json http://h\",\"slack http\"]", NULL,
		"element 2 has no URL that begins with http:// or https:// and "
		"a host, without user and password, behind its form"},
	    {"ALERT_KINDS", "storm, no_key", "[\"storm\",\"no_key\"]", NULL},
	    {"ALERT_KINDS", "", "[]", NULL},
	    {"ALERT_KINDS", "all", NULL,
		"element 1 is no kind of alarm; see the manual for all of "
		"them"},
	};
	check_rows(rows, COUNT_OF(rows));
}

#define FREE_FIELD \
	"each name must be that of a header field which is free to set"
#define FIELD_VALUE \
	"each value must be a text without control characters, or a number"
#define BUDGET "each value must be a number from -1 to 32767"
#define SAFETY "must be a list of {\"category\": text, \"threshold\": text}"

static void
test_maps(void)
{
	static const struct row rows[] = {
	    {"CUSTOM_HEADERS", "{ \"X-A\" : \"b\", \"N\": 1.50, \"E\":\"\" }",
		"{\"X-A\":\"b\",\"N\":1.50,\"E\":\"\"}", NULL},
	    {"CUSTOM_HEADERS", "", "{}", NULL},
	    {"CUSTOM_HEADERS", "[]", NULL,
		"must be a JSON object: it is another kind of value"},
	    {"CUSTOM_HEADERS", "{'a':'b'}", NULL,
		"must be a JSON object: the text is not JSON"},
	    {"CUSTOM_HEADERS", "null", NULL,
		"must be a JSON object: the value is null"},
	    {"CUSTOM_HEADERS", "{\"\":\"b\"}", NULL,
		"must not have an empty name"},
	    {"CUSTOM_HEADERS", "{\"a b\":\"b\"}", NULL, FREE_FIELD},
	    {"CUSTOM_HEADERS", "{\"a:\":\"b\"}", NULL, FREE_FIELD},
	    {"CUSTOM_HEADERS", "{\"content-LENGTH\":1}", NULL, FREE_FIELD},
	    {"CUSTOM_HEADERS", "{\"a\":\"b\\r\\nC: d\"}", NULL, FIELD_VALUE},
	    {"CUSTOM_HEADERS", "{\"a\":\"\\u0000b\"}", NULL, FIELD_VALUE},
	    {"CUSTOM_HEADERS", "{\"a\":true}", NULL, FIELD_VALUE},
	    {"CUSTOM_HEADERS", "{\"a\":null}", NULL, FIELD_VALUE},
	    {"THINKING_BUDGET_MAP", "{\"m\":-1,\"n\":32767}",
		"{\"m\":-1,\"n\":32767}", NULL},
	    {"THINKING_BUDGET_MAP", "{\"m\":32768}", NULL, BUDGET},
	    {"THINKING_BUDGET_MAP", "{\"m\":\"1\"}", NULL, BUDGET},
	    {"SAFETY_SETTINGS", "[{\"category\":\"C\", \"threshold\":\"OFF\"}]",
		"[{\"category\":\"C\",\"threshold\":\"OFF\"}]", NULL},
	    {"SAFETY_SETTINGS", "", "[]", NULL},
	    {"SAFETY_SETTINGS", "{}", NULL, SAFETY},
	    {"SAFETY_SETTINGS", "[1]", NULL, SAFETY},
	    {"SAFETY_SETTINGS", "[{\"category\":\"C\"}]", NULL, SAFETY},
	    {"SAFETY_SETTINGS",
		"[{\"category\":\"C\",\"threshold\":\"O\",\"x\":1}]", NULL,
		SAFETY},
	    {"SAFETY_SETTINGS", "\"x\"", NULL,
		"must be a JSON list or object: it is another kind of value"},
	};
	check_rows(rows, COUNT_OF(rows));
}

static void
test_no_secret(void)
{
	/* A refusal never repeats what it refuses. */
	for (int i = 0; i < SETTING__MAX; i++) {
		struct buf out, why;
		buf_init(&out, BUF_SMALL);
		buf_init(&why, BUF_SMALL);
		(void)!setting_check(
		    (enum setting_id)i, "[{\"hunter2\"", &out, &why);
		UNIT_ROW(strstr(buf_cstr(&why), "hunter2") == NULL,
		    setting_def((enum setting_id)i)->name);
		buf_clear(&why);
		buf_clear(&out);
	}
}

static void
test_too_long(void)
{
	struct buf out, why;
	buf_init(&out, 3);
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(!setting_check(SETTING_ID_TEST_MODEL, "long", &out, &why));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&why), "is too long");
	buf_clear(&why);
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"checks plain values", test_scalars},
    {"checks URLs", test_urls},
    {"checks lists", test_lists},
    {"checks maps and JSON", test_maps},
    {"repeats no secret", test_no_secret},
    {"tells that a value is too long", test_too_long},
    CU_TEST_INFO_NULL,
};

struct unit_suite setting_check_suite = {"base/setting_check", tests};
