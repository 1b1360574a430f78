/* What may be recalled and remembered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "store/memory.h"
#include "unit.h"

/* in, and what is left of it; NULL: nothing. */
struct memory_case {
	const char *row, *in, *out;
};

static const struct memory_case recalls[] = {
    {"all", "{\"conversation\":\"00aF\",\"calls\":[\"a\",\"b\"]}",
	"{\"conversation\":\"00aF\",\"calls\":[\"a\",\"b\"]}"},
    {"empty", "{}", NULL},
    {"an array", "[1]", NULL},
    {"a text", "\"conversation\"", NULL},
    {"what is not known", "{\"token\":1,\"conversation\":\"00\"}",
	"{\"conversation\":\"00\"}"},
    {"null", "{\"conversation\":null,\"calls\":null}", NULL},
    {"odd digits", "{\"conversation\":\"00a\"}", NULL},
    {"no digits", "{\"conversation\":\"\"}", NULL},
    {"other digits", "{\"conversation\":\"0g\"}", NULL},
    {"a number", "{\"conversation\":12}", NULL},
    {"NUL in digits", "{\"conversation\":\"00\\u000000\"}", NULL},
    {"calls: no array", "{\"calls\":{\"a\":1}}", NULL},
    {"calls: empty", "{\"calls\":[]}", NULL},
    {"calls: none is one",
	"{\"calls\":[1,null,\"\",[\"a\"],{},true,\"a\\u0000b\"]}", NULL},
    {"calls: some are not", "{\"calls\":[1,\"a\",null,\"\",\"\\u0000\",\"b\"]}",
	"{\"calls\":[\"a\",\"b\"]}"},
    {"calls: any letters", "{\"calls\":[\"\\\"\\\\u0000é\\n\"]}",
	"{\"calls\":[\"\\\"\\\\u0000é\\n\"]}"},
    {"unknown members", "{\"calls\":[\"a\"],\"prefer\":false}",
	"{\"calls\":[\"a\"]}"},
};

static const struct memory_case remembers[] = {
    {"all",
	"{\"conversation\":\"00\",\"bypass\":true,"
	"\"signatures\":{\"a\":\"S\"},\"quirks\":[\"q\"]}",
	"{\"conversation\":\"00\",\"signatures\":{\"a\":\"S\"},"
	"\"quirks\":[\"q\"],\"bypass\":true}"},
    {"empty", "{}", NULL},
    {"bypass by itself", "{\"bypass\":true}", NULL},
    {"bypass: no boolean", "{\"conversation\":\"00\",\"bypass\":1}",
	"{\"conversation\":\"00\"}"},
    {"signatures: an array", "{\"signatures\":[\"a\"]}", NULL},
    {"signatures: empty", "{\"signatures\":{}}", NULL},
    {"signatures: some are none",
	"{\"signatures\":{\"\":\"S\",\"a\":1,\"b\":null,\"c\":\"\","
	"\"d\":\"S\\u0000\",\"e\":[\"S\"],\"f\":\"S/+=\"}}",
	"{\"signatures\":{\"f\":\"S/+=\"}}"},
    {"resources",
	"{\"resources\":[{\"name\":\"files/a\",\"kind\":\"files\","
	"\"expires_s\":9,\"facts\":{\"a\":1},\"key_id\":7},"
	"{\"name\":\"batches/b\",\"kind\":\"batches\"}],"
	"\"forget\":[\"files/c\",1]}",
	"{\"resources\":[{\"name\":\"files/a\",\"kind\":\"files\","
	"\"expires_s\":9,\"facts\":{\"a\":1}},"
	"{\"name\":\"batches/b\",\"kind\":\"batches\"}],"
	"\"forget\":[\"files/c\"]}"},
    {"resources: some are none",
	"{\"resources\":[1,{},{\"name\":\"a\"},{\"kind\":\"a\"},"
	"{\"name\":\"a\\u0000\",\"kind\":\"a\"},"
	"{\"name\":\"a\",\"kind\":\"a\",\"expires_s\":-1,"
	"\"facts\":{\"a\":\"\\u0000\"}}]}",
	"{\"resources\":[{\"name\":\"a\",\"kind\":\"a\"}]}"},
    {"resources: none is one", "{\"resources\":[1],\"forget\":{}}", NULL},
    {"quirks: some are none", "{\"quirks\":[\"a\",1,\"\",null,\"b\"]}",
	"{\"quirks\":[\"a\",\"b\"]}"},
};

