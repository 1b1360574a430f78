/* protocol/speech_sound, speech_form, speech_event: samples from Gemini's parts
 * to what a client is told of them. */
#include "protocol/speech_sound.h"

#include <string.h>

#include "base/attr.h"
#include "protocol/speech_event.h"
#include "protocol/speech_form.h"
#include "unit.h"

#define L16 "audio/L16;codec=pcm;rate=24000"
/* A WAV file of the samples "abcd", 8,000 a second. */
#define WAV "UklGRgAAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQQAAABhYmNk"

/* Part after part, each with what is ready then; NULL: refused. */
static const struct row {
	const char *name;
	struct {
		const char *mime, *data, *ready;
	} parts[4];
	int rate, channels;
} rows[] = {
    {"one part", {{L16, "YWJjZA==", "abcd"}}, 24000, 1},
    {"a sample that is cut in two",
	{{L16, "YWJj", "ab"}, {L16, "ZA==", "cd"}, {L16, "ZWY=", "ef"}}, 24000,
	1},
    {"two channels: four bytes belong together",
	{{"audio/L16; rate=48000; channels=2", "YWJjZGU=", "abcd"},
	    {"AUDIO/l16;CHANNELS=2;RATE=48000", "Zmdo", "efgh"}},
	48000, 2},
    {"the rate goes without saying", {{"audio/pcm", "YWI=", "ab"}}, 24000, 1},
    {"nothing in it", {{L16, "", ""}, {L16, "YWI=", "ab"}}, 24000, 1},
    {"line ends in the base64", {{L16, "YW\r\nJj\nZA==", "abcd"}}, 24000, 1},
    {"WAV", {{"audio/wav", WAV, "abcd"}}, 8000, 1},
    {"WAV that is called something else", {{L16, WAV, "abcd"}}, 8000, 1},
    {"WAV over two parts",
	{{"audio/x-wav", "UklGRgAAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+", ""},
	    {"audio/wav", "AAACABAAZGF0YQQAAABhYmNk", "abcd"}},
	8000, 1},
    {"WAV after WAV", {{"audio/wav", WAV, "abcd"}, {"audio/wav", WAV, "abcd"}},
	8000, 1},
    {"no base64", {{L16, "YW!j", NULL}}, 0, 0},
    {"one digit", {{L16, "Y", NULL}}, 0, 0},
    {"another type", {{"audio/mpeg", "YWJj", NULL}}, 0, 0},
    {"no type", {{"", "YWJj", NULL}}, 0, 0},
    {"no rate", {{"audio/L16;rate=", "YWJj", NULL}}, 0, 0},
    {"a rate of nothing", {{"audio/L16;rate=0", "YWJj", NULL}}, 0, 0},
    {"a rate beyond all",
	{{"audio/L16;rate=99999999999999999999", "YWJj", NULL}}, 0, 0},
    {"a rate below nothing", {{"audio/L16;rate=-8000", "YWJj", NULL}}, 0, 0},
    {"nine channels", {{"audio/L16;channels=9", "YWJj", NULL}}, 0, 0},
    {"no WAV", {{"audio/wav", "YWJjYWJjYWJjYWJj", NULL}}, 0, 0},
    {"another rate later",
	{{L16, "YWI=", "ab"}, {"audio/L16;rate=8000", "YWI=", NULL}}, 24000, 1},
    {"another type later",
	{{"audio/wav", WAV, "abcd"}, {"audio/ogg", "YWI=", NULL}}, 8000, 1},
};

static void
test_parts(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct speech_sound s;
		speech_sound_init(&s, BUF_SMALL);
		for (int k = 0; k < 4 && rows[i].parts[k].mime != NULL; k++) {
			const char *data = rows[i].parts[k].data;
			const char *ready = rows[i].parts[k].ready;
			bool ok = speech_sound_add(
			    &s, rows[i].parts[k].mime, data, strlen(data));
			UNIT_ROW(ok == (ready != NULL), rows[i].name);
			if (!ok || ready == NULL)
				break;
			size_t n = speech_sound_ready(&s);
			UNIT_ROW(n == strlen(ready) &&
				(n == 0 ||
				    memcmp(s.samples.data, ready, n) == 0),
			    rows[i].name);
			speech_sound_used(&s, n);
		}
		UNIT_ROW(s.sound.rate == rows[i].rate &&
			s.sound.channels == rows[i].channels,
		    rows[i].name);
		speech_sound_clear(&s);
	}
}

static void
test_ceiling(void)
{
	struct speech_sound s;
	speech_sound_init(&s, 5);
	CU_ASSERT_TRUE(speech_sound_add(&s, L16, "YWJjZA==", 8));
	CU_ASSERT_FALSE(speech_sound_add(&s, L16, "YWJjYWJj", 8));
	speech_sound_clear(&s);
}

static void
test_types(void)
{
	static const struct {
		enum speech_form form;
		struct wav_sound sound;
		const char *type;
	} types[] = {
	    {SPEECH_PCM, {24000, 1}, "audio/pcm"},
	    {SPEECH_PCM, {8000, 1}, "audio/pcm; rate=8000; channels=1"},
	    {SPEECH_PCM, {192000, 2}, "audio/pcm; rate=192000; channels=2"},
	    {SPEECH_WAV, {8000, 2}, "audio/wav"},
	    {SPEECH_MP3, {24000, 1}, "audio/mpeg"},
	};
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		char type[SPEECH_TYPE_SIZE];
		speech_form_type(types[i].form, &types[i].sound, type);
		UNIT_ROW(unit_same(type, types[i].type) == 1, types[i].type);
	}
}

static void
test_events(void)
{
	const struct usage usage = {.prompt = 7, .answer = 20, .thought = 3};
	struct buf out;
	buf_init(&out, BUF_SMALL);
	speech_event_delta(&out, "abcd", 4);
	speech_event_done(&out, &usage);
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
	    "data: {\"type\":\"speech.audio.delta\",\"audio\":\"YWJjZA==\"}\n\n"
	    "data: {\"type\":\"speech.audio.done\",\"usage\":{"
	    "\"input_tokens\":7,\"output_tokens\":23,\"total_tokens\":30}}"
	    "\n\n");
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"parts", test_parts},
    {"the ceiling", test_ceiling},
    {"types", test_types},
    {"events", test_events},
    CU_TEST_INFO_NULL,
};

struct unit_suite speech_sound_suite = {"protocol/speech_sound", tests};
