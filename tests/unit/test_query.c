/* Tests of query strings: reading a parameter, and leaving some out. */
#include "web/query.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

struct get_row {
	const char *row, *query, *name;
	const char *value; /* NULL: none */
};

static const struct get_row gets[] = {
    {"alone", "key=abc", "key", "abc"},
    {"in the middle", "a=1&key=abc&b=2", "key", "abc"},
    {"the first of two", "key=1&key=2", "key", "1"},
    {"absent", "a=1&b=2", "key", NULL},
    {"no query", "", "key", NULL},
    {"an empty value", "key=&a=1", "key", ""},
    {"no equals sign", "key&a=1", "key", ""},
    {"more equals signs", "key=a=b==", "key", "a=b=="},
    {"a prefix of the name", "ke=1", "key", NULL},
    {"the name is a prefix", "keys=1", "key", NULL},
    {"case counts", "KEY=1", "key", NULL},
    {"a plus is a blank", "key=a+b", "key", "a b"},
    {"encoded", "key=a%26b%3Dc%2Bd", "key", "a&b=c+d"},
    {"an encoded name", "%6b%65y=1", "key", "1"},
    {"a plus in the name", "a+b=1", "a b", "1"},
    {"UTF-8", "key=%C3%A9", "key", "\xc3\xa9"},
    {"a broken encoding", "key=%4", "key", NULL},
    {"not hex", "key=%xx", "key", NULL},
    {"another one's broken encoding", "a=%4&key=1", "key", "1"},
    {"a broken name", "%k=0&key=1", "key", "1"},
    {"empty pairs", "&&key=1&&", "key", "1"},
    {"only ampersands", "&&&", "key", NULL},
    {"an empty name", "=1&key=2", "key", "2"},
    {"a NUL in the name is no end", "key%00x=1", "key", NULL},
};

static void
test_get(void)
{
	for (size_t i = 0; i < COUNT_OF(gets); i++) {
		const struct get_row *g = &gets[i];
		struct buf value;
		buf_init(&value, BUF_SMALL);
		bool found = query_get(g->query, g->name, &value);
		UNIT_ROW(found == (g->value != NULL), g->row);
		if (found)
			UNIT_ROW(unit_same(buf_cstr(&value), g->value), g->row);
		buf_clear(&value);
	}
}

struct without_row {
	const char *row, *query, *left;
};

/* Without `key` and `access_token`. */
static const struct without_row withouts[] = {
    {"nothing to drop", "alt=sse&a=1", "alt=sse&a=1"},
    {"the first", "key=1&alt=sse", "alt=sse"},
    {"the last", "alt=sse&key=1", "alt=sse"},
    {"in the middle", "a=1&key=2&b=3", "a=1&b=3"},
    {"all", "key=1&access_token=2", ""},
    {"both names", "key=1&a=1&access_token=2&b=2", "a=1&b=2"},
    {"each time", "key=1&key=2&a=1&key=3", "a=1"},
    {"an encoded name", "%6bey=1&a=1", "a=1"},
    {"wholly encoded", "%61%63%63%65%73%73_token=1&a=1", "a=1"},
    {"without a value", "key&a=1", "a=1"},
    {"others stay as they were written", "a=%2b+%C3&b=%6bey&c",
	"a=%2b+%C3&b=%6bey&c"},
    {"names that are longer or shorter", "keys=1&ke=2", "keys=1&ke=2"},
    {"empty pairs go", "&&a=1&&b=2&", "a=1&b=2"},
    {"an empty query", "", ""},
    {"a value that looks like a pair", "a=1%26key=2", "a=1%26key=2"},
};

static void
test_without(void)
{
	static const char *const names[] = {"key", "access_token"};
	for (size_t i = 0; i < COUNT_OF(withouts); i++) {
		const struct without_row *w = &withouts[i];
		struct buf left;
		buf_init(&left, BUF_SMALL);
		query_without(w->query, names, COUNT_OF(names), &left);
		UNIT_ROW(unit_same(buf_cstr(&left), w->left), w->row);
		buf_clear(&left);
	}
}

static CU_TestInfo tests[] = {
    {"a parameter", test_get},
    {"without some", test_without},
    CU_TEST_INFO_NULL,
};

struct unit_suite query_suite = {"web/query", tests};
