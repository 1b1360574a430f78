/* web/url_repair: what people type. */
#include "web/url_repair.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define GENERATE "models/gemini-2.5-flash:generateContent"
#define STREAM "models/gemini-2.5-flash:streamGenerateContent"
#define COUNT "models/gemini-2.5-flash:countTokens"

/* The guesses, in order, with blanks between them. */
static const struct {
	const char *path, *guesses;
} rows[] = {
    /* the version: twice, with another name, none, misplaced */
    {"/v1/v1/chat/completions", "/v1/chat/completions"},
    {"/v1/v1/v1/models", "/v1/models"},
    {"/v2/chat/completions", "/v1/chat/completions"},
    {"/api/v1/chat/completions", "/v1/chat/completions"},
    {"/api/chat/completions", "/v1/chat/completions"},
    {"/chat/completions", "/v1/chat/completions"},
    {"/chat/v1/completions", "/v1/chat/completions"},
    {"/v1beta/v1beta/" GENERATE, "/v1beta/" GENERATE},
    {"/v1/v1beta/" GENERATE, "/v1beta/" GENERATE},
    {"/" GENERATE, "/v1beta/" GENERATE},
    {"/v1beta/gemini-2.5-flash:generateContent", "/v1beta/" GENERATE},
    {"/v1alpha/" STREAM, "/v1beta/" STREAM},
    {"/v1beta/models/" GENERATE, "/v1beta/" GENERATE},
    {"/v1beta/v1beta/models/paid/x:countTokens",
	"/v1beta/models/paid/x:countTokens"},

    /* a slash too many, other letters' case, a colon in disguise */
    {"/v1/chat/completions/", "/v1/chat/completions"},
    {"//v1//chat///completions//", "/v1/chat/completions"},
    {"/v1/models/", "/v1/models"},
    {"/health/", "/health"},
    {"/V1/Chat/Completions", "/v1/chat/completions"},
    {"/v1beta/Models/gemini-2.5-flash:GenerateContent", "/v1beta/" GENERATE},
    {"/v1beta/models/gemini-2.5-flash:generate_content", "/v1beta/" GENERATE},
    {"/v1beta/models/gemini-2.5-flash/generateContent", "/v1beta/" GENERATE},
    {"/v1/models/gemini-2.5-flash%3AcountTokens",
	"/v1/models/gemini-2.5-flash:countTokens /v1beta/" COUNT},
    {"/v1beta/models/gemini-2.5-flash:generateContentStream",
	"/v1beta/" STREAM},

    /* a whole endpoint as the base URL */
    {"/v1/chat/completions/chat/completions", "/v1/chat/completions"},
    {"/v1/chat/completions/v1/chat/completions", "/v1/chat/completions"},
    {"/v1/chat/completions/models", "/v1/models"},
    {"/v1/chat/completions/embeddings", "/v1/embeddings"},
    {"/v1/models/chat/completions", "/v1/chat/completions"},
    {"/v1beta/" GENERATE "/chat/completions", "/v1/chat/completions"},
    {"/v1beta/models/x:generateContent/v1beta/" COUNT, "/v1beta/" COUNT},
    {"/v1beta/" GENERATE "/" STREAM, "/v1beta/" STREAM},
    {"/https://example.com/v1/chat/completions",
	"/https:/example.com/v1/"
	"chat/completions /v1/chat/completions"},

    /* words that are nearly right */
    {"/v1/chat", "/v1/chat/completions"},
    {"/v1/completions", "/v1/chat/completions"},
    {"/v1/embedding", "/v1/embeddings"},
    {"/v1/images", "/v1/images/generations"},
    {"/v1/images/v1/edits", "/v1/images/edits"},
    {"/v1/audio", "/v1/audio/speech"},
    {"/v1/v1/audio/transcriptions", "/v1/audio/transcriptions"},

    /* Google's methods under OpenAI's prefixes: each stays what it is */
    {"/v1/" GENERATE, "/v1beta/" GENERATE},
    {"/openai/v1beta/" STREAM, "/v1beta/" STREAM},
    {"/v1/chat/completions/" GENERATE, "/v1beta/" GENERATE},
    {"/v1/" COUNT, "/v1beta/" COUNT},
    {"/v1/models/e:embedContent", "/v1beta/models/e:embedContent"},
    {"/hf/v1/models/e:batchEmbedContents",
	"/v1beta/models/e:batchEmbedContents"},
    {"/v1/models/e:asyncBatchEmbedContent",
	"/v1beta/models/e:asyncBatchEmbedContent"},
    {"/v1/models/v:predictLongRunning", "/v1beta/models/v:predictLongRunning"},

    /* whose API it is */
    {"/v1beta/openai/chat/completions",
	"/openai/v1/chat/completions /v1/chat/completions"},
    {"/openai/chat/completions",
	"/openai/v1/chat/completions /v1/chat/completions"},
    {"/v1beta/openai/models", "/openai/v1/models /v1/models"},
    {"/hf/chat/completions", "/hf/v1/chat/completions /v1/chat/completions"},
    {"/hf/v1/v1/models", "/hf/v1/models /v1/models"},
    {"/v1beta/chat/completions", "/v1/chat/completions"},
    {"/v1beta/v1beta/models", "/v1beta/models"},
    {"/gemini/models/x", "/gemini/v1beta/models/x /v1beta/models/x"},
    {"/gemini/v1/" GENERATE, "/gemini/v1beta/" GENERATE " /v1beta/" GENERATE},
    {"/vertex/v1/" GENERATE,
	"/vertex-express/v1beta/" GENERATE " /v1beta/" GENERATE},
    {"/v1/projects/p/locations/l/publishers/google/" GENERATE,
	"/vertex-express/v1beta/" GENERATE " /v1beta/" GENERATE},
    {"/api/v1/files/file-1/content", "/v1/files/file-1/content"},
    {"/v1beta/v1beta/files/abc", "/v1beta/files/abc"},
    {"/v1beta/upload/v1beta/files", "/upload/v1beta/files /v1beta/files"},
    {"/gemini/v1beta/upload/files",
	"/gemini/upload/v1beta/files /upload/v1beta/files "
	"/gemini/v1beta/files /v1beta/files"},
    {"/v1/cachedcontents/a", "/v1beta/cachedContents/a"},
    {"/api/v1/responses/resp_1/cancel", "/v1/responses/resp_1/cancel"},

    /* what came as it is stays so */
    {"/v1/v1/models/models%2Fx", "/v1/models/models%2Fx"},
    {"/x/v1beta/models/..:generateContent",
	"/v1beta/models/..:generateContent"},

    /* nobody knows */
    {"/v1/chat/completions", ""},
    {"/v1/chat/completions/x", ""},
    {"/v1/models/x:think", ""},
    {"/v1beta/models/:generateContent", ""},
    {"/v1beta/models:generateContent", ""},
    {"/v1beta/models/generateContent", ""},
    {"/v1/completions:generateContent", ""},
    {"/v1/images/predict", ""},
    {"/a/b/stream", ""},
    {"/generateContent", ""},
    {"/favicon.ico", ""},
    {"/", ""},
    {"", ""},
    {"///", ""},
    {"/%3", ""},
};

