/* protocol/model_suffix: where a model's name ends. */
#include "protocol/model_suffix.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

/* The settings that the rows go by. */
static const char settings_text[] = "{\"search\":[\"flash\",\"pro\"],"
				    "\"image\":[\"exp\",\"flash-image\"],"
				    "\"thinking\":[\"flash\"],"
				    "\"models\":{\"pro-search\":{},"
				    "\"nano-non-thinking\":{},"
				    "\"exp2-image-generation\":{}}}";

static struct json_object *
fill(struct chat_policy *policy)
{
	struct json_object *o =
	    json_parse(settings_text, sizeof(settings_text) - 1, NULL);
	*policy = (struct chat_policy){
	    .search_models = json_get(o, "search"),
	    .image_models = json_get(o, "image"),
	    .thinking_models = json_get(o, "thinking"),
	    .models = json_get(o, "models"),
	};
	return o;
}

#define S WISH_SEARCH
#define I WISH_IMAGE
#define N WISH_NO_THINKING
#define F WISH_FAKE_STREAM

static void
test_split(void)
{
	static const struct {
		const char *name;
		const char *model; /* NULL: the whole name */
		unsigned wishes;
	} rows[] = {
	    {"flash", NULL, 0},
	    {"flash-search", "flash", S},
	    {"flash-search-search", NULL, 0},
	    {"flash-lite-search", NULL, 0},
	    {"flash-Search", NULL, 0},
	    {"flash-search-", NULL, 0},
	    {"flashsearch", NULL, 0},
	    {"pro-search", NULL, 0},
	    {"pro-search-fake-stream", "pro-search", F},
	    {"pro-fake-stream-search", "pro", F | S},
	    {"exp-image", "exp", I},
	    {"exp-image-generation", "exp", I},
	    {"exp-image-image-generation", NULL, I},
	    {"exp2-image-generation", NULL, I},
	    {"exp3-image-generation-fake-stream", "exp3-image-generation",
		I | F},
	    {"flash-image", NULL, 0},
	    {"flash-image-image", "flash-image", I},
	    {"flash-image-non-thinking", "flash-image", N},
	    {"nano-non-thinking", NULL, 0},
	    {"nano-non-thinking-non-thinking", "nano-non-thinking", N},
	    {"any-non-thinking", "any", N},
	    {"any-fake-stream-non-thinking", "any", N | F},
	    {"any-non-thinking-fake-stream", "any", N | F},
	    {"any-non-thinking-non-thinking", "any-non-thinking", N},
	    {"flash-search-non-thinking-fake-stream", "flash", S | N | F},
	    {"flash-fake-stream-non-thinking-search", "flash", S | N | F},
	    {"any-search-non-thinking", "any-search", N},
	    {"any-non-thinking-search", NULL, 0},
	    {"-search", NULL, 0},
	    {"-non-thinking", NULL, 0},
	    {"-non-thinking-fake-stream", "-non-thinking", F},
	    {"search", NULL, 0},
	    {"", NULL, 0},
	};
	struct chat_policy policy;
	struct json_object *settings = fill(&policy);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t len = 0;
		const char *name = rows[i].name;
		const char *model = rows[i].model ? rows[i].model : name;
		unsigned wishes = model_suffix_split(name, &policy, &len);
		UNIT_ROW(wishes == rows[i].wishes, name);
		UNIT_ROW(
		    len == strlen(model) && !strncmp(name, model, len), name);
	}
	json_object_put(settings);
}

/* Neither settings nor list: what every model has, and nothing else. */
static void
test_nothing_known(void)
{
	static const struct chat_policy none;
	size_t len;
	CU_ASSERT_EQUAL(model_suffix_split("flash-search", &none, &len), 0);
	CU_ASSERT_EQUAL(len, 12);
	CU_ASSERT_EQUAL(
	    model_suffix_split("flash-image-fake-stream", &none, &len), F);
	CU_ASSERT_EQUAL(len, 11);
}

static void
test_offers(void)
{
	static const struct {
		const char *name, *offers;
	} rows[] = {
	    {"flash", "-search -non-thinking "},
	    {"exp", "-image "},
	    {"pro", ""},
	    {"flash-image", "-image "},
	    {"any", ""},
	};
	struct chat_policy policy;
	struct json_object *settings = fill(&policy);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *suffixes[MODEL_SUFFIX_OFFERS];
		size_t n = model_suffix_offers(rows[i].name, &policy, suffixes);
		struct buf all;
		buf_init(&all, BUF_SMALL);
		for (size_t k = 0; k < n; k++)
			buf_fmt(&all, "%s ", suffixes[k]);
		UNIT_ROW(
		    unit_same(buf_cstr(&all), rows[i].offers), rows[i].name);
		buf_clear(&all);
	}
	json_object_put(settings);
}

static CU_TestInfo tests[] = {
    {"names with suffixes", test_split},
    {"without settings", test_nothing_known},
    {"what is offered", test_offers},
    CU_TEST_INFO_NULL,
};

struct unit_suite model_suffix_suite = {"protocol/model_suffix", tests};
