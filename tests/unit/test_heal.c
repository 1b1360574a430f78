/* pool/heal: how often, and what the answer to a probe shows. */
#include "pool/heal.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)

static void
test_intervals(void)
{
	const struct {
		const char *name, *reason;
		int probes;
		int64_t check_s, want;
	} rows[] = {
	    {"an invalid key: a day", "invalid_key", 0, HOUR, DAY},
	    {"… then two", "invalid_key", 1, HOUR, 2 * DAY},
	    {"… sixteen", "invalid_key", 4, HOUR, 16 * DAY},
	    {"… a month at most", "invalid_key", 5, HOUR, 30 * DAY},
	    {"… for ever", "invalid_key", 1000000, HOUR, 30 * DAY},
	    {"suspended", "project_suspended", 2, HOUR, 4 * DAY},
	    {"not enabled: an hour", "not_enabled", 0, 60, HOUR},
	    {"… two", "not_enabled", 1, 60, 2 * HOUR},
	    {"… a day at most", "not_enabled", 9, 60, DAY},
	    {"restricted", "restricted_key", 0, HOUR, HOUR},
	    {"forbidden: the setting", "forbidden", 0, 1800, 1800},
	    {"… doubled", "forbidden", 2, 1800, 7200},
	    {"… a day at most", "forbidden", 20, 1800, DAY},
	    {"unauthenticated", "unauthenticated", 1, HOUR, 2 * HOUR},
	    {"the setting goes before shorter ones", "not_enabled", 0, 3 * HOUR,
		3 * HOUR},
	    {"… also before the last", "not_enabled", 0, 3 * DAY, 3 * DAY},
	    {"… and doubles nothing then", "not_enabled", 5, 3 * DAY, 3 * DAY},
	    {"leaked: never", "leaked_key", 0, HOUR, -1},
	    {"by hand: never", "cli", 0, HOUR, -1},
	    {"nothing: never", "", 0, HOUR, -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(heal_interval_s(rows[i].reason, rows[i].probes,
			     rows[i].check_s) == rows[i].want,
		    rows[i].name);
}

/* Every reason in the list has an interval, and each is there once. */
static void
test_reasons(void)
{
	size_t n = 0;
	for (; heal_reason(n) != NULL; n++) {
		CU_ASSERT(heal_interval_s(heal_reason(n), 0, HOUR) > 0);
		for (size_t i = 0; i < n; i++)
			CU_ASSERT(!unit_same(heal_reason(i), heal_reason(n)));
	}
	CU_ASSERT_EQUAL(n, 6);
}

static enum heal_finding
finding(enum attempt_end end, int status, const char *body)
{
	struct error_body error;
	struct attempt_facts facts = {.end = end, .status = status};
	error_body_read(&error, body, strlen(body));
	if (end == ATTEMPT_REFUSED)
		facts.error = &error;
	struct verdict verdict = verdict_of(&facts);
	error_body_clear(&error);
	return heal_judge(&verdict);
}

#define GOOGLE(status, message) \
	"{\"error\":{\"code\":" #status ",\"message\":\"" message "\"}}"

#define TOKENS                                                                \
	"{\"error\":{\"code\":429,\"message\":\"x\",\"details\":[{\"@type\":" \
	"\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":["    \
	"{\"quotaId\":\"GenerateContentInputTokensPerModelPerMinute-"         \
	"FreeTier\"}"                                                         \
	"]}]}}"

static void
test_findings(void)
{
	const struct {
		const char *name;
		enum attempt_end end;
		int status;
		const char *body;
		enum heal_finding want;
	} rows[] = {
	    {"an answer", ATTEMPT_ANSWERED, 200, "", HEAL_ALIVE},
	    {"a prompt that is blocked", ATTEMPT_BLOCKED, 200, "", HEAL_ALIVE},
	    {"a 429 of the minute", ATTEMPT_REFUSED, 429,
		GOOGLE(429, "Please retry in 20s."), HEAL_SPENT},
	    {"a 429 without details", ATTEMPT_REFUSED, 429,
		GOOGLE(429, "Resource has been exhausted"), HEAL_SPENT},
	    {"a 429 of the minute's tokens", ATTEMPT_REFUSED, 429, TOKENS,
		HEAL_SPENT},
	    {"no balance", ATTEMPT_REFUSED, 402, GOOGLE(402, "x"), HEAL_SPENT},
	    {"no model for the project", ATTEMPT_REFUSED, 429,
		GOOGLE(429, "limit: 0, model: x"), HEAL_SPENT},
	    {"no capacity: the model's trouble", ATTEMPT_REFUSED, 429,
		GOOGLE(429, "No capacity available for model x"), HEAL_NOTHING},
	    {"an invalid key", ATTEMPT_REFUSED, 400,
		GOOGLE(400, "API key not valid."), HEAL_DEAD},
	    {"a leak", ATTEMPT_REFUSED, 403,
		GOOGLE(403, "Your API key was reported as leaked."), HEAL_DEAD},
	    {"unauthenticated", ATTEMPT_REFUSED, 401, GOOGLE(401, "x"),
		HEAL_DEAD},
	    {"forbidden", ATTEMPT_REFUSED, 403, GOOGLE(403, "x"), HEAL_DEAD},
	    {"the place", ATTEMPT_REFUSED, 400,
		GOOGLE(400, "User location is not supported"), HEAL_NOTHING},
	    {"TEST_MODEL is gone", ATTEMPT_REFUSED, 404,
		GOOGLE(404, "models/x is not found for API version"),
		HEAL_NOTHING},
	    {"overloaded", ATTEMPT_REFUSED, 503, GOOGLE(503, "x"),
		HEAL_NOTHING},
	    {"an error of Google's", ATTEMPT_REFUSED, 500, GOOGLE(500, "x"),
		HEAL_NOTHING},
	    {"somebody in between", ATTEMPT_REFUSED, 502, "<html>",
		HEAL_NOTHING},
	    {"a page of a hotel", ATTEMPT_GARBLED, 200, "", HEAL_NOTHING},
	    {"out of reach", ATTEMPT_UNREACHABLE, 0, "", HEAL_NOTHING},
	    {"no answer", ATTEMPT_NO_FIRST_BYTE, 0, "", HEAL_NOTHING},
	    {"cut", ATTEMPT_CUT, 200, "", HEAL_NOTHING},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(finding(rows[i].end, rows[i].status, rows[i].body) ==
			rows[i].want,
		    rows[i].name);
	UNIT_ROW(unit_same(heal_word(HEAL_NOTHING), "nothing"), "nothing");
	UNIT_ROW(unit_same(heal_word(HEAL_SPENT), "alive"), "spent is alive");
	UNIT_ROW(unit_same(heal_word(HEAL_DEAD), "dead"), "dead");
}

static CU_TestInfo tests[] = {
    {"intervals", test_intervals},
    {"reasons", test_reasons},
    {"findings", test_findings},
    CU_TEST_INFO_NULL,
};

struct unit_suite heal_suite = {"pool/heal", tests};
