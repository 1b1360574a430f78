/* Tests of the reader of Gemini's events: parts, deltas, counters. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/gemini_reader.h"

/* Writes each delta as a short line, so that a test can name them all. */
static void
note(void *ctx, const struct delta *d)
{
	static const char *const kinds[] = {
	    [DELTA_TEXT] = "text",
	    [DELTA_THOUGHT] = "thought",
	    [DELTA_CALL] = "call",
	    [DELTA_IMAGE] = "image",
	    [DELTA_AUDIO] = "audio",
	    [DELTA_SIGNATURE] = "signature",
	    [DELTA_GROUNDING] = "grounding",
	    [DELTA_URL_CONTEXT] = "urls",
	    [DELTA_LOGPROBS] = "logprobs",
	};
	struct buf *log = ctx;
	buf_fmt(log, "%s%d", kinds[d->kind], d->choice);
	if (d->name != NULL)
		buf_fmt(log, " %s#%s", d->name, d->id == NULL ? "-" : d->id);
	if (d->mime != NULL)
		buf_fmt(log, " %s", d->mime);
	if (d->text != NULL)
		buf_fmt(log, " <%.*s>", (int)d->len, d->text);
	if (d->signature != NULL)
		buf_fmt(log, " !%s", d->signature);
	buf_byte(log, ';');
}

/* Feed up to eight events; the log gets their deltas. */
static void
read_events(struct gemini_reader *r, const char *const *events, struct buf *log)
{
	buf_init(log, BUF_SMALL);
	gemini_reader_init(r, note, log);
	for (int i = 0; i < 8 && events[i] != NULL; i++) {
		struct json_object *o =
		    surrogate_parse(events[i], strlen(events[i]), NULL);
		UNIT_ROW(gemini_reader_feed(r, o), events[i]);
		json_object_put(o);
	}
}

#define PARTS(parts) "{\"candidates\":[{\"content\":{\"parts\":[" parts "]}}]}"
#define TEXT(t) "{\"text\":\"" t "\"}"

