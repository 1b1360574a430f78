/* protocol/image_answer: pictures out of answers, and into OpenAI's. */
#include "protocol/image_answer.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

/* Rows of tables leave out what is not looked at. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define PART(mime, data) \
	"{\"inlineData\":{\"mimeType\":\"" mime "\",\"data\":\"" data "\"}}"
#define ANSWER(parts, finish)                                      \
	"{\"candidates\":[{\"content\":{\"parts\":[" parts         \
	"]},\"finishReason\":\"" finish "\"}],\"usageMetadata\":{" \
	"\"promptTokenCount\":265,\"candidatesTokenCount\":1290,"  \
	"\"totalTokenCount\":1555,\"promptTokensDetails\":["       \
	"{\"modality\":\"TEXT\",\"tokenCount\":7},"                \
	"{\"modality\":\"IMAGE\",\"tokenCount\":258}]}}"
#define PNG PART("image/png", "AAAA")

static enum image_found
take(struct image_answer *a, const char *text, int most, char reason[48])
{
	struct buf raw;
	buf_init(&raw, BUF_LARGE);
	buf_str(&raw, text);
	enum image_found found = image_answer_take(a, &raw, most, reason, 48);
	CU_ASSERT_PTR_NULL(raw.data);
	return found;
}

static void
test_take(void)
{
	static const struct {
		const char *text;
		enum image_found found;
		const char *reason, *mime, *base64, *words;
	} rows[] = {
	    {ANSWER(PNG, "STOP"), IMAGE_FOUND, "STOP", "image/png", "AAAA",
		NULL},
	    {ANSWER("{\"text\":\"a \"}," PNG ",{\"text\":\"cat\"}", "STOP"),
		IMAGE_FOUND, "STOP", "image/png", "AAAA", "a cat"},
	    {ANSWER(PART("image/jpg", "_-8"), "STOP"), IMAGE_FOUND, "STOP",
		"image/jpeg", "/+8=", NULL},
	    {ANSWER(PART("image/png", "AA\\u003d\\u003d"), "STOP"), IMAGE_FOUND,
		"STOP", "image/png", "AA==", NULL},
	    {ANSWER(PNG "," PART("image/png", "BBBB"), "STOP"), IMAGE_FOUND,
		"STOP", "image/png", "AAAA", NULL},
	    {ANSWER(PNG, "MAX_TOKENS"), IMAGE_FOUND, "MAX_TOKENS", "image/png",
		"AAAA", NULL},
	    {ANSWER(PART("image/png", "\\\"no\\\""), "STOP"), IMAGE_GARBLED,
		"STOP"},
	    {ANSWER("", "IMAGE_SAFETY"), IMAGE_REFUSED, "IMAGE_SAFETY"},
	    {ANSWER("{\"text\":\"no\"}", "PROHIBITED_CONTENT"), IMAGE_REFUSED,
		"PROHIBITED_CONTENT"},
	    {"{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}", IMAGE_REFUSED,
		"SAFETY"},
	    {ANSWER("", "NO_IMAGE"), IMAGE_NONE, "NO_IMAGE"},
	    {ANSWER("", "IMAGE_OTHER"), IMAGE_NONE, "IMAGE_OTHER"},
	    {ANSWER("{\"text\":\"I cannot.\"}", "STOP"), IMAGE_NONE,
		"NO_IMAGE"},
	    {ANSWER("{\"thought\":true,\"inlineData\":{\"mimeType\":"
		    "\"image/png\",\"data\":\"AAAA\"}}",
		 "STOP"),
		IMAGE_NONE, "NO_IMAGE"},
	    {"{\"candidates\":[{\"content\":{\"parts\":[]}}]}", IMAGE_CUT, ""},
	    {"{\"candidates\":[", IMAGE_GARBLED, ""},
	    {"{\"error\":{\"code\":500}}", IMAGE_GARBLED, ""},
	    {"", IMAGE_GARBLED, ""},
	    {"[]", IMAGE_GARBLED, ""},
	    {"{}", IMAGE_NONE, "NO_IMAGE"},
	    {"{\"predictions\":[{\"bytesBase64Encoded\":\"AAAA\"}]}",
		IMAGE_FOUND, "STOP", "image/png", "AAAA", NULL},
	    {"{\"predictions\":[{\"raiFilteredReason\":\"Bad.\"}]}",
		IMAGE_REFUSED, "IMAGE_SAFETY"},
	    {"{\"predictions\":[]}", IMAGE_NONE, "NO_IMAGE"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct image_answer a = {.n = 0};
		char reason[48];
		enum image_found found = take(&a, rows[i].text, 1, reason);
		UNIT_ROW(found == rows[i].found &&
			unit_same(reason, rows[i].reason) &&
			a.n == (found == IMAGE_FOUND),
		    rows[i].text);
		if (a.n == 1)
			UNIT_ROW(unit_same(a.of[0].mime, rows[i].mime) &&
				unit_same(buf_cstr(&a.of[0].base64),
				    rows[i].base64) &&
				unit_same(a.of[0].words, rows[i].words),
			    rows[i].text);
		image_answer_clear(&a);
	}
}

/* The bytes of a large picture stay where they arrived. */
static void
test_large(void)
{
	struct buf raw, out;
	struct image_answer a = {.n = 0};
	char prompt[] = "p";
	struct image_request req = {.n = 1, .calls = 1, .prompt = prompt};
	const size_t size = 4 * 1024 * 1024;
	char reason[48];
	buf_init(&raw, BUF_LARGE);
	buf_init(&out, BUF_LARGE);
	buf_str(&raw,
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{"
	    "\"mimeType\":\"image/png\",\"data\":\"");
	for (size_t i = 0; i < size; i += 4)
		buf_add(&raw, "abcd", 4);
	buf_str(&raw, "\"}}]},\"finishReason\":\"STOP\"}]}");

	CU_ASSERT_EQUAL(image_answer_take(&a, &raw, 1, reason, sizeof(reason)),
	    IMAGE_FOUND);
	CU_ASSERT_EQUAL(a.of[0].base64.len, size);
	CU_ASSERT(a.of[0].base64.cap < size + 100);
	image_answer_write(&a, &req, 5, &out);
	CU_ASSERT_PTR_NULL(a.of[0].base64.data);

	struct json_object *o = json_parse(out.data, out.len, NULL);
	struct json_object *data = json_at(json_get(o, "data"), 0);
	CU_ASSERT_EQUAL(strlen(json_get_text(data, "b64_json")), size);
	CU_ASSERT_PTR_NULL(json_get(o, "usage"));
	json_object_put(o);
	image_answer_clear(&a);
	buf_clear(&out);
}

static void
check_written(
    struct image_answer *a, const struct image_request *req, const char *expect)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	image_answer_write(a, req, 1700000000, &out);
	UNIT_ROW(unit_same(buf_cstr(&out), expect), buf_cstr(&out));
	image_answer_clear(a);
	buf_clear(&out);
}

