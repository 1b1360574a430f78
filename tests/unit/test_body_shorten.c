/* protocol/body_shorten: what is left of a body for people to read. */
#include "protocol/body_shorten.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "unit.h"

static void
test_texts(void)
{
	static const struct {
		const char *body, *text;
	} rows[] = {
	    {"", ""},
	    {"{\"a\":\"b\"}", "{\"a\":\"b\"}"},
	    {"caf\xc3\xa9 \xf0\x9f\x98\x80\n",
		"caf\xc3\xa9 \xf0\x9f\x98\x80\n"},
	    {"text\xff\xfe\x01more", "text[3 bytes left out]more"},
	    {"\xc3", "[1 bytes left out]"},
	    {"\x01\x02", "[2 bytes left out]"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		body_shorten(&out, rows[i].body, strlen(rows[i].body), 1000);
		UNIT_ROW(
		    strcmp(buf_cstr(&out), rows[i].text) == 0, rows[i].text);
		buf_clear(&out);
	}
}

/* Long runs of base64 are cut, with what stands around them kept. */
static void
test_pictures(void)
{
	struct buf body, out;
	buf_init(&body, BUF_SMALL);
	buf_init(&out, BUF_SMALL);
	buf_str(&body, "{\"data\":\"");
	for (int i = 0; i < 500; i++)
		buf_str(&body, i % 10 == 9 ? "ab\\/" : "abcd");
	buf_str(&body, "==\",\"text\":\"Hello\"}");
	body_shorten(&out, body.data, body.len, 1000);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "{\"data\":\"abcdabcdabcdabcdabcdabcdabcdabcd"
	    "…[1970 characters left out]\",\"text\":\"Hello\"}");
	buf_clear(&body);
	buf_clear(&out);
}

/* Never more than asked for, and no half character at the end. */
static void
test_limit(void)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	for (int i = 0; i < 2000; i++)
		buf_str(&body, "h\xc3\xa9 ");
	for (size_t max = 1; max < 40; max++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		buf_str(&out, "x");
		body_shorten(&out, body.data, body.len, max);
		CU_ASSERT_TRUE(out.len <= max + 1 && out.len + 2 >= max);
		CU_ASSERT_TRUE(text_is_utf8(out.data, out.len));
		buf_clear(&out);
	}
	buf_clear(&body);
}

static CU_TestInfo tests[] = {
    {"texts", test_texts},
    {"pictures", test_pictures},
    {"the limit", test_limit},
    CU_TEST_INFO_NULL,
};
struct unit_suite body_shorten_suite = {"protocol/body_shorten", tests};