static const struct {
	const char *name;
	const char *events[8];
	const char *log;
} rows[] = {
    {"text", {PARTS(TEXT("a") "," TEXT("b"))}, "text0 <a>;text0 <b>;"},
    {"an empty text", {PARTS(TEXT(""))}, ""},
    {"a thought", {PARTS("{\"text\":\"t\",\"thought\":true}")},
	"thought0 <t>;"},
    {"thought false is text", {PARTS("{\"text\":\"t\",\"thought\":false}")},
	"text0 <t>;"},
    {"a call",
	{PARTS("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":[1]}},"
	       "\"thoughtSignature\":\"s\"}")},
	"call0 f#- <{\"a\":[1]}> !s;"},
    {"a call with an id",
	{PARTS("{\"functionCall\":{\"name\":\"f\",\"id\":"
	       "\"x\"}}")},
	"call0 f#x <{}>;"},
    {"an empty id is none",
	{PARTS("{\"functionCall\":{\"name\":\"f\",\"id\":"
	       "\"\",\"args\":null}}")},
	"call0 f#- <{}>;"},
    {"a call without a name", {PARTS("{\"functionCall\":{\"args\":{}}}")}, ""},
    {"a call with an empty name", {PARTS("{\"functionCall\":{\"name\":\"\"}}")},
	""},
    {"halves in a call become U+FFFD",
	{PARTS("{\"functionCall\":{\"name\":\"f\\ud83d\",\"id\":\"\\ude00\","
	       "\"args\":{\"\\ud83d\":1}}}")},
	"call0 f\xef\xbf\xbd#\xef\xbf\xbd <{\"\xef\xbf\xbd\":1}>;"},
    {"an image",
	{PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":"
	       "\"QQ==\"}}")},
	"image0 image/png <QQ==>;"},
    {"a draft of an image",
	{PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"QQ==\"}"
	       ",\"thought\":true}")},
	""},
    {"audio",
	{PARTS("{\"inlineData\":{\"mimeType\":\"Audio/L16;rate=24000\","
	       "\"data\":\"QQ==\"}}")},
	"audio0 Audio/L16;rate=24000 <QQ==>;"},
    {"other data",
	{PARTS("{\"inlineData\":{\"mimeType\":\"text/html\","
	       "\"data\":\"QQ==\"}}")},
	""},
    {"data without a type", {PARTS("{\"inlineData\":{\"data\":\"QQ==\"}}")},
	""},
    {"empty data",
	{PARTS("{\"inlineData\":{\"mimeType\":\"image/png\","
	       "\"data\":\"\"}}")},
	""},
    {"data that is no text",
	{PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":7}}")},
	""},
    {"the signature of a text",
	{PARTS("{\"text\":\"a\",\"thoughtSignature\":\"s\"}")},
	"text0 <a>;signature0 !s;"},
    {"the signature of an empty text",
	{PARTS("{\"text\":\"\",\"thoughtSignature\":\"s\"}")},
	"signature0 !s;"},
    {"a signature alone", {PARTS("{\"thoughtSignature\":\"s\"}")},
	"signature0 !s;"},
    {"an empty signature", {PARTS("{\"thoughtSignature\":\"\"}")}, ""},
    {"tools of Google's",
	{PARTS("{\"toolCall\":{},\"thoughtSignature\":\"s\"},"
	       "{\"toolResponse\":{}}")},
	""},
    {"unknown and broken parts",
	{PARTS("{\"x\":1},7,null,\"a\",[],{\"text\":8},{\"functionCall\":"
	       "\"f\"},{\"text\":null}")},
	""},
    {"parts that are no list",
	{"{\"candidates\":[{\"content\":{\"parts\":{\"text\":\"a\"}}}]}",
	    "{\"candidates\":[{\"content\":\"a\"}]}", "{\"candidates\":{}}",
	    "{\"candidates\":[null,7]}"},
	""},
    {"choices by index, or by position",
	{"{\"candidates\":[{\"content\":{\"parts\":[" TEXT(
	    "a") "]}},"
		 "{\"content\":{\"parts\":[" TEXT(
		     "b") "]}},{\"index\":0,"
			  "\"content\":{\"parts\":[" TEXT("c") "]}}]}"},
	"text0 <a>;text1 <b>;text0 <c>;"},
    {"indices out of range",
	{"{\"candidates\":[{\"index\":8,\"content\":{\"parts\":[" TEXT(
	    "a") "]}},{\"index\":-1,\"content\":{\"parts\":[" TEXT("b") "]}}]"
									"}"},
	""},
    {"what comes beside the parts",
	{"{\"candidates\":[{\"groundingMetadata\":{},\"logprobsResult\":{},"
	 "\"urlContextMetadata\":{}}]}"},
	"logprobs0;grounding0;urls0;"},
    {"code of a language that is none",
	{PARTS("{\"executableCode\":{\"language\":\"a b`\",\"code\":\"1\"}}")},
	"text0 <```\n1\n```\n>;"},
    {"a result without output",
	{PARTS("{\"codeExecutionResult\":{\"outcome\":"
	       "\"OUTCOME_DEADLINE_EXCEEDED\"}}")},
	"text0 <```output\nOUTCOME_DEADLINE_EXCEEDED\n```\n>;"},
    {"a half is held", {PARTS(TEXT("\\ud83d")), PARTS(TEXT("\\ude00"))},
	"text0 <\xf0\x9f\x98\x80>;"},
};

static void
test_deltas(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gemini_reader r;
		struct buf log;
		read_events(&r, rows[i].events, &log);
		UNIT_ROW(
		    unit_same(buf_cstr(&log), rows[i].log) == 1, rows[i].name);
		gemini_reader_clear(&r);
		buf_clear(&log);
	}
}

#define CALL "{\"functionCall\":{\"name\":\"f\"}}"

