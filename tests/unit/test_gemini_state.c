/* Tests of what an answer of Gemini's amounts to: its state, its finish
 * reasons, its hops. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/gemini_reader.h"

static void
ignore(void *ctx, const struct delta *d)
{
	(void)ctx;
	(void)d;
}

static void
read_events(struct gemini_reader *r, const char *const *events)
{
	gemini_reader_init(r, ignore, NULL);
	for (int i = 0; i < 8 && events[i] != NULL; i++) {
		struct json_object *o =
		    json_parse(events[i], strlen(events[i]), NULL);
		UNIT_ROW(gemini_reader_feed(r, o), events[i]);
		json_object_put(o);
	}
}

#define PARTS(parts) "{\"candidates\":[{\"content\":{\"parts\":[" parts "]}}]}"
#define FINISH(word) "{\"candidates\":[{\"finishReason\":\"" word "\"}]}"
#define TEXT(t) "{\"text\":\"" t "\"}"
#define BLOCK(word) "{\"promptFeedback\":{\"blockReason\":\"" word "\"}}"
#define CALL "{\"functionCall\":{\"name\":\"f\"}}"
#define SIGN "{\"thoughtSignature\":\"s\"}"

static const struct {
	const char *name;
	const char *events[8];
	enum answer_state open, ended;
} states[] = {
    {"nothing", {NULL}, ANSWER_OPEN, ANSWER_EMPTY},
    {"usage only", {"{\"usageMetadata\":{}}"}, ANSWER_OPEN, ANSWER_EMPTY},
    {"text", {PARTS(TEXT("a"))}, ANSWER_OPEN, ANSWER_TRUNCATED},
    {"no parts, no reason", {PARTS("")}, ANSWER_OPEN, ANSWER_EMPTY},
    {"a signature only", {PARTS(SIGN)}, ANSWER_OPEN, ANSWER_EMPTY},
    {"text and STOP", {PARTS(TEXT("a")), FINISH("STOP")}, ANSWER_COMPLETE,
	ANSWER_COMPLETE},
    {"STOP alone", {FINISH("STOP")}, ANSWER_COMPLETE, ANSWER_COMPLETE},
    {"MAX_TOKENS alone", {FINISH("MAX_TOKENS")}, ANSWER_COMPLETE,
	ANSWER_COMPLETE},
    {"SAFETY alone", {FINISH("SAFETY")}, ANSWER_COMPLETE, ANSWER_COMPLETE},
    {"malformed", {FINISH("MALFORMED_FUNCTION_CALL")}, ANSWER_RETRY,
	ANSWER_RETRY},
    {"malformed after text",
	{PARTS(TEXT("a")), FINISH("MALFORMED_FUNCTION_CALL")}, ANSWER_RETRY,
	ANSWER_RETRY},
    {"unexpected tool call", {FINISH("UNEXPECTED_TOOL_CALL")}, ANSWER_RETRY,
	ANSWER_RETRY},
    {"OTHER alone", {FINISH("OTHER")}, ANSWER_RETRY, ANSWER_RETRY},
    {"OTHER after a signature", {PARTS(SIGN), FINISH("OTHER")}, ANSWER_RETRY,
	ANSWER_RETRY},
    {"OTHER after text", {PARTS(TEXT("a")), FINISH("OTHER")}, ANSWER_COMPLETE,
	ANSWER_COMPLETE},
    {"NO_IMAGE after a call", {PARTS(CALL), FINISH("NO_IMAGE")},
	ANSWER_COMPLETE, ANSWER_COMPLETE},
    {"the last reason counts", {FINISH("OTHER"), FINISH("STOP")},
	ANSWER_COMPLETE, ANSWER_COMPLETE},
    {"blocked", {BLOCK("SAFETY")}, ANSWER_BLOCKED, ANSWER_BLOCKED},
    {"blocked, then usage", {BLOCK("OTHER"), "{\"usageMetadata\":{}}"},
	ANSWER_BLOCKED, ANSWER_BLOCKED},
    {"not blocked", {BLOCK("BLOCKED_REASON_UNSPECIFIED")}, ANSWER_OPEN,
	ANSWER_EMPTY},
    {"a reason beside candidates does not count",
	{BLOCK("SAFETY"), PARTS(TEXT("a")), FINISH("STOP")}, ANSWER_COMPLETE,
	ANSWER_COMPLETE},
    {"one of two has finished",
	{"{\"candidates\":[{\"finishReason\":\"STOP\"},{\"content\":{}}]}"},
	ANSWER_OPEN, ANSWER_TRUNCATED},
    {"an index that was left out",
	{"{\"candidates\":[{\"index\":2,\"finishReason\":\"STOP\"}]}"},
	ANSWER_COMPLETE, ANSWER_COMPLETE},
};

static void
test_states(void)
{
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct gemini_reader r;
		read_events(&r, states[i].events);
		UNIT_ROW(gemini_reader_state(&r, false) == states[i].open,
		    states[i].name);
		UNIT_ROW(gemini_reader_state(&r, true) == states[i].ended,
		    states[i].name);
		gemini_reader_clear(&r);
	}
}

/* Contract 2.2: Gemini's word, what it is, and OpenAI's with and without
 * calls. */
