/* Speech: a tone of 440 Hz, the same for everybody, in pieces that cut its
 * samples in two. */
#include "speech.h"

#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

#include "stream.h"

#define SPEECH_RATE 24000
#define SPEECH_BYTES 24000 /* half a second */
#define SPEECH_TOKEN 1920  /* bytes; 25 tokens a second */

/* One wave of the tone is as good as 54 and a half samples; a triangle needs no
 * mathematics. */
#define SPEECH_WAVE 54
#define SPEECH_HEIGHT 8000

static const char *const speech_voices[] = {"Zephyr", "Puck", "Charon", "Kore",
    "Fenrir", "Leda", "Orus", "Aoede", "Callirrhoe", "Autonoe", "Enceladus",
    "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib",
    "Rasalgethi", "Laomedeia", "Achernar", "Alnilam", "Schedar", "Gacrux",
    "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia",
    "Sadaltager", "Sulafat"};

bool
speech_model(const char *model)
{
	return strstr(model, "tts") != NULL;
}

/* --- what is asked ------------------------------------------------------- */

static struct json_object *
speech_get(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, name, &value);
	return value;
}

static size_t
speech_count(struct json_object *list)
{
	return json_object_is_type(list, json_type_array)
	    ? json_object_array_length(list)
	    : 0;
}

/* Is AUDIO all that is to come? */
static bool
speech_wanted(struct json_object *config)
{
	struct json_object *list = speech_get(config, "responseModalities");
	const char *word;

	if (speech_count(list) != 1)
		return false;
	word = json_object_get_string(json_object_array_get_idx(list, 0));
	return word != NULL && strcmp(word, "AUDIO") == 0;
}

static bool
speech_voice(struct json_object *config, struct buf *why)
{
	struct json_object *name =
	    speech_get(speech_get(config, "prebuiltVoiceConfig"), "voiceName");
	const char *text = json_object_get_string(name);

	if (text == NULL) {
		buf_text(why, "Voice config must be set.");
		return false;
	}
	for (size_t i = 0; i < sizeof(speech_voices) / sizeof(*speech_voices);
	     i++)
		if (strcmp(text, speech_voices[i]) == 0)
			return true;
	buf_printf(why,
	    "Voice name %s is not supported. Allowed voice names are: "
	    "achernar, …",
	    text);
	return false;
}

static bool
speech_speakers(struct json_object *list, struct buf *why)
{
	if (speech_count(list) != 2) {
		buf_text(why, "The number of speakers must be 2.");
		return false;
	}
	for (size_t i = 0; i < 2; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		if (!speech_voice(speech_get(o, "voiceConfig"), why))
			return false;
	}
	return true;
}

/* What a model that speaks looks at. */
static bool
speech_details(
    struct json_object *root, struct json_object *config, struct buf *why)
{
	struct json_object *speech = speech_get(config, "speechConfig");
	struct json_object *one = speech_get(speech, "voiceConfig");
	struct json_object *two = speech_get(speech, "multiSpeakerVoiceConfig");

	if (speech_get(root, "systemInstruction") != NULL) {
		buf_text(why, "Developer instruction is not enabled.");
		return false;
	}
	if (one != NULL && two != NULL) {
		buf_text(why,
		    "Only one of voice_config and "
		    "multi_speaker_voice_config may be set.");
		return false;
	}
	if (two != NULL)
		return speech_speakers(
		    speech_get(two, "speakerVoiceConfigs"), why);
	return one == NULL || speech_voice(one, why);
}

bool
speech_may(const struct prompt *prompt, const char *model, struct buf *why)
{
	struct json_object *config =
	    speech_get(prompt->root, "generationConfig");
	bool wanted = speech_wanted(config);

	if (wanted != speech_model(model)) {
		buf_printf(why,
		    "The requested combination of response modalities (%s) is "
		    "not supported by the model. models/%s accepts the "
		    "following combination of response modalities:\n* %s\n",
		    wanted ? "AUDIO" : "TEXT", model,
		    wanted ? "TEXT" : "AUDIO");
		return false;
	}
	return !wanted || speech_details(prompt->root, config, why);
}

/* --- what comes ---------------------------------------------------------- */

static uint8_t
speech_byte(size_t i)
{
	long long at = (long long)(i / 2) % SPEECH_WAVE;
	long long half = SPEECH_WAVE / 2;
	long long rise = at < half ? at : SPEECH_WAVE - at;
	long long value = rise * 2 * SPEECH_HEIGHT / half - SPEECH_HEIGHT;

	return (uint8_t)((unsigned long long)value >> (8 * (i % 2)));
}

static void
speech_base64(struct buf *out, size_t from, size_t to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = from; i < to; i += 3) {
		size_t n = to - i < 3 ? to - i : 3;
		uint32_t bits = 0;
		char quad[4];

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? speech_byte(i + k) : 0);
		for (size_t k = 0; k < 4; k++)
			quad[k] = digits[bits >> (18 - 6 * k) & 63];
		for (size_t k = n + 1; k < 4; k++)
			quad[k] = '=';
		buf_add(out, quad, 4);
	}
}

/* One event: the bytes from one border to the other. */
static void
speech_event(struct buf *out, const struct route *route,
    const struct tokens *tokens, size_t from, size_t to, bool last)
{
	buf_text(out,
	    "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":"
	    "{\"mimeType\":\"audio/L16;codec=pcm;rate=24000\",\"data\":\"");
	speech_base64(out, from, to);
	buf_text(out, "\"}}],\"role\":\"model\"},");
	if (last)
		buf_text(out, "\"finishReason\":\"STOP\",");
	buf_printf(out,
	    "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":%lld,"
	    "\"candidatesTokenCount\":%lld,\"totalTokenCount\":%lld,"
	    "\"candidatesTokensDetails\":[{\"modality\":\"AUDIO\","
	    "\"tokenCount\":%lld}]},\"modelVersion\":",
	    tokens->prompt, tokens->answer, tokens->prompt + tokens->answer,
	    tokens->answer);
	buf_json(out, buf_str(&route->model), route->model.len);
	buf_text(out, "}");
}

/* Where the i-th of n pieces ends: at an odd place, but for the last. */
static size_t
speech_border(size_t len, size_t i, size_t n)
{
	return i == n ? len : i == 0 ? 0 : (len * i / n) | 1;
}

void
speech_write(const struct deed *deed, const struct route *route,
    const struct prompt *prompt, struct reply *reply)
{
	size_t len =
	    deed->filler_bytes > 0 ? (size_t)deed->filler_bytes : SPEECH_BYTES;
	size_t n = deed->text_events > 0 ? (size_t)deed->text_events : 3;
	bool stream = route->kind == ROUTE_STREAM, sse = stream && route->sse;

	reply->tokens = (struct tokens){.prompt = prompt->tokens,
	    .answer = (long long)(len / SPEECH_TOKEN) + 1};
	reply->good = !deed->no_finish;
	reply->streamed = stream;
	if (stream)
		stream_type(sse, reply);
	else
		n = 1;
	for (size_t i = 0; i < n; i++) {
		buf_text(&reply->body,
		    sse           ? "data: "
			: !stream ? ""
			: i == 0  ? "["
				  : ",\r\n");
		speech_event(&reply->body, route, &reply->tokens,
		    speech_border(len, i, n), speech_border(len, i + 1, n),
		    i + 1 == n && !deed->no_finish);
		buf_text(&reply->body,
		    sse                        ? "\r\n\r\n"
			: stream && i + 1 == n ? "]"
					       : "");
		if (stream)
			reply_mark(reply);
	}
}
