/* protocol/embed: requests, Gemini's vectors, answers. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/embed_answer.h"
#include "protocol/embed_request.h"

#define MAX ((size_t)1024 * 1024)
#define M "\"model\":\"e-1\","

static struct json_object *
parse(const char *text)
{
	struct json_object *o = json_parse(text, strlen(text), NULL);
	CU_ASSERT_PTR_NOT_NULL(o);
	return o;
}

static bool
read_request(struct embed_request *req, struct json_object *body,
    struct api_error *error)
{
	struct json_object *models = parse("{\"embedding-001\":8192}");
	struct json_object *filtered = parse("[\"old\",\"vertex/v\"]");
	const struct embed_policy policy = {"usual", filtered, models};
	bool ok = embed_request_read(req, body, &policy, error);
	json_object_put(models);
	json_object_put(filtered);
	return ok;
}

/* Body, Gemini's path and body. */
static void
test_requests(void)
{
#define ONE(model, text)                                                     \
	"{\"model\":\"models/" model "\",\"content\":{\"parts\":[{\"text\":" \
	"\"" text "\"}]}"
	static const struct {
		const char *body, *pool, *path, *upstream;
	} rows[] = {
	    {"{" M "\"input\":\"a\\u00e9\\n\"}", "e-1",
		"/models/e-1:embedContent", ONE("e-1", "aé\\n") "}"},
	    {"{\"input\":[\"a\"],\"model\":null,\"dimensions\":null,"
	     "\"encoding_format\":null,\"user\":\"u\",\"task_type\":null}",
		"usual", "/models/usual:embedContent", ONE("usual", "a") "}"},
	    {"{" M "\"input\":[\"a\",\"b\"],\"dimensions\":3.0}", "e-1",
		"/models/e-1:batchEmbedContents",
		"{\"requests\":[" ONE(
		    "e-1", "a") ",\"outputDimensionality\":3}," ONE("e-1",
		    "b") ",\"outputDimensionality\":3}]}"},
	    {"{\"model\":\"models/e-1\",\"input\":\"a\",\"task_type\":"
	     "\"X\\\"Y\"}",
		"e-1", "/models/e-1:embedContent",
		ONE("e-1", "a") ",\"taskType\":\"X\\\"Y\"}"},
	    {"{\"model\":\"vertex/e-1\",\"input\":\"a\"}", "vertex/e-1",
		"/models/e-1:embedContent", ONE("e-1", "a") "}"},
	    {"{\"model\":\"text-embedding-3-small\",\"input\":\"a\"}", "usual",
		"/models/usual:embedContent",
		ONE("usual", "a") ",\"outputDimensionality\":1536}"},
	    {"{\"model\":\"text-embedding-3-large\",\"input\":\"a\"}", "usual",
		"/models/usual:embedContent", ONE("usual", "a") "}"},
	    {"{\"model\":\"text-embedding-004\",\"input\":\"a\","
	     "\"dimensions\":5}",
		"usual", "/models/usual:embedContent",
		ONE("usual", "a") ",\"outputDimensionality\":5}"},
	    /* Gemini has it. */
	    {"{\"model\":\"embedding-001\",\"input\":\"a\"}", "embedding-001",
		"/models/embedding-001:embedContent",
		ONE("embedding-001", "a") "}"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *body = parse(rows[i].body);
		struct embed_request req;
		struct api_error error = {0};
		struct buf path, out;
		buf_init(&path, MAX);
		buf_init(&out, MAX);
		UNIT_ROW(read_request(&req, body, &error), rows[i].body);
		size_t n = embed_request_part(&req, 0);
		embed_request_path(&req, n, &path);
		embed_request_write(&req, 0, n, &out);
		UNIT_ROW(unit_same(req.pool_model, rows[i].pool), rows[i].body);
		UNIT_ROW(
		    unit_same(buf_cstr(&path), rows[i].path), rows[i].body);
		UNIT_ROW(
		    unit_same(buf_cstr(&out), rows[i].upstream), rows[i].body);
		embed_request_clear(&req);
		api_error_clear(&error);
		json_object_put(body);
		buf_clear(&path);
		buf_clear(&out);
	}
}

static void
test_refusals(void)
{
	static const struct {
		const char *body, *param;
		enum api_fault fault;
	} rows[] = {
	    {"[]", NULL, FAULT_BAD_JSON},
	    {"{" M "\"x\":1}", "input", FAULT_MISSING_FIELD},
	    {"{" M "\"input\":\"\"}", "input", FAULT_OUT_OF_RANGE},
	    {"{" M "\"input\":[]}", "input", FAULT_BAD_VALUE},
	    {"{" M "\"input\":[\"a\",\"\"]}", "input[1]", FAULT_OUT_OF_RANGE},
	    {"{" M "\"input\":[\"a\",null]}", "input[1]", FAULT_WRONG_TYPE},
	    {"{" M "\"input\":[[]]}", "input[0]", FAULT_WRONG_TYPE},
	    {"{" M "\"input\":[\"a\",[1]]}", "input", FAULT_UNSUPPORTED_VALUE},
	    {"{" M "\"input\":[1]}", "input", FAULT_UNSUPPORTED_VALUE},
	    {"{" M "\"input\":1}", "input", FAULT_WRONG_TYPE},
	    {"{" M "\"input\":\"a\",\"encoding_format\":\"x\"}",
		"encoding_format", FAULT_BAD_VALUE},
	    {"{" M "\"input\":\"a\",\"dimensions\":-1}", "dimensions",
		FAULT_OUT_OF_RANGE},
	    {"{" M "\"input\":\"a\",\"task_type\":[]}", "task_type",
		FAULT_WRONG_TYPE},
	    {"{\"model\":\"\",\"input\":\"a\"}", "model", FAULT_BAD_VALUE},
	    {"{\"model\":\"a/b\",\"input\":\"a\"}", "model", FAULT_BAD_VALUE},
	    {"{\"model\":\"e-1\\u0000\",\"input\":\"a\"}", "model",
		FAULT_BAD_VALUE},
	    {"{\"model\":\"old\",\"input\":\"a\"}", "model",
		FAULT_MODEL_NOT_FOUND},
	    {"{\"model\":\"vertex/v\",\"input\":\"a\"}", "model",
		FAULT_MODEL_NOT_FOUND},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *body = parse(rows[i].body);
		struct embed_request req;
		struct api_error error = {0};
		UNIT_ROW(!read_request(&req, body, &error), rows[i].body);
		UNIT_ROW(error.fault == rows[i].fault, rows[i].body);
		UNIT_ROW(unit_same(error.param, rows[i].param), rows[i].body);
		embed_request_clear(&req);
		api_error_clear(&error);
		json_object_put(body);
	}
}

/* 2048 texts are 20 parts of 100 and one of 48; no more are taken. A text
 * that does not go through json-c counts with its size. */
static void
test_parts(void)
{
	struct embed_request req;
	struct api_error error = {0};
	struct json_object *body = parse("{" M "\"input\":[]}");
	struct json_object *list = json_get(body, "input");
	for (int i = 0; i < EMBED_INPUTS_MAX; i++)
		json_object_array_add(list, json_object_new_string("12345"));
	CU_ASSERT(read_request(&req, body, &error));
	CU_ASSERT_EQUAL(req.n, 2048);
	CU_ASSERT_EQUAL(embed_request_part(&req, 0), 100);
	CU_ASSERT_EQUAL(embed_request_part(&req, 2000), 48);
	CU_ASSERT_EQUAL(embed_request_tokens(&req, 2000, 48), 96);
	embed_request_clear(&req);

	json_object_array_add(list, json_object_new_string("6"));
	CU_ASSERT(!read_request(&req, body, &error));
	CU_ASSERT_STRING_EQUAL(error.code, "array_above_max_length");
	embed_request_clear(&req);
	api_error_clear(&error);
	json_object_put(body);

	struct buf text, out;
	buf_init(&text, MAX);
	buf_init(&out, MAX);
	buf_str(&text, "{" M "\"input\":\"");
	for (int i = 0; i < 100000; i++)
		buf_byte(&text, 'x');
	buf_str(&text, "\"}");
	body = parse(buf_cstr(&text));
	CU_ASSERT(read_request(&req, body, &error));
	CU_ASSERT_EQUAL(embed_request_tokens(&req, 0, 1), 25000);
	embed_request_write(&req, 0, 1, &out);
	CU_ASSERT(out.len > 100000);
	embed_request_clear(&req);
	json_object_put(body);
	buf_clear(&text);
	buf_clear(&out);
}

/* Gemini's text, and how many vectors of how many numbers are in it; 0: it is
 * none. */
static void
test_vectors(void)
{
	static const struct {
		const char *text;
		size_t n, size;
		int64_t tokens;
	} rows[] = {
	    {"{\"embedding\":{\"values\":[1]}}", 1, 1, 0},
	    {" { \"embedding\" :\n{\"shape\":[1,{\"a\":null}],\"values\": [ "
	     "-1.5e-3 , 0,\t2E+2 ] } }\n",
		1, 3, 0},
	    {"{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3,4]}]}", 2, 2,
		0},
	    {"{\"usageMetadata\":{\"promptTokenCount\":7,\"x\":\"\\\"}\"},"
	     "\"embedding\":{\"values\":[1]},\"y\":true}",
		1, 1, 7},
	    {"{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3]}]}", 0, 0, 0},
	    {"{\"embeddings\":[{\"values\":[]}]}", 0, 0, 0},
	    {"{\"embeddings\":[]}", 0, 0, 0},
	    {"{\"embeddings\":[{}]}", 0, 0, 0},
	    {"{\"embedding\":null}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[1],}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[1 2]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[\"1\"]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[NaN]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[1e39]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[-1e400]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[0x10]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[+1]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[--1]}}", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[1]}}x", 0, 0, 0},
	    {"{\"embedding\":{\"values\":[1]}", 0, 0, 0},
	    {"{\"x\":\"\\", 0, 0, 0},
	    {"{\"x\":\"\n\"}", 0, 0, 0},
	    {"{\"x\":tru}", 0, 0, 0},
	    {"{}", 0, 0, 0},
	    {"[]", 0, 0, 0},
	    {"", 0, 0, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *text = rows[i].text;
		struct embed_answer a;
		int64_t tokens;
		embed_answer_init(&a, MAX);
		bool ok = embed_answer_check(text, strlen(text), &tokens);
		UNIT_ROW(ok == (rows[i].n > 0), text);
		UNIT_ROW(!ok || tokens == rows[i].tokens, text);
		size_t n = rows[i].n > 0 ? rows[i].n : 1;
		ok = embed_answer_take(&a, text, strlen(text), n);
		UNIT_ROW(ok == (rows[i].n > 0), text);
		UNIT_ROW(a.n == rows[i].n && a.size == rows[i].size, text);
		UNIT_ROW(a.numbers.len == 4 * a.n * a.size, text);
		UNIT_ROW(
		    !embed_answer_take(&a, text, strlen(text), n + 1), text);
		UNIT_ROW(a.numbers.len == 4 * a.n * a.size, text);
		embed_answer_clear(&a);
	}
}

static void
take(struct embed_answer *a, const char *text)
{
	CU_ASSERT(embed_answer_take(a, text, strlen(text), 1));
}

static void
test_answers(void)
{
#define HEAD "{\"object\":\"list\",\"data\":["
#define DATA(i, text) \
	"{\"object\":\"embedding\",\"index\":" #i ",\"embedding\":" text "}"
#define TAIL                                                                  \
	"],\"model\":\"m\\\"\",\"usage\":{\"prompt_tokens\":7,\"total_tokens" \
	"\":7}}"
	static const struct {
		bool base64;
		int64_t dimensions;
		const char *text;
	} rows[] = {
	    {false, 0,
		HEAD DATA(0, "[3,4]") "," DATA(1, "[0,0]") "," DATA(
		    2, "[-0.100000001,9.99999975e-06]") TAIL},
	    {false, 2,
		HEAD DATA(0, "[0.600000024,0.800000012]") "," DATA(
		    1, "[0,0]") "," DATA(2, "[-1,9.99999975e-05]") TAIL},
	    {true, 0,
		HEAD DATA(0, "\"AABAQAAAgEA=\"") "," DATA(1,
		    "\"AAAAAAAAAAA=\"") "," DATA(2, "\"zczMvazFJzc=\"") TAIL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct embed_request req = {.asked_model = strdup("m\""),
		    .n = 3,
		    .dimensions = rows[i].dimensions,
		    .base64 = rows[i].base64};
		struct embed_answer a;
		struct buf out;
		buf_init(&out, MAX);
		embed_answer_init(&a, MAX);
		take(&a, "{\"embedding\":{\"values\":[3,4]}}");
		take(&a, "{\"embedding\":{\"values\":[0,0]}}");
		take(&a, "{\"embedding\":{\"values\":[-0.1,1e-05]}}");
		embed_answer_write(&a, &req, 7, &out);
		UNIT_ROW(unit_same(buf_cstr(&out), rows[i].text), rows[i].text);
		UNIT_ROW(!embed_answer_take(
			     &a, "{\"embedding\":{\"values\":[1]}}", 28, 1),
		    "another size");
		embed_answer_clear(&a);
		embed_request_clear(&req);
		buf_clear(&out);
	}
}

static void
test_keep(void)
{
	static const char one[] = "{\"embedding\":{\"values\":[1,2]},"
				  "\"usageMetadata\":{\"promptTokenCount\":5}}";
	struct embed_answer a;
	embed_answer_init(&a, MAX);
	take(&a, one);
	take(&a, one);
	CU_ASSERT(a.n == 2 && a.tokens == 10 && a.numbers.len == 16);
	embed_answer_keep(&a, 2, 10);
	CU_ASSERT(a.n == 2 && a.tokens == 10 && a.numbers.len == 16);
	embed_answer_keep(&a, 1, 5);
	CU_ASSERT(a.n == 1 && a.tokens == 5 && a.numbers.len == 8);
	embed_answer_keep(&a, 0, 0);
	take(&a, "{\"embedding\":{\"values\":[1]}}");
	CU_ASSERT(a.n == 1 && a.size == 1 && a.numbers.len == 4);
	embed_answer_clear(&a);
}

/* A ceiling that is reached is an answer that is none. */
static void
test_ceiling(void)
{
	struct embed_answer a;
	embed_answer_init(&a, 7);
	CU_ASSERT(!embed_answer_take(
	    &a, "{\"embedding\":{\"values\":[1,2]}}", 30, 1));
	embed_answer_clear(&a);
}

static CU_TestInfo tests[] = {
    {"requests", test_requests},
    {"refusals", test_refusals},
    {"parts", test_parts},
    {"Gemini's vectors", test_vectors},
    {"OpenAI's answers", test_answers},
    {"a part is taken back", test_keep},
    {"a ceiling", test_ceiling},
    CU_TEST_INFO_NULL,
};

struct unit_suite embed_suite = {"protocol/embed", tests};
