/* Tests of answers whose choices come in calls of their own, the lanes. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/gemini_reader.h"

#define LANES 3

#define TEXT(t) \
	"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" t "\"}]}}]}"
#define FINISH(word) "{\"candidates\":[{\"finishReason\":\"" word "\"}]}"
#define BLOCK(word) "{\"promptFeedback\":{\"blockReason\":\"" word "\"}}"
#define AUDIO "{\"modality\":\"AUDIO\",\"tokenCount\":1}"
#define USAGE(prompt, cached, answer, thought)                                 \
	"{\"usageMetadata\":{\"promptTokenCount\":" #prompt                    \
	",\"cachedContentTokenCount\":" #cached                                \
	",\"candidatesTokenCount\":" #answer                                   \
	",\"thoughtsTokenCount\":" #thought ",\"promptTokensDetails\":[" AUDIO \
	"],\"totalTokenCount\":999}}"

static void
note(void *ctx, const struct delta *d)
{
	struct buf *log = ctx;
	buf_fmt(log, "%d<%.*s>", d->choice, (int)d->len, d->text);
}

static void
feed(struct gemini_reader *r, int lane, const char *event)
{
	struct json_object *o = surrogate_parse(event, strlen(event), NULL);
	gemini_reader_lane(r, lane, LANES);
	UNIT_ROW(gemini_reader_feed(r, o), event);
	json_object_put(o);
}

/* One event for each lane; NULL: it says nothing. */
static const struct {
	const char *name;
	const char *events[LANES];
	enum answer_state open, ended;
	enum answer_state lanes[LANES]; /* ended */
} states[] = {
    {"all finished", {FINISH("STOP"), FINISH("SAFETY"), FINISH("MAX_TOKENS")},
	ANSWER_COMPLETE, ANSWER_COMPLETE,
	{ANSWER_COMPLETE, ANSWER_COMPLETE, ANSWER_COMPLETE}},
    {"one says nothing", {FINISH("STOP"), NULL, FINISH("STOP")}, ANSWER_OPEN,
	ANSWER_EMPTY, {ANSWER_COMPLETE, ANSWER_EMPTY, ANSWER_COMPLETE}},
    {"the last one says nothing", {FINISH("STOP"), FINISH("STOP"), NULL},
	ANSWER_OPEN, ANSWER_EMPTY,
	{ANSWER_COMPLETE, ANSWER_COMPLETE, ANSWER_EMPTY}},
    {"one goes on", {TEXT("a"), FINISH("STOP"), FINISH("STOP")}, ANSWER_OPEN,
	ANSWER_TRUNCATED, {ANSWER_TRUNCATED, ANSWER_COMPLETE, ANSWER_COMPLETE}},
    {"a hiccup", {FINISH("STOP"), FINISH("OTHER"), FINISH("STOP")},
	ANSWER_RETRY, ANSWER_RETRY,
	{ANSWER_COMPLETE, ANSWER_RETRY, ANSWER_COMPLETE}},
    {"what is cut is worse than a hiccup",
	{TEXT("a"), FINISH("OTHER"), FINISH("STOP")}, ANSWER_OPEN,
	ANSWER_TRUNCATED, {ANSWER_TRUNCATED, ANSWER_RETRY, ANSWER_COMPLETE}},
    {"one is blocked", {FINISH("STOP"), BLOCK("SAFETY"), FINISH("STOP")},
	ANSWER_COMPLETE, ANSWER_COMPLETE,
	{ANSWER_COMPLETE, ANSWER_BLOCKED, ANSWER_COMPLETE}},
    {"the first is blocked, another goes on",
	{BLOCK("SAFETY"), TEXT("a"), FINISH("STOP")}, ANSWER_OPEN,
	ANSWER_TRUNCATED, {ANSWER_BLOCKED, ANSWER_TRUNCATED, ANSWER_COMPLETE}},
    {"all are blocked", {BLOCK("SAFETY"), BLOCK("OTHER"), BLOCK("SAFETY")},
	ANSWER_BLOCKED, ANSWER_BLOCKED,
	{ANSWER_BLOCKED, ANSWER_BLOCKED, ANSWER_BLOCKED}},
};

