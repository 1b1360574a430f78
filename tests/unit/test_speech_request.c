/* protocol/speech_request: OpenAI's speech into Gemini's, and its refusals. */
#include "protocol/speech_request.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

static struct speech_policy
make_policy(void)
{
	return (struct speech_policy){
	    .model = "gemini-9-tts",
	    .voice = "zephyr",
	    .speed = "normal",
	    .can = {[SPEECH_WAV] = true, [SPEECH_PCM] = true},
	};
}

#define BASE "\"model\":\"tts-1\",\"input\":\"Hi\""
#define BODY(text, speech)                                                 \
	"{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" text   \
	"\"}]}],\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]," \
	"\"speechConfig\":{" speech "}}}"
#define VOICE(name)                                                            \
	"\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":\"" name "\"" \
	"}}"

static const struct good {
	const char *name, *body;
	const char *speed; /* NULL: normal */
	const char *model, *gemini;
} good[] = {
    {"the least", "{" BASE "}", NULL, "gemini-9-tts",
	BODY("Hi", VOICE("Zephyr"))},
    {"null is nothing",
	"{" BASE ",\"voice\":null,\"speed\":null,\"response_format\":null,"
	"\"instructions\":null,\"speakers\":null,\"stream_format\":null}",
	NULL, "gemini-9-tts", BODY("Hi", VOICE("Zephyr"))},
    {"a model of Gemini's", "{\"model\":\"models/x-tts-y\",\"input\":\"Hi\"}",
	NULL, "x-tts-y", BODY("Hi", VOICE("Zephyr"))},
    {"what the operator chose may have any name",
	"{\"model\":\"gemini-9-tts\",\"input\":\"Hi\"}", NULL, "gemini-9-tts",
	BODY("Hi", VOICE("Zephyr"))},
    {"a mapped voice", "{" BASE ",\"voice\":\"Alloy\"}", NULL, "gemini-9-tts",
	BODY("Hi", VOICE("Puck"))},
    {"a mapped voice that is not in our list", "{" BASE ",\"voice\":\"new\"}",
	NULL, "gemini-9-tts", BODY("Hi", VOICE("Nova2"))},
    {"a voice by id", "{" BASE ",\"voice\":{\"id\":\"KORE\"}}", NULL,
	"gemini-9-tts", BODY("Hi", VOICE("Kore"))},
    {"instructions", "{" BASE ",\"instructions\":\"Whisper. \"}", NULL,
	"gemini-9-tts", BODY("Whisper: Hi", VOICE("Zephyr"))},
    {"empty instructions", "{" BASE ",\"instructions\":\" .\"}", NULL,
	"gemini-9-tts", BODY("Hi", VOICE("Zephyr"))},
    {"fast", "{" BASE "}", "fast", "gemini-9-tts",
	BODY("Speak in a fast speed voice: Hi", VOICE("Zephyr"))},
    {"fast, and instructions", "{" BASE ",\"instructions\":\"Whisper\"}",
	"fast", "gemini-9-tts",
	BODY("Whisper. Speak in a fast speed voice: Hi", VOICE("Zephyr"))},
    {"two speakers",
	"{" BASE
	",\"voice\":\"Kore\",\"speakers\":[{\"speaker\":\"A\",\"voice\":"
	"\"alloy\"},{\"speaker\":\"B\"}]}",
	NULL, "gemini-9-tts",
	BODY("Hi",
	    "\"multiSpeakerVoiceConfig\":{\"speakerVoiceConfigs\":[{"
	    "\"speaker\":\"A\","
	    "\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
	    "\"voiceName\":\"Puck\"}}},{\"speaker\":\"B\",\"voiceConfig\":{"
	    "\"prebuiltVoiceConfig\":{\"voiceName\":\"Zephyr\"}}}]}")},
};

static void
test_good(void)
{
	static const char voices[] =
	    "{\"alloy\":\"puck\",\"new\":\"Nova2\",\"odd\":1}";
	struct json_object *map = json_parse(voices, strlen(voices), NULL);
	CU_ASSERT_PTR_NOT_NULL(map);
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct speech_policy policy = make_policy();
		struct speech_request req;
		struct api_error error = {0};
		struct json_object *body =
		    json_parse(good[i].body, strlen(good[i].body), NULL);
		struct buf out;
		buf_init(&out, BUF_SMALL);
		policy.voices = map;
		if (good[i].speed != NULL)
			policy.speed = good[i].speed;
		bool ok = speech_request_read(&req, body, &policy, &error);
		UNIT_ROW(ok, good[i].name);
		if (ok) {
			json_write(&out, req.gemini);
			UNIT_ROW(unit_same(req.asked.model, good[i].model) == 1,
			    good[i].name);
			UNIT_ROW(unit_same(buf_cstr(&out), good[i].gemini) == 1,
			    good[i].name);
		}
		speech_request_clear(&req);
		api_error_clear(&error);
		json_object_put(body);
		buf_clear(&out);
	}
	json_object_put(map);
}

