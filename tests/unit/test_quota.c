/* pool/quota, pool/error_text: limits and delays in Google's errors. */
#include "pool/quota.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "google_errors.h"
#include "pool/error_body.h"
#include "unit.h"

static void
test_quota(void)
{
	static const struct {
		const char *name, *body;
		enum quota_kind quota;
		int64_t value, retry_ms;
	} rows[] = {
	    {"per minute", E429("m", QUOTA(VIOLATION(PER_MINUTE, "15"))),
		QUOTA_MINUTE, 15, -1},
	    {"tokens per minute",
		E429("m", QUOTA(VIOLATION(TOKENS_MINUTE, "250000"))),
		QUOTA_MINUTE_TOKENS, 250000, -1},
	    {"paid tokens per minute",
		E429("m",
		    QUOTA(VIOLATION("GenerateContentPaidTierInputTokens"
				    "PerModelPerMinute",
			"4000000"))),
		QUOTA_MINUTE_TOKENS, 4000000, -1},
	    {"per day with a short delay (case 43)",
		E429("m",
		    HELP "," QUOTA(VIOLATION(PER_DAY, "250")) "," RETRY("4s")),
		QUOTA_DAY, 250, 4000},
	    {"tokens per day", E429("m", QUOTA(VIOLATION(TOKENS_DAY, "9"))),
		QUOTA_DAY, 9, -1},
	    {"embeddings per day", E429("m", QUOTA(VIOLATION(EMBED_DAY, "9"))),
		QUOTA_DAY, 9, -1},
	    {"daily in words", E429("m", QUOTA(VIOLATION("DailyLimit", "1"))),
		QUOTA_DAY, 1, -1},
	    {"the worst of two, in order",
		E429("m",
		    QUOTA(VIOLATION(PER_MINUTE, "15") "," VIOLATION(
			PER_DAY, "250"))),
		QUOTA_DAY, 250, -1},
	    {"the worst of two, reversed",
		E429("m",
		    QUOTA(VIOLATION(PER_DAY, "250") "," VIOLATION(
			PER_MINUTE, "15"))),
		QUOTA_DAY, 250, -1},
	    {"value as a number",
		E429("m",
		    QUOTA(
			"{\"quotaId\":\"" PER_MINUTE "\",\"quotaValue\":10}")),
		QUOTA_MINUTE, 10, -1},
	    {"no value", E429("m", QUOTA("{\"quotaId\":\"" PER_MINUTE "\"}")),
		QUOTA_MINUTE, -1, -1},
	    {"a value of nothing", E429("m", QUOTA(VIOLATION(PER_MINUTE, "0"))),
		QUOTA_ZERO, 0, -1},
	    {"unknown id", E429("m", QUOTA(VIOLATION("Weekly", "7"))),
		QUOTA_UNKNOWN, 7, -1},
	    {"RetryInfo goes before the message",
		E429("Please retry in 59.5s.", RETRY("26s")), QUOTA_UNKNOWN, -1,
		26000},
	    {"no details",
		E429("Resource has been exhausted (e.g. check "
		     "quota).",
		    ""),
		QUOTA_UNKNOWN, -1, -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		UNIT_ROW(e.code == 429, rows[i].name);
		UNIT_ROW(e.quota.kind == rows[i].quota, rows[i].name);
		UNIT_ROW(e.quota.value == rows[i].value, rows[i].name);
		UNIT_ROW(e.retry_ms == rows[i].retry_ms, rows[i].name);
		error_body_clear(&e);
	}
}

/* Which limits are told, of which model: what keywheel.limits may learn. */
static void
test_limits(void)
{
#define DIMENSIONS "\"quotaDimensions\":{\"location\":\"global\",\"model\":"
	static const struct {
		const char *name, *body;
		int64_t limits[LIMIT__MAX];
		const char *model;
	} rows[] = {
	    {"all four",
		E429("m",
		    QUOTA(VIOLATION(PER_MINUTE, "15") "," VIOLATION(
			TOKENS_MINUTE, "250000") "," VIOLATION(PER_DAY,
			"250") "," VIOLATION(TOKENS_DAY, "1000000"))),
		{15, 250000, 250, 1000000}, ""},
	    {"in two details",
		E429("m",
		    QUOTA(VIOLATION(PER_MINUTE, "15")) "," QUOTA(
			VIOLATION(PER_DAY, "250"))),
		{15, -1, 250, -1}, ""},
	    {"embeddings",
		E429("m",
		    QUOTA(VIOLATION(EMBED_MINUTE, "100") "," VIOLATION(
			EMBED_DAY, "1000"))),
		{100, -1, 1000, -1}, ""},
	    {"the model",
		E429("m",
		    QUOTA("{\"quotaId\":\"" PER_DAY
			  "\",\"quotaValue\":\"20\"," DIMENSIONS
			  "\"gemini-2.5-flash\"}}")),
		{-1, -1, 20, -1}, "gemini-2.5-flash"},
	    {"no model's name",
		E429("m",
		    QUOTA("{\"quotaId\":\"" PER_DAY
			  "\",\"quotaValue\":\"20\"," DIMENSIONS "\"a b\"}}")),
		{-1, -1, 20, -1}, ""},
	    {"a limit of nothing is none to be learned",
		E429("m", QUOTA(VIOLATION(PER_DAY, "0"))), {-1, -1, -1, -1},
		""},
	    {"one that nobody can have",
		E429("m", QUOTA(VIOLATION(PER_DAY, "99999999999999999"))),
		{-1, -1, -1, -1}, ""},
	    {"of answers, not of prompts",
		E429("m",
		    QUOTA(VIOLATION(
			"GenerateContentOutputTokensPerModelPerMinute",
			"9000"))),
		{-1, -1, -1, -1}, ""},
	    {"of all models together",
		E429("m",
		    QUOTA(
			VIOLATION("GenerateRequestsPerMinutePerProject", "9"))),
		{-1, -1, -1, -1}, ""},
	    {"only in words",
		E429("* Quota exceeded for metric: x, limit: 10, model: y",
		    QUOTA("{\"quotaId\":\"" PER_MINUTE "\"}")),
		{10, -1, -1, -1}, ""},
	    {"in words, but which of two",
		E429("limit: 10, model: y, limit: 20, model: y",
		    QUOTA("{\"quotaId\":\"" PER_MINUTE
			  "\"},{\"quotaId\":\"" PER_DAY "\"}")),
		{-1, -1, -1, -1}, ""},
	    {"in words without details", E429("limit: 10, model: y", ""),
		{-1, -1, -1, -1}, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct error_body e;
		error_body_read(&e, rows[i].body, strlen(rows[i].body));
		for (int k = 0; k < LIMIT__MAX; k++)
			UNIT_ROW(e.quota.limits[k] == rows[i].limits[k],
			    rows[i].name);
		UNIT_ROW(unit_same(e.quota.model, rows[i].model), rows[i].name);
		error_body_clear(&e);
	}
}

static void
test_zero_limit(void)
{
	static const struct {
		const char *message;
		bool zero;
	} rows[] = {
	    {"limit: 0", true},
	    {"limit:0", true},
	    {"limit: 0, model: gemini-2.5-pro", true},
	    {"limit:   0.", true},
	    {"limit:\\n0", true},
	    {"limit: 0. Please", true},
	    {"limit: 20, limit: 0", true},
	    {"limit: 0.5", false},
	    {"limit: 05", false},
	    {"limit: 10", false},
	    {"limit: 100, model: x", false},
	    {"limit 0", false},
	    {"limit:", false},
	    {"no limits", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf body;
		struct error_body e;
		buf_init(&body, BUF_SMALL);
		buf_fmt(&body, E429("%s", ""), rows[i].message);
		error_body_read(&e, body.data, body.len);
		UNIT_ROW((e.quota.kind == QUOTA_ZERO) == rows[i].zero,
		    rows[i].message);
		error_body_clear(&e);
		buf_clear(&body);
	}
}

static void
test_delays(void)
{
	static const struct {
		const char *delay;
		int64_t ms;
	} rows[] = {
	    {"26s", 26000},
	    {"26.59s", 26590},
	    {"26.590s", 26590},
	    {"590ms", 590},
	    {"590.7ms", 591},
	    {"0s", 0},
	    {"0.0001s", 1},
	    {"26.592314567s", 26593},
	    {"1m30s", 90000},
	    {"13h5m6.5s", 47106500},
	    {"3600s", 3600000},
	    {"99999999999999999999s", 48 * 3600 * 1000},
	    {"9999999h", 48 * 3600 * 1000},
	    {"", -1},
	    {"s", -1},
	    {"-4s", -1},
	    {"soon", -1},
	    {"26", -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf body;
		struct error_body e;

		/* In RetryInfo, and in words. */
		buf_init(&body, BUF_SMALL);
		buf_fmt(&body, E429("m", RETRY("%s")), rows[i].delay);
		error_body_read(&e, body.data, body.len);
		UNIT_ROW(e.retry_ms == rows[i].ms, rows[i].delay);
		error_body_clear(&e);

		buf_reset(&body);
		buf_fmt(&body, E429("Quota. Please retry in %s.", ""),
		    rows[i].delay);
		error_body_read(&e, body.data, body.len);
		UNIT_ROW(e.retry_ms == rows[i].ms, rows[i].delay);
		error_body_clear(&e);
		buf_clear(&body);
	}
}

static CU_TestInfo tests[] = {
    {"the kind of quota", test_quota},
    {"the limits that are told", test_limits},
    {"a limit of zero", test_zero_limit},
    {"delays", test_delays},
    CU_TEST_INFO_NULL,
};

struct unit_suite quota_suite = {"pool/quota", tests};
