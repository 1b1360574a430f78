/* What models can. */
#include "protocol/model_can.h"

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/model_name.h"

#define READS \
	(MODEL_TEXT | MODEL_PICTURES | MODEL_SOUND | MODEL_VIDEO | MODEL_PDF)

/* By what the name begins with and holds; the first row that fits. */
static const struct row {
	const char *prefix, *holds;
	unsigned can; /* besides what the methods say */
	struct model_media media;
} rows[] = {
    {"", "embedding", MODEL_CAN_EMBED, {MODEL_TEXT, MODEL_NUMBERS}},
    {"", "tts", MODEL_CAN_SPEAK, {MODEL_TEXT, MODEL_SOUND}},
    {"", "native-audio", MODEL_CAN_LIVE | MODEL_CAN_SPEAK,
	{MODEL_TEXT | MODEL_SOUND | MODEL_VIDEO, MODEL_TEXT | MODEL_SOUND}},
    {"", "-live", MODEL_CAN_LIVE,
	{MODEL_TEXT | MODEL_SOUND | MODEL_VIDEO, MODEL_TEXT | MODEL_SOUND}},
    {"gemini-", "image", MODEL_CAN_GENERATE | MODEL_CAN_DRAW,
	{MODEL_TEXT | MODEL_PICTURES, MODEL_TEXT | MODEL_PICTURES}},
    {"gemini-2.0-flash-exp", "", MODEL_CAN_GENERATE | MODEL_CAN_DRAW,
	{READS, MODEL_TEXT | MODEL_PICTURES}},
    {"imagen-", "", MODEL_CAN_DRAW, {MODEL_TEXT, MODEL_PICTURES}},
    {"veo-", "", MODEL_CAN_FILM, {MODEL_TEXT | MODEL_PICTURES, MODEL_VIDEO}},
    {"gemma-", "", MODEL_CAN_GENERATE, {0, 0}},
    {"gemini-2.", "", MODEL_CAN_GENERATE, {READS, MODEL_TEXT}},
    {"gemini-3", "", MODEL_CAN_GENERATE, {READS, MODEL_TEXT}},
    {"gemini-4", "", MODEL_CAN_GENERATE, {READS, MODEL_TEXT}},
    {"gemini-flash", "", MODEL_CAN_GENERATE, {READS, MODEL_TEXT}},
    {"gemini-pro", "", MODEL_CAN_GENERATE, {READS, MODEL_TEXT}},
    {"", "", 0, {0, 0}},
};

static const struct row *
row_of(const char *name)
{
	size_t i = 0;
	while (i < COUNT_OF(rows) - 1 &&
	    !(text_starts(name, rows[i].prefix) &&
		text_contains(name, rows[i].holds)))
		i++;
	return &rows[i];
}

/* What a method of Gemini's list means. */
static const struct {
	const char *method;
	unsigned can;
} methods[] = {
    {"generateContent", MODEL_CAN_GENERATE},
    {"embedContent", MODEL_CAN_EMBED},
    {"bidiGenerateContent", MODEL_CAN_LIVE},
    {"predict", MODEL_CAN_DRAW},
    {"predictLongRunning", MODEL_CAN_FILM},
};

unsigned
model_can(const char *name, struct json_object *model)
{
	const unsigned by_method = MODEL_CAN_GENERATE | MODEL_CAN_EMBED |
	    MODEL_CAN_LIVE | MODEL_CAN_FILM;
	struct json_object *list =
	    json_get(model, "supportedGenerationMethods");
	const struct row *row = row_of(name);
	unsigned can = row->can;
	if (list != NULL)
		can &= ~by_method;
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (json_has_text(list, methods[i].method))
			can |= methods[i].can;
	/* A voice is asked for by generateContent too. */
	if (can & MODEL_CAN_SPEAK)
		can &= ~(unsigned)MODEL_CAN_GENERATE;
	if (json_get_bool(model, "thinking"))
		can |= MODEL_CAN_THINK;
	return can;
}

struct model_media
model_media(const char *name)
{
	return row_of(name)->media;
}

/* Contract section 1.6; the first row that fits. */
static const struct {
	const char *prefix;
	struct model_budgets budgets;
} budget_rows[] = {
    {"gemini-2.5-pro", {128, 32768, false}},
    {"gemini-2.5-flash-lite", {512, 24576, true}},
    {"gemini-2.5-flash", {1, 24576, true}},
};

bool
model_budgets(const char *name, struct model_budgets *budgets)
{
	for (size_t i = 0; i < COUNT_OF(budget_rows); i++)
		if (text_starts(name, budget_rows[i].prefix) &&
		    !model_traits(name).image && !model_traits(name).tts) {
			*budgets = budget_rows[i].budgets;
			return true;
		}
	return false;
}
