/* Tests of what the page of trials understands of an answer. */
#include "admin/try_answer.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

#define JSON "application/json; charset=utf-8"
#define SSE "text/event-stream; charset=utf-8"

static const struct answer_row {
	const char *type, *bytes, *text;
} rows[] = {
    {JSON, "{\"choices\":[{\"message\":{\"content\":\"chat\"}}]}", "chat"},
    {JSON, "{\"choices\":[{\"message\":{\"content\":null}}]}", ""},
    {JSON,
	"{\"output\":[{\"type\":\"reasoning\"},{\"content\":[{\"type\":"
	"\"output_text\",\"text\":\"response\"}]}]}",
	"response"},
    {JSON,
	"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\","
	"\"thought\":true},{\"text\":\"gem\"},{\"text\":\"ini\"}]}}]}",
	"gemini"},
    {JSON, "{\"error\":{\"message\":\"no\"}}", ""},
    {JSON, "no JSON", ""},
    {JSON, "", ""},
    {SSE,
	": hello\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
	"data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n"
	"data: {\"choices\":[]}\n\ndata: [DONE]\n\n",
	"ab"},
    {SSE,
	"data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n"
	"data: {\"type\":\"response.output_text.done\",\"text\":\"a\"}\n\n"
	"data: {\"type\":\"response.completed\",\"response\":{\"output\":[{"
	"\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}]}}\n\n",
	"a"},
};

/* step: bytes that come at once. */
static void
feed(struct web_inner *inner, const char *type, const char *bytes, size_t step)
{
	size_t len = strlen(bytes);
	inner->start(inner->ctx, 200);
	inner->header(inner->ctx, "content-type", type);
	for (size_t i = 0; i < len; i += step)
		CU_ASSERT(inner->write(
		    inner->ctx, bytes + i, len - i < step ? len - i : step));
}

static void
test_texts(void)
{
	for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
		const struct answer_row *row = &rows[i / 2];
		struct web_inner inner = {0};
		struct try_answer a;
		try_answer_begin(&a, &inner);
		feed(&inner, row->type, row->bytes, i % 2 == 0 ? 1 : 10000);
		try_answer_end(&a);
		UNIT_ROW(unit_same(buf_cstr(&a.text), row->text), row->bytes);
		UNIT_ROW(a.bytes == (int64_t)strlen(row->bytes), row->bytes);
		UNIT_ROW(!a.text_cut && !a.raw_cut, row->bytes);
		try_answer_clear(&a);
	}
}

/* A character of three bytes is kept whole or not at all. */
static void
test_cut(void)
{
	static const char event[] =
	    "data: {\"choices\":[{\"delta\":{\"content\":\"€€€\"}}]}\n\n";
	struct web_inner inner = {0};
	struct try_answer a;
	struct json_object *o = json_object_new_object();
	try_answer_begin(&a, &inner);
	for (size_t i = 0; i < TRY_ANSWER_MAX_TEXT / 9 + 10; i++)
		feed(&inner, SSE, event, sizeof(event));
	try_answer_end(&a);
	CU_ASSERT(a.text_cut && a.raw_cut);
	CU_ASSERT(a.raw.len <= TRY_ANSWER_MAX_RAW);
	CU_ASSERT_EQUAL(
	    a.text.len, TRY_ANSWER_MAX_TEXT - TRY_ANSWER_MAX_TEXT % 3);
	try_answer_show(&a, o);
	CU_ASSERT(json_get_bool(o, "text_cut") && json_get_bool(o, "good"));
	CU_ASSERT_PTR_NOT_NULL(json_get_text(o, "raw"));
	json_object_put(o);
	try_answer_clear(&a);
}

/* Nobody looks any more: the API is told so. */
static bool
leave(void *ctx)
{
	(void)ctx;
	return false;
}

static void
test_leaving(void)
{
	struct web_inner inner = {0};
	struct try_answer a;
	try_answer_begin(&a, &inner);
	a.more = leave;
	inner.header(inner.ctx, "content-type", SSE);
	CU_ASSERT_FALSE(inner.write(inner.ctx, ":\n\n", 3));
	try_answer_end(&a);
	try_answer_clear(&a);
}

static CU_TestInfo tests[] = {
    {"texts of all dialects", test_texts},
    {"long ones are cut", test_cut},
    {"nobody looks", test_leaving},
    CU_TEST_INFO_NULL,
};

struct unit_suite try_answer_suite = {"try_answer", tests};
