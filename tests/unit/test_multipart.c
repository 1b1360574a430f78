/* Tests of multipart/form-data: each row whole, in pieces of two bytes and
 * byte by byte. */
#include "web/multipart.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define TYPE "multipart/form-data; boundary=xYz"
#define PART(head, content) "--xYz\r\n" head "\r\n\r\n" content "\r\n"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\""
#define END "--xYz--\r\n"

struct row {
	const char *row, *type, *body;
	enum multipart_state state;
	const char *told; /* name|filename|type=content; */
};

static const struct row rows[] = {
    {"one field", TYPE, PART(NAMED("a"), "1") END, MULTIPART_DONE, "a=1;"},
    {"two fields", TYPE, PART(NAMED("a"), "1") PART(NAMED("b"), "2") END,
	MULTIPART_DONE, "a=1;b=2;"},
    {"a file", TYPE,
	PART(NAMED("f") "; filename=\"x.png\"\r\nContent-Type: image/png",
	    "\r\n--xY\r\n") END,
	MULTIPART_DONE, "f|x.png|image/png=\r\n--xY\r\n;"},
    {"a file without a name", TYPE, PART(NAMED("f") "; filename=\"\"", "x") END,
	MULTIPART_DONE, "f||=x;"},
    {"an empty content", TYPE, PART(NAMED("a"), "") END, MULTIPART_DONE, "a=;"},
    {"a head and nothing else", TYPE, "--xYz\r\n" NAMED("a") "\r\n\r\n" END,
	MULTIPART_DONE, "a=;"},
    {"a preamble", TYPE, "hello\r\n" PART(NAMED("a"), "1") END, MULTIPART_DONE,
	"a=1;"},
    {"an epilogue", TYPE, PART(NAMED("a"), "1") END "--xYz\r\nmore",
	MULTIPART_DONE, "a=1;"},
    {"no parts", TYPE, END, MULTIPART_DONE, ""},
    {"blanks behind the boundary", TYPE,
	"--xYz  \r\n" NAMED("a") "\r\n\r\n1\r\n--xYz--", MULTIPART_DONE,
	"a=1;"},
    {"names in any case", "Multipart/Form-Data;charset=utf-8;BOUNDARY=xYz",
	PART("content-disposition:form-data;NAME=a;FileName=b", "1") END,
	MULTIPART_DONE, "a|b|=1;"},
    {"a quoted boundary", "multipart/form-data; boundary=\"x Yz\"",
	"--x Yz\r\n" NAMED("a") "\r\n\r\n1\r\n--x Yz--", MULTIPART_DONE,
	"a=1;"},
    {"quotes and backslashes", TYPE,
	PART(NAMED("a") "; filename=\"C:\\dir\\\"x\\\".txt\"", "1") END,
	MULTIPART_DONE, "a|C:\\dir\"x\".txt|=1;"},
    {"a semicolon in a name", TYPE, PART(NAMED("a;name=b"), "1") END,
	MULTIPART_DONE, "a;name=b=1;"},
    {"control characters in a name", TYPE, PART(NAMED("a\x01\x02z"), "1") END,
	MULTIPART_DONE, "a  z=1;"},
    {"the boundary in mid-line is content", TYPE,
	PART(NAMED("a"), "x--xYz--") END, MULTIPART_DONE, "a=x--xYz--;"},
    {"a boundary that goes on", TYPE, PART(NAMED("a"), "x\r\n--xYzz") END,
	MULTIPART_BROKEN, "a=x;"},
    {"no name", TYPE, PART("Content-Disposition: form-data", "1") END,
	MULTIPART_BROKEN, ""},
    {"an attachment", TYPE,
	PART("Content-Disposition: attachment; name=a", "1") END,
	MULTIPART_BROKEN, ""},
    {"no head", TYPE, "--xYz\r\n\r\n1\r\n" END, MULTIPART_BROKEN, ""},
    {"cut in a head", TYPE, "--xYz\r\n" NAMED("a"), MULTIPART_GOING, ""},
    {"cut in a content", TYPE, "--xYz\r\n" NAMED("a") "\r\n\r\n1",
	MULTIPART_GOING, "a="},
    {"nothing", TYPE, "", MULTIPART_GOING, ""},
    {"the sink says no to a part", TYPE,
	PART(NAMED("a"), "1") PART(NAMED("stop"), "2") END, MULTIPART_STOPPED,
	"a=1;"},
    {"the sink says no to bytes", TYPE, PART(NAMED("a"), "stop!") END,
	MULTIPART_STOPPED, "a="},
};

