/* protocol/tool_names: legal names, one for each of the client's. */
#include "protocol/tool_names.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define TEN(x) x x x x x x x x x x
#define X120 TEN("xxxxxxxxxxxx")

static void
test_legal(void)
{
	static const struct {
		const char *client, *gemini;
	} rows[] = {
	    {"weather", "weather"},
	    {"_a.b:c-d9", "_a.b:c-d9"},
	    {"3d_render", "_3d_render"},
	    {"-x", "_-x"},
	    {".x", "_.x"},
	    {":", "_:"},
	    {"7", "_7"},
	    {" x", "_x"},
	    {"get weather", "get_weather"},
	    {"a/b\\c\"d", "a_b_c_d"},
	    {"größe", "gr__e"},
	    {"天气", "__"},
	    {"😀x", "_x"},
	    {"\x7f", "_"},
	    {X120 "12345678", X120 "12345678"},
	    {X120 "123456789", X120 "12345678"},
	    {"0" X120 "12345678", "_0" X120 "123456"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct tool_names names = {0};
		const struct tool_name *name =
		    tool_names_add(&names, rows[i].client, false);
		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		UNIT_ROW(
		    unit_same(name->client, rows[i].client), rows[i].client);
		UNIT_ROW(
		    unit_same(name->gemini, rows[i].gemini), rows[i].client);
		UNIT_ROW(tool_names_back(&names, rows[i].gemini) == name,
		    rows[i].client);
		tool_names_clear(&names);
	}
}

/* Names that would be the same, in this order. */
static void
test_unique(void)
{
	static const struct {
		const char *client, *gemini;
	} rows[] = {
	    {"3d", "_3d"},
	    {"_3d", "_3d_2"},
	    {"a b", "a_b"},
	    {"a/b", "a_b_3"},
	    {"a_b_4", "a_b_4"},
	    {"a+b", "a_b_5"},
	    {X120 "123456789", X120 "12345678"},
	    {X120 "123456780", X120 "123456_6"},
	};
	struct tool_names names = {0};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT_PTR_NOT_NULL(
		    tool_names_add(&names, rows[i].client, i % 2 == 1));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct tool_name *name =
		    tool_names_find(&names, rows[i].client);
		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		if (!unit_same(name->gemini, rows[i].gemini))
			fprintf(stderr, "got %s\n", name->gemini);
		UNIT_ROW(
		    unit_same(name->gemini, rows[i].gemini), rows[i].client);
		UNIT_ROW(name->custom == (i % 2 == 1), rows[i].client);
		UNIT_ROW(tool_names_back(&names, rows[i].gemini) == name,
		    rows[i].client);
	}
	tool_names_clear(&names);
}

static void
test_again(void)
{
	struct tool_names names = {0};
	CU_ASSERT_PTR_NULL(tool_names_find(&names, "a"));
	CU_ASSERT_PTR_NULL(tool_names_back(&names, "a"));
	CU_ASSERT_PTR_NOT_NULL(tool_names_add(&names, "a", true));
	CU_ASSERT_PTR_NOT_NULL(tool_names_add(&names, "a", false));
	CU_ASSERT_EQUAL(names.count, 1);
	CU_ASSERT_TRUE(tool_names_find(&names, "a")->custom);
	CU_ASSERT_PTR_NULL(tool_names_back(&names, "b"));
	tool_names_clear(&names);
	CU_ASSERT_PTR_NULL(tool_names_find(&names, "a"));
	tool_names_clear(&names);
}

/* Many that all look alike at first must not take longer and longer. */
static void
test_many(void)
{
	enum { COUNT = 50000 };
	struct tool_names names = {0};
	char client[32];
	for (int i = 0; i < COUNT; i++) {
		/* Six characters of which none is legal. */
		snprintf(client, sizeof(client), "%c%c%c%c%c%c",
		    "!#$%&'()*+"[i % 10], "!#$%&'()*+"[i / 10 % 10],
		    "!#$%&'()*+"[i / 100 % 10], "!#$%&'()*+"[i / 1000 % 10],
		    "!#$%&'()*+"[i / 10000 % 10], '!');
		CU_ASSERT_PTR_NOT_NULL_FATAL(
		    tool_names_add(&names, client, false));
	}
	CU_ASSERT_EQUAL(names.count, COUNT);
	CU_ASSERT(unit_same(names.list[COUNT - 1].gemini, "_______50000"));
	tool_names_clear(&names);
}

static CU_TestInfo tests[] = {
    {"legal names", test_legal},
    {"unique names", test_unique},
    {"the same name again", test_again},
    {"many names", test_many},
    CU_TEST_INFO_NULL,
};

struct unit_suite tool_names_suite = {"protocol/tool_names", tests};
