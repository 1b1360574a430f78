/* protocol/alert: what is told of an alarm, to the byte, and what comes back.
 */
#include "protocol/alert.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

static const struct alert raised = {
    .state = ALERT_RAISED,
    .id = 12,
    .kind = "pool_low",
    .subject = "gemini",
    .text = "1 of 20 keys of the pool gemini can be used",
    .since = "2026-01-02T03:04:05Z",
    .times = 1,
    .gateway = "gw",
    .link = "https://gw.example",
};

static const struct alert hostile = {
    .state = ALERT_ENDED,
    .id = 13,
    .kind = "unheard_of",
    .subject = "<!channel> <at user_id=\"all\">\n&",
    .text = "two\r\nlines",
    .since = "2026-01-02T03:04:05Z",
    .ended_at = "2026-01-02T13:04:05Z",
    .times = 3,
    .gateway = "gw",
    .link = "",
};

static const struct alert test = {
    .state = ALERT_TEST,
    .kind = "test",
    .subject = "*",
    .text = "a test",
    .since = "2026-01-02T03:04:05Z",
    .times = 1,
    .gateway = "gw",
    .link = "",
};

static void
test_text(void)
{
	static const struct {
		const struct alert *alert;
		const char *text;
	} rows[] = {
	    {&raised,
		"[keywheel gw] A pool is nearly empty: gemini\n"
		"1 of 20 keys of the pool gemini can be used\n"
		"Since 2026-01-02 03:04:05 UTC.\n"
		"What to do: Add keys, or look at why the others cannot be "
		"used.\n"
		"https://gw.example/keys"},
	    {&hostile,
		"[keywheel gw] Over: unheard_of: <!channel> <at "
		"user_id=\"all\"> &\n"
		"two  lines\n"
		"From 2026-01-02 03:04:05 UTC to 2026-01-02 13:04:05 UTC, 3 "
		"times."},
	    {&test,
		"[keywheel gw] This is a test: nothing is the matter. Alarms "
		"of this gateway will be told here."},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		alert_write_text(rows[i].alert, &out);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].text),
		    rows[i].alert->kind);
		buf_clear(&out);
	}
}

/* Telegram takes 4096 characters, Feishu 20 kB. */
static void
test_long(void)
{
	struct buf text, out;
	buf_init(&text, BUF_SMALL);
	buf_init(&out, BUF_SMALL);
	for (int i = 0; i < 5000; i++)
		buf_str(&text, "\xc3\xbc");
	struct alert alert = raised;
	alert.text = alert.subject = alert.gateway = buf_cstr(&text);
	alert_write_text(&alert, &out);
	CU_ASSERT_TRUE(out.len > 2000 && out.len < 3000);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&out), "\xc3\xbc…\nSince"));
	buf_clear(&text);
	buf_clear(&out);
}

static void
test_body(void)
{
	static const struct {
		const struct alert *alert;
		const char *receiver, *body;
	} rows[] = {
	    {&raised, "json https://h/x",
		"{\"version\":1,\"id\":12,\"kind\":\"pool_low\","
		"\"subject\":\"gemini\",\"state\":\"raised\",\"text\":\"1 of "
		"20 keys of the pool gemini can be used\",\"since\":"
		"\"2026-01-02T03:04:05Z\",\"ended_at\":null,\"times\":1,"
		"\"gateway\":\"gw\",\"advice\":\"Add keys, or look at why the "
		"others cannot be used.\",\"url\":\"https://gw.example/"
		"keys\"}"},
	    {&hostile, "json https://h/x",
		"{\"version\":1,\"id\":13,\"kind\":\"unheard_of\","
		"\"subject\":\"<!channel> <at user_id=\\\"all\\\">\\n&\","
		"\"state\":\"ended\",\"text\":\"two\\r\\nlines\",\"since\":"
		"\"2026-01-02T03:04:05Z\",\"ended_at\":"
		"\"2026-01-02T13:04:05Z\",\"times\":3,\"gateway\":\"gw\","
		"\"advice\":null}"},
	    {&hostile, "slack https://h/x",
		"{\"text\":\"[keywheel gw] Over: unheard_of: "
		"&lt;!channel&gt; &lt;at user_id=\\\"all\\\"&gt; &amp;\\ntwo  "
		"lines\\nFrom 2026-01-02 03:04:05 UTC to 2026-01-02 13:04:05 "
		"UTC, 3 times.\",\"mrkdwn\":false,\"unfurl_links\":false}"},
	    {&hostile, "feishu https://h/x",
		"{\"msg_type\":\"text\",\"content\":{\"text\":\"[keywheel gw] "
		"Over: unheard_of: ＜!channel> ＜at user_id=\\\"all\\\"> "
		"&\\ntwo  lines\\nFrom 2026-01-02 03:04:05 UTC to 2026-01-02 "
		"13:04:05 UTC, 3 times.\"}}"},
	    /* The signature by openssl: printf '' | openssl dgst -sha256 -hmac
	     * $'1599360473\ndemo' -binary | base64 */
	    {&test, "feishu https://h/x secret=demo",
		"{\"timestamp\":\"1599360473\",\"sign\":"
		"\"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=\","
		"\"msg_type\":\"text\",\"content\":{\"text\":\"[keywheel gw] "
		"This is a test: nothing is the matter. Alarms of this gateway "
		"will be told here.\"}}"},
	    {&test, "telegram https://h/bot1:x/sendMessage chat_id=-100",
		"{\"chat_id\":\"-100\",\"text\":\"[keywheel gw] This is a "
		"test: nothing is the matter. Alarms of this gateway will be "
		"told here.\",\"link_preview_options\":{\"is_disabled\":"
		"true}}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct alert_receiver r;
		struct buf out;
		const char *why;
		buf_init(&out, BUF_SMALL);
		UNIT_ROW(alert_receiver_read(&r, rows[i].receiver, &why),
		    rows[i].receiver);
		UNIT_ROW(alert_write_body(rows[i].alert, &r, 1599360473, &out),
		    rows[i].receiver);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].body), rows[i].body);
		alert_receiver_clear(&r);
		buf_clear(&out);
	}
}

