/* Paths as people type them, and what they mean. */
#include "web/url_repair.h"

#include <string.h>

#include "base/attr.h"
#include "base/text.h"

#define PATH_MAX_LEN 2000
#define SEGMENTS_MAX 32

/* A piece of the path. */
struct word {
	const char *text;
	size_t len;
};

struct pieces {
	struct word at[SEGMENTS_MAX];
	size_t n;
};

/* Whose API a path is of, by what stands in it. */
enum family {
	FAMILY_OPENAI = 1, /* the pipe to Google's own OpenAI endpoint */
	FAMILY_HF = 2,
	FAMILY_NATIVE = 4,
	FAMILY_GEMINI = 8, /* gemini-balance's prefix */
	FAMILY_VERTEX = 16,
	FAMILY_UPLOAD = 32,
};

static const struct {
	const char *word;
	enum family family;
} prefixes[] = {
    {"openai", FAMILY_OPENAI},
    {"hf", FAMILY_HF},
    {"v1beta", FAMILY_NATIVE},
    {"v1beta1", FAMILY_NATIVE},
    {"v1alpha", FAMILY_NATIVE},
    {"gemini", FAMILY_GEMINI},
    {"vertex", FAMILY_VERTEX},
    {"vertex-express", FAMILY_VERTEX},
    {"publishers", FAMILY_VERTEX},
    {"upload", FAMILY_UPLOAD},
};

/* Where families have their paths, the first that fits before the others. */
struct root {
	unsigned family; /* all of these; 0: any */
	const char *path;
};

static const struct root openai_roots[] = {
    {FAMILY_OPENAI, "/openai/v1/"},
    {FAMILY_HF, "/hf/v1/"},
    {0, "/v1/"},
};

static const struct root native_roots[] = {
    {FAMILY_UPLOAD | FAMILY_GEMINI, "/gemini/upload/v1beta/"},
    {FAMILY_UPLOAD, "/upload/v1beta/"},
    {FAMILY_VERTEX, "/vertex-express/v1beta/"},
    {FAMILY_GEMINI, "/gemini/v1beta/"},
    {0, "/v1beta/"},
};

enum api {
	API_OPENAI,
	API_NATIVE,
	API_EITHER, /* by the family */
};

/* A word that names an operation, and how it is written in full. more: what
 * follows it belongs to it. */
static const struct {
	const char *word, *path;
	enum api api;
	bool more;
} operations[] = {
    {"completions", "chat/completions", API_OPENAI, false},
    {"completion", "chat/completions", API_OPENAI, false},
    {"chat", "chat/completions", API_OPENAI, false},
    {"responses", "responses", API_OPENAI, true},
    {"embeddings", "embeddings", API_OPENAI, false},
    {"embedding", "embeddings", API_OPENAI, false},
    {"generations", "images/generations", API_OPENAI, false},
    {"images", "images/generations", API_OPENAI, false},
    {"image", "images/generations", API_OPENAI, false},
    {"edits", "images/edits", API_OPENAI, false},
    {"speech", "audio/speech", API_OPENAI, false},
    {"audio", "audio/speech", API_OPENAI, false},
    {"transcriptions", "audio/transcriptions", API_OPENAI, false},
    {"models", "models", API_EITHER, true},
    {"model", "models", API_EITHER, true},
    {"files", "files", API_EITHER, true},
    {"cachedContents", "cachedContents", API_NATIVE, true},
    {"batches", "batches", API_NATIVE, true},
    {"operations", "operations", API_NATIVE, true},
    {"fileSearchStores", "fileSearchStores", API_NATIVE, true},
    {"interactions", "interactions", API_NATIVE, true},
    {"tunedModels", "tunedModels", API_NATIVE, true},
};

/* What stands behind a model's colon, and how Google writes it. */
static const struct {
	const char *word, *method;
} methods[] = {
    {"generateContent", "generateContent"},
    {"generate", "generateContent"},
    {"streamGenerateContent", "streamGenerateContent"},
    {"generateContentStream", "streamGenerateContent"},
    {"streamGenerate", "streamGenerateContent"},
    {"stream", "streamGenerateContent"},
    {"countTokens", "countTokens"},
    {"countToken", "countTokens"},
    {"embedContent", "embedContent"},
    {"embed", "embedContent"},
    {"embedContents", "batchEmbedContents"},
    {"batchEmbedContents", "batchEmbedContents"},
    {"batchEmbedContent", "batchEmbedContents"},
    {"asyncBatchEmbedContent", "asyncBatchEmbedContent"},
    {"batchGenerateContent", "batchGenerateContent"},
    {"predict", "predict"},
    {"predictLongRunning", "predictLongRunning"},
};

/* --- words --------------------------------------------------------------- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal but for case and underscores. */
static bool
is_word(struct word w, const char *word)
{
	size_t i = 0;
	for (; *word != '\0'; word++, i++) {
		while (i < w.len && w.text[i] == '_')
			i++;
		if (i == w.len || lower(w.text[i]) != lower(*word))
			return false;
	}
	return i == w.len;
}

/* The place of the word in a table whose rows begin with it, or -1. */
#define FIND(table, w) \
	find((w), &(table)[0].word, sizeof((table)[0]), COUNT_OF(table))
static int
find(struct word w, const char *const *first, size_t step, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *const *word =
		    (const void *)((const char *)first + i * step);
		if (is_word(w, *word))
			return (int)i;
	}
	return -1;
}

/* Cut at slashes; empty pieces are left out. False if there are too many. */
static bool
cut(const char *path, struct pieces *p)
{
	p->n = 0;
	while (*path != '\0') {
		path += strspn(path, "/");
		size_t len = strcspn(path, "/");
		if (len == 0)
			break;
		if (p->n == SEGMENTS_MAX)
			return false;
		p->at[p->n++] = (struct word){path, len};
		path += len;
	}
	return true;
}

