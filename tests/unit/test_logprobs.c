/* Tests of log probabilities. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/logprobs.h"

#define MAX ((size_t)1024 * 1024)

static void
test_logprob_rows(void)
{
	static const struct {
		const char *name, *result, *text;
	} rows[] = {
	    {"empty", "{}", ""},
	    {"no top candidates",
		"{\"chosenCandidates\":[{\"token\":\"a\",\"logProbability\":-1}"
		"]}",
		"{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
		"\"top_logprobs\":[]}"},
	    {"different lengths",
		"{\"chosenCandidates\":[{\"token\":\"a\"}],\"topCandidates\":[{"
		"}"
		",{}]}",
		""},
	    {"a number that is none",
		"{\"chosenCandidates\":[{\"token\":7,\"logProbability\":"
		"\"-Infinity\"}]}",
		"{\"token\":\"\",\"logprob\":-9999.0,\"bytes\":[],"
		"\"top_logprobs\":[]}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *o =
		    json_parse(rows[i].result, strlen(rows[i].result), NULL);
		struct buf out;
		buf_init(&out, MAX);
		size_t n = logprobs_write(o, &out);
		UNIT_ROW((n > 0) == (rows[i].text[0] != '\0'), rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), rows[i].text) == 1, rows[i].name);
		json_object_put(o);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"Gemini's lists as OpenAI's", test_logprob_rows},
    CU_TEST_INFO_NULL,
};

struct unit_suite logprobs_suite = {"protocol/logprobs", tests};
