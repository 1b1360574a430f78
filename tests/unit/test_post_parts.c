/* Tests of forms with files. */
#include "admin/post_parts.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define TYPE "multipart/form-data; boundary=b"
#define PART(head, value) \
	"--b\r\nContent-Disposition: form-data; " head "\r\n\r\n" value "\r\n"

static bool
read_parts(const char *type, const char *text, size_t len, struct buf *fields)
{
	struct buf body;
	buf_init(&body, BUF_SMALL);
	buf_add(&body, text, len);
	bool ok = post_parts_read(type, &body, fields);
	buf_clear(&body);
	return ok;
}

static void
test_parts(void)
{
	static const char text[] = PART("name=\"a\"", "1&2")
	    PART("name=\"f\"; filename=\"x.env\"", "A=b\r\n\0c")
		PART("name=\"e\"", "") "--b--\r\n";
	struct buf fields;
	buf_init(&fields, BUF_SMALL);
	CU_ASSERT(read_parts(TYPE, text, sizeof(text) - 1, &fields));
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&fields), "a=1%262&f=A%3Db%0D%0A%00c&e=");
	buf_clear(&fields);
}

static void
test_broken(void)
{
	static const char text[] = PART("name=\"a\"", "1") "--b--\r\n";
	struct buf fields;
	buf_init(&fields, BUF_SMALL);
	CU_ASSERT(!read_parts("text/plain", text, sizeof(text) - 1, &fields));
	CU_ASSERT(!read_parts(TYPE, text, sizeof(text) - 8, &fields));
	CU_ASSERT(!read_parts(TYPE, "", 0, &fields));
	buf_clear(&fields);
}

static CU_TestInfo tests[] = {
    {"gives names and what is in files", test_parts},
    {"refuses what is no such form", test_broken},
    CU_TEST_INFO_NULL,
};

struct unit_suite post_parts_suite = {"admin/post_parts", tests};
