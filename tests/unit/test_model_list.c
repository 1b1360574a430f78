/* protocol/model_list: Gemini's models as clients list them. */
#include "protocol/model_list.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

/* Gemini's objects: names, and what can be done with them. */
static const struct {
	const char *name, *methods;
} models[] = {
    {"models/a-flash", "[\"countTokens\",\"generateContent\"]"},
    {"models/a-flash-image", "[\"generateContent\"]"},
    {"models/b-embed", "[\"embedContent\"]"},
    {"models/c-draw", "[\"predict\"]"},
    {"models/d-live", "[\"bidiGenerateContent\"]"},
    {"models/e-none", "[]"},
    {"models/f-filtered", "[\"generateContent\"]"},
    {"models/../x", "[\"generateContent\"]"},
    {"models/g-odd", "7"},
};

static struct json_object *
make_models(void)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_str(&text, "[");
	for (size_t i = 0; i < COUNT_OF(models); i++)
		buf_fmt(&text,
		    "{\"name\":\"%s\",\"inputTokenLimit\":1000,"
		    "\"outputTokenLimit\":\"64\","
		    "\"supportedGenerationMethods\":%s},",
		    models[i].name, models[i].methods);
	buf_str(&text, "{\"name\":7},null,7,\"x\"]");
	struct json_object *o = json_parse(text.data, text.len, NULL);
	buf_clear(&text);
	return o;
}

static const char settings_text[] =
    "{\"filtered\":[\"f-filtered\",\"a-flash-non-thinking\"],"
    "\"search\":[\"a-flash\",\"f-filtered\",\"d-live\",\"zzz\"],"
    "\"image\":[\"a-flash\",\"a-flash-image\"],"
    "\"thinking\":[\"a-flash\",\"b-embed\"]}";

struct setting {
	struct json_object *models, *settings, *names;
	struct chat_policy policy;
};

static void
set_up(struct setting *s)
{
	s->models = make_models();
	s->settings =
	    json_parse(settings_text, sizeof(settings_text) - 1, NULL);
	s->names = model_list_names(s->models);
	s->policy = (struct chat_policy){
	    .filtered_models = json_get(s->settings, "filtered"),
	    .search_models = json_get(s->settings, "search"),
	    .image_models = json_get(s->settings, "image"),
	    .thinking_models = json_get(s->settings, "thinking"),
	    .models = s->names,
	};
}

static void
tear_down(struct setting *s)
{
	json_object_put(s->models);
	json_object_put(s->settings);
	json_object_put(s->names);
}

/* The member of each element, with blanks between. */
static bool
same_members(struct json_object *array, const char *member, const char *expect)
{
	struct buf all;
	buf_init(&all, BUF_SMALL);
	for (size_t i = 0; i < json_count(array); i++)
		buf_fmt(&all, "%s%s", i > 0 ? " " : "",
		    json_get_text(json_at(array, i), member));
	bool same = unit_same(buf_cstr(&all), expect);
	if (!same)
		printf("got: %s\n", buf_cstr(&all));
	buf_clear(&all);
	return same;
}

static void
test_openai(void)
{
	struct setting s;
	set_up(&s);
	struct json_object *list = model_list_openai(s.models, &s.policy);
	struct json_object *data = json_get(list, "data");
	CU_ASSERT(unit_same(json_get_text(list, "object"), "list"));
	/* a-flash-image is a model: it is not a-flash with a suffix. */
	CU_ASSERT(same_members(data, "id",
	    "a-flash a-flash-search a-flash-image a-flash-image-image "
	    "b-embed b-embed-non-thinking c-draw"));

	static const char first[] =
	    "{\"id\":\"a-flash\",\"object\":\"model\",\"created\":0,"
	    "\"owned_by\":\"google\",\"context_length\":1000,"
	    "\"max_output_tokens\":64}";
	CU_ASSERT(unit_same(json_object_to_json_string_ext(
				json_at(data, 0), JSON_C_TO_STRING_PLAIN),
	    first));
	json_object_put(list);

	/* The one that draws for chats is always there, unless it is filtered.
	 */
	s.policy.create_image_model = "models/c-draw";
	list = model_list_openai(NULL, &s.policy);
	CU_ASSERT(same_members(json_get(list, "data"), "id", "c-draw-chat"));
	json_object_put(list);
	s.policy.create_image_model = "../x";
	list = model_list_openai(NULL, &s.policy);
	CU_ASSERT(same_members(json_get(list, "data"), "id", ""));
	json_object_put(list);
	s.policy.create_image_model = NULL;

	list = model_list_openai(NULL, &s.policy);
	CU_ASSERT(unit_same(
	    json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
	    "{\"object\":\"list\",\"data\":[]}"));
	json_object_put(list);
	tear_down(&s);
}

