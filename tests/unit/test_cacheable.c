/* Tests of protocol/cacheable: which answers may be given again. */
#include "protocol/cacheable.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

extern struct unit_suite cacheable_suite;

static struct json_object *
parse(const char *text)
{
	return json_parse(text, strlen(text), NULL);
}

struct wish {
	const char *body;
	bool openai, gemini;
};

static void
test_wishes(void)
{
	static const struct wish wishes[] = {
	    {"{\"temperature\":0}", true, false},
	    {"{\"temperature\":0.0}", true, false},
	    {"{\"temperature\":-0.0}", true, false},
	    {"{\"temperature\":0.01}", false, false},
	    {"{\"temperature\":\"0\"}", false, false},
	    {"{\"temperature\":null}", false, false},
	    {"{\"temperature\":false}", false, false},
	    {"{\"seed\":7}", true, false},
	    {"{\"seed\":null}", false, false},
	    {"{}", false, false},
	    {"{\"temperature\":0,\"n\":1}", true, false},
	    {"{\"temperature\":0,\"n\":2}", false, false},
	    {"{\"temperature\":0,\"store\":true}", false, false},
	    {"{\"temperature\":0,\"store\":false}", true, false},
	    {"{\"generationConfig\":{\"temperature\":0}}", false, true},
	    {"{\"generation_config\":{\"seed\":1}}", false, true},
	    {"{\"generationConfig\":{}}", false, false},
	    {"{\"generationConfig\":[0]}", false, false},
	};
	for (size_t i = 0; i < COUNT_OF(wishes); i++) {
		struct json_object *o = parse(wishes[i].body);
		CU_ASSERT_EQUAL(cacheable_openai(o), wishes[i].openai);
		CU_ASSERT_EQUAL(cacheable_gemini(o), wishes[i].gemini);
		json_object_put(o);
	}
}

static bool
may_be_kept(const char *request)
{
	struct json_object *o = parse(request);
	struct buf text;
	buf_init(&text, BUF_SMALL);
	json_write(&text, o);
	bool ok = cacheable_request(o, &text);
	buf_clear(&text);
	json_object_put(o);
	return ok;
}

static void
test_requests(void)
{
	static const char *const good[] = {
	    "{}",
	    "{\"tools\":[]}",
	    "{\"tools\":[{\"functionDeclarations\":[]},"
	    "{\"function_declarations\":[]}]}",
	    "{\"generationConfig\":{\"candidateCount\":1,"
	    "\"responseModalities\":[\"TEXT\"]}}",
	    /* Whoever speaks of it does not do it. */
	    "{\"contents\":[{\"parts\":[{\"text\":"
	    "\"\\\"fileData\\\": x, \\\"cachedContent\\\":\"}]}]}",
	    "{\"contents\":[{\"parts\":[{\"inlineData\":{}}]}]}",
	};
	static const char *const bad[] = {
	    "{\"tools\":[{\"googleSearch\":{}}]}",
	    "{\"tools\":[{\"functionDeclarations\":[],\"urlContext\":{}}]}",
	    "{\"tools\":[{\"somethingNew\":{}}]}",
	    "{\"tools\":{\"googleSearch\":{}}}",
	    "{\"tools\":[null]}",
	    "{\"generationConfig\":{\"candidateCount\":2}}",
	    "{\"generation_config\":{\"candidate_count\":2}}",
	    "{\"generationConfig\":{\"responseModalities\":[\"TEXT\","
	    "\"IMAGE\"]}}",
	    "{\"generationConfig\":{\"speechConfig\":{\"x\":1}}}",
	    "{\"cachedContent\":\"cachedContents/x\"}",
	    "{\"cached_content\":\"cachedContents/x\"}",
	    "{\"contents\":[{\"parts\":[{\"fileData\":{}}]}]}",
	    "{\"contents\":[{\"parts\":[{\"functionResponse\":{\"parts\":"
	    "[{\"file_data\":{}}]}}]}]}",
	    "{\"continuationToken\":\"x\"}",
	    "{\"store\":true}",
	};
	for (size_t i = 0; i < COUNT_OF(good); i++)
		CU_ASSERT_TRUE(may_be_kept(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_FALSE(may_be_kept(bad[i]));
}

static void
test_answers(void)
{
	static const struct {
		const char *bytes;
		bool good;
	} answers[] = {
	    {"{\"parts\":[{\"text\":\"Hi\"}]}", true},
	    {"data: {\"parts\": [{\"text\" : \"Hi\"}]}\r\n\r\n", true},
	    {"{\"text\":\"\"} {\"text\":\"x\"}", true},
	    {"{\"text\":\"\"}", false},
	    {"{\"text\":", false},
	    {"{\"text\"", false},
	    {"{\"parts\":[]}", false},
	    {"{\"embedding\":{\"values\":[0.1]}}", true},
	    {"", false},
	    {"{\"functionCall\":{}}", true},
	    {"{\"functionCall\":{},\"thoughtSignature\":\"x\"}", false},
	    {"{\"text\":\"x\",\"thoughtSignature\":\"x\"}", true},
	    {"{\"text\":\"x\"},{\"inlineData\":{}}", false},
	    {"{\"text\":\"\\\"inlineData\\\"\"}", true},
	    {"{\"text\":\"x\"},{\"fileData\":{}}", false},
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		CU_ASSERT_EQUAL(cacheable_answer(
				    answers[i].bytes, strlen(answers[i].bytes)),
		    answers[i].good);
}

static void
test_writing(void)
{
	static const char *const bodies[] = {
	    "{\"b\":{\"z\":1,\"a\":[1.0,2]},\"a\":\"x\"}",
	    " { \"a\" : \"x\", \"c\": null,\n\"b\" : "
	    "{\"z\" : 1, \"a\" : [ 1.0 , 2 ] } }",
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct json_object *o = parse(bodies[i]);
		struct buf out;
		buf_init(&out, BUF_SMALL);
		cacheable_write(&out, o);
		CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
		    "{\"a\":\"x\",\"b\":{\"z\":1,\"a\":[1.0,2]},}");
		buf_clear(&out);
		json_object_put(o);
	}
}

static CU_TestInfo tests[] = {
    {"what clients want", test_wishes},
    {"what an answer rests on", test_requests},
    {"which answers", test_answers},
    {"the same looks the same", test_writing},
    CU_TEST_INFO_NULL,
};
struct unit_suite cacheable_suite = {"protocol/cacheable", tests};