#define USAGE(out, total)                                                \
	"\"usage\":{\"input_tokens\":265,\"input_tokens_details\":{"     \
	"\"text_tokens\":7,\"image_tokens\":258},\"output_tokens\":" out \
	",\"total_tokens\":" total "}"

static void
test_write(void)
{
	struct image_answer a = {.n = 0};
	char prompt[] = "a \"cat\"", size[] = "1x1";
	struct image_request req = {.n = 2, .calls = 2, .prompt = prompt};
	char reason[48];
	(void)take(&a, ANSWER(PNG, "STOP"), 1, reason);
	(void)take(&a,
	    ANSWER("{\"text\":\"b\"}," PART("image/webp", "BBBB"), "STOP"), 1,
	    reason);
	check_written(&a, &req,
	    "{\"created\":1700000000,\"data\":[{\"b64_json\":\"AAAA\","
	    "\"revised_prompt\":\"a \\\"cat\\\"\"},{\"b64_json\":\"BBBB\","
	    "\"revised_prompt\":\"b\"}],\"output_format\":\"png\"," USAGE(
		"2580", "2845") "}\n");

	/* One has an address, the other could not be put anywhere. */
	req.as_url = true;
	(void)take(&a, ANSWER(PNG, "STOP"), 1, reason);
	(void)take(&a, ANSWER(PNG, "STOP"), 1, reason);
	a.of[0].url = strdup("https://x/y.png");
	check_written(&a, &req,
	    "{\"created\":1700000000,\"data\":[{\"url\":\"https://x/y.png\","
	    "\"revised_prompt\":\"a \\\"cat\\\"\"},{\"url\":"
	    "\"data:image/png;base64,AAAA\","
	    "\"revised_prompt\":\"a \\\"cat\\\"\"}],"
	    "\"output_format\":\"png\"," USAGE("2580", "2845") "}\n");

	req = (struct image_request){.n = 1,
	    .calls = 1,
	    .prompt = prompt,
	    .stream = true,
	    .edits = true,
	    .size = size};
	(void)take(&a, ANSWER(PNG, "STOP"), 1, reason);
	check_written(&a, &req,
	    "event: image_edit.completed\ndata: {\"type\":"
	    "\"image_edit.completed\",\"b64_json\":\"AAAA\","
	    "\"created_at\":1700000000,\"size\":\"1x1\",\"quality\":\"auto\","
	    "\"background\":\"auto\",\"output_format\":\"png\"," USAGE(
		"1290", "1555") "}\n\n");
}

