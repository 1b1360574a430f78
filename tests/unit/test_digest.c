/* base/digest: against the vectors of RFC 1864, RFC 2202, RFC 4231 and Aliyun's
 * manual. */
#include "base/digest.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_md5(void)
{
	static const struct {
		const char *base64, *md5;
	} rows[] = {
	    {"", "1B2M2Y8AsgTpgAmY7PhCfg=="},
	    {"YWJj", "kAFQmDzST7DWlj99KOF/cg=="}, /* abc */
	    /* RFC 1864, section 2: "Check Integrity!" */
	    {"Q2hlY2sgSW50ZWdyaXR5IQ==", "nwqq6b6ua/tTDk7B5M184w=="},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		const char *text = rows[i].base64;
		UNIT_ROW(digest_md5(&out, text, strlen(text)), text);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].md5) == 1, text);
		buf_clear(&out);
	}
}

static void
test_md5_in_pieces(void)
{
	/* A million times "a": more than is decoded at once. */
	struct buf text, out;
	buf_init(&text, BUF_LARGE);
	buf_init(&out, BUF_SMALL);
	for (int i = 0; i < 333333; i++)
		buf_str(&text, "YWFh");
	buf_str(&text, "YQ==");
	CU_ASSERT_TRUE(digest_md5(&out, buf_cstr(&text), text.len));
	/* 7707d6ae4e027c70eea2a935c2296f21 */
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "dwfWrk4CfHDuoqk1wilvIQ==");
	buf_clear(&text);
	buf_clear(&out);
}

static void
test_hmac_sha1(void)
{
	static const struct {
		const char *key, *text, *mac;
	} rows[] = {
	    /* RFC 2202, case 2. */
	    {"Jefe", "what do ya want for nothing?",
		"7/zfauXrL6LSdBbV8YTfnCWafHk="},
	    /* The example of "Include a V1 signature in the Authorization
	     * header" in Aliyun's manual. */
	    {"OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV",
		"PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\n"
		"text/html\nThu, 17 Nov 2005 18:49:58 GMT\n"
		"x-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n"
		"/oss-example/nelson",
		"26NBxoKdsyly4EDv6inkoDft/yA="},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		UNIT_ROW(digest_hmac_sha1(&out, rows[i].key, rows[i].text,
			     strlen(rows[i].text)),
		    rows[i].key);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), rows[i].mac) == 1, rows[i].key);
		buf_clear(&out);
	}
}

/* RFC 4231, case 2; and nothing under a key. */
static void
test_hmac_sha256(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	CU_ASSERT_TRUE(digest_hmac_sha256(
	    &out, "Jefe", "what do ya want for nothing?", 28));
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&out), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
	buf_reset(&out);
	CU_ASSERT_TRUE(digest_hmac_sha256(&out, "1599360473\ndemo", "", 0));
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&out), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"MD5 of base64", test_md5},
    {"MD5 of a long text", test_md5_in_pieces},
    {"HMAC-SHA1", test_hmac_sha1},
    {"HMAC-SHA256", test_hmac_sha256},
    CU_TEST_INFO_NULL,
};

struct unit_suite digest_suite = {"base/digest", tests};
