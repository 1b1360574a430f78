/* Model names: what is left of what a client asked for, and its family. */
#include "protocol/model_name.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"

#define NAME_MAX_BYTES 128

/* The characters that may go into the path of a URL. */
static const char name_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789._:@-";

/* The families by the beginning of the name; the first row that fits. */
static const struct family_row {
	const char *prefix;
	const char *without; /* a text the name must not hold, or NULL */
	struct model_traits traits;
} family_rows[] = {
    {"gemini-2.0", NULL,
	{MODEL_G2, .keeps_sampling = true, .many_candidates = true,
	    .prefill = true, .system = true, .penalties = true,
	    .logprobs = true}},
    {"gemini-2.", NULL,
	{MODEL_G2, .keeps_sampling = true, .many_candidates = true,
	    .prefill = true, .system = true}},
    {"gemini-3-", NULL,
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, .system = true,
	    .mixed_tools = true}},
    {"gemini-3.1-", NULL,
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, .system = true,
	    .mixed_tools = true}},
    {"gemini-3.5-flash", "-lite",
	{MODEL_G3A, .keeps_sampling = true, .prefill = true, .system = true,
	    .mixed_tools = true}},
    {"gemma-", NULL, {MODEL_GEMMA, .keeps_sampling = true}},
    {"", NULL, {MODEL_G3B, .system = true, .mixed_tools = true}},
};

/* The name behind one of the prefixes, or NULL if it has none. */
static const char *
without_prefix(const char *name)
{
	static const char *const prefixes[] = {"models/", "google/", "gemini/"};
	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		size_t len = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], len) == 0)
			return name + len;
	}
	return NULL;
}

const char *
model_name_clean(const char *name)
{
	/* One may stand in front of another: google/models/… */
	for (const char *rest; (rest = without_prefix(name)) != NULL;)
		name = rest;

	size_t len = strlen(name);
	if (len == 0 || len > NAME_MAX_BYTES ||
	    strspn(name, name_chars) != len || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
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
	traits.thinking_off = true;

	/* "Developer instruction is not enabled" for these. */
	if (traits.tts ||
	    (traits.image && text_starts(clean_name, "gemini-2.0")))
		traits.system = false;
	return traits;
}