static const struct {
	const char *word;
	enum finish finish;
	const char *with_calls, *without;
} reasons[] = {
    {"STOP", FINISH_STOP, "tool_calls", "stop"},
    {"MAX_TOKENS", FINISH_LENGTH, "length", "length"},
    {"CONTINUATION", FINISH_LENGTH, "length", "length"},
    {"SAFETY", FINISH_FILTER, "content_filter", "content_filter"},
    {"BLOCKLIST", FINISH_FILTER, "content_filter", "content_filter"},
    {"PROHIBITED_CONTENT", FINISH_FILTER, "content_filter", "content_filter"},
    {"SPII", FINISH_FILTER, "content_filter", "content_filter"},
    {"RECITATION", FINISH_FILTER, "content_filter", "content_filter"},
    {"LANGUAGE", FINISH_FILTER, "content_filter", "content_filter"},
    {"IMAGE_SAFETY", FINISH_FILTER, "content_filter", "content_filter"},
    {"IMAGE_PROHIBITED_CONTENT", FINISH_FILTER, "content_filter",
	"content_filter"},
    {"IMAGE_RECITATION", FINISH_FILTER, "content_filter", "content_filter"},
    {"MALFORMED_FUNCTION_CALL", FINISH_RETRY, NULL, NULL},
    {"UNEXPECTED_TOOL_CALL", FINISH_RETRY, NULL, NULL},
    {"TOO_MANY_TOOL_CALLS", FINISH_OTHER, "tool_calls", "stop"},
    {"NO_IMAGE", FINISH_OTHER, "tool_calls", "stop"},
    {"IMAGE_OTHER", FINISH_OTHER, "tool_calls", "stop"},
    {"OTHER", FINISH_OTHER, "tool_calls", "stop"},
    {"FINISH_REASON_UNSPECIFIED", FINISH_OTHER, "tool_calls", "stop"},
    {"", FINISH_OTHER, "tool_calls", "stop"},
    {"stop", FINISH_OTHER, "tool_calls", "stop"},
};

static void
test_reasons(void)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		const char *word = reasons[i].word;
		struct gemini_reader r;
		struct buf event;
		buf_init(&event, BUF_SMALL);
		buf_fmt(&event,
		    "{\"candidates\":[{\"finishReason\":\"%s\","
		    "\"finishMessage\":\"m\"}]}",
		    word);
		const char *const events[8] = {buf_cstr(&event)};
		read_events(&r, events);
		struct gemini_choice *c = &r.choices[0];
		UNIT_ROW(c->finish == reasons[i].finish, word);
		UNIT_ROW(unit_same(c->reason, word) == 1, word);
		UNIT_ROW(unit_same(c->message, "m") == 1, word);
		if (reasons[i].without != NULL) {
			UNIT_ROW(unit_same(gemini_finish_openai(c),
				     reasons[i].without),
			    word);
			c->calls = 2;
			UNIT_ROW(unit_same(gemini_finish_openai(c),
				     reasons[i].with_calls),
			    word);
		}
		gemini_reader_clear(&r);
		buf_clear(&event);
	}
}

/* An answer that goes on in another call: prompt once, outputs summed. Google
 * bills both prompts. */
static void
test_hops(void)
{
	static const char *const first[8] = {
	    PARTS(TEXT("a")),
	    "{\"usageMetadata\":{\"promptTokenCount\":5,"
	    "\"candidatesTokenCount\":2},\"candidates\":[{\"finishReason\":"
	    "\"CONTINUATION\",\"continuationToken\":\"c\"}]}",
	};
	static const char *const next[] = {
	    "{\"usageMetadata\":{\"promptTokenCount\":7,"
	    "\"candidatesTokenCount\":1}}",
	    "{\"usageMetadata\":{\"promptTokenCount\":7,"
	    "\"candidatesTokenCount\":3},\"candidates\":[{\"finishReason\":"
	    "\"STOP\"}]}",
	    "{\"usageMetadata\":7}",
	};
	struct gemini_reader r;
	read_events(&r, first);
	char *token = gemini_reader_take_continuation(&r);
	CU_ASSERT(unit_same(token, "c"));
	free(token);
	CU_ASSERT_PTR_NULL(gemini_reader_take_continuation(&r));
	CU_ASSERT_EQUAL(gemini_reader_state(&r, true), ANSWER_TRUNCATED);

	for (size_t i = 0; i < COUNT_OF(next); i++) {
		struct json_object *o =
		    json_parse(next[i], strlen(next[i]), NULL);
		UNIT_ROW(gemini_reader_feed(&r, o), next[i]);
		json_object_put(o);
	}
	CU_ASSERT_EQUAL(gemini_reader_state(&r, true), ANSWER_COMPLETE);
	CU_ASSERT_EQUAL(r.usage.prompt, 5);
	CU_ASSERT_EQUAL(r.usage.answer, 5);
	CU_ASSERT_EQUAL(r.usage.total, 10);
	CU_ASSERT_EQUAL(r.billed.prompt, 12);
	CU_ASSERT_EQUAL(r.billed.answer, 5);
	gemini_reader_clear(&r);
}

static CU_TestInfo tests[] = {
    {"the state of an answer", test_states},
    {"finish reasons", test_reasons},
    {"an answer of several hops", test_hops},
    CU_TEST_INFO_NULL,
};

struct unit_suite gemini_state_suite = {"protocol/gemini_state", tests};
