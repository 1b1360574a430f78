/* Tests of the chat answer, for what golden files do not hold: sizes,
 * ceilings, restarts and fences. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/chat_answer.h"

#define MAX ((size_t)64 * 1024 * 1024)

static const struct chat_stamp stamp = {
    .id = "chatcmpl-1", .created_s = 1, .seed = 7};

static char model[] = "m";

/* Events in, everything out; false if one was refused. */
static bool
play(struct chat_answer *a, const char *const *events, struct buf *out)
{
	bool ok = true;
	for (int i = 0; i < 8 && events[i] != NULL; i++) {
		struct json_object *o =
		    surrogate_parse(events[i], strlen(events[i]), NULL);
		ok = chat_answer_feed(a, o, out) && ok;
		json_object_put(o);
	}
	return ok;
}

/* The first message of the whole answer to one text; owned by the caller
 * through *all. */
static struct json_object *
whole_message(
    const struct chat_request *req, const char *text, struct json_object **all)
{
	struct chat_answer *a = chat_answer_new(req, &stamp);
	struct buf event, out;
	buf_init(&event, MAX);
	buf_init(&out, MAX);
	buf_str(&event, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":");
	json_write_text(&event, text, strlen(text));
	buf_str(&event, "}]},\"finishReason\":\"STOP\"}]}");
	const char *const events[8] = {buf_cstr(&event)};
	CU_ASSERT(play(a, events, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	chat_answer_finish(a, &out);
	*all = json_parse(buf_cstr(&out), out.len, NULL);
	buf_clear(&event);
	buf_clear(&out);
	chat_answer_free(a);
	return json_get(json_at(json_get(*all, "choices"), 0), "message");
}

static void
test_fences(void)
{
	static const struct {
		const char *name, *text, *content;
	} rows[] = {
	    {"json", "```json\n{}\n```", "{}"},
	    {"no word", "```\n{}\n```", "{}"},
	    {"white space around", " \n```json\r\n {\"a\":1} \r\n```\n\n",
		"{\"a\":1}"},
	    {"several lines", "```json\n{\n}\n```", "{\n}"},
	    {"capitals", "```JSON\n[1]\n```", "[1]"},
	    {"more words", "```json title=x\n[1]\n```", "[1]"},
	    {"indented", "  ```json\n  {}\n  ```", "  ```json\n  {}\n  ```"},
	    {"tildes", "~~~json\n{}\n~~~", "~~~json\n{}\n~~~"},
	    {"no fence", "{}", "{}"},
	    {"an open one", "```json\n{}\n", "```json\n{}\n"},
	    {"text before", "Here:\n```json\n{}\n```",
		"Here:\n```json\n{}\n```"},
	    {"text after", "```json\n{}\n```\nDone.",
		"```json\n{}\n```\nDone."},
	    {"two fences", "```\n{}\n```\n```\n{}\n```",
		"```\n{}\n```\n```\n{}\n```"},
	    {"one line", "```{}```", "```{}```"},
	    {"closed in the line", "```json\n{}```", "```json\n{}```"},
	    {"backticks only", "``````", "``````"},
	    {"empty", "```\n```", "```\n```"},
	    {"a fence in it", "```\n```\n```", "```\n```\n```"},
	    {"backticks in a value", "```json\n{\"a\":\"```\"}\n```",
		"{\"a\":\"```\"}"},
	    {"inline code", "```a`b\n{}\n```", "```a`b\n{}\n```"},
	    {"nothing", "", ""},
	    {"white space only", " \n ", " \n "},
	};
	struct chat_request req = {.asked_model = model, .json_wanted = true};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *all;
		struct json_object *message =
		    whole_message(&req, rows[i].text, &all);
		UNIT_ROW(unit_same(json_get_text(message, "content"),
			     rows[i].content),
		    rows[i].name);
		json_object_put(all);
	}
}

/* Case 21: a large picture is one chunk, in one line, and complete. */
static void
test_large_image(void)
{
	const size_t len = 8 * 1024 * 1024;
	struct buf event, out;
	buf_init(&event, MAX);
	buf_init(&out, MAX);
	buf_str(&event,
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{"
	    "\"mimeType\":\"image/png\",\"data\":\"");
	for (size_t i = 0; i < len; i++)
		buf_byte(&event, "iVBORw0KGgo+/A"[i % 14]);
	buf_str(&event, "\"}}]},\"finishReason\":\"STOP\"}]}");
	const char *const events[8] = {buf_cstr(&event)};

	struct chat_request req = {.asked_model = model, .stream = true};
	struct chat_answer *a = chat_answer_new(&req, &stamp);
	CU_ASSERT(play(a, events, &out));
	CU_ASSERT(buf_ok(&out));
	CU_ASSERT(out.len > len && out.len < len + 1024);
	const char *second = strstr(buf_cstr(&out), "\n\n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(second);
	CU_ASSERT_PTR_EQUAL(strstr(second + 2, "\n\n"), out.data + out.len - 2);
	chat_answer_free(a);

	/* A buffer that is too small says so and does not half-write. */
	struct buf small;
	buf_init(&small, 1024);
	a = chat_answer_new(&req, &stamp);
	CU_ASSERT(play(a, events, &small));
	CU_ASSERT(!buf_ok(&small));
	CU_ASSERT(unit_same(buf_cstr(&small), ""));
	chat_answer_free(a);
	buf_clear(&small);
	buf_clear(&event);
	buf_clear(&out);
}

/* A whole answer that outgrows what is kept of one fails as a whole. */
static void
test_large_whole(void)
{
	struct buf event, out;
	buf_init(&event, MAX);
	buf_init(&out, 2 * MAX);
	buf_str(
	    &event, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"");
	for (size_t i = 0; i < MAX / 8; i++)
		buf_byte(&event, 'x');
	buf_str(&event, "\"}]},\"finishReason\":\"STOP\"}]}");
	struct json_object *o = json_parse(event.data, event.len, NULL);

	struct chat_request req = {.asked_model = model};
	struct chat_answer *a = chat_answer_new(&req, &stamp);
	for (int i = 0; i < 9; i++)
		CU_ASSERT(chat_answer_feed(a, o, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	chat_answer_finish(a, &out);
	CU_ASSERT(!buf_ok(&out));
	chat_answer_free(a);
	json_object_put(o);
	buf_clear(&event);
	buf_clear(&out);
}

/* A picture whose data is none is still one valid line of JSON. */
static void
test_foreign_image(void)
{
	static const struct {
		const char *mime, *data, *url;
	} rows[] = {
	    {"image/png", "QQ==", "data:image/png;base64,QQ=="},
	    {"image/png", "a\\\"b", "data:image/png;base64,a\"b"},
	    {"image/png", "a\\\\b", "data:image/png;base64,a\\b"},
	    {"image/png", "a\\nb", "data:image/png;base64,a\nb"},
	    {"image/png", "\xc3\xa9", "data:image/png;base64,\xc3\xa9"},
	    {"image/\\\"", "QQ==", "data:image/\";base64,QQ=="},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req = {.asked_model = model};
		struct chat_answer *a = chat_answer_new(&req, &stamp);
		struct buf event, out;
		buf_init(&event, MAX);
		buf_init(&out, MAX);
		buf_fmt(&event,
		    "{\"candidates\":[{\"content\":{\"parts\":[{"
		    "\"inlineData\":{\"mimeType\":\"%s\",\"data\":\"%s\"}}"
		    "]},\"finishReason\":\"STOP\"}]}",
		    rows[i].mime, rows[i].data);
		const char *const events[8] = {buf_cstr(&event)};
		CU_ASSERT(play(a, events, &out));
		chat_answer_finish(a, &out);
		struct json_object *o =
		    json_parse(buf_cstr(&out), out.len, NULL);
		struct json_object *message =
		    json_get(json_at(json_get(o, "choices"), 0), "message");
		struct json_object *url = json_get(
		    json_at(json_get(message, "images"), 0), "image_url");
		UNIT_ROW(unit_same(json_get_text(url, "url"), rows[i].url),
		    rows[i].url);
		json_object_put(o);
		chat_answer_free(a);
		buf_clear(&event);
		buf_clear(&out);
	}
}

/* After a restart nothing of the first attempt is left. */
static void
test_restart(void)
{
	static const char *const first[8] = {
	    "{\"modelVersion\":\"v\",\"usageMetadata\":{\"promptTokenCount\":9}"
	    ","
	    "\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"old\\ud83d\"}"
	    ","
	    "{\"text\":\"t\",\"thought\":true},{\"thoughtSignature\":\"s\"},"
	    "{\"functionCall\":{\"name\":\"f\",\"id\":\"x\"}},{\"inlineData\":{"
	    "\"mimeType\":\"image/png\",\"data\":\"QQ==\"}},{\"inlineData\":{"
	    "\"mimeType\":\"audio/wav\",\"data\":\"QQ==\"}}]},"
	    "\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":"
	    "\"https://a.example\"}}]},\"urlContextMetadata\":{\"urlMetadata\":"
	    "[]},\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"a\","
	    "\"logProbability\":-1}]}},{\"index\":3}]}"};
	static const char *const second[8] = {
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
	    "\"\\ude00new\"}"
	    "]},\"finishReason\":\"STOP\"}]}"};

	for (int stream = 0; stream < 2; stream++) {
		struct chat_request req = {
		    .asked_model = model, .stream = stream == 1};
		struct buf out, clean;
		buf_init(&out, MAX);
		buf_init(&clean, MAX);
		struct chat_answer *a = chat_answer_new(&req, &stamp);
		CU_ASSERT(play(a, first, &out));
		CU_ASSERT((out.len > 0) == (stream == 1));
		buf_reset(&out);
		chat_answer_restart(a);
		CU_ASSERT(play(a, second, &out));
		chat_answer_finish(a, &out);
		chat_answer_free(a);

		a = chat_answer_new(&req, &stamp);
		CU_ASSERT(play(a, second, &clean));
		chat_answer_finish(a, &clean);
		chat_answer_free(a);
		CU_ASSERT(unit_same(buf_cstr(&out), buf_cstr(&clean)));
		buf_clear(&out);
		buf_clear(&clean);
	}
}

static void
test_refused_events(void)
{
	static const char *const bad[] = {"[]", "7", "\"a\"",
	    "{\"error\":{\"code\":503}}", "{\"error\":\"x\"}"};
	struct chat_request req = {.asked_model = model, .stream = true};
	struct chat_answer *a = chat_answer_new(&req, &stamp);
	struct buf out;
	buf_init(&out, MAX);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *const events[8] = {bad[i]};
		UNIT_ROW(!play(a, events, &out), bad[i]);
	}
	CU_ASSERT(!chat_answer_feed(a, NULL, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	CU_ASSERT_EQUAL(chat_answer_reader(a)->events, 0);
	chat_answer_free(a);
	chat_answer_free(NULL);
	buf_clear(&out);
}

static void
test_fail(void)
{
	struct api_error e = {.fault = FAULT_TIMEOUT};
	struct buf out;
	buf_init(&out, MAX);
	chat_answer_fail(&e, &out);
	CU_ASSERT(unit_same(buf_cstr(&out),
	    "data: {\"error\":{\"message\":\"Gemini did not answer in time.\","
	    "\"type\":\"server_error\",\"param\":null,\"code\":"
	    "\"upstream_timeout\"}}\n\n"));
	buf_clear(&out);
}

/* Ids that Gemini did not give differ from each other and by the seed. */
static void
test_call_ids(void)
{
	static const char *const events[8] = {
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{"
	    "\"name\":\"f\"}},{\"functionCall\":{\"name\":\"f\"}}]},"
	    "\"finishReason\":\"STOP\"}]}"};
	char ids[4][64];
	for (int k = 0; k < 2; k++) {
		struct chat_stamp seeded = stamp;
		seeded.seed += (uint64_t)k;
		struct chat_request req = {.asked_model = model};
		struct chat_answer *a = chat_answer_new(&req, &seeded);
		struct buf out;
		buf_init(&out, MAX);
		CU_ASSERT(play(a, events, &out));
		chat_answer_finish(a, &out);
		struct json_object *o =
		    json_parse(buf_cstr(&out), out.len, NULL);
		struct json_object *calls =
		    json_path(json_at(json_get(o, "choices"), 0), "message",
			"tool_calls", NULL);
		for (size_t i = 0; i < 2; i++)
			snprintf(ids[2 * k + (int)i], sizeof(ids[0]), "%s",
			    json_get_text(json_at(calls, i), "id"));
		json_object_put(o);
		chat_answer_free(a);
		buf_clear(&out);
	}
	for (int i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(strlen(ids[i]), strlen("call_") + 24);
		CU_ASSERT(strncmp(ids[i], "call_", 5) == 0);
		for (int k = 0; k < i; k++)
			CU_ASSERT(strcmp(ids[i], ids[k]) != 0);
	}
}

/* Every ceiling of out is met without a crash, and never silently. */
static void
test_every_ceiling(void)
{
	static const char *const events[8] = {
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\\nb\"},{"
	    "\"functionCall\":{\"name\":\"f\",\"args\":{\"x\":\"y\"}}}]},"
	    "\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":"
	    "\"https://a.example\",\"title\":\"t\"}}]},\"finishReason\":"
	    "\"STOP\"}]}"};
	for (int stream = 0; stream < 2; stream++) {
		struct chat_request req = {.asked_model = model,
		    .stream = stream == 1,
		    .include_usage = true};
		size_t need = 0;
		for (size_t max = 2048; max > 0; max--) {
			struct chat_answer *a = chat_answer_new(&req, &stamp);
			struct buf out;
			buf_init(&out, max);
			CU_ASSERT(play(a, events, &out));
			chat_answer_finish(a, &out);
			if (max == 2048)
				need = out.len;
			CU_ASSERT(buf_ok(&out) == (max >= need));
			chat_answer_free(a);
			buf_clear(&out);
		}
		CU_ASSERT(need > 0);
	}
}

static CU_TestInfo tests[] = {
    {"fences around JSON", test_fences},
    {"a picture of eight megabytes", test_large_image},
    {"a whole answer that is too large", test_large_whole},
    {"a picture that is none", test_foreign_image},
    {"another attempt starts clean", test_restart},
    {"events that are none", test_refused_events},
    {"an error event", test_fail},
    {"ids of calls", test_call_ids},
    {"every ceiling of the output", test_every_ceiling},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_answer_suite = {"protocol/chat_answer", tests};
