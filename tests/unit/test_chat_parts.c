/* protocol/chat_parts: what a tool may give. Parts of all other speakers are
 * in the golden files. */
#include "protocol/chat_parts.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define PNG "\"data:image/png;base64,iVBORw0KGgo=\""
#define INLINE                                         \
	"{\"inlineData\":{\"mimeType\":\"image/png\"," \
	"\"data\":\"iVBORw0KGgo=\"}}"

static void
test_tool(void)
{
	static const struct {
		const char *part, *becomes; /* NULL: refused */
		size_t fetches;
	} rows[] = {
	    {"{\"type\":\"text\",\"text\":\"a\"}", "{\"text\":\"a\"}", 0},
	    {"{\"type\":\"image_url\",\"image_url\":" PNG "}", INLINE, 0},
	    {"{\"type\":\"input_image\",\"image_url\":" PNG
	     ",\"detail\":\"low\"}",
		INLINE, 0},
	    {"{\"type\":\"file\",\"file\":{\"file_data\":" PNG "}}", INLINE, 0},
	    {"{\"type\":\"input_file\",\"file_data\":" PNG "}", INLINE, 0},
	    {"{\"type\":\"image_url\",\"image_url\":\"https://h.example/x\"}",
		"{}", 1},
	    {"{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\","
	     "\"format\":\"wav\"}}",
		NULL, 0},
	    {"{\"type\":\"refusal\",\"refusal\":\"a\"}", NULL, 0},
	};
	const struct model_traits traits = model_traits("gemini-3.8-flash");
	const struct chat_policy policy = {0};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_fetches fetches = {0};
		const struct chat_parts_env env = {&traits, &policy, &fetches};
		struct api_error error = {0};
		struct json_object *content = json_object_new_array();
		struct json_object *parts = json_object_new_array();
		struct buf out;
		buf_init(&out, BUF_SMALL);
		json_object_array_add(content,
		    json_parse(rows[i].part, strlen(rows[i].part), NULL));
		bool ok = chat_parts_convert(
		    &env, content, "input[3].output", BY_TOOL, parts, &error);
		if (ok)
			json_write(&out, json_at(parts, 0));
		UNIT_ROW(
		    unit_same(ok ? buf_cstr(&out) : NULL, rows[i].becomes) == 1,
		    rows[i].part);
		UNIT_ROW(
		    ok || unit_same(error.param, "input[3].output[0].type"),
		    rows[i].part);
		UNIT_ROW(fetches.n == rows[i].fetches, rows[i].part);
		buf_clear(&out);
		api_error_clear(&error);
		chat_fetches_clear(&fetches);
		json_object_put(content);
		json_object_put(parts);
	}
}

static CU_TestInfo tests[] = {
    {"a tool's parts", test_tool},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_parts_suite = {"protocol/chat_parts", tests};