static void
test_answer(void)
{
	static const struct {
		enum alert_form form;
		int status;
		const char *body;
		const char *why; /* NULL: it was taken */
		int64_t retry_after_s;
	} rows[] = {
	    {ALERT_JSON, 200, "anything", NULL, 0},
	    {ALERT_JSON, 204, "", NULL, 0},
	    {ALERT_JSON, 301, "", "status 301", 0},
	    {ALERT_JSON, 500, "{\"ok\":true}", "status 500", 0},
	    {ALERT_SLACK, 200, "ok", NULL, 0},
	    {ALERT_SLACK, 200, "ok\n", NULL, 0},
	    {ALERT_SLACK, 200, "", "it did not take it: status 200", 0},
	    {ALERT_SLACK, 200, "okay", "it did not take it: status 200: okay",
		0},
	    {ALERT_SLACK, 404, "no_service", "status 404: no_service", 0},
	    {ALERT_SLACK, 500, "<html>", "status 500", 0},
	    {ALERT_SLACK, 500, "ok", "status 500", 0},
	    {ALERT_FEISHU, 200, "{\"code\":0,\"msg\":\"success\"}", NULL, 0},
	    {ALERT_FEISHU, 200, "{\"code\":19021,\"msg\":\"sign match fail\"}",
		"it did not take it: status 200, code 19021: sign match fail",
		0},
	    {ALERT_FEISHU, 200, "{}", "it did not take it: status 200", 0},
	    {ALERT_FEISHU, 200, "ok", "it did not take it: status 200", 0},
	    {ALERT_FEISHU, 400, "{\"code\":0}", "status 400", 0},
	    {ALERT_TELEGRAM, 200, "{\"ok\":true,\"result\":{}}", NULL, 0},
	    {ALERT_TELEGRAM, 200, "{\"ok\":false}",
		"it did not take it: status 200", 0},
	    {ALERT_TELEGRAM, 429,
		"{\"ok\":false,\"description\":\"Too Many Requests: retry "
		"after 9\",\"parameters\":{\"retry_after\":9}}",
		"status 429: Too Many Requests: retry after 9", 9},
	    {ALERT_TELEGRAM, 502, "<html>", "status 502", 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf why;
		int64_t retry_after_s = 0;
		buf_init(&why, BUF_SMALL);
		bool ok = alert_read_answer(rows[i].form, rows[i].status,
		    rows[i].body, strlen(rows[i].body), &retry_after_s, &why);
		UNIT_ROW(ok == (rows[i].why == NULL), rows[i].body);
		UNIT_ROW(
		    ok || unit_same(buf_cstr(&why), rows[i].why), rows[i].body);
		UNIT_ROW(retry_after_s == rows[i].retry_after_s, rows[i].body);
		buf_clear(&why);
	}
}

static CU_TestInfo tests[] = {
    {"in words", test_text},
    {"long texts", test_long},
    {"in the forms of receivers", test_body},
    {"answers", test_answer},
    CU_TEST_INFO_NULL,
};

struct unit_suite alert_suite = {"protocol/alert", tests};
