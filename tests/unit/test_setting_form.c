/* Tests of the form of the settings: what was typed, as values. */
#include "admin/setting_form.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"
#include "web/query.h"

static const struct master_key master = {.seal = {1}, .hash = {2}};
static struct settings *now;

/* The value, or ! and the reason, or nothing where nothing is to be done, or
 * ? where others came first. */
static void
judge(struct setting_form *form, enum setting_id id, struct buf *out)
{
	struct buf value;
	buf_init(&value, BUF_LARGE);
	switch (setting_form_judge(form, id, now, &value)) {
	case SETTING_NEW:
		buf_str(out, buf_cstr(&value));
		break;
	case SETTING_OTHERS:
		buf_fmt(out, "?%s", buf_cstr(&value));
		break;
	case SETTING_BAD:
		buf_fmt(out, "!%s", buf_cstr(&form->drafts[id].why));
		break;
	case SETTING_SAME:
		break;
	}
	buf_clear(&value);
}

/* {NAME} in fields stands for was.NAME with the mark of what is in force. */
static bool
read_form(struct setting_form *form, enum setting_id id, const char *fields)
{
	char mark[SETTING_MARK + 1];
	struct buf text;
	setting_mark(&master, id, settings_text(now, id), mark);
	buf_init(&text, BUF_LARGE);
	buf_fmt(&text, "was.%s=%s&%s", setting_def(id)->name, mark, fields);
	bool ok = setting_form_read(form, buf_cstr(&text));
	buf_clear(&text);
	return ok;
}

struct row {
	enum setting_id id;
	const char *fields, *value;
};

static const struct row rows[] = {
    /* One input. */
    {SETTING_ID_MAX_RETRIES, "v.MAX_RETRIES=4", "4"},
    {SETTING_ID_MAX_RETRIES, "v.MAX_RETRIES=+4+", "4"},
    {SETTING_ID_MAX_RETRIES, "v.MAX_RETRIES=3", ""},
    {SETTING_ID_MAX_RETRIES,
	"v.MAX_RETRIES=", "!must be a whole number from 0 to 10"},
    {SETTING_ID_MAX_RETRIES, "v.MAX_RETRIES=4%00",
	"!must not contain control characters"},
    {SETTING_ID_URL_CONTEXT_ENABLED,
	"v.URL_CONTEXT_ENABLED=false&v.URL_CONTEXT_ENABLED=true", "true"},
    {SETTING_ID_URL_CONTEXT_ENABLED, "v.URL_CONTEXT_ENABLED=false", ""},
    {SETTING_ID_LOG_LEVEL, "v.LOG_LEVEL=debug", "DEBUG"},
    {SETTING_ID_EMBEDDING_MODEL, "whole.EMBEDDING_MODEL=m", "m"},
    /* Lists. */
    {SETTING_ID_SEARCH_MODELS, "v.SEARCH_MODELS=a&v.SEARCH_MODELS=+b+",
	"[\"a\",\"b\"]"},
    {SETTING_ID_SEARCH_MODELS, "v.SEARCH_MODELS=&v.SEARCH_MODELS=+", "[]"},
    {SETTING_ID_SEARCH_MODELS, "", "[]"},
    {SETTING_ID_SEARCH_MODELS,
	"v.SEARCH_MODELS=gemini-2.5-flash&v.SEARCH_MODELS=gemini-2.5-pro", ""},
    {SETTING_ID_SEARCH_MODELS,
	"v.SEARCH_MODELS=a&drop.SEARCH_MODELS=1&v.SEARCH_MODELS=b&"
	"v.SEARCH_MODELS=&drop.SEARCH_MODELS=1",
	"[\"b\"]"},
    {SETTING_ID_SEARCH_MODELS,
	"v.SEARCH_MODELS=a&bulk.SEARCH_MODELS=b%0D%0A"
	"%0D%0A+c+%0Ad,e",
	"[\"a\",\"b\",\"c\",\"d,e\"]"},
    {SETTING_ID_SEARCH_MODELS,
	"v.SEARCH_MODELS=a&clear.SEARCH_MODELS=1&bulk.SEARCH_MODELS=b",
	"[\"b\"]"},
    {SETTING_ID_SEARCH_MODELS, "v.SEARCH_MODELS=%22%5B", "[\"\\\"[\"]"},
    {SETTING_ID_CORS_ORIGINS, "v.CORS_ORIGINS=*&v.CORS_ORIGINS=x",
	"!element 2 must be * or an origin such as https://example.org, "
	"without a path"},
    /* Maps. */
    {SETTING_ID_THINKING_BUDGET_MAP,
	"k.THINKING_BUDGET_MAP=m&v.THINKING_BUDGET_MAP=-1&"
	"k.THINKING_BUDGET_MAP=&v.THINKING_BUDGET_MAP=",
	"{\"m\":-1}"},
    {SETTING_ID_THINKING_BUDGET_MAP,
	"k.THINKING_BUDGET_MAP=m&v.THINKING_BUDGET_MAP=",
	"!each value must be a number from -1 to 32767"},
    {SETTING_ID_THINKING_BUDGET_MAP,
	"k.THINKING_BUDGET_MAP=&v.THINKING_BUDGET_MAP=1",
	"!must not have an empty name"},
    {SETTING_ID_THINKING_BUDGET_MAP, "bulk.THINKING_BUDGET_MAP=a%3D1%0Ab%3A+2",
	"{\"a\":1,\"b\":2}"},
    {SETTING_ID_THINKING_BUDGET_MAP, "bulk.THINKING_BUDGET_MAP=a%3D1%0Aa%3D1",
	"!has two rows of the same name"},
    {SETTING_ID_CUSTOM_HEADERS, "k.CUSTOM_HEADERS=X-A&v.CUSTOM_HEADERS=5",
	"{\"X-A\":\"5\"}"},
    {SETTING_ID_SAFETY_SETTINGS, "k.SAFETY_SETTINGS=C&v.SAFETY_SETTINGS=OFF",
	"[{\"category\":\"C\",\"threshold\":\"OFF\"}]"},
    {SETTING_ID_SAFETY_SETTINGS, "k.SAFETY_SETTINGS=C&v.SAFETY_SETTINGS=",
	"!must be a list of {\"category\": text, \"threshold\": text}"},
    /* Secrets. */
    {SETTING_ID_PICGO_API_KEY, "v.PICGO_API_KEY=", ""},
    {SETTING_ID_PICGO_API_KEY, "v.PICGO_API_KEY=x", "x"},
    {SETTING_ID_PICGO_API_KEY, "seal.PICGO_API_KEY=00",
	"!is not what this page has sent"},
    {SETTING_ID_PROXIES,
	"seal.PROXIES=00&v.PROXIES=", "!has a row that is none of this page"},
    {SETTING_ID_PROXIES, "seal.PROXIES=00&v.PROXIES=http://a",
	"[\"http://a\"]"},
    /* Whose is to count. */
    {SETTING_ID_MAX_RETRIES, "whole.MAX_RETRIES=4&take.MAX_RETRIES=mine", "4"},
    {SETTING_ID_MAX_RETRIES, "whole.MAX_RETRIES=4&take.MAX_RETRIES=theirs", ""},
    {SETTING_ID_MAX_RETRIES, "was.MAX_RETRIES=x&v.MAX_RETRIES=4", "?4"},
    {SETTING_ID_MAX_RETRIES, "was.MAX_RETRIES=x&v.MAX_RETRIES=3", ""},
};

