/* pool/verdict: every row of the table of verdicts, through real bodies. */
#include "pool/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "pool/verdict_words.h"
#include "unit.h"
#include "verdict_cases.h"
#include "verdict_quota_cases.h"

static void
check(const struct expectation *e)
{
	struct error_body error;
	struct attempt_facts facts = {.end = e->end,
	    .status = e->status,
	    .file_route = e->file_route,
	    .prompt_tokens = 100000};
	if (e->body != NULL) {
		error_body_read(&error, e->body, strlen(e->body));
		facts.error = &error;
	}
	struct verdict v = verdict_of(&facts);
	const struct verdict *want = &e->verdict;

	if (!unit_same(v.name, want->name))
		fprintf(stderr, "got %s, expected %s\n", v.name, want->name);
	UNIT_ROW(unit_same(v.name, want->name), e->row);
	UNIT_ROW(v.reason != NULL && v.reason[0] != '\0', e->row);
	UNIT_ROW(v.retry == want->retry, e->row);
	UNIT_ROW(v.retry_limit == want->retry_limit, e->row);
	UNIT_ROW(v.wait_ms == want->wait_ms, e->row);
	UNIT_ROW(v.rest == want->rest, e->row);
	UNIT_ROW(v.rest_all_models == want->rest_all_models, e->row);
	UNIT_ROW(v.rest_ms == want->rest_ms, e->row);
	UNIT_ROW(v.rest_cap_ms == want->rest_cap_ms, e->row);
	UNIT_ROW(v.rest_until_midnight == want->rest_until_midnight, e->row);
	UNIT_ROW(v.disable_after == want->disable_after, e->row);
	UNIT_ROW(v.disable_project == want->disable_project, e->row);
	UNIT_ROW(v.clears_faults == want->clears_faults, e->row);
	UNIT_ROW(v.long_rest == want->long_rest, e->row);
	UNIT_ROW(v.sign == want->sign, e->row);
	UNIT_ROW(v.stumble == want->stumble, e->row);
	UNIT_ROW(v.unserved == want->unserved, e->row);
	UNIT_ROW(v.alarm == want->alarm, e->row);
	UNIT_ROW(v.fault == want->fault, e->row);
	if (e->body != NULL)
		error_body_clear(&error);
}

#define TEST_OF(table)                                       \
	static void test_##table(void)                       \
	{                                                    \
		for (size_t i = 0; i < COUNT_OF(table); i++) \
			check(&table[i]);                    \
	}

TEST_OF(ends)
TEST_OF(bad_requests)
TEST_OF(key_faults)
TEST_OF(not_found)
TEST_OF(quotas)
TEST_OF(server_errors)
TEST_OF(odd)

static void
check_words(const struct expectation *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		UNIT_ROW(verdict_words_find(rows[i].verdict.name) != NULL,
		    rows[i].verdict.name);
}

/* Each verdict has words for people, and each only once. */
static void
test_words(void)
{
	check_words(ends, COUNT_OF(ends));
	check_words(bad_requests, COUNT_OF(bad_requests));
	check_words(key_faults, COUNT_OF(key_faults));
	check_words(not_found, COUNT_OF(not_found));
	check_words(quotas, COUNT_OF(quotas));
	check_words(server_errors, COUNT_OF(server_errors));
	check_words(odd, COUNT_OF(odd));
	for (int i = 0; i < verdict_n_words; i++) {
		const struct verdict_words *words = &verdict_words[i];
		UNIT_ROW(verdict_words_find(words->name) == words, words->name);
		UNIT_ROW(*words->title != '\0' && *words->text != '\0' &&
			*verdict_blame_words(words->blame) != '\0',
		    words->name);
	}
	CU_ASSERT_PTR_NULL(verdict_words_find("none of these"));
	CU_ASSERT_PTR_NULL(verdict_words_find(NULL));
}

/* Whatever comes, a verdict makes sense: a retry has a limit, a rest has an
 * end, and what blames a key is never the client's doing. */
static void
test_sense(void)
{
	for (int end = ATTEMPT_ANSWERED; end <= ATTEMPT_CLIENT_GONE; end++)
		for (int status = 0; status < 700; status++) {
			struct attempt_facts facts = {
			    .end = (enum attempt_end)end, .status = status};
			struct verdict v = verdict_of(&facts);
			bool rests = v.rest_ms > 0 || v.rest_until_midnight;
			bool blames = v.disable_after > 0 || rests;
			CU_ASSERT(
			    (v.retry == RETRY_NEVER) == (v.retry_limit == 0));
			CU_ASSERT((v.rest != REST_NOTHING) == rests);
			CU_ASSERT(!v.disable_project || v.disable_after > 0);
			CU_ASSERT(!blames || end == ATTEMPT_REFUSED);
			CU_ASSERT(!v.clears_faults || v.fault == FAULT_NONE);
		}
}

static CU_TestInfo tests[] = {
    {"ends without an error of Google's", test_ends},
    {"400: key, place, request", test_bad_requests},
    {"401, 402, 403: key and project", test_key_faults},
    {"404 and its neighbours", test_not_found},
    {"429: quotas", test_quotas},
    {"5xx", test_server_errors},
    {"odd statuses", test_odd},
    {"every verdict makes sense", test_sense},
    {"words for people", test_words},
    CU_TEST_INFO_NULL,
};

struct unit_suite verdict_suite = {"pool/verdict", tests};
