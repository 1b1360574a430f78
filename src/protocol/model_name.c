/* Model names: what is left of what a client asked for, and its family. */
#include "protocol/model_name.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"

#define NAME_MAX_BYTES 128

/* The characters that may go into the path of a URL. */
static const char name_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789._:@-";

#define JSON_ALL .json_mode = true, .json_schema = true, .json_with_tools = true

/* The families by the beginning of the name; the first row that fits. */
static const struct family_row {
	const char *prefix;
	const char *without; /* a text the name must not hold, or NULL */
	struct model_traits traits;
} family_rows[] = {
    {"gemini-2.0", NULL,
	{MODEL_G2, .keeps_sampling = true, .many_candidates = true,
	    .prefill = true, .system = true, .penalties = true,
	    .logprobs = true, .json_mode = true}},
    {"gemini-2.", NULL,
	{MODEL_G2, .keeps_sampling = true, .many_candidates = true,
	    .prefill = true, .system = true, .json_mode = true,
	    .json_schema = true, .reads_urls = true}},
    {"gemini-3-", NULL,
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, JSON_ALL,
	    .system = true, .mixed_tools = true, .reads_urls = true}},
    {"gemini-3.1-", NULL,
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, JSON_ALL,
	    .system = true, .mixed_tools = true, .reads_urls = true}},
    {"gemini-3.5-flash", "-lite",
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, JSON_ALL,
	    .system = true, .mixed_tools = true, .reads_urls = true}},
    {"gemma-", NULL, {MODEL_GEMMA, .keeps_sampling = true}},
    {"", NULL,
	{MODEL_G3B, JSON_ALL, .system = true, .mixed_tools = true,
	    .reads_urls = true}},
};

static const char vertex[] = "vertex";

/* What may stand in front of a name, and the pool it stands for. */
static const struct prefix {
	const char *text, *pool;
} prefixes[] = {
    {"models/", NULL},
    {"google/", NULL},
    {"gemini/", NULL},
    {"vertex/", vertex},
    {"vertex-express/", vertex},
    {"paid/", "paid"},
};

static const struct prefix *
prefix_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(prefixes); i++)
		if (strncmp(name, prefixes[i].text, strlen(prefixes[i].text)) ==
		    0)
			return &prefixes[i];
	return NULL;
}

const char *
model_name_split(const char *name, const char **pool)
{
	/* One may stand in front of another: google/models/… */
	*pool = NULL;
	for (const struct prefix *p; (p = prefix_of(name)) != NULL;) {
		if (p->pool != NULL && *pool != NULL && p->pool != *pool)
			return NULL;
		if (p->pool != NULL)
			*pool = p->pool;
		name += strlen(p->text);
	}

	size_t len = strlen(name);
	if (len == 0 || len > NAME_MAX_BYTES ||
	    strspn(name, name_chars) != len || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return NULL;
	return name;
}

const char *
model_name_clean(const char *name)
{
	const char *pool;
	const char *clean = model_name_split(name, &pool);
	return pool == NULL ? clean : NULL;
}

char *
model_name_in_pool(const char *clean_name, const char *pool)
{
	bool apart = pool != NULL && strcmp(pool, vertex) == 0;
	char *name = NULL;
	if (asprintf(&name, "%s%s%s", apart ? vertex : "", apart ? "/" : "",
		clean_name) < 0)
		return NULL;
	return name;
}

static bool
is_of_row(const char *name, const struct family_row *row)
{
	return text_starts(name, row->prefix) &&
	    (row->without == NULL || !text_contains(name, row->without));
}

struct model_traits
model_traits(const char *clean_name)
{
	/* The last row takes every name. */
	size_t i = 0;
	while (i < COUNT_OF(family_rows) - 1 &&
	    !is_of_row(clean_name, &family_rows[i]))
		i++;

	struct model_traits traits = family_rows[i].traits;
	traits.image = text_contains(clean_name, "image");
	traits.tts = text_contains(clean_name, "tts");
	traits.embedding = text_contains(clean_name, "embedding");

	/* What its family has; a quirk may take it away. */
	traits.thinking = traits.levels = traits.minimal = true;
	traits.thinking_off = traits.large_schemas = true;

	/* "Developer instruction is not enabled" for these. */
	if (traits.tts ||
	    (traits.image && text_starts(clean_name, "gemini-2.0")))
		traits.system = false;
	return traits;
}
