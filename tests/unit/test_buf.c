/* Tests of base/buf. */
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite buf_suite;

static void
test_empty(void)
{
	struct buf b;
	buf_init(&b, 10);
	CU_ASSERT(buf_ok(&b));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	buf_drop(&b, 3);
	buf_reset(&b);
	buf_add(&b, NULL, 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	buf_clear(&b);

	char *text = buf_take(&b);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, "");
	free(text);
}

static void
test_append(void)
{
	struct buf b;
	buf_init(&b, BUF_SMALL);
	buf_str(&b, "one");
	buf_byte(&b, ',');
	buf_fmt(&b, "%d-%s", 42, "x");
	buf_add(&b, "a\0b", 3);
	CU_ASSERT_EQUAL(b.len, 11);
	CU_ASSERT_EQUAL(memcmp(b.data, "one,42-xa\0b", 12), 0);

	/* Long enough to grow several times. */
	for (int i = 0; i < 5000; i++)
		buf_fmt(&b, "%05d", i);
	CU_ASSERT(buf_ok(&b));
	CU_ASSERT_EQUAL(b.len, 11 + 25000);
	CU_ASSERT_STRING_EQUAL(b.data + b.len - 10, "0499804999");
	buf_clear(&b);
}

static void
test_ceiling(void)
{
	static const size_t sizes[] = {0, 1, 255, 256, 257, 1000};
	char bytes[1001];
	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		char row[32];
		snprintf(row, sizeof(row), "%zu bytes", sizes[i]);
		struct buf b;
		buf_init(&b, sizes[i]);
		buf_add(&b, bytes, sizes[i]);
		UNIT_ROW(buf_ok(&b), row);
		UNIT_ROW(strlen(buf_cstr(&b)) == sizes[i], row);

		UNIT_ROW(b.cap <= sizes[i] + 1, row);

		/* One more fails, and stays failed. */
		buf_byte(&b, 'y');
		UNIT_ROW(!buf_ok(&b), row);
		UNIT_ROW(b.len == 0, row);
		buf_str(&b, "");
		UNIT_ROW(!buf_ok(&b), row);
		UNIT_ROW(unit_same(buf_cstr(&b), ""), row);
		UNIT_ROW(buf_take(&b) == NULL, row);
		UNIT_ROW(b.data == NULL && b.len == 0, row);
		buf_clear(&b);
		UNIT_ROW(buf_ok(&b), row);
	}

	/* Formatted text counts as well, and no ceiling is too high. */
	struct buf b;
	buf_init(&b, 4);
	buf_fmt(&b, "%d", 12345);
	CU_ASSERT(!buf_ok(&b));
	CU_ASSERT_EQUAL(b.len, 0);
	buf_clear(&b);
	buf_init(&b, SIZE_MAX);
	buf_str(&b, "x");
	CU_ASSERT(buf_ok(&b));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "x");
	buf_clear(&b);
}

static void
test_reset(void)
{
	struct buf b;
	buf_init(&b, 2 * BUF_SMALL);
	buf_str(&b, "small");
	char *kept = b.data;
	buf_reset(&b);
	CU_ASSERT_PTR_EQUAL(b.data, kept);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");

	for (size_t i = 0; i <= BUF_SMALL; i++)
		buf_byte(&b, 'x');
	CU_ASSERT(buf_ok(&b));
	buf_reset(&b);
	CU_ASSERT_EQUAL(b.cap, 0);
	CU_ASSERT_PTR_NULL(b.data);

	buf_init(&b, 1);
	buf_str(&b, "xx");
	CU_ASSERT(!buf_ok(&b));
	buf_reset(&b);
	CU_ASSERT(buf_ok(&b));
	buf_clear(&b);
}

