/* base/alert_receiver: the elements of ALERT_WEBHOOKS. */
#include "base/alert_receiver.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_read(void)
{
	static const struct {
		const char *text;
		enum alert_form form;
		const char *url, *word, *name;
	} rows[] = {
	    {"json https://h/x", ALERT_JSON, "https://h/x", NULL,
		"json https://h/…"},
	    {"JSON http://10.0.0.1:8080/x?y=z bearer=a=b", ALERT_JSON,
		"http://10.0.0.1:8080/x?y=z", "a=b",
		"json http://10.0.0.1:8080/…"},
	    {"json http://[::1]:80", ALERT_JSON, "http://[::1]:80", NULL,
		"json http://[::1]:80/…"},
	    {"  slack \t https://hooks.slack.com/services/T0/B0/x ",
		ALERT_SLACK, "https://hooks.slack.com/services/T0/B0/x", NULL,
		"slack https://hooks.slack.com/…"},
	    {"feishu https://h/hook/x", ALERT_FEISHU, "https://h/hook/x", NULL,
		"feishu https://h/…"},
	    {"feishu https://h/hook/x secret=s", ALERT_FEISHU,
		"https://h/hook/x", "s", "feishu https://h/…"},
	    {"telegram https://h/bot1:x/sendMessage chat_id=@c", ALERT_TELEGRAM,
		"https://h/bot1:x/sendMessage", "@c", "telegram https://h/…"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct alert_receiver r;
		const char *why;
		UNIT_ROW(
		    alert_receiver_read(&r, rows[i].text, &why), rows[i].text);
		UNIT_ROW(r.form == rows[i].form, rows[i].text);
		UNIT_ROW(unit_same(r.url, rows[i].url), rows[i].text);
		UNIT_ROW(unit_same(r.word, rows[i].word), rows[i].text);
		UNIT_ROW(unit_same(r.name, rows[i].name), rows[i].text);
		alert_receiver_clear(&r);
	}
}

#define FORM "does not begin with json, slack"
#define URL "has no URL that begins"
#define MORE "has something behind its URL"

static void
test_refuse(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"", FORM},
	    {"https://h/secret", FORM},
	    {"slackhttps://h/secret", FORM},
	    {"mail https://h/secret", FORM},
	    {"slack", URL},
	    {"slack secret", URL},
	    {"slack ftp://h/secret", URL},
	    {"slack https:///secret", URL},
	    {"slack https://user:secret@h/x", URL},
	    {"slack https://h/secret#x", "has a URL with quotes"},
	    {"slack https://h/\"secret", "has a URL with quotes"},
	    {"slack https://h/x secret=secret", MORE},
	    {"json https://h/x secret=secret", MORE},
	    {"json https://h/x Bearer=secret", MORE},
	    {"feishu https://h/x secret", MORE},
	    {"feishu https://h/x secret=", "has an empty word"},
	    {"feishu https://h/x secret=secret secret=secret",
		"has a word twice"},
	    {"telegram https://h/bot1:secret/sendMessage", "lacks the chat"},
	    {"telegram https://h/bot1:secret chat_id=1",
		"has a URL that does not end with /sendMessage"},
	    {"telegram https://h chat_id=1",
		"has a URL that does not end with /sendMessage"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct alert_receiver r;
		const char *why = NULL;
		UNIT_ROW(
		    !alert_receiver_read(&r, rows[i].text, &why), rows[i].text);
		UNIT_ROW(why != NULL &&
			strncmp(why, rows[i].why, strlen(rows[i].why)) == 0 &&
			strstr(why, "secret") == NULL,
		    rows[i].text);
		alert_receiver_clear(&r);
	}
}

static void
test_quoted(void)
{
	static const struct {
		const char *text;
		bool quoted;
	} rows[] = {
	    {"", false},
	    {"Not Found", false},
	    {"sendMessage failed", false},
	    {"h does not know hook", false},
	    {"no bot 123456:abcdefgh", true},
	    {"chat -10077 not found", true},
	    {"/bot123456:abcdefgh/sendMessage", true},
	    {"token=q-value-1", true},
	};
	struct alert_receiver r;
	const char *why;
	CU_ASSERT_TRUE(alert_receiver_read(&r,
	    "telegram https://h/hook/bot123456:abcdefgh/sendMessage"
	    "?token=q-value-1 chat_id=-10077",
	    &why));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(alert_receiver_is_quoted(&r, rows[i].text) ==
			rows[i].quoted,
		    rows[i].text);
	alert_receiver_clear(&r);
}

static CU_TestInfo tests[] = {
    {"elements that are taken", test_read},
    {"elements that are refused", test_refuse},
    {"what quotes a receiver", test_quoted},
    CU_TEST_INFO_NULL,
};

struct unit_suite alert_receiver_suite = {"base/alert_receiver", tests};
