/* protocol/image_request and its neighbours: sizes, macros, bodies. */
#include "protocol/image_request.h"

#include <string.h>

#include "base/attr.h"
#include "protocol/image_macro.h"
#include "protocol/image_size.h"
#include "unit.h"

static void
test_sizes(void)
{
	static const struct {
		const char *text, *gemini, *imagen;
	} rows[] = {
	    {"auto", "", ""},
	    {"AUTO", "", ""},
	    {"1024x1024", "1:1", "1:1"},
	    {"256x256", "1:1", "1:1"},
	    {"1X1", "1:1", "1:1"},
	    {"1536x1024", "3:2", "4:3"},
	    {"1024x1536", "2:3", "3:4"},
	    {"1792x1024", "16:9", "16:9"},
	    {"1024x1792", "9:16", "9:16"},
	    {"65536x1", "21:9", "16:9"},
	    {"1x65536", "9:16", "9:16"},
	    {"1280x1024", "5:4", "4:3"},
	    {"800x600", "4:3", "4:3"},
	    {"2560x1080", "21:9", "16:9"},
	    {"", NULL, NULL},
	    {"x", NULL, NULL},
	    {"1024", NULL, NULL},
	    {"1024x", NULL, NULL},
	    {"x1024", NULL, NULL},
	    {"0x1024", NULL, NULL},
	    {"1024x0", NULL, NULL},
	    {"-1x1", NULL, NULL},
	    {"1x1x1", NULL, NULL},
	    {"1x1 ", NULL, NULL},
	    {"1.5x1", NULL, NULL},
	    {"65537x1", NULL, NULL},
	    {"99999999999999999999x1", NULL, NULL},
	    {"16:9", NULL, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		UNIT_ROW(
		    unit_same(image_size_shape(rows[i].text, image_size_gemini),
			rows[i].gemini),
		    rows[i].text);
		UNIT_ROW(
		    unit_same(image_size_shape(rows[i].text, image_size_imagen),
			rows[i].imagen),
		    rows[i].text);
	}
}

static void
test_macros(void)
{
	static const struct {
		const char *prompt, *clean; /* NULL: it is refused */
		int n;
		const char *shape;
	} rows[] = {
	    {"a cat", "a cat", 0, NULL},
	    {"", "", 0, NULL},
	    {"{n:3} a cat", "a cat", 3, NULL},
	    {" a {n:10}cat\n", "a cat", 10, NULL},
	    {"a cat {ratio:16:9}", "a cat", 0, "16:9"},
	    {"{ratio:1:1}{n:2}{n:4}", "", 4, "1:1"},
	    {"{n:002}x", "x", 2, NULL},
	    {"{n:x} {ratio:wide}", "{n:x} {ratio:wide}", 0, NULL},
	    {"{n:} {n:2", "{n:} {n:2", 0, NULL},
	    {"{ratio:16:} {ratio::9} {ratio:9}",
		"{ratio:16:} {ratio::9} {ratio:9}", 0, NULL},
	    {"{{n:2}}", "{}", 2, NULL},
	    {"{N:2} {n: 2}", "{N:2} {n: 2}", 0, NULL},
	    {"{", "{", 0, NULL},
	    {"{n:0}", NULL, 0, NULL},
	    {"{n:11}", NULL, 0, NULL},
	    {"{n:99999999999999999999}", NULL, 0, NULL},
	    {"{ratio:2:1}", NULL, 0, NULL},
	    {"{ratio:016:9}", NULL, 0, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct api_error error = {0};
		struct image_macros macros;
		struct buf clean;
		buf_init(&clean, BUF_SMALL);
		bool ok =
		    image_macro_take(rows[i].prompt, strlen(rows[i].prompt), 10,
			image_size_gemini, "prompt", &macros, &clean, &error);
		UNIT_ROW(ok == (rows[i].clean != NULL), rows[i].prompt);
		if (ok)
			UNIT_ROW(unit_same(buf_cstr(&clean), rows[i].clean) &&
				macros.n == rows[i].n &&
				unit_same(macros.shape, rows[i].shape),
			    rows[i].prompt);
		else
			UNIT_ROW(error.fault == FAULT_BAD_VALUE &&
				unit_same(error.param, "prompt"),
			    rows[i].prompt);
		api_error_clear(&error);
		buf_clear(&clean);
	}
}

/* The request of a body; inputs may be NULL. */
static bool
read_text(struct image_request *req, const char *text, const char *inputs,
    struct api_error *error)
{
	static const char lists[] = "{\"filtered\":[\"gone\",\"vertex/x\"],"
				    "\"image\":[\"gemini-2.0-flash-exp\"],"
				    "\"safety\":[{\"category\":\"C\"}]}";
	struct json_object *o = json_parse(lists, sizeof(lists) - 1, NULL);
	struct json_object *body = json_parse(text, strlen(text), NULL);
	struct json_object *list =
	    inputs == NULL ? NULL : json_parse(inputs, strlen(inputs), NULL);
	const struct chat_policy policy = {
	    .filtered_models = json_get(o, "filtered"),
	    .image_models = json_get(o, "image"),
	    .safety = json_get(o, "safety"),
	    .create_image_model = "models/gemini-3.1-flash-image",
	};
	bool ok = image_request_read(req, body, list, &policy, error);
	json_object_put(body);
	json_object_put(list);
	json_object_put(o);
	return ok;
}

#define BODY(parts, config)                                   \
	"{\"contents\":[{\"role\":\"user\",\"parts\":[" parts \
	"]}],\"safetySettings\":[{\"category\":\"C\"}],"      \
	"\"generationConfig\":{\"responseModalities\":[" config "}}"
#define PREDICT(parameters)                                         \
	"{\"instances\":[{\"prompt\":\"a cat\"}],\"parameters\":{"  \
	"\"sampleCount\":" parameters ",\"includeRaiReason\":true," \
	"\"outputOptions\":{\"mimeType\":\"image/png\"}}}"
#define CAT "{\"text\":\"a cat\"}"

static void
test_bodies(void)
{
	static const struct {
		const char *body, *inputs, *model;
		int calls;
		const char *gemini, *adjusted;
	} rows[] = {
	    {"{\"prompt\":\"a cat\"}", NULL, "gemini-3.1-flash-image", 1,
		BODY(CAT, "\"IMAGE\"]"), ""},
	    {"{\"prompt\":\"a cat\",\"model\":\"dall-e-3\",\"n\":3,"
	     "\"size\":\"1792x1024\",\"quality\":\"hd\",\"style\":1,"
	     "\"output_compression\":\"x\",\"user\":[],\"what\":7}",
		NULL, "gemini-3.1-flash-image", 3,
		BODY(CAT,
		    "\"IMAGE\"],\"imageConfig\":{\"aspectRatio\":\"16:9\","
		    "\"imageSize\":\"2K\"}"),
		""},
	    {"{\"prompt\":\"a cat {n:4}{ratio:9:16}\",\"n\":2,"
	     "\"size\":\"1x1\",\"quality\":\"4K\"}",
		NULL, "gemini-3.1-flash-image", 4,
		BODY(CAT,
		    "\"IMAGE\"],\"imageConfig\":{\"aspectRatio\":\"9:16\","
		    "\"imageSize\":\"4K\"}"),
		""},
	    {"{\"prompt\":\"a cat {n:1}\",\"n\":2,\"quality\":\"low\"}", NULL,
		"gemini-3.1-flash-image", 2, BODY(CAT, "\"IMAGE\"]"), ""},
	    {"{\"prompt\":\"a cat\",\"model\":\"gemini-2.5-flash-image\","
	     "\"quality\":\"high\",\"output_format\":\"jpeg\"}",
		NULL, "gemini-2.5-flash-image", 1, BODY(CAT, "\"IMAGE\"]"),
		"quality, output_format"},
	    {"{\"prompt\":\"a cat\",\"model\":\"gemini-2.0-flash-exp-image\"}",
		NULL, "gemini-2.0-flash-exp", 1,
		BODY(CAT, "\"TEXT\",\"IMAGE\"]"), ""},
	    {"{\"prompt\":\"a cat\"}",
		"[{\"mimeType\":\"a/b\"},{\"data\":\"x\"}]",
		"gemini-3.1-flash-image", 1,
		BODY(CAT ",{\"inlineData\":{\"mimeType\":\"a/b\"}},"
			 "{\"inlineData\":{\"data\":\"x\"}}",
		    "\"IMAGE\"]"),
		""},
	    {"{\"prompt\":\"a cat\",\"model\":\"imagen-4.0-generate-001\","
	     "\"n\":8,\"size\":\"1536x1024\",\"quality\":\"4K\"}",
		NULL, "imagen-4.0-generate-001", 2,
		PREDICT("4,\"aspectRatio\":\"4:3\","
			"\"sampleImageSize\":\"2K\""),
		""},
	    {"{\"prompt\":\"a cat\",\"model\":\"imagen-3.0-generate-002\","
	     "\"n\":7,\"quality\":\"hd\"}",
		NULL, "imagen-3.0-generate-002", 7, PREDICT("1"), "quality"},
	    {"{\"prompt\":\"a cat\",\"model\":\"imagen-3.0-generate-002\","
	     "\"n\":9}",
		NULL, "imagen-3.0-generate-002", 3, PREDICT("3"), ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct api_error error = {0};
		struct image_request req;
		struct buf got;
		buf_init(&got, BUF_SMALL);
		bool ok = read_text(&req, rows[i].body, rows[i].inputs, &error);
		UNIT_ROW(ok, rows[i].body);
		if (ok)
			json_write(&got, req.gemini);
		UNIT_ROW(unit_same(buf_cstr(&got), rows[i].gemini) &&
			unit_same(req.model, rows[i].model) &&
			req.calls == rows[i].calls &&
			unit_same(buf_cstr(&req.adjusted), rows[i].adjusted) &&
			unit_same(req.prompt, "a cat"),
		    rows[i].body);
		buf_clear(&got);
		image_request_clear(&req);
		api_error_clear(&error);
	}
}

static void
test_refusals(void)
{
	static const struct {
		const char *body, *inputs, *param;
		enum api_fault fault;
	} rows[] = {
	    {"[]", NULL, NULL, FAULT_BAD_JSON},
	    {"{}", NULL, "prompt", FAULT_MISSING_FIELD},
	    {"{\"prompt\":null}", NULL, "prompt", FAULT_MISSING_FIELD},
	    {"{\"prompt\":\" \"}", NULL, "prompt", FAULT_BAD_VALUE},
	    {"{\"prompt\":\"a\\u0000b\"}", NULL, "prompt", FAULT_BAD_VALUE},
	    {"{\"prompt\":\"x\",\"n\":0}", NULL, "n", FAULT_OUT_OF_RANGE},
	    {"{\"prompt\":\"x\",\"n\":1e30}", NULL, "n", FAULT_OUT_OF_RANGE},
	    {"{\"prompt\":\"x\",\"mask\":{}}", NULL, "mask",
		FAULT_UNSUPPORTED_FIELD},
	    {"{\"prompt\":\"x\",\"mask\":\"\"}", NULL, "mask",
		FAULT_UNSUPPORTED_FIELD},
	    {"{\"prompt\":\"x\",\"model\":\"gone\"}", NULL, "model",
		FAULT_MODEL_NOT_FOUND},
	    {"{\"prompt\":\"x\",\"model\":\"vertex/x\"}", NULL, "model",
		FAULT_MODEL_NOT_FOUND},
	    {"{\"prompt\":\"x\",\"model\":\"a\\u0000b\"}", NULL, "model",
		FAULT_BAD_VALUE},
	    {"{\"prompt\":\"x\"}", "[]", "image", FAULT_MISSING_FIELD},
	    {"{\"prompt\":\"x\"}", "[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]",
		"image", FAULT_OUT_OF_RANGE},
	    {"{\"prompt\":\"x\",\"model\":\"imagen-4\"}", "[1]", "model",
		FAULT_UNSUPPORTED_VALUE},
	    {"{\"prompt\":\"x {n:5}\",\"model\":\"imagen-4\"}", NULL, "prompt",
		FAULT_BAD_VALUE},
	    {"{\"prompt\":\"x {ratio:3:2}\",\"model\":\"imagen-4\"}", NULL,
		"prompt", FAULT_BAD_VALUE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct api_error error = {0};
		struct image_request req;
		bool ok = read_text(&req, rows[i].body, rows[i].inputs, &error);
		UNIT_ROW(!ok && error.fault == rows[i].fault &&
			unit_same(error.param, rows[i].param),
		    rows[i].body);
		image_request_clear(&req);
		api_error_clear(&error);
	}
}

static void
test_form_fields(void)
{
	static const struct {
		const char *name, *text, *json;
	} rows[] = {
	    {"n", "2", "{\"n\":2}"},
	    {"n", "two", "{\"n\":\"two\"}"},
	    {"n", "2.0", "{\"n\":\"2.0\"}"},
	    {"n", "", "{\"n\":\"\"}"},
	    {"stream", "true", "{\"stream\":true}"},
	    {"stream", "False", "{\"stream\":false}"},
	    {"stream", "1", "{\"stream\":\"1\"}"},
	    {"prompt", "2", "{\"prompt\":\"2\"}"},
	    {"other", "true", "{\"other\":\"true\"}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *body = json_object_new_object();
		image_request_add_field(
		    body, rows[i].name, rows[i].text, strlen(rows[i].text));
		UNIT_ROW(unit_same(json_object_to_json_string_ext(
				       body, JSON_C_TO_STRING_PLAIN),
			     rows[i].json),
		    rows[i].json);
		json_object_put(body);
	}
}

static CU_TestInfo tests[] = {
    {"sizes", test_sizes},
    {"macros in prompts", test_macros},
    {"bodies for Gemini", test_bodies},
    {"refusals", test_refusals},
    {"fields of a form", test_form_fields},
    CU_TEST_INFO_NULL,
};

struct unit_suite image_request_suite = {"protocol/image_request", tests};
