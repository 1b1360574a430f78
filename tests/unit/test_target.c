/* Tests of targets: the path, and the folder below which it is. */
#include "web/target.h"

#include "base/attr.h"
#include "unit.h"

struct row {
	const char *row, *uri, *script, *base, *path;
};

static const struct row rows[] = {
    {"all of a host", "/v1/models", NULL, "", "/v1/models"},
    {"a query", "/v1/models?a=/b", "", "", "/v1/models"},
    {"nginx and lighttpd: the path again", "/v1/models", "/v1/models", "",
	"/v1/models"},
    {"nothing at all", NULL, NULL, "", "/"},
    {"an absolute target", "http://a.example/x?y", "", "", "/x"},
    {"… without a path", "https://a.example", "", "", "/"},
    {"a program at the top", "/v1/models", "/keywheel.fcgi", "", "/v1/models"},
    {"… in a folder", "/kw/v1/models", "/kw/keywheel.fcgi", "/kw",
	"/v1/models"},
    {"… two deep", "/a/b/keys?x", "/a/b/keywheel.cgi", "/a/b", "/keys"},
    {"… the folder itself", "/kw/", "/kw/keywheel.cgi", "/kw", "/"},
    {"… without its slash", "/kw", "/kw/keywheel.cgi", "/kw", "/"},
    {"… by its name", "/kw/keywheel.cgi/v1/models?x", "/kw/keywheel.cgi",
	"/kw/keywheel.cgi", "/v1/models"},
    {"… by its name alone", "/cgi-bin/keywheel.cgi", "/cgi-bin/keywheel.cgi",
	"/cgi-bin/keywheel.cgi", "/"},
    {"… another folder that begins alike", "/kwx/v1", "/kw/keywheel.cgi", "",
	"/kwx/v1"},
    {"… elsewhere", "/v1", "/kw/keywheel.cgi", "", "/v1"},
    {"encoded paths stay", "/kw/v1/a%2Fb%20c", "/kw/keywheel.cgi", "/kw",
	"/v1/a%2Fb%20c"},
    {"another host", "//evil.example/x.cgi", "//evil.example/x.cgi", "",
	"//evil.example/x.cgi"},
    {"what ends a quotation", "/a\"b/x.cgi", "/a\"b/x.cgi", "", "/a\"b/x.cgi"},
    {"a backslash", "/\\evil/x.cgi/", "/\\evil/x.cgi", "", "/\\evil/x.cgi/"},
    {"a name without a beginning", "/.cgi", ".cgi", "", "/.cgi"},
};

static void
test_targets(void)
{
	struct buf base, path;
	buf_init(&base, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		target_read(rows[i].uri, rows[i].script, &base, &path);
		UNIT_ROW(unit_same(buf_cstr(&base), rows[i].base) &&
			unit_same(buf_cstr(&path), rows[i].path),
		    rows[i].row);
	}
	buf_clear(&base);
	buf_clear(&path);
}

static CU_TestInfo tests[] = {
    {"targets", test_targets},
    CU_TEST_INFO_NULL,
};

struct unit_suite target_suite = {"web/target", tests};