static void
test_states(void)
{
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct gemini_reader r;
		struct buf log;
		buf_init(&log, BUF_SMALL);
		gemini_reader_init(&r, note, &log);
		gemini_reader_lane(&r, 0, LANES);
		for (int lane = LANES - 1; lane >= 0; lane--)
			if (states[i].events[lane] != NULL)
				feed(&r, lane, states[i].events[lane]);
		UNIT_ROW(gemini_reader_state(&r, false) == states[i].open,
		    states[i].name);
		UNIT_ROW(gemini_reader_state(&r, true) == states[i].ended,
		    states[i].name);
		for (int lane = 0; lane < LANES; lane++) {
			enum answer_state state =
			    gemini_reader_lane_state(&r, lane);
			UNIT_ROW(
			    state == states[i].lanes[lane], states[i].name);
			bool blocked = gemini_reader_block(&r, lane) != NULL;
			UNIT_ROW(blocked == (state == ANSWER_BLOCKED),
			    states[i].name);
		}
		gemini_reader_clear(&r);
		buf_clear(&log);
	}
}

/* The client: the first prompt that is known, and all outputs. The account:
 * everything, with the last count of each lane. */
static void
test_usage(void)
{
	struct gemini_reader r;
	struct buf log;
	buf_init(&log, BUF_SMALL);
	gemini_reader_init(&r, note, &log);

	feed(&r, 1, USAGE(8, 4, 1, 0));
	CU_ASSERT_EQUAL(r.usage.prompt, 8);
	CU_ASSERT_EQUAL(r.billed.prompt, 8);
	feed(&r, 0, USAGE(7, 3, 2, 10));
	feed(&r, 1, USAGE(9, 4, 3, 0));
	feed(&r, 2, USAGE(7, 0, 4, 5));
	feed(&r, 2, "{\"usageMetadata\":7}");

	CU_ASSERT_EQUAL(r.usage.prompt, 7);
	CU_ASSERT_EQUAL(r.usage.cached, 3);
	CU_ASSERT_EQUAL(r.usage.prompt_audio, 1);
	CU_ASSERT_EQUAL(r.usage.answer, 9);
	CU_ASSERT_EQUAL(r.usage.thought, 15);
	CU_ASSERT_EQUAL(r.usage.total, 31);
	CU_ASSERT_EQUAL(r.billed.prompt, 23);
	CU_ASSERT_EQUAL(r.billed.cached, 7);
	CU_ASSERT_EQUAL(r.billed.prompt_audio, 3);
	CU_ASSERT_EQUAL(r.billed.answer, 9);
	CU_ASSERT_EQUAL(r.billed.thought, 15);
	CU_ASSERT_EQUAL(r.billed.total, 3 * 999);
	gemini_reader_clear(&r);
	CU_ASSERT_EQUAL(r.billed.prompt, 0);
	buf_clear(&log);
}

/* One call: what is billed is what the client is told, Google's total too. */
static void
test_usage_of_one(void)
{
	static const char event[] = USAGE(7, 3, 2, 10);
	struct json_object *o = json_parse(event, strlen(event), NULL);
	struct gemini_reader r;
	gemini_reader_init(&r, note, NULL);
	CU_ASSERT(gemini_reader_feed(&r, o));
	CU_ASSERT_EQUAL(memcmp(&r.usage, &r.billed, sizeof(r.usage)), 0);
	CU_ASSERT_EQUAL(r.usage.total, 999);
	gemini_reader_clear(&r);
	json_object_put(o);
}

/* An emoji's halves are joined within a lane, never across. */
static void
test_halves(void)
{
	struct gemini_reader r;
	struct buf log;
	buf_init(&log, BUF_SMALL);
	gemini_reader_init(&r, note, &log);
	feed(&r, 0, TEXT("a\\ud83d"));
	feed(&r, 1, TEXT("b\\ud83d"));
	feed(&r, 2, TEXT("c"));
	feed(&r, 0, TEXT("\\udeb2"));
	gemini_reader_end(&r);
	CU_ASSERT(unit_same(buf_cstr(&log), "0<a>1<b>2<c>0<🚲>1<\ufffd>"));
	gemini_reader_clear(&r);
	buf_clear(&log);
}

static CU_TestInfo tests[] = {
    {"the state of several lanes", test_states},
    {"what they have used", test_usage},
    {"what one has used", test_usage_of_one},
    {"cut emoji", test_halves},
    CU_TEST_INFO_NULL,
};

struct unit_suite gemini_lanes_suite = {"protocol/gemini_reader, lanes", tests};
