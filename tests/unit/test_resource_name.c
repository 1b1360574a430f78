/* protocol/resource_name, resource_scan: what requests name. */
#include "protocol/resource_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

extern struct unit_suite resource_name_suite;

static void
test_read(void)
{
	static const struct {
		const char *text, *name; /* NULL: none */
	} rows[] = {
	    {"files/abc-123", "files/abc-123"},
	    {"https://generativelanguage.googleapis.com/v1beta/files/abc",
		"files/abc"},
	    {"http://mirror.example:8080/x/v1/files/abc", "files/abc"},
	    {"https://g/v1beta/files/abc:download?alt=media", "files/abc"},
	    {"https://g/v1beta/files/abc?key=x", "files/abc"},
	    {"https://g/files/abc#x", "files/abc"},
	    {"https://g/v1beta/files/abc/", "files/abc"},
	    {"/files/abc", "files/abc"},
	    {"https://g/v1beta/files%2F%61bc", "files/abc"},
	    {"https://g/v1beta/files/abc?a=%", "files/abc"},
	    {"cachedContents/x_1", "cachedContents/x_1"},
	    {"batches/b", "batches/b"},
	    {"fileSearchStores/s-1/documents/d", "fileSearchStores/s-1"},
	    {"", NULL},
	    {"files/", NULL},
	    {"files", NULL},
	    {"myfiles/abc", NULL},
	    {"a/files/abc", NULL},
	    {"https://www.youtube.com/watch?v=abc", NULL},
	    {"https://host/files/a b", NULL},
	    {"gs://bucket/thing.mp4", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf name;
		buf_init(&name, BUF_SMALL);
		UNIT_ROW(resource_name_read(&name, rows[i].text,
			     strlen(rows[i].text)) == (rows[i].name != NULL),
		    rows[i].text);
		UNIT_ROW(unit_same(buf_cstr(&name),
			     rows[i].name == NULL ? "" : rows[i].name),
		    rows[i].text);
		buf_clear(&name);
	}
}

/* The names, with commas, and the token that is to be gone on with. */
static void
write_names(const struct resource_names *names, struct buf *out)
{
	for (size_t i = 0; i < json_count(names->list); i++)
		buf_fmt(out, "%s%s", i ? "," : "",
		    json_object_get_string(json_at(names->list, i)));
	if (names->continuation != NULL)
		buf_fmt(out, "+%s", names->continuation);
}

static const struct {
	const char *body, *names;
	bool json; /* a tree of it says the same */
} bodies[] = {
    {"{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":"
     "\"https://g/v1beta/files/a\"}},{\"file_data\":{\"file_uri\":"
     "\"files/b\"}}]}]}",
	"files/a,files/b", true},
    {"{\"cachedContent\":\"cachedContents/c\"}", "cachedContents/c", true},
    {"{\"cached_content\" : \"cachedContents/c\",\"fileUri\":\"files/a\"}",
	"cachedContents/c,files/a", true},
    {"{\"continuationToken\":\"t/+=\"}", "+t/+=", true},
    {"{\"tools\":[{\"fileSearch\":{\"fileSearchStoreNames\":"
     "[\"fileSearchStores/a\", \"fileSearchStores/b\"]}}]}",
	"fileSearchStores/a,fileSearchStores/b", true},
    {"{\"previous_interaction_id\":\"v1_x\"}", "interactions/v1_x", true},
    {"{\"fileUri\":\"files/a\",\"b\":{\"fileUri\":\"files/a\"}}", "files/a",
	true},
    /* Texts that look like it are no members. */
    {"{\"text\":\"\\\"fileUri\\\":\\\"files/a\\\"\"}", "", true},
    {"{\"text\":\"fileUri\",\"a\":\"files/a\"}", "", true},
    {"{\"fileUri\":12,\"file_uri\":null,\"uri\":[1]}", "", true},
    /* In disguise. */
    {"{\"file\\u0055ri\":\"https:\\/\\/g\\/v1\\/files\\/\\u0061\"}", "files/a",
	true},
    {"{'fileUri':'files/a'}", "files/a", false},
    {"{fileUri:\"files/a\",}", "files/a", false},
    {"{\"a\":'\"',\n fileUri :\t'files/a'}", "files/a", false},
    {"{\"a\":\"\\\\\",\"fileUri\":\"files/a\"}", "files/a", true},
    {"{\"a\":\"\\\\\\\"\",\"fileUri\":\"files/a\"}", "files/a", true},
    {"{/* \" */\"fileUri\"/**/://'\n\"files/a\"}", "files/a", false},
    {"{\"tools\":[{\"uri\":[/*'*/\"files/a\"/*]*/,\"files/b\"]}]}",
	"files/a,files/b", false},
    {"{\"input_file_id\":\"files/a\",\"source\":\"corpora/b\"}",
	"files/a,corpora/b", true},
    /* Broken off. */
    {"/*", "", false},
    {"/", "", false},
    {"{\"fileUri\":/", "", false},
    {"//", "", false},
    {"{\"fileUri\":\"files/a", "files/a", false},
    {"{\"fileUri\":", "", false},
    {"{\"fileUri\"", "", false},
    {"\"\\", "", false},
    {"\"\\u00", "", false},
    {"", "", false},
};

static void
test_scan(void)
{
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct resource_names names = {0};
		struct buf out;
		/* Of exactly this size, for sanitizers. */
		size_t len = strlen(bodies[i].body);
		char *body = malloc(len + (len == 0));
		memcpy(body, bodies[i].body, len);
		buf_init(&out, BUF_SMALL);
		resource_names_scan(&names, body, len);
		write_names(&names, &out);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), bodies[i].names), bodies[i].body);
		resource_names_clear(&names);
		buf_clear(&out);
		free(body);
	}
}

static void
test_walk(void)
{
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct resource_names names = {0};
		struct buf out;
		if (!bodies[i].json)
			continue;
		struct json_object *o =
		    json_parse(bodies[i].body, strlen(bodies[i].body), NULL);
		buf_init(&out, BUF_SMALL);
		resource_names_walk(&names, o);
		write_names(&names, &out);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), bodies[i].names), bodies[i].body);
		resource_names_clear(&names);
		buf_clear(&out);
		json_object_put(o);
	}
}

/* Behind a long text, and more than is taken. */
static void
test_much(void)
{
	struct resource_names names = {0};
	struct buf body;
	buf_init(&body, BUF_LARGE);
	buf_str(&body, "{\"data\":\"");
	for (int i = 0; i < 100000; i++)
		buf_str(&body, "AAAAAAAAAA\\n");
	buf_str(&body, "\",\"l\":[");
	for (int i = 0; i <= RESOURCE_NAMES_MAX; i++)
		buf_fmt(&body, "{\"fileUri\":\"files/%d\"},", i);
	buf_str(&body, "]}");
	resource_names_scan(&names, body.data, body.len);
	CU_ASSERT_EQUAL(json_count(names.list), RESOURCE_NAMES_MAX);
	CU_ASSERT_TRUE(names.too_many);
	resource_names_clear(&names);
	buf_clear(&body);
}

static CU_TestInfo tests[] = {
    {"names out of URIs", test_read},
    {"names in the bytes of a body", test_scan},
    {"names in a tree", test_walk},
    {"long bodies", test_much},
    CU_TEST_INFO_NULL,
};

struct unit_suite resource_name_suite = {"resource_name", tests};