static void
check(const struct memory_case *c,
    struct json_object *(*clean)(struct json_object *))
{
	struct json_object *in = json_parse(c->in, strlen(c->in), NULL);
	struct json_object *out = clean(in);
	struct buf text;
	buf_init(&text, BUF_SMALL);
	if (out != NULL)
		json_write(&text, out);
	UNIT_ROW(in != NULL, c->row);
	UNIT_ROW(
	    unit_same(out == NULL ? NULL : buf_cstr(&text), c->out), c->row);
	buf_clear(&text);
	json_object_put(out);
	json_object_put(in);
}

static void
test_recall(void)
{
	for (size_t i = 0; i < COUNT_OF(recalls); i++)
		check(&recalls[i], memory_recall);
	CU_ASSERT_PTR_NULL(memory_recall(NULL));
}

static void
test_remember(void)
{
	for (size_t i = 0; i < COUNT_OF(remembers); i++)
		check(&remembers[i], memory_remember);
	CU_ASSERT_PTR_NULL(memory_remember(NULL));
}

static struct json_object *
text_of(size_t len)
{
	char *text = malloc(len);
	if (text == NULL)
		abort();
	memset(text, 'x', len);
	struct json_object *o = json_object_new_string_len(text, (int)len);
	free(text);
	return o;
}

/* {member: [n texts "0", "1" …]} */
static struct json_object *
many(const char *member, int n)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char text[16];
	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%d", i);
		json_object_array_add(list, json_object_new_string(text));
	}
	json_set(o, member, list);
	return o;
}

static void
test_many_calls(void)
{
	struct json_object *in = many("calls", 100);
	struct json_object *out = memory_recall(in);
	struct json_object *calls = json_get(out, "calls");
	CU_ASSERT_EQUAL(json_count(calls), MEMORY_MAX_CALLS);
	CU_ASSERT(unit_same(json_object_get_string(json_at(calls, 0)), "36"));
	CU_ASSERT(unit_same(json_object_get_string(json_at(calls, 63)), "99"));
	json_object_put(out);
	json_object_put(in);

	in = many("quirks", 100);
	out = memory_remember(in);
	CU_ASSERT_EQUAL(json_count(json_get(out, "quirks")), MEMORY_MAX_QUIRKS);
	json_object_put(out);
	json_object_put(in);
}

static void
test_long_texts(void)
{
	struct json_object *in = json_object_new_object();
	struct json_object *list = json_object_new_array();
	json_object_array_add(list, text_of(MEMORY_MAX_CALL_ID + 1));
	json_object_array_add(list, text_of(MEMORY_MAX_CALL_ID));
	json_set(in, "calls", list);
	struct json_object *out = memory_recall(in);
	CU_ASSERT_EQUAL(json_count(json_get(out, "calls")), 1);
	json_object_put(out);

	/* The texts are the caller's own, which has not been changed. */
	CU_ASSERT_EQUAL(json_count(json_get(in, "calls")), 2);
	json_object_put(in);
}

static void
test_many_signatures(void)
{
	struct json_object *in = json_object_new_object();
	struct json_object *all = json_object_new_object();
	char id[MEMORY_MAX_CALL_ID + 2];
	memset(id, 'i', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	json_set_text(all, id, "S");
	id[MEMORY_MAX_CALL_ID] = '\0';
	json_set_text(all, id, "S");
	json_set(all, "too long", text_of(MEMORY_MAX_SIGNATURE + 1));
	json_set(all, "long", text_of(MEMORY_MAX_SIGNATURE));
	json_set(in, "signatures", all);
	struct json_object *out = memory_remember(in);
	struct json_object *kept = json_get(out, "signatures");
	CU_ASSERT_EQUAL(json_object_object_length(kept), 2);
	CU_ASSERT_PTR_NOT_NULL(json_get(kept, "long"));
	CU_ASSERT_PTR_NOT_NULL(json_get(kept, id));
	json_object_put(out);

	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "%d", i);
		json_set_text(all, id, "S");
	}
	out = memory_remember(in);
	CU_ASSERT_EQUAL(json_object_object_length(json_get(out, "signatures")),
	    MEMORY_MAX_CALLS);
	json_object_put(out);
	json_object_put(in);
}

static CU_TestInfo tests[] = {
    {"recall", test_recall},
    {"remember", test_remember},
    {"many calls", test_many_calls},
    {"long texts", test_long_texts},
    {"many signatures", test_many_signatures},
    CU_TEST_INFO_NULL,
};

struct unit_suite memory_suite = {"memory", tests};
