/* protocol/responses_answer, for what the golden files do not hold: sizes,
 * ceilings, restarts, failures and ids. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/responses_answer.h"

#define MAX ((size_t)64 * 1024 * 1024)

static const struct chat_stamp stamp = {
    .id = "resp_1", .created_s = 1, .seed = 7};
static char model[] = "m";

/* A bit of everything, and each of it begun and ended. */
static const char *const everything[] = {
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"t\",\"thought\":true"
    "},{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\"},"
    "\"thoughtSignature\":\"s\"},{\"inlineData\":{\"mimeType\":\"image/png\","
    "\"data\":\"QQ==\"}}]}}]}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]},"
    "\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":"
    "\"https://a.example\"}}]},\"finishReason\":\"STOP\"}]}",
    NULL};

/* A client that wants all there is. */
static struct json_object *
curious(void)
{
	static const char text[] =
	    "{\"reasoning\":{\"summary\":\"auto\"},\"include\":["
	    "\"reasoning.encrypted_content\","
	    "\"message.output_text.logprobs\"]}";
	return json_parse(text, strlen(text), NULL);
}

static bool
play(struct responses_answer *a, const char *const *events, struct buf *out)
{
	bool ok = true;
	for (; *events != NULL; events++) {
		struct json_object *o =
		    surrogate_parse(*events, strlen(*events), NULL);
		ok = responses_answer_feed(a, o, out) && ok;
		json_object_put(o);
	}
	return ok;
}

/* After a restart nothing of the first attempt is left. */
static void
test_restart(void)
{
	static const char *const second[] = {
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"new\"}]},"
	    "\"finishReason\":\"STOP\"}]}",
	    NULL};
	struct json_object *body = curious();
	for (int stream = 0; stream < 2; stream++) {
		const struct chat_request req = {
		    .asked_model = model, .stream = stream == 1, .echo = body};
		struct buf out, clean;
		buf_init(&out, MAX);
		buf_init(&clean, MAX);
		struct responses_answer *a = responses_answer_new(&req, &stamp);
		CU_ASSERT(play(a, everything, &out));
		CU_ASSERT((out.len > 0) == (stream == 1));
		buf_reset(&out);
		responses_answer_restart(a);
		CU_ASSERT(play(a, second, &out));
		responses_answer_finish(a, &out);
		responses_answer_free(a);

		a = responses_answer_new(&req, &stamp);
		CU_ASSERT(play(a, second, &clean));
		responses_answer_finish(a, &clean);
		responses_answer_free(a);
		CU_ASSERT(unit_same(buf_cstr(&out), buf_cstr(&clean)));
		buf_clear(&out);
		buf_clear(&clean);
	}
	json_object_put(body);
}