static void
test_forms(void)
{
	static const struct {
		const char *more;
		bool mp3;
		enum speech_form form;
		bool sse, as_it_comes;
		const char *adjusted;
	} forms[] = {
	    {"", false, SPEECH_WAV, false, false, ""},
	    {"", true, SPEECH_MP3, false, true, ""},
	    {",\"response_format\":\"wav\"", true, SPEECH_WAV, false, false,
		""},
	    {",\"response_format\":\"pcm\",\"speed\":1", false, SPEECH_PCM,
		false, true, ""},
	    {",\"stream_format\":\"audio\",\"speed\":1.0", false, SPEECH_WAV,
		false, true, ""},
	    {",\"stream_format\":\"sse\",\"speed\":0.25", false, SPEECH_WAV,
		true, true, "speed"},
	};
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct speech_policy policy = make_policy();
		struct speech_request req;
		struct api_error error = {0};
		struct buf text;
		buf_init(&text, BUF_SMALL);
		buf_fmt(&text, "{" BASE "%s}", forms[i].more);
		struct json_object *body =
		    json_parse(text.data, text.len, NULL);
		policy.can[SPEECH_MP3] = forms[i].mp3;
		UNIT_ROW(speech_request_read(&req, body, &policy, &error) &&
			req.form == forms[i].form && req.sse == forms[i].sse &&
			req.as_it_comes == forms[i].as_it_comes &&
			strcmp(req.adjusted, forms[i].adjusted) == 0,
		    forms[i].more);
		speech_request_clear(&req);
		api_error_clear(&error);
		json_object_put(body);
		buf_clear(&text);
	}
}

static const struct bad {
	const char *body;
	enum api_fault fault;
	const char *param;
} bad[] = {
    {"[]", FAULT_BAD_JSON, NULL},
    {"{}", FAULT_MISSING_FIELD, "model"},
    {"{\"model\":\"../x\",\"input\":\"Hi\"}", FAULT_BAD_VALUE, "model"},
    {"{\"model\":\"tts-1\\u0000\",\"input\":\"Hi\"}", FAULT_BAD_VALUE, "model"},
    {"{\"model\":\"gemini-9\",\"input\":\"Hi\"}", FAULT_UNSUPPORTED_VALUE,
	"model"},
    {"{\"model\":\"off-tts\",\"input\":\"Hi\"}", FAULT_MODEL_NOT_FOUND,
	"model"},
    {"{\"model\":\"tts-1\"}", FAULT_MISSING_FIELD, "input"},
    {"{" BASE ",\"response_format\":\"mp3\"}", FAULT_UNSUPPORTED_VALUE,
	"response_format"},
    {"{" BASE ",\"response_format\":1}", FAULT_WRONG_TYPE, "response_format"},
    {"{" BASE ",\"speed\":1e999}", FAULT_OUT_OF_RANGE, "speed"},
    {"{" BASE ",\"voice\":\"alloy\"}", FAULT_BAD_VALUE, "voice"},
    {"{" BASE ",\"voice\":{\"id\":1}}", FAULT_WRONG_TYPE, "voice.id"},
    {"{" BASE ",\"speakers\":[{\"speaker\":\"\",\"voice\":\"Kore\"},1]}",
	FAULT_BAD_VALUE, "speakers[0].speaker"},
};

static void
test_bad(void)
{
	struct json_object *filtered = json_parse("[\"off-tts\"]", 11, NULL);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct speech_policy policy = make_policy();
		struct speech_request req;
		struct api_error error = {0};
		struct json_object *body =
		    json_parse(bad[i].body, strlen(bad[i].body), NULL);
		policy.filtered_models = filtered;
		UNIT_ROW(!speech_request_read(&req, body, &policy, &error) &&
			error.fault == bad[i].fault &&
			unit_same(error.param, bad[i].param) == 1,
		    bad[i].body);
		speech_request_clear(&req);
		api_error_clear(&error);
		json_object_put(body);
	}
	json_object_put(filtered);
}

static CU_TestInfo tests[] = {
    {"bodies", test_good},
    {"forms", test_forms},
    {"refusals", test_bad},
    CU_TEST_INFO_NULL,
};

struct unit_suite speech_request_suite = {"protocol/speech_request", tests};
