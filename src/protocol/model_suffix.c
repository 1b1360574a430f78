/* Suffixes of model names: what they are, and where a name ends. */
#include "protocol/model_suffix.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"

#define N_SUFFIXES 5

static const char drawing[] = "-image-generation";

struct suffix {
	const char *text;
	enum model_wish wish;
	bool gated; /* only for the models of the list */
	bool shown; /* GET /v1/models offers those of the list with it */
	struct json_object *list;
};

static void
suffixes_of(const struct chat_policy *p, struct suffix rows[N_SUFFIXES])
{
	const struct suffix all[N_SUFFIXES] = {
	    {"-search", WISH_SEARCH, true, true, p->search_models},
	    {"-image", WISH_IMAGE, true, true, p->image_models},
	    {drawing, WISH_IMAGE, true, false, p->image_models},
	    {"-non-thinking", WISH_NO_THINKING, false, true,
		p->thinking_models},
	    {"-fake-stream", WISH_FAKE_STREAM, false, false, NULL},
	};
	memcpy(rows, all, sizeof(all));
}

/* True if the name is known to be a model's, as it is. */
static bool
is_model(const struct chat_policy *p, const char *name)
{
	return json_get(p->models, name) != NULL ||
	    json_has_text(p->search_models, name) ||
	    json_has_text(p->image_models, name) ||
	    json_has_text(p->thinking_models, name);
}

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);
	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* The suffix at the end of the name that is not among the wishes yet. */
static const struct suffix *
last_suffix(const struct suffix *rows, const char *name, unsigned wishes)
{
	for (size_t i = 0; i < N_SUFFIXES; i++)
		if (ends_with(name, rows[i].text) && !(wishes & rows[i].wish))
			return &rows[i];
	return NULL;
}

/* True if the model is offered with all of these wishes. */
static bool
is_offered(const struct suffix *rows, const char *name, unsigned wishes)
{
	for (size_t i = 0; i < N_SUFFIXES; i++)
		if (rows[i].gated && (wishes & rows[i].wish) &&
		    !json_has_text(rows[i].list, name))
			return false;
	return true;
}

unsigned
model_suffix_split(
    const char *name, const struct chat_policy *policy, size_t *len)
{
	struct suffix rows[N_SUFFIXES];
	unsigned wishes = 0, found = 0;
	suffixes_of(policy, rows);
	*len = strlen(name);

	/* The shortest name that may be meant: X-search-non-thinking is X
	 * rather than X-search. */
	char *rest = strdup(name);
	const struct suffix *last;
	while (rest != NULL && !is_model(policy, rest) &&
	    (last = last_suffix(rows, rest, wishes)) != NULL) {
		rest[strlen(rest) - strlen(last->text)] = '\0';
		wishes |= last->wish;
		if (is_offered(rows, rest, wishes)) {
			*len = strlen(rest);
			found = wishes;
		}
	}

	/* What is left in the name may be a wish all the same. */
	if (rest != NULL) {
		memcpy(rest, name, *len);
		rest[*len] = '\0';
		if (ends_with(rest, drawing))
			found |= WISH_IMAGE;
	}
	free(rest);
	return found;
}

/* True if the name with the suffix is the name of a model. */
static bool
is_taken(const struct chat_policy *policy, const char *name, const char *suffix)
{
	struct buf both;
	buf_init(&both, BUF_SMALL);
	buf_fmt(&both, "%s%s", name, suffix);
	bool taken = is_model(policy, buf_cstr(&both));
	buf_clear(&both);
	return taken;
}

size_t
model_suffix_offers(const char *name, const struct chat_policy *policy,
    const char *suffixes[MODEL_SUFFIX_OFFERS])
{
	struct suffix rows[N_SUFFIXES];
	size_t n = 0;
	suffixes_of(policy, rows);
	for (size_t i = 0; i < N_SUFFIXES && n < MODEL_SUFFIX_OFFERS; i++)
		if (rows[i].shown && json_has_text(rows[i].list, name) &&
		    !is_taken(policy, name, rows[i].text))
			suffixes[n++] = rows[i].text;
	return n;
}