/* What is held back is not begun. */
static void
test_silence(void)
{
	static const char *const silent[] = {
	    "{\"usageMetadata\":{\"promptTokenCount\":1}}",
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"},"
	    "{\"text\":\"hm\",\"thought\":true}]}}]}",
	    "{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"text\":"
	    "\"other\"}]}}]}",
	    NULL};
	static const char *const bad[] = {"[]", "{\"error\":{}}", NULL};
	const struct chat_request req = {.asked_model = model, .stream = true};
	struct responses_answer *a = responses_answer_new(&req, &stamp);
	struct buf out;
	buf_init(&out, MAX);
	CU_ASSERT(play(a, silent, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	CU_ASSERT_FALSE(play(a, bad, &out));
	CU_ASSERT_FALSE(responses_answer_feed(a, NULL, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	responses_answer_free(a);
	responses_answer_free(NULL);
	buf_clear(&out);
}

/* OpenAI has few codes for failures. */
static void
test_failures(void)
{
	static const struct {
		enum api_fault fault;
		const char *code;
	} rows[] = {
	    {FAULT_UPSTREAM, "server_error"},
	    {FAULT_OVERLOADED, "server_error"},
	    {FAULT_TIMEOUT, "server_error"},
	    {FAULT_NO_KEY, "server_error"},
	    {FAULT_INTERNAL, "server_error"},
	    {FAULT_RESTING, "rate_limit_exceeded"},
	    {FAULT_QUOTA, "rate_limit_exceeded"},
	    {FAULT_TOKENS, "rate_limit_exceeded"},
	    {FAULT_PROMPT_LIMIT, "rate_limit_exceeded"},
	    {FAULT_BAD_ARGUMENT, "invalid_prompt"},
	    {FAULT_PROMPT_TOO_LONG, "invalid_prompt"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct chat_request req = {
		    .asked_model = model, .stream = true};
		struct responses_answer *a = responses_answer_new(&req, &stamp);
		struct api_error error = {0};
		struct buf out;
		buf_init(&out, MAX);
		api_error_set(&error, rows[i].fault, NULL,
		    "Key api_key:AIzaSecret \"has\" a fault.");
		responses_answer_fail(a, &error, &out);
		const char *data = strstr(buf_cstr(&out), "response.failed\n");
		CU_ASSERT_PTR_NOT_NULL_FATAL(data);
		data = strstr(data, "data: ") + 6;
		struct json_object *o = json_parse(
		    data, (size_t)(strstr(data, "\n\n") - data), NULL);
		struct json_object *response = json_get(o, "response");
		struct json_object *told = json_get(response, "error");
		UNIT_ROW(unit_same(json_get_text(told, "code"), rows[i].code),
		    rows[i].code);
		UNIT_ROW(
		    strstr(json_get_text(told, "message"), "Secret") == NULL,
		    rows[i].code);
		UNIT_ROW(unit_same(json_get_text(response, "status"), "failed"),
		    rows[i].code);
		json_object_put(o);
		responses_answer_free(a);
		api_error_clear(&error);
		buf_clear(&out);
	}
}

/* A response that outgrows what is kept of one fails as a whole, streamed
 * or not: its end would have to repeat it. */
static void
test_large(void)
{
	struct buf event, out;
	buf_init(&event, MAX);
	buf_init(&out, 4 * MAX);
	buf_str(
	    &event, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"");
	for (size_t i = 0; i < MAX / 4; i++)
		buf_byte(&event, 'x');
	buf_str(&event, "\"}]},\"finishReason\":\"STOP\"}]}");
	struct json_object *o = json_parse(event.data, event.len, NULL);
	for (int stream = 0; stream < 2; stream++) {
		const struct chat_request req = {
		    .asked_model = model, .stream = stream == 1};
		struct responses_answer *a = responses_answer_new(&req, &stamp);
		for (int i = 0; i < 5; i++) {
			CU_ASSERT(responses_answer_feed(a, o, &out));
			CU_ASSERT(buf_ok(&out));
			buf_reset(&out);
		}
		responses_answer_finish(a, &out);
		CU_ASSERT(!buf_ok(&out));
		buf_reset(&out);
		responses_answer_free(a);
	}
	json_object_put(o);
	buf_clear(&event);
	buf_clear(&out);
}

/* Every ceiling of out is met without a crash, and never silently. */
static void
test_every_ceiling(void)
{
	struct json_object *body = curious();
	for (int stream = 0; stream < 2; stream++) {
		const struct chat_request req = {
		    .asked_model = model, .stream = stream == 1, .echo = body};
		size_t need = 0;
		for (size_t max = 16 * 1024; max-- > 0;) {
			struct buf out;
			buf_init(&out, max);
			struct responses_answer *a =
			    responses_answer_new(&req, &stamp);
			CU_ASSERT(play(a, everything, &out));
			responses_answer_finish(a, &out);
			if (buf_ok(&out))
				need = out.len;
			CU_ASSERT((max >= need) == buf_ok(&out));
			responses_answer_free(a);
			buf_clear(&out);
		}
		CU_ASSERT(need > 0);
	}
	json_object_put(body);
}

/* Ids that Gemini did not give: of the call in its item and in the text that
 * holds its signature, and of the items. */
static void
test_ids(void)
{
	struct json_object *body = curious();
	const struct chat_request req = {.asked_model = model, .echo = body};
	struct responses_answer *a = responses_answer_new(&req, &stamp);
	struct buf out;
	buf_init(&out, MAX);
	CU_ASSERT(play(a, everything, &out));
	responses_answer_finish(a, &out);
	struct json_object *o = json_parse(buf_cstr(&out), out.len, NULL);
	struct json_object *output = json_get(o, "output");
	static const char *const ids[] = {
	    "rs_1_0", "msg_1_1", "rs_1_2", "fc_1_3", "ig_1_4", "msg_1_5"};
	CU_ASSERT_EQUAL_FATAL(json_count(output), COUNT_OF(ids));
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		UNIT_ROW(
		    unit_same(json_get_text(json_at(output, i), "id"), ids[i]),
		    ids[i]);

	const char *call = json_get_text(json_at(output, 3), "call_id");
	const char *sealed =
	    json_get_text(json_at(output, 2), "encrypted_content");
	CU_ASSERT(call != NULL && strlen(call) == strlen("call_") + 24);
	CU_ASSERT(sealed != NULL && strstr(sealed, call) != NULL);
	json_object_put(o);
	responses_answer_free(a);
	buf_clear(&out);
	json_object_put(body);
}

static CU_TestInfo tests[] = {
    {"another attempt starts clean", test_restart},
    {"what is held back is not begun", test_silence},
    {"codes of failures", test_failures},
    {"a response that is too large", test_large},
    {"every ceiling of the output", test_every_ceiling},
    {"ids", test_ids},
    CU_TEST_INFO_NULL,
};

struct unit_suite responses_answer_suite = {"protocol/responses_answer", tests};
