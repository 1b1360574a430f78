/* protocol/transcription_request and _answer. */
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/transcription_answer.h"
#include "protocol/transcription_request.h"
#include "unit.h"

#define BASE "\"model\":\"whisper-1\""

static const struct row {
	const char *fields;
	enum api_fault fault;
	const char *param; /* of a refusal */
	const char *model; /* else … */
	const char *part;  /* … and what stands in Gemini's body */
} rows[] = {
    {"{" BASE "}", FAULT_NONE, NULL, "ear", "nothing.\"}]}]}"},
    {"{" BASE ",\"language\":\"pt-BR\"}", FAULT_NONE, NULL, "ear",
	" The language is 'pt-BR' (ISO 639).\"}]}]}"},
    {"{" BASE ",\"language\":\"\",\"prompt\":\"\"}", FAULT_NONE, NULL, "ear",
	"nothing.\"}]}]}"},
    {"{" BASE ",\"prompt\":\"a \\\"b\\\"\"}", FAULT_NONE, NULL, "ear",
	"have: a \\\"b\\\"\"}]}]}"},
    {"{\"model\":\"models/gemini-2.5-flash\",\"temperature\":\"0\"}",
	FAULT_NONE, NULL, "gemini-2.5-flash",
	"]}],\"generationConfig\":{\"temperature\":0.0}}"},
    {"{" BASE ",\"temperature\":\"0\"}", FAULT_NONE, NULL, "ear",
	"nothing.\"}]}]}"},
    {"{}", FAULT_MISSING_FIELD, "model", NULL, NULL},
    {"{\"model\":\"a\\u0000\"}", FAULT_BAD_VALUE, "model", NULL, NULL},
    {"{\"model\":\"deaf\"}", FAULT_MODEL_NOT_FOUND, "model", NULL, NULL},
    {"{\"model\":\"x-embedding\"}", FAULT_UNSUPPORTED_VALUE, "model", NULL,
	NULL},
    {"{" BASE ",\"temperature\":\"\"}", FAULT_WRONG_TYPE, "temperature", NULL,
	NULL},
    {"{" BASE ",\"temperature\":\"0x1p-1x\"}", FAULT_WRONG_TYPE, "temperature",
	NULL, NULL},
    {"{" BASE ",\"temperature\":\"inf\"}", FAULT_WRONG_TYPE, "temperature",
	NULL, NULL},
    {"{" BASE ",\"response_format\":\"vtt\"}", FAULT_UNSUPPORTED_VALUE,
	"response_format", NULL, NULL},
    {"{" BASE ",\"known_speaker_names[]\":\"a\"}", FAULT_UNSUPPORTED_FIELD,
	"known_speaker_names[]", NULL, NULL},
};

static void
test_request(void)
{
	struct json_object *filtered = json_parse("[\"deaf\"]", 8, NULL);
	const struct transcription_policy policy = {"ear", filtered};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct transcription_request req;
		struct api_error error = {0};
		struct json_object *fields =
		    json_parse(row->fields, strlen(row->fields), NULL);
		bool ok = transcription_request_read(
		    &req, fields, false, &policy, &error);
		UNIT_ROW(ok == (row->fault == FAULT_NONE) &&
			error.fault == row->fault &&
			unit_same(error.param, row->param) == 1,
		    row->fields);
		if (ok && row->part != NULL) {
			struct buf body;
			buf_init(&body, BUF_SMALL);
			transcription_request_begin("audio/wav", &body);
			transcription_request_end(&req, &body);
			size_t len = strlen(row->part);
			UNIT_ROW(unit_same(req.asked.model, row->model) == 1 &&
				body.len > len &&
				strcmp(body.data + body.len - len, row->part) ==
				    0,
			    row->fields);
			struct json_object *o =
			    json_parse(body.data, body.len, NULL);
			UNIT_ROW(o != NULL, row->fields);
			json_object_put(o);
			buf_clear(&body);
		}
		transcription_request_clear(&req);
		api_error_clear(&error);
		json_object_put(fields);
	}
	json_object_put(filtered);
}

static void
test_answer(void)
{
	const struct usage usage = {
	    .prompt = 10, .prompt_audio = 8, .answer = 3, .thought = 1};
	struct buf text, out;
	buf_init(&text, BUF_SMALL);
	buf_init(&out, BUF_SMALL);
	buf_str(&text, "\n One \"two\"\t\n");
	transcription_answer_plain(&out, &text);
	transcription_answer_json(&out, &text, &usage);
	transcription_answer_delta(&out, "a", 1);
	buf_reset(&text);
	transcription_answer_done(&out, &text, &usage);
	transcription_answer_plain(&out, &text);
#define USAGE                                                             \
	"\"usage\":{\"type\":\"tokens\",\"input_tokens\":10,"             \
	"\"input_token_details\":{\"text_tokens\":2,\"audio_tokens\":8}," \
	"\"output_tokens\":4,\"total_tokens\":14}}"
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "One \"two\"\n"
	    "{\"text\":\"One \\\"two\\\"\"," USAGE
	    "data: {\"type\":\"transcript.text.delta\",\"delta\":\"a\"}\n\n"
	    "data: {\"type\":\"transcript.text.done\",\"text\":\"\"," USAGE
	    "\n\n\n");
	buf_clear(&text);
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"fields", test_request},
    {"answers", test_answer},
    CU_TEST_INFO_NULL,
};

struct unit_suite transcription_suite = {"protocol/transcription", tests};