static void
test_several(void)
{
	struct image_answer a = {.n = 0};
	char reason[48];
	static const char four[] =
	    "{\"predictions\":[{\"bytesBase64Encoded\":\"AAAA\"},"
	    "{\"bytesBase64Encoded\":\"BBBB\"},"
	    "{\"raiFilteredReason\":\"x\"},"
	    "{\"bytesBase64Encoded\":\"CCCC\"}]}";
	CU_ASSERT_EQUAL(take(&a, four, 4, reason), IMAGE_FOUND);
	CU_ASSERT_EQUAL(a.n, 3);
	CU_ASSERT(unit_same(buf_cstr(&a.of[2].base64), "CCCC"));
	for (int i = 0; i < 3; i++)
		(void)take(&a, four, 4, reason);
	CU_ASSERT_EQUAL(a.n, IMAGE_MAX);
	image_answer_drop(&a, 1);
	CU_ASSERT_EQUAL(a.n, 1);
	image_answer_clear(&a);
	CU_ASSERT_EQUAL(a.n, 0);
}

/* Google bills what gave nothing, too; when it is asked for again, that is no
 * part of the answer any more. */
static void
test_billed(void)
{
	struct image_answer a = {0};
	char reason[48];
	CU_ASSERT_EQUAL(take(&a, ANSWER(PNG, "STOP"), 1, reason), IMAGE_FOUND);
	CU_ASSERT_EQUAL(
	    take(&a, ANSWER("{\"text\":\"no\"}", "STOP"), 1, reason),
	    IMAGE_NONE);
	CU_ASSERT_EQUAL(a.billed.prompt, 2 * 265);
	image_answer_restart(&a);
	CU_ASSERT_EQUAL(a.billed.prompt, 265);
	CU_ASSERT_EQUAL(take(&a, ANSWER(PNG, "STOP"), 1, reason), IMAGE_FOUND);
	image_answer_restart(&a);
	CU_ASSERT_EQUAL(a.billed.prompt, 2 * 265);
	CU_ASSERT_EQUAL(a.billed.answer, 2 * 1290);
	image_answer_clear(&a);
}

static CU_TestInfo tests[] = {
    {"pictures out of answers", test_take},
    {"a large picture is held once", test_large},
    {"OpenAI's answers and events", test_write},
    {"several pictures of one call", test_several},
    {"what answers took", test_billed},
    CU_TEST_INFO_NULL,
};

struct unit_suite image_answer_suite = {"protocol/image_answer", tests};
