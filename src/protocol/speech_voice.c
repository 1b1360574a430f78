/* Voices by name (ai.google.dev, speech generation, as of 2026). */
#include "protocol/speech_voice.h"

#include "base/attr.h"
#include "base/text.h"

static const char *const voices[] = {"Zephyr", "Puck", "Charon", "Kore",
    "Fenrir", "Leda", "Orus", "Aoede", "Callirrhoe", "Autonoe", "Enceladus",
    "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib",
    "Rasalgethi", "Laomedeia", "Achernar", "Alnilam", "Schedar", "Gacrux",
    "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia",
    "Sadaltager", "Sulafat"};

static const char *
gemini_voice(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(voices); i++)
		if (text_same(name, voices[i]))
			return voices[i];
	return NULL;
}

const char *
speech_voice_find(const char *name, struct json_object *map)
{
	/* The operator's word goes first; what it leads to may be a voice that
	 * is newer than our list. */
	if (json_object_is_type(map, json_type_object)) {
		json_object_object_foreach(map, key, value)
		{
			if (!text_same(name, key) ||
			    !json_object_is_type(value, json_type_string))
				continue;
			const char *to = json_object_get_string(value);
			const char *known = gemini_voice(to);
			return known != NULL ? known : to;
		}
	}
	return gemini_voice(name);
}

void
speech_voice_list(struct json_object *map, struct buf *out)
{
	const char *comma = "";
	if (json_object_is_type(map, json_type_object)) {
		json_object_object_foreach(map, key, value)
		{
			(void)value;
			buf_fmt(out, "%s%s", comma, key);
			comma = ", ";
		}
	}
	for (size_t i = 0; i < COUNT_OF(voices); i++) {
		buf_fmt(out, "%s%s", comma, voices[i]);
		comma = ", ";
	}
}
