/* Tests of filters of keys: what a query means, and what it may not. */
#include "admin/key_filter.h"

#include <string.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "base/json.h"
#include "unit.h"

static const struct master_key master = {.hash = {1, 2, 3}};

static const struct filter_row {
	const char *row, *query;
	const char *filter; /* NULL: it is not legal */
} filters[] = {
    {"nothing", "", "{}"},
    {"empty fields", "q=&state=&faults=", "{}"},
    {"blanks around", "q=+%0Aa+b%09", "{\"q\":\"a b\"}"},
    {"all of them",
	"model_is=rests&model=m&code=429&faults=3&project=p&pool=paid&"
	"state=resting&q=x",
	"{\"q\":\"x\",\"state\":\"resting\",\"pool\":\"paid\",\"project\":"
	"\"p\",\"faults\":3,\"code\":429,\"model\":\"m\",\"model_is\":"
	"\"rests\"}"},
    {"others are not its business", "page=2&sort=-uses&x=%C3%A9", "{}"},
    {"no such state", "state=all", NULL},
    {"no such pool", "pool=Gemini", NULL},
    {"faults are a number", "faults=1x", NULL},
    {"faults are not negative", "faults=-1", NULL},
    {"a status", "code=99", NULL},
    {"a status has an end", "code=600", NULL},
    {"no hash", "hash=12", NULL},
    {"no hex", "hash=zz", NULL},
    {"a broken encoding says nothing", "q=%zz", NULL},
    {"… wherever it is", "q=a&%4=1", NULL},
    {"a NUL", "q=a%00b", NULL},
    {"no UTF-8", "q=%ff", NULL},
};

static void
test_filters(void)
{
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		const struct filter_row *r = &filters[i];
		struct buf text;
		struct json_object *filter =
		    key_filter_read(r->query, &master, NULL);
		buf_init(&text, BUF_SMALL);
		if (filter != NULL)
			json_write(&text, filter);
		UNIT_ROW(unit_same(filter == NULL ? NULL : buf_cstr(&text),
			     r->filter),
		    r->row);
		json_object_put(filter);
		buf_clear(&text);
	}
}

/* Too long to be taken: it must not be taken for absent. */
static void
test_long(void)
{
	struct buf query;
	buf_init(&query, BUF_LARGE);
	buf_str(&query, "q=");
	for (int i = 0; i < 70000; i++)
		buf_str(&query, "a+");
	struct json_object *errors = json_object_new_object();
	CU_ASSERT_PTR_NULL(key_filter_read(buf_cstr(&query), &master, errors));
	CU_ASSERT_PTR_NOT_NULL(json_get_text(errors, "q"));
	json_object_put(errors);
	buf_clear(&query);
}

#define KEY "AIzaSyE2E-aaaaaaaaaaaaaaaaaaaaaaaaaaaK1"

static const struct key_row {
	const char *text;
	bool is;
} keys[] = {
    {KEY, true},
    {"AQ.Ab8RN6e2e-dddddddddddddddddddddddK4", true},
    {"AIzaSy0123456789", true},
    {"AIza", false},
    {"my-project-with-a-long-name-30", false},
    {"a sentence that somebody wrote as a note", false},
    {"…aaK1", false},
    {"", false},
};

static void
test_whole_keys(void)
{
	struct buf query;
	buf_init(&query, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		UNIT_ROW(key_filter_is_key(keys[i].text) == keys[i].is,
		    keys[i].text);
	struct json_object *filter =
	    key_filter_read("q=" KEY "&pool=paid", &master, NULL);
	const char *hash = json_get_text(filter, "hash");
	CU_ASSERT_PTR_NULL(json_get(filter, "q"));
	CU_ASSERT_EQUAL(hash == NULL ? 0 : strlen(hash), 64);
	key_filter_write("q=" KEY "&pool=paid", &master, &query);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&query), "AIza"));
	/* What is written is read as the same. */
	struct json_object *again =
	    key_filter_read(buf_cstr(&query), &master, NULL);
	CU_ASSERT_TRUE(json_object_equal(filter, again));
	json_object_put(filter);
	json_object_put(again);
	buf_clear(&query);
}

static CU_TestInfo tests[] = {
    {"what a query means", test_filters},
    {"too long", test_long},
    {"whole keys", test_whole_keys},
    CU_TEST_INFO_NULL,
};

struct unit_suite key_filter_suite = {"key_filter", tests};