static void
test_values(void)
{
	struct buf got;
	buf_init(&got, BUF_LARGE);
	now = settings_new();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct setting_form *form = setting_form_new(&master);
		buf_reset(&got);
		bool ok = read_form(form, rows[i].id, rows[i].fields);
		judge(form, rows[i].id, &got);
		if (!ok || strcmp(buf_cstr(&got), rows[i].value) != 0)
			printf("%s: got %s, expected %s\n", rows[i].fields,
			    buf_cstr(&got), rows[i].value);
		CU_ASSERT(ok);
		CU_ASSERT_STRING_EQUAL(buf_cstr(&got), rows[i].value);
		setting_form_free(form);
	}
	settings_free(now);
	buf_clear(&got);
}

static void
test_foreign(void)
{
	static const char *const fields[] = {"v.LOG_LEVEL=DEBUG",
	    "was.NONE=", "was.API_KEYS=", "was.MYSQL_HOST=", "x.MAX_RETRIES=1",
	    ".MAX_RETRIES=1", "v.MAX_RETRIES=%ff", "v.max_retries=1"};
	now = settings_new();
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		struct setting_form *form = setting_form_new(&master);
		bool ok = read_form(form, SETTING_ID_MAX_RETRIES, fields[i]);
		if (ok)
			printf("%s was taken\n", fields[i]);
		CU_ASSERT(!ok);
		setting_form_free(form);
	}
	settings_free(now);
}

/* What is in the form, when it is shown, comes back as it was. */
static void
test_round_trip(void)
{
	now = settings_new();
	CU_ASSERT(settings_put(now, SETTING_ID_CUSTOM_HEADERS,
	    "{\"X-A\":5,\"X-B\":\"5\",\"X-C\":\"a: =b\"}"));
	CU_ASSERT(settings_put(now, SETTING_ID_SAFETY_SETTINGS,
	    "[{\"category\":\"A\",\"threshold\":\"B\"}]"));
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		struct setting_form *form = setting_form_new(&master);
		struct buf value;
		buf_init(&value, BUF_LARGE);
		setting_form_fill(form, id, now);
		enum setting_verdict verdict =
		    setting_form_judge(form, id, now, &value);
		if (verdict != SETTING_SAME)
			printf("%s: %s\n", setting_def(id)->name,
			    buf_cstr(&value));
		CU_ASSERT_EQUAL(verdict, SETTING_SAME);
		buf_clear(&value);
		setting_form_free(form);
	}
	settings_free(now);
}

static void
test_seals(void)
{
	struct buf sealed, value;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	setting_seal(&master, SETTING_ID_PROXIES, "http://a:b@c", &sealed);
	CU_ASSERT(setting_unseal(
	    &master, SETTING_ID_PROXIES, buf_cstr(&sealed), &value));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&value), "http://a:b@c");
	CU_ASSERT(!setting_unseal(
	    &master, SETTING_ID_PICGO_API_KEY, buf_cstr(&sealed), &value));
	sealed.data[0] = sealed.data[0] == '0' ? '1' : '0';
	CU_ASSERT(!setting_unseal(
	    &master, SETTING_ID_PROXIES, buf_cstr(&sealed), &value));
	CU_ASSERT(!setting_unseal(&master, SETTING_ID_PROXIES, "", &value));
	CU_ASSERT(!setting_unseal(&master, SETTING_ID_PROXIES, "xy", &value));
	buf_clear(&value);
	buf_clear(&sealed);
}

static CU_TestInfo tests[] = {
    {"makes values of what was typed", test_values},
    {"refuses fields of other forms", test_foreign},
    {"changes nothing that was not touched", test_round_trip},
    {"seals for one setting alone", test_seals},
    CU_TEST_INFO_NULL,
};

struct unit_suite setting_form_suite = {"admin/setting_form", tests};