static void
test_drop(void)
{
	static const struct {
		const char *row;
		size_t n;
		const char *rest;
	} rows[] = {
	    {"none", 0, "abcdef"},
	    {"some", 2, "cdef"},
	    {"all", 6, ""},
	    {"more", SIZE_MAX, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf b;
		buf_init(&b, 10);
		buf_str(&b, "abcdef");
		buf_drop(&b, rows[i].n);
		UNIT_ROW(unit_same(b.data, rows[i].rest), rows[i].row);
		UNIT_ROW(b.len == strlen(rows[i].rest), rows[i].row);
		buf_str(&b, "+");
		UNIT_ROW(b.len == strlen(rows[i].rest) + 1, rows[i].row);
		buf_clear(&b);
	}
}

static void
test_take(void)
{
	struct buf b;
	buf_init(&b, 10);
	buf_str(&b, "mine");
	char *text = buf_take(&b);
	CU_ASSERT_STRING_EQUAL(text, "mine");
	free(text);
	CU_ASSERT_EQUAL(b.len, 0);
	CU_ASSERT_EQUAL(b.max, 10);
	buf_str(&b, "again");
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "again");
	buf_clear(&b);
}

static void
test_join(void)
{
	struct buf a, b;
	buf_init(&a, 10);
	buf_init(&b, 4);
	buf_join(&a, &b);
	CU_ASSERT(buf_ok(&a) && a.len == 0);
	buf_str(&b, "b\n");
	buf_str(&a, "a");
	buf_join(&a, &b);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&a), "ab\n");

	/* What has failed holds nothing, and so does what it goes into. */
	buf_str(&b, "long");
	CU_ASSERT(!buf_ok(&b) && b.len == 0);
	buf_join(&a, &b);
	CU_ASSERT(!buf_ok(&a) && a.len == 0);
	buf_join(&b, &a);
	CU_ASSERT(!buf_ok(&b));
	buf_reset(&a);
	CU_ASSERT(buf_ok(&a));
	buf_fail(&a);
	CU_ASSERT(!buf_ok(&a) && a.len == 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&a), "");
	buf_clear(&a);
	buf_clear(&b);
}

static void
test_keep(void)
{
	struct buf b;
	buf_init(&b, 100000);
	buf_keep(&b, 0, 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	for (int i = 0; i < 9000; i++)
		buf_str(&b, "0123456789");
	buf_keep(&b, 5, 10);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "5678901234");
	CU_ASSERT(b.cap < 100);
	buf_prepend(&b, "ab", 2);
	buf_prepend(&b, "", 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "ab5678901234");
	buf_keep(&b, 12, 0);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "");
	b.max = 3;
	buf_prepend(&b, "abcd", 4);
	CU_ASSERT(!buf_ok(&b));
	buf_clear(&b);
}

static void
test_move(void)
{
	struct buf a, b;
	buf_init(&a, 10);
	buf_init(&b, 20);
	buf_str(&b, "one");
	const char *bytes = b.data;
	buf_move(&a, &b);
	CU_ASSERT_PTR_EQUAL(a.data, bytes);
	CU_ASSERT(b.len == 0 && b.data == NULL && b.max == 20 && a.max == 10);
	buf_str(&b, "two");
	buf_move(&a, &b);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&a), "onetwo");
	CU_ASSERT_PTR_NULL(b.data);

	/* Too large, to an empty one and to another. */
	buf_str(&b, "0123456789.");
	buf_reset(&a);
	buf_move(&a, &b);
	CU_ASSERT(!buf_ok(&a) && buf_ok(&b));
	buf_reset(&a);
	buf_str(&a, "0123456789");
	buf_str(&b, "x");
	buf_move(&a, &b);
	CU_ASSERT(!buf_ok(&a));
	buf_reset(&a);
	buf_fail(&b);
	buf_move(&a, &b);
	CU_ASSERT(!buf_ok(&a) && buf_ok(&b));
	buf_clear(&a);
	buf_clear(&b);
}

static CU_TestInfo tests[] = {
    {"is usable when empty", test_empty},
    {"appends bytes, text and formats", test_append},
    {"stops at its ceiling and stays failed", test_ceiling},
    {"keeps little memory on reset", test_reset},
    {"drops from the front", test_drop},
    {"hands its bytes over", test_take},
    {"joins, and hands failure on", test_join},
    {"keeps a part, and puts bytes in front", test_keep},
    {"moves bytes without a copy", test_move},
    CU_TEST_INFO_NULL,
};

struct unit_suite buf_suite = {"base/buf", tests};
