/* Tests of token counts. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/usage.h"

#define DETAILS(cached, audio_in, thought, audio_out)                    \
	"\"prompt_tokens_details\":{\"cached_tokens\":" cached           \
	",\"audio_tokens\":" audio_in                                    \
	"},\"completion_tokens_details\":{\"reasoning_tokens\":" thought \
	",\"audio_tokens\":" audio_out "}}"

static const struct {
	const char *name, *metadata, *openai;
} rows[] = {
    {"empty", "{}",
	"{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":"
	"0," DETAILS("0", "0", "0", "0")},
    {"thoughts count into the completion",
	"{\"promptTokenCount\":9,\"candidatesTokenCount\":3,"
	"\"thoughtsTokenCount\":38,\"totalTokenCount\":50}",
	"{\"prompt_tokens\":9,\"completion_tokens\":41,\"total_tokens\":"
	"50," DETAILS("0", "0", "38", "0")},
    {"tools count into the prompt, the cache is part of it",
	"{\"promptTokenCount\":100,\"toolUsePromptTokenCount\":20,"
	"\"cachedContentTokenCount\":64}",
	"{\"prompt_tokens\":120,\"completion_tokens\":0,\"total_tokens\":"
	"120," DETAILS("64", "0", "0", "0")},
    {"Google's total is believed",
	"{\"promptTokenCount\":1,\"totalTokenCount\":7}",
	"{\"prompt_tokens\":1,\"completion_tokens\":0,\"total_tokens\":"
	"7," DETAILS("0", "0", "0", "0")},
    {"audio by modality",
	"{\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":5},"
	"{\"modality\":\"AUDIO\",\"tokenCount\":40},7,{\"tokenCount\":1}],"
	"\"candidatesTokensDetails\":[{\"modality\":\"AUDIO\","
	"\"tokenCount\":2}]}",
	"{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":"
	"0," DETAILS("0", "40", "0", "2")},
    {"numbers as text, wrong types and negative ones",
	"{\"promptTokenCount\":\"12\",\"candidatesTokenCount\":[],"
	"\"thoughtsTokenCount\":-4,\"promptTokensDetails\":{}}",
	"{\"prompt_tokens\":12,\"completion_tokens\":0,\"total_tokens\":"
	"12," DETAILS("0", "0", "0", "0")},
    {"numbers beyond reason do not overflow",
	"{\"promptTokenCount\":9223372036854775807,"
	"\"toolUsePromptTokenCount\":9223372036854775807}",
	"{\"prompt_tokens\":18014398509481984,\"completion_tokens\":0,"
	"\"total_tokens\":18014398509481984," DETAILS("0", "0", "0", "0")},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *metadata = json_parse(
		    rows[i].metadata, strlen(rows[i].metadata), NULL);
		struct usage u = {0};
		struct buf text;
		buf_init(&text, BUF_SMALL);
		usage_read(&u, metadata);
		struct json_object *openai = usage_to_openai(&u);
		json_write(&text, openai);
		UNIT_ROW(u.known, rows[i].name);
		UNIT_ROW(unit_same(buf_cstr(&text), rows[i].openai) == 1,
		    rows[i].name);
		json_object_put(openai);
		json_object_put(metadata);
		buf_clear(&text);
	}
}

/* The last one counts, and nothing at all changes nothing. */
static void
test_last_counts(void)
{
	const char first[] = "{\"promptTokenCount\":5,"
			     "\"thoughtsTokenCount\":6}";
	const char last[] = "{\"promptTokenCount\":7}";
	struct json_object *a = json_parse(first, sizeof(first) - 1, NULL);
	struct json_object *b = json_parse(last, sizeof(last) - 1, NULL);
	struct usage u = {0};

	usage_read(&u, NULL);
	CU_ASSERT(!u.known);
	usage_read(&u, a);
	usage_read(&u, b);
	usage_read(&u, NULL);
	CU_ASSERT(u.known);
	CU_ASSERT_EQUAL(u.prompt, 7);
	CU_ASSERT_EQUAL(u.thought, 0);
	CU_ASSERT_EQUAL(u.total, 7);
	json_object_put(a);
	json_object_put(b);
}

static void
test_any(void)
{
	static const struct {
		const char *answer;
		int64_t prompt, cached, answered, thought, total;
	} answers[] = {
	    {"{\"usageMetadata\":{\"promptTokenCount\":5}}", 5, 0, 0, 0, 5},
	    {"{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9,"
	     "\"total_tokens\":12}}",
		3, 0, 9, 0, 12},
	    {"{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9,"
	     "\"total_tokens\":12,\"prompt_tokens_details\":"
	     "{\"cached_tokens\":2},\"completion_tokens_details\":"
	     "{\"reasoning_tokens\":4}}}",
		3, 2, 5, 4, 12},
	    {"{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
	     "\"total_tokens\":12}}",
		3, 0, 2, 7, 12},
	    {"{\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}", 3, 0, 0, 0,
		3},
	    {"{\"usage\":{\"total_input_tokens\":5,"
	     "\"total_cached_tokens\":1,\"total_output_tokens\":7,"
	     "\"total_thought_tokens\":2,\"total_tokens\":14}}",
		5, 1, 7, 2, 14},
	    {"{\"interaction\":{\"usage\":{\"total_input_tokens\":5}}}", 5, 0,
		0, 0, 5},
	    {"{\"usage\":[1]}", 1, 1, 1, 1, 1},
	    {"{\"usage\":{\"prompt_tokens\":null}}", 1, 1, 1, 1, 1},
	    {"[]", 1, 1, 1, 1, 1},
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct usage u = {true, 1, 1, 1, 1, 1, 0, 0};
		struct json_object *o = json_parse(
		    answers[i].answer, strlen(answers[i].answer), NULL);
		usage_read_any(&u, o);
		UNIT_ROW(u.prompt == answers[i].prompt &&
			u.cached == answers[i].cached &&
			u.answer == answers[i].answered &&
			u.thought == answers[i].thought &&
			u.total == answers[i].total,
		    answers[i].answer);
		json_object_put(o);
	}
}

static CU_TestInfo tests[] = {
    {"Gemini's counts as OpenAI's", test_rows},
    {"the last usage counts", test_last_counts},
    {"usage of any API", test_any},
    CU_TEST_INFO_NULL,
};

struct unit_suite usage_suite = {"protocol/usage", tests};