static void
test_guesses(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct url_guesses guesses;
		struct buf all;
		buf_init(&all, BUF_SMALL);
		url_repair_guess(rows[i].path, &guesses);
		for (int k = 0; k < guesses.n; k++)
			buf_fmt(&all, "%s%s", k == 0 ? "" : " ",
			    buf_cstr(&guesses.path[k]));
		UNIT_ROW(
		    unit_same(buf_cstr(&all), rows[i].guesses), rows[i].path);
		if (strcmp(buf_cstr(&all), rows[i].guesses) != 0)
			fprintf(stderr, "  got: %s\n", buf_cstr(&all));
		url_guesses_clear(&guesses);
		buf_clear(&all);
	}
}

/* Too long, or too many pieces: nothing is guessed. */
static void
test_bounds(void)
{
	static const char *const units[] = {"/v1", "/", "%3a", "x"};
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		struct buf path;
		struct url_guesses guesses;
		buf_init(&path, BUF_SMALL);
		for (int k = 0; k < 2500; k++)
			buf_str(&path, units[i]);
		buf_str(&path, "/v1/chat/completions");
		url_repair_guess(buf_cstr(&path), &guesses);
		UNIT_ROW(guesses.n == 0, units[i]);
		url_guesses_clear(&guesses);
		buf_clear(&path);
	}
}

static CU_TestInfo tests[] = {
    {"guesses", test_guesses},
    {"bounds", test_bounds},
    CU_TEST_INFO_NULL,
};

struct unit_suite url_repair_suite = {"web/url_repair", tests};