static void
test_vertex(void)
{
	struct setting s;
	set_up(&s);
	struct json_object *list = model_list_openai(NULL, &s.policy);
	model_list_add_vertex(list, s.models, &s.policy);
	CU_ASSERT(same_members(json_get(list, "data"), "id",
	    "vertex/a-flash vertex/a-flash-search vertex/a-flash-image "
	    "vertex/a-flash-image-image"));
	json_object_put(list);

	list = model_list_of_vertex(s.models);
	CU_ASSERT(same_members(list, "name",
	    "models/a-flash models/a-flash-image models/f-filtered "
	    "models/../x"));
	CU_ASSERT(unit_same(json_object_to_json_string_ext(
				json_at(list, 1), JSON_C_TO_STRING_PLAIN),
	    "{\"name\":\"models\\/a-flash-image\",\"inputTokenLimit\":1000,"
	    "\"outputTokenLimit\":\"64\",\"supportedGenerationMethods\":"
	    "[\"generateContent\",\"countTokens\"]}"));
	/* Gemini's own is as it was. */
	CU_ASSERT_EQUAL(json_count(json_get(json_at(s.models, 1),
			    "supportedGenerationMethods")),
	    1);
	json_object_put(list);
	tear_down(&s);
}

static void
test_native(void)
{
#define A "models/a-flash"
#define B A " " A "-image"
#define C B " models/b-embed"
	static const char rest[] = "models/d-live models/e-none models/g-odd";
	static const struct {
		const char *name;
		size_t size;
		const char *after, *names, *next;
	} rows[] = {
	    {"all", SIZE_MAX, "",
		C " models/c-draw models/d-live models/e-none models/g-odd",
		NULL},
	    {"just all", 7, "",
		C " models/c-draw models/d-live models/e-none models/g-odd",
		NULL},
	    {"one", 1, "", A, "a-flash"},
	    {"three", 3, "", C, "b-embed"},
	    {"after those", 3, "c-draw", rest, NULL},
	    {"after one that has gone", 9, "c-zzz", rest, NULL},
	    {"after the last", 9, "z", "", NULL},
	};
	struct setting s;
	set_up(&s);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *list = model_list_native(
		    s.models, &s.policy, rows[i].size, rows[i].after);
		UNIT_ROW(same_members(
			     json_get(list, "models"), "name", rows[i].names),
		    rows[i].name);
		const char *token = json_get_text(list, "nextPageToken");
		struct buf next;
		buf_init(&next, BUF_SMALL);
		UNIT_ROW(token == NULL || model_list_read_token(token, &next),
		    rows[i].name);
		UNIT_ROW(unit_same(token == NULL ? NULL : buf_cstr(&next),
			     rows[i].next),
		    rows[i].name);
		buf_clear(&next);
		json_object_put(list);
	}
	tear_down(&s);
}

/* What is no token of ours: no hex, another mark, no name, a NUL in it. */
static void
test_bad_tokens(void)
{
	static const char *const tokens[] = {"", "a-flash", "zz", "61",
	    "61667465723a", "61667465723a2e2e", "61667465723a612f62",
	    "61667465723a610062", "62667465723a61", "61667465723a6"};
	for (size_t i = 0; i < COUNT_OF(tokens); i++) {
		struct buf after;
		buf_init(&after, BUF_SMALL);
		UNIT_ROW(!model_list_read_token(tokens[i], &after), tokens[i]);
		UNIT_ROW(after.len == 0, tokens[i]);
		buf_clear(&after);
	}
}

static void
test_find(void)
{
	struct setting s;
	set_up(&s);
	CU_ASSERT_PTR_EQUAL(
	    model_list_find(s.models, "b-embed"), json_at(s.models, 2));
	CU_ASSERT_PTR_NULL(model_list_find(s.models, "b"));
	CU_ASSERT_PTR_NULL(model_list_find(s.models, "models/b-embed"));
	CU_ASSERT_PTR_NULL(model_list_find(NULL, "b-embed"));
	CU_ASSERT(json_get_bool(s.names, "b-embed"));
	CU_ASSERT_EQUAL(json_object_object_length(s.names), 8);
	tear_down(&s);
}

/* What no key can use says so, under each of its names. */
static void
test_unavailable(void)
{
	static const char text[] = "{\"name\":\"models/a\",\"available\":false,"
				   "\"unavailableReason\":\"No key.\"}";
	struct json_object *model = json_parse(text, strlen(text), NULL);
	struct json_object *one = model_list_one("a-search", model);
	CU_ASSERT_PTR_NOT_NULL(json_get(one, "available"));
	CU_ASSERT_FALSE(json_get_bool(one, "available"));
	CU_ASSERT_TRUE(
	    unit_same(json_get_text(one, "unavailable_reason"), "No key."));
	json_object_put(one);

	json_object_object_del(model, "available");
	json_object_object_del(model, "unavailableReason");
	one = model_list_one("a", model);
	CU_ASSERT_PTR_NULL(json_get(one, "available"));
	CU_ASSERT_PTR_NULL(json_get(one, "unavailable_reason"));
	json_object_put(one);
	json_object_put(model);
}

static CU_TestInfo tests[] = {
    {"OpenAI's list", test_openai},
    {"Vertex's names", test_vertex},
    {"Gemini's list", test_native},
    {"tokens of pages that are none", test_bad_tokens},
    {"one model", test_find},
    {"what no key can use", test_unavailable},
    CU_TEST_INFO_NULL,
};

struct unit_suite model_list_suite = {"protocol/model_list", tests};