/* %3A is a colon; all else stays as it was sent. */
static void
decode_colons(const char *path, struct buf *out)
{
	while (*path != '\0') {
		bool colon =
		    path[0] == '%' && path[1] == '3' && lower(path[2]) == 'a';
		buf_byte(out, colon ? ':' : *path);
		path += colon ? 3 : 1;
	}
}

static unsigned
families(const struct pieces *p, size_t before)
{
	unsigned set = 0;
	for (size_t i = 0; i < before; i++) {
		int row = FIND(prefixes, p->at[i]);
		if (row >= 0)
			set |= prefixes[row].family;
	}
	return set;
}

/* --- guesses ------------------------------------------------------------- */

static void
add(struct url_guesses *g, const char *root, const struct buf *tail,
    const char *sent)
{
	if (g->n == URL_REPAIR_MAX)
		return;
	struct buf *path = &g->path[g->n];
	buf_str(path, root);
	buf_join(path, tail);
	bool same = strcmp(buf_cstr(path), sent) == 0;
	for (int i = 0; i < g->n; i++)
		same =
		    same || strcmp(buf_cstr(path), buf_cstr(&g->path[i])) == 0;
	if (same || !buf_ok(path))
		buf_clear(path);
	else
		g->n++;
}

#define ADD_ALL(g, roots, family, tail, sent) \
	add_all((g), (roots), COUNT_OF(roots), (family), (tail), (sent))
static void
add_all(struct url_guesses *g, const struct root *roots, size_t n,
    unsigned family, const struct buf *tail, const char *sent)
{
	for (size_t i = 0; i < n; i++)
		if ((roots[i].family & family) == roots[i].family)
			add(g, roots[i].path, tail, sent);
}

static void
join(struct buf *out, const struct pieces *p, size_t from)
{
	for (size_t i = from; i < p->n; i++) {
		buf_byte(out, '/');
		buf_add(out, p->at[i].text, p->at[i].len);
	}
}

/* A model's name, which may have a prefix of its own behind `models`. */
static bool
write_model(struct buf *out, const struct pieces *p, size_t i, struct word name)
{
	if (name.len == 0 || FIND(operations, name) >= 0)
		return false;
	buf_str(out, "models/");
	if (i >= 2 && is_word(p->at[i - 2], "models") &&
	    FIND(operations, p->at[i - 1]) < 0) {
		buf_add(out, p->at[i - 1].text, p->at[i - 1].len);
		buf_byte(out, '/');
	}
	buf_add(out, name.text, name.len);
	return true;
}

/* models/NAME:method at the end, maybe with a slash for the colon. */
static bool
guess_method(struct url_guesses *g, const struct pieces *p, const char *sent)
{
	size_t i = p->n - 1;
	struct word w = p->at[i], name;
	const char *colon = memchr(w.text, ':', w.len);
	if (colon != NULL) {
		name = (struct word){w.text, (size_t)(colon - w.text)};
		w = (struct word){colon + 1, w.len - name.len - 1};
	} else if (i >= 2 &&
	    (is_word(p->at[i - 2], "models") ||
		(i >= 3 && is_word(p->at[i - 3], "models")))) {
		name = p->at[--i];
	} else {
		return false;
	}
	int row = FIND(methods, w);
	struct buf tail;
	buf_init(&tail, BUF_SMALL);
	bool ok = row >= 0 && write_model(&tail, p, i, name);
	if (ok) {
		buf_fmt(&tail, ":%s", methods[row].method);
		ADD_ALL(g, native_roots, families(p, i), &tail, sent);
	}
	buf_clear(&tail);
	return ok;
}

/* The last word that names an operation. */
static void
guess_operation(struct url_guesses *g, const struct pieces *p, const char *sent)
{
	for (size_t i = p->n; i-- > 0;) {
		int row = FIND(operations, p->at[i]);
		if (row < 0 || (i < p->n - 1 && !operations[row].more))
			continue;
		unsigned family = families(p, i);
		bool native = operations[row].api == API_NATIVE ||
		    (operations[row].api == API_EITHER &&
			(family & FAMILY_OPENAI) == 0 &&
			(family & ~(unsigned)FAMILY_HF) != 0);
		struct buf tail;
		buf_init(&tail, BUF_SMALL);
		buf_str(&tail, operations[row].path);
		join(&tail, p, i + 1);
		if (native)
			ADD_ALL(g, native_roots, family, &tail, sent);
		else
			ADD_ALL(g, openai_roots, family, &tail, sent);
		buf_clear(&tail);
		return;
	}
}

void
url_repair_guess(const char *path, struct url_guesses *guesses)
{
	struct buf plain, squeezed;
	struct pieces pieces;
	guesses->n = 0;
	for (int i = 0; i < URL_REPAIR_MAX; i++)
		buf_init(&guesses->path[i], BUF_SMALL);
	buf_init(&plain, PATH_MAX_LEN);
	buf_init(&squeezed, BUF_SMALL);
	decode_colons(path, &plain);
	if (buf_ok(&plain) && cut(buf_cstr(&plain), &pieces) && pieces.n > 0) {
		join(&squeezed, &pieces, 0);
		add(guesses, "", &squeezed, path);
		if (!guess_method(guesses, &pieces, path))
			guess_operation(guesses, &pieces, path);
	}
	buf_clear(&plain);
	buf_clear(&squeezed);
}

void
url_guesses_clear(struct url_guesses *guesses)
{
	for (int i = 0; i < URL_REPAIR_MAX; i++)
		buf_clear(&guesses->path[i]);
	guesses->n = 0;
}
