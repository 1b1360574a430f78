/* The list of models, with paging. */
#include "models.h"

#include <string.h>

struct model {
	const char *name;
	const char *version;
	const char *display;
	const char *description;
	int input;
	int output;
	const char *methods;
	bool thinking;
};

#define MODELS_CHAT                            \
	"\"generateContent\",\"countTokens\"," \
	"\"createCachedContent\",\"batchGenerateContent\""
#define MODELS_COUNT (sizeof(models_all) / sizeof(*models_all))

static const struct model models_all[] = {
    {"gemini-3.8-flash", "3.8-flash-2026-09", "Gemini 3.8 Flash",
	"Fast and versatile multimodal model", 1048576, 65536, MODELS_CHAT,
	true},
    {"gemini-3.1-pro-preview", "3.1-pro-preview-02-2026",
	"Gemini 3.1 Pro Preview", "Preview of the reasoning model", 1048576,
	65536, MODELS_CHAT, true},
    {"gemini-2.5-flash", "001", "Gemini 2.5 Flash",
	"Stable version of Gemini 2.5 Flash", 1048576, 65536, MODELS_CHAT,
	true},
    {"gemini-2.5-pro", "2.5", "Gemini 2.5 Pro",
	"Stable release of Gemini 2.5 Pro", 1048576, 65536, MODELS_CHAT, true},
    {"gemini-embedding-001", "001", "Gemini Embedding 001",
	"Obtain a distributed representation of a text.", 2048, 1,
	"\"embedContent\",\"countTextTokens\",\"countTokens\","
	"\"asyncBatchEmbedContent\"",
	false},
    {"gemini-3.1-flash-image", "3.0", "Gemini 3.1 Flash Image",
	"Makes and edits pictures", 65536, 65536,
	"\"generateContent\",\"countTokens\",\"batchGenerateContent\"", true},
};

static void
models_write(struct buf *out, const struct model *m)
{
	buf_printf(out,
	    "{\"name\":\"models/%s\",\"baseModelId\":\"%s\","
	    "\"version\":\"%s\",\"displayName\":\"%s\","
	    "\"description\":\"%s\",\"inputTokenLimit\":%d,"
	    "\"outputTokenLimit\":%d,\"supportedGenerationMethods\":[%s]",
	    m->name, m->name, m->version, m->display, m->description, m->input,
	    m->output, m->methods);
	if (strstr(m->methods, "generateContent") != NULL)
		buf_text(out,
		    ",\"temperature\":1,\"topP\":0.95,\"topK\":64,"
		    "\"maxTemperature\":2");
	if (m->thinking)
		buf_text(out, ",\"thinking\":true");
	buf_text(out, "}");
}

bool
models_one(struct buf *out, const char *name)
{
	for (size_t i = 0; i < MODELS_COUNT; i++) {
		if (strcmp(models_all[i].name, name) == 0) {
			models_write(out, &models_all[i]);
			buf_text(out, "\n");
			return true;
		}
	}
	return false;
}

bool
models_page(struct buf *out, long long size, struct span token)
{
	long long first = 0;
	size_t i, end;

	/* A token is "at-" and the place of the first model. */
	if (token.len > 0 &&
	    (token.len < 4 || memcmp(token.at, "at-", 3) != 0 ||
		!buf_number((struct span){token.at + 3, token.len - 3},
		    (long long)MODELS_COUNT - 1, &first)))
		return false;
	if (size <= 0)
		size = 50;
	end = (size_t)first + (size_t)(size > 1000 ? 1000 : size);
	if (end > MODELS_COUNT)
		end = MODELS_COUNT;
	buf_text(out, "{\"models\":[");
	for (i = (size_t)first; i < end; i++) {
		if (i > (size_t)first)
			buf_text(out, ",");
		models_write(out, &models_all[i]);
	}
	buf_text(out, "]");
	if (end < MODELS_COUNT)
		buf_printf(out, ",\"nextPageToken\":\"at-%zu\"", end);
	buf_text(out, "}\n");
	return true;
}
