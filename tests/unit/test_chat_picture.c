/* protocol/chat_answer: pictures that have found a place on an image host. */
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/chat_answer.h"
#include "unit.h"

#define HOSTED "https://h/1?a=\"QQ==\""

static const char answer[] =
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Look:\"},"
    "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"QQ==\"}},"
    "{\"inlineData\":{\"mimeType\":\"image/gif\",\"data\":\"Qg==\"}}]},"
    "\"finishReason\":\"STOP\"}]}";

/* Only pictures of this one type do. */
static bool
put_png(void *ctx, const char *mime, const char *base64, size_t len,
    struct buf *url)
{
	int *puts = ctx;
	++*puts;
	buf_fmt(url, "https://h/%d?a=\"%.*s\"", *puts, (int)len, base64);
	return strcmp(mime, "image/png") == 0;
}

/* All that the answer gives: a whole one, or the events of a stream. */
static void
play(const struct chat_request *req, int *puts, struct buf *out)
{
	const struct chat_stamp stamp = {
	    .id = "chatcmpl-1", .put_picture = put_png, .ctx = puts};
	struct chat_answer *a = chat_answer_new(req, &stamp);
	struct json_object *event =
	    json_parse(answer, sizeof(answer) - 1, NULL);
	buf_init(out, BUF_SMALL);
	CU_ASSERT_TRUE(chat_answer_feed(a, event, out));
	chat_answer_finish(a, out);
	json_object_put(event);
	chat_answer_free(a);
}

static const char *
image_url(struct json_object *message, size_t i)
{
	return json_get_text(
	    json_get(json_at(json_get(message, "images"), i), "image_url"),
	    "url");
}

/* With an address it stands in the text too, where that may be; without one
 * it is what it would have been. */
static void
test_whole(void)
{
	static const struct {
		bool links, markdown;
		const char *content;
	} rows[] = {
	    {false, false, "Look:"},
	    {true, false, "Look:\n\n![image](" HOSTED ")\n\n"},
	    {true, true,
		"Look:\n\n![image](" HOSTED ")\n\n"
		"\n\n![image](data:image/gif;base64,Qg==)\n\n"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct chat_request req = {
		    .markdown_links = rows[i].links,
		    .markdown_images = rows[i].markdown};
		const char *row = rows[i].content;
		struct buf out;
		int puts = 0;
		play(&req, &puts, &out);
		struct json_object *o =
		    json_parse(buf_cstr(&out), out.len, NULL);
		struct json_object *message =
		    json_get(json_at(json_get(o, "choices"), 0), "message");
		UNIT_ROW(unit_same(json_get_text(message, "content"), row) == 1,
		    row);
		UNIT_ROW(unit_same(image_url(message, 0), HOSTED) == 1, row);
		UNIT_ROW(unit_same(image_url(message, 1),
			     "data:image/gif;base64,Qg==") == 1,
		    row);
		UNIT_ROW(puts == 2, row);
		json_object_put(o);
		buf_clear(&out);
	}
}

static void
test_stream(void)
{
	static const char link[] =
	    "{\"content\":\"\\n\\n![image](https://h/1?a=\\\"QQ==\\\")"
	    "\\n\\n\"}";
	static const char image[] =
	    "\"image_url\":{\"url\":\"https://h/1?a=\\\"QQ==\\\"\"}";
	const struct chat_request req = {
	    .stream = true, .markdown_links = true};
	struct buf out;
	int puts = 0;
	play(&req, &puts, &out);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&out), link));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&out), image));
	CU_ASSERT_EQUAL(puts, 2);
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"in a whole answer", test_whole},
    {"in a stream", test_stream},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_picture_suite = {"protocol/chat_answer", tests};