static void
test_counters(void)
{
	static const char *const events[8] = {
	    "{\"modelVersion\":\"m\",\"responseId\":\"r\",\"candidates\":[{"
	    "\"content\":{\"parts\":[" TEXT("h\xc3\xa9") "," CALL "]}}]}",
	    PARTS(CALL),
	    "{\"modelVersion\":\"m2\",\"usageMetadata\":{\"promptTokenCount\":"
	    "3},\"candidates\":[{\"finishReason\":\"CONTINUATION\","
	    "\"continuationToken\":\"c\"}]}",
	};
	struct gemini_reader r;
	struct buf log;
	read_events(&r, events, &log);
	CU_ASSERT_EQUAL(r.events, 3);
	CU_ASSERT_EQUAL(r.n_choices, 1);
	CU_ASSERT_EQUAL(r.choices[0].calls, 2);
	CU_ASSERT_EQUAL(r.choices[0].text_bytes, 3);
	CU_ASSERT_EQUAL(r.usage.prompt, 3);
	CU_ASSERT(unit_same(r.model_version, "m2"));
	CU_ASSERT(unit_same(r.response_id, "r"));
	CU_ASSERT(unit_same(r.continuation, "c"));

	/* Clearing leaves a reader for the next attempt. */
	gemini_reader_clear(&r);
	CU_ASSERT_EQUAL(r.events, 0);
	CU_ASSERT_EQUAL(r.n_choices, 0);
	CU_ASSERT_PTR_NULL(r.model_version);
	CU_ASSERT(r.sink == note && r.ctx == &log);
	CU_ASSERT_EQUAL(gemini_reader_state(&r, true), ANSWER_EMPTY);
	CU_ASSERT(!gemini_reader_feed(&r, NULL));
	struct json_object *list = json_object_new_array();
	CU_ASSERT(!gemini_reader_feed(&r, list));
	json_object_put(list);
	buf_clear(&log);
}

/* Where parts begin: a part that is cut over events is one part. */
static void
test_part_starts(void)
{
	static const char *const events[8] = {
	    PARTS("{\"text\":\"t\",\"thought\":true}," TEXT("ab")),
	    PARTS(TEXT("cd") "," TEXT("ef") "," CALL),
	    PARTS(TEXT("gh")),
	    PARTS(TEXT("ij")),
	};
	static const size_t expect[] = {
	    GEMINI_NO_TEXT, 0, 4, GEMINI_NO_TEXT, 6};
	struct gemini_reader r;
	struct buf log;
	read_events(&r, events, &log);
	CU_ASSERT_EQUAL(r.choices[0].n_parts, COUNT_OF(expect));
	for (size_t i = 0; i < r.choices[0].n_parts; i++)
		CU_ASSERT_EQUAL(r.choices[0].part_start[i], expect[i]);
	gemini_reader_clear(&r);
	buf_clear(&log);
}

/* A word that is no word of Google's does no harm where it is shown. */
static void
test_foreign_reason(void)
{
	static const char *const events[8] = {
	    "{\"promptFeedback\":{\"blockReason\":\"<b>\\u00e9 "
	    "VERY_LONG_WORD_THAT_GOES_ON_AND_ON_AND_ON_AND_ON\"}}",
	};
	struct gemini_reader r;
	struct buf log;
	read_events(&r, events, &log);
	CU_ASSERT(r.blocked);
	CU_ASSERT_EQUAL(strlen(r.block_reason), sizeof(r.block_reason) - 1);
	CU_ASSERT(strspn(r.block_reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZb_") ==
	    strlen(r.block_reason));
	gemini_reader_clear(&r);
	buf_clear(&log);
}

static CU_TestInfo tests[] = {
    {"parts and their deltas", test_deltas},
    {"counters, and clearing", test_counters},
    {"where parts begin", test_part_starts},
    {"words that are none", test_foreign_reason},
    CU_TEST_INFO_NULL,
};

struct unit_suite gemini_reader_suite = {"protocol/gemini_reader", tests};