static bool
on_begin(void *ctx, const char *name, const char *filename, const char *type)
{
	struct buf *told = ctx;
	if (strcmp(name, "stop") == 0)
		return false;
	buf_str(told, name);
	if (filename != NULL)
		buf_fmt(told, "|%s|%s", filename, type);
	buf_byte(told, '=');
	return true;
}

static bool
on_data(void *ctx, const char *bytes, size_t len)
{
	if (memchr(bytes, '!', len) != NULL || memchr(bytes, 's', len) != NULL)
		return false;
	buf_add(ctx, bytes, len);
	return true;
}

static bool
on_end(void *ctx)
{
	buf_byte(ctx, ';');
	return true;
}

static void
check_row(const struct row *r, size_t step)
{
	struct buf told;
	struct multipart m;
	buf_init(&told, BUF_SMALL);
	const struct multipart_sink sink = {&told, on_begin, on_data, on_end};
	size_t len = strlen(r->body);

	UNIT_ROW(multipart_init(&m, r->type, &sink), r->row);
	for (size_t i = 0; i < len; i += step)
		multipart_feed(
		    &m, r->body + i, len - i < step ? len - i : step);
	UNIT_ROW(multipart_feed(&m, "", 0) == r->state, r->row);
	UNIT_ROW(unit_same(buf_cstr(&told), r->told), r->row);
	multipart_clear(&m);
	buf_clear(&told);
}

static void
test_rows(void)
{
	static const size_t steps[] = {1, 2, 100000};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t k = 0; k < COUNT_OF(steps); k++)
			check_row(&rows[i], steps[k]);
}

static void
test_types(void)
{
	static const char *const bad[] = {"", "application/json",
	    "multipart/form-data", "multipart/form-data; boundary=",
	    "multipart/form-data; boundary=\"\"", "multipart/mixed; boundary=x",
	    "multipart/form-data-x; boundary=x",
	    "multipart/form-data; boundary="
	    "1234567890123456789012345678901234567890"
	    "1234567890123456789012345678901"};
	const struct multipart_sink sink = {NULL, on_begin, on_data, on_end};
	struct multipart m;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		UNIT_ROW(!multipart_init(&m, bad[i], &sink), bad[i]);
		multipart_clear(&m);
	}
	CU_ASSERT(!multipart_init(&m, NULL, &sink));
	multipart_clear(&m);
}

/* A head that never ends is not collected for ever; neither is content. */
static void
test_memory(void)
{
	char piece[4096];
	struct buf told;
	struct multipart m;
	buf_init(&told, BUF_SMALL);
	const struct multipart_sink sink = {&told, on_begin, on_data, on_end};
	memset(piece, 'x', sizeof(piece));

	CU_ASSERT(multipart_init(&m, TYPE, &sink));
	multipart_feed(&m, "--xYz\r\n", 7);
	for (int i = 0; i < 3; i++)
		multipart_feed(&m, piece, sizeof(piece));
	CU_ASSERT(multipart_feed(&m, "", 0) == MULTIPART_BROKEN);
	multipart_clear(&m);

	CU_ASSERT(multipart_init(&m, TYPE, &sink));
	for (int i = 0; i < 1000; i++)
		multipart_feed(&m, piece, sizeof(piece));
	CU_ASSERT(m.window.len < 100);
	multipart_clear(&m);
	buf_clear(&told);
}

static CU_TestInfo tests[] = {
    {"parts", test_rows},
    {"content types", test_types},
    {"bounded memory", test_memory},
    CU_TEST_INFO_NULL,
};

struct unit_suite multipart_suite = {"web/multipart", tests};
