/* protocol/clean_path: what goes on to Google, and what does not. */
#include "protocol/clean_path.h"

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite clean_path_suite;

static void
test_rows(void)
{
	static const struct {
		const char *sent;
		const char *plain, *slashes; /* NULL: refused */
	} rows[] = {
	    {"", "", ""},
	    {"/a", "/a", "/a"},
	    {"/a/b:c", "/a/b:c", "/a/b:c"},
	    {"/%61/%3Ac", "/a/:c", "/a/:c"},
	    {"/a-._~!$&'()*+,;=@", "/a-._~!$&'()*+,;=@", "/a-._~!$&'()*+,;=@"},
	    {"/..a/a..", "/..a/a..", "/..a/a.."},
	    {"/models%2Fa", NULL, "/models/a"},
	    {"/a%2fb%2Fc/d", NULL, "/a/b/c/d"},
	    {"a", NULL, NULL},
	    {"/", NULL, NULL},
	    {"/a/", NULL, NULL},
	    {"//a", NULL, NULL},
	    {"/.", NULL, NULL},
	    {"/a/../b", NULL, NULL},
	    {"/%2e%2E", NULL, NULL},
	    {"/.%2e/a", NULL, NULL},
	    {"/a%2F..%2Fb", NULL, NULL},
	    {"/a%2F%2e", NULL, NULL},
	    {"/a%2F", NULL, NULL},
	    {"/%2Fa", NULL, NULL},
	    {"/%2F", NULL, NULL},
	    {"/a%252e", NULL, NULL},
	    {"/a%5cb", NULL, NULL},
	    {"/a%3Fb", NULL, NULL},
	    {"/a%23b", NULL, NULL},
	    {"/a%0d%0ab", NULL, NULL},
	    {"/a%00b", NULL, NULL},
	    {"/a%20b", NULL, NULL},
	    {"/caf%c3%a9", NULL, NULL},
	    {"/a%", NULL, NULL},
	    {"/a%zz", NULL, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (int slashes = 0; slashes < 2; slashes++) {
			const char *want =
			    slashes ? rows[i].slashes : rows[i].plain;
			struct buf out;
			buf_init(&out, BUF_SMALL);
			bool ok = clean_path(rows[i].sent, slashes, &out);
			UNIT_ROW(ok == (want != NULL), rows[i].sent);
			UNIT_ROW(!ok || unit_same(buf_cstr(&out), want),
			    rows[i].sent);
			buf_clear(&out);
		}
}

static CU_TestInfo tests[] = {
    {"paths", test_rows},
    CU_TEST_INFO_NULL,
};

struct unit_suite clean_path_suite = {"protocol/clean_path", tests};
