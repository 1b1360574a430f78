/* Tests of pool/token_rule. */
#include "pool/token_rule.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

extern struct unit_suite token_rule_suite;

#define NOW INT64_C(1767225600) /* 2026-01-01 00:00:00Z */

struct row {
	const char *text, *json; /* NULL: it is refused */
};

static void
check(enum token_rule rule, const struct row *rows, size_t n)
{
	const char *member = token_rule_member(rule);
	for (size_t i = 0; i < n; i++) {
		struct json_object *rules = json_object_new_object();
		struct buf out;
		buf_init(&out, BUF_LARGE);
		bool ok = token_rule_read(rule, rows[i].text, NOW, rules);
		json_write(&out, json_get(rules, member));
		UNIT_ROW(ok == (rows[i].json != NULL), rows[i].text);
		UNIT_ROW(!ok || strcmp(buf_cstr(&out), rows[i].json) == 0,
		    rows[i].text);
		buf_clear(&out);
		json_object_put(rules);
	}
}

static void
test_texts(void)
{
	static const struct row names[] = {
	    {"a", "\"a\""},
	    {"团队 \"x\"", "\"团队 \\\"x\\\"\""},
	    {"", NULL},
	    {"a\nb", NULL},
	    {"a\x7f", NULL},
	    {"\xff", NULL},
	};
	static const struct row notes[] = {
	    {"", "\"\""},
	    {"<b>", "\"<b>\""},
	    {"a\tb", NULL},
	};
	char longest[102];
	memset(longest, 'n', sizeof(longest));
	longest[100] = '\0';
	struct json_object *rules = json_object_new_object();
	CU_ASSERT(token_rule_read(TOKEN_NAME, longest, NOW, rules));
	longest[100] = 'n';
	longest[101] = '\0';
	CU_ASSERT(!token_rule_read(TOKEN_NAME, longest, NOW, rules));
	json_object_put(rules);
	check(TOKEN_NAME, names, COUNT_OF(names));
	check(TOKEN_NOTE, notes, COUNT_OF(notes));
}

static void
test_expires(void)
{
	static const struct row rows[] = {
	    {"", "null"},
	    {"never", "null"},
	    {"2026-12-31", "\"2026-12-31 23:59:59Z\""},
	    {"2026-12-31 18:00", "\"2026-12-31 18:00:00Z\""},
	    {"2026-12-31T18:00:07Z", "\"2026-12-31 18:00:07Z\""},
	    {"2028-02-29", "\"2028-02-29 23:59:59Z\""},
	    {"1d", "\"2026-01-02 00:00:00Z\""},
	    {"36h", "\"2026-01-02 12:00:00Z\""},
	    {"2027-02-29", NULL},
	    {"2026-13-01", NULL},
	    {"2026-12-31 24:00", NULL},
	    {"2026-12-31 18:60", NULL},
	    {"2026-12-31x18:00", NULL},
	    {"2026-12-31 18", NULL},
	    {"2026-1-1", NULL},
	    {"31.12.2026", NULL},
	    {"0d", NULL},
	    {"d", NULL},
	    {"99999d", NULL},
	    {"tomorrow", NULL},
	};
	check(TOKEN_EXPIRES, rows, COUNT_OF(rows));
}

static void
test_lists(void)
{
	static const struct row models[] = {
	    {"", "null"},
	    {" \n", "null"},
	    {"all", "null"},
	    {"*", "null"},
	    {"gemini-2.5-*\r\nmodels/other, third",
		"[\"gemini-2.5-*\",\"other\",\"third\"]"},
	    {"a/b", NULL},
	    {"a*b", NULL},
	    {"<b>", NULL},
	};
	static const struct row addresses[] = {
	    {"", "null"},
	    {"all", "null"},
	    {"192.0.2.9/24;::1\n10.0.0.1",
		"[\"192.0.2.0/24\",\"::1\",\"10.0.0.1\"]"},
	    {"192.0.2.9/24, localhost", NULL},
	};
	check(TOKEN_MODELS, models, COUNT_OF(models));
	check(TOKEN_ADDRESSES, addresses, COUNT_OF(addresses));

	struct json_object *rules = json_object_new_object();
	struct buf many;
	buf_init(&many, BUF_LARGE);
	for (int i = 0; i < 100; i++)
		buf_fmt(&many, "m%d\n", i);
	CU_ASSERT(token_rule_read(TOKEN_MODELS, buf_cstr(&many), NOW, rules));
	buf_str(&many, "one-more");
	CU_ASSERT(!token_rule_read(TOKEN_MODELS, buf_cstr(&many), NOW, rules));
	buf_clear(&many);
	json_object_put(rules);
}

static void
test_limits(void)
{
	static const struct row rows[] = {
	    {"", "null"},
	    {"none", "null"},
	    {"1", "1"},
	    {"1000000000000", "1000000000000"},
	    {"1000000000001", NULL},
	    {"0", NULL},
	    {"-1", NULL},
	    {"1.5", NULL},
	    {"many", NULL},
	};
	check(TOKEN_REQUESTS_MINUTE, rows, COUNT_OF(rows));
	check(TOKEN_TOKENS_DAY, rows, COUNT_OF(rows));

	static const struct row at_once[] = {
	    {"none", "null"},
	    {"1000000", "1000000"},
	    {"1000001", NULL},
	    {"0", NULL},
	};
	check(TOKEN_CONCURRENT, at_once, COUNT_OF(at_once));
}

static void
test_budget(void)
{
	static const struct row rows[] = {
	    {"", "null"},
	    {"none", "null"},
	    {"20 USD", "\"20\""},
	    {"0.50eur", "\"0.50\""},
	    {"999999999999.123456789  Cny", "\"999999999999.123456789\""},
	    {"0 USD", NULL},
	    {"0.00 USD", NULL},
	    {"-1 USD", NULL},
	    {".5 USD", NULL},
	    {"5. USD", NULL},
	    {"1,5 USD", NULL},
	    {"1e3 USD", NULL},
	    {"1.2.3 USD", NULL},
	    {"1000000000000 USD", NULL},
	    {"0.0000000001 USD", NULL},
	    {"20", NULL},
	    {"20 US", NULL},
	    {"20 USDT", NULL},
	    {"20 U$D", NULL},
	    {"20 USD ", NULL},
	    {"USD 20", NULL},
	    {"$20", NULL},
	};
	static const struct row switches[] = {
	    {"", "false"},
	    {"0", "false"},
	    {"off", "false"},
	    {"1", "true"},
	    {"on", "true"},
	    {"yes", NULL},
	};
	check(TOKEN_BUDGET, rows, COUNT_OF(rows));
	check(TOKEN_SHADOW, switches, COUNT_OF(switches));

	struct json_object *rules = json_object_new_object();
	CU_ASSERT(token_rule_read(TOKEN_BUDGET, "7 eur", NOW, rules));
	CU_ASSERT(unit_same(json_get_text(rules, "budget_currency"), "EUR"));
	CU_ASSERT(token_rule_read(TOKEN_BUDGET, "none", NOW, rules));
	CU_ASSERT_PTR_NULL(json_get_text(rules, "budget_currency"));
	json_object_put(rules);
}

static CU_TestInfo tests[] = {
    {"name and note", test_texts},
    {"when it ends", test_expires},
    {"lists", test_lists},
    {"limits", test_limits},
    {"budgets and switches", test_budget},
    CU_TEST_INFO_NULL,
};

struct unit_suite token_rule_suite = {"pool/token_rule", tests};
