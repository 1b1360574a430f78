/* The parts of each kind of chart. */
#include "admin/chart_parts.h"

#include <stdlib.h>
#include <string.h>

#include "admin/outcome_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"

/* --- charts whose parts are known ---------------------------------------- */

/* A member of a step, less another one that is part of it. */
struct part {
	const char *name, *look, *member, *less;
};

static const struct part request_parts[] = {
    {N_("Answered"), "c1", "answered", NULL},
    {N_("Client's own doing"), "c2", "client", NULL},
    {N_("Failed"), "c3", "failed", NULL},
    {NULL, NULL, NULL, NULL},
};

static const struct part call_parts[] = {
    {N_("Answered"), "c1", "answered", NULL},
    {N_("Left by the client"), "c2", "client", NULL},
    {N_("Failed"), "c3", "failed", NULL},
    {NULL, NULL, NULL, NULL},
};

static const struct part token_parts[] = {
    {N_("Prompt, not cached"), "c4", "prompt", "cached"},
    {N_("Prompt, cached"), "c2", "cached", NULL},
    {N_("Thoughts"), "c5", "thought", NULL},
    {N_("Answer"), "c1", "answer", NULL},
    {NULL, NULL, NULL, NULL},
};

static void
read_known(struct chart_parts *parts, const struct part *table,
    struct json_object *series)
{
	for (; table[parts->n].name != NULL; parts->n++) {
		const struct part *p = &table[parts->n];
		parts->names[parts->n] = p->name;
		parts->looks[parts->n] = p->look;
		for (size_t i = 0; i < parts->steps; i++) {
			struct json_object *step = json_at(series, i);
			int64_t less = p->less == NULL
			    ? 0
			    : json_get_int(step, p->less, 0);
			parts->values[i][parts->n] =
			    json_get_int(step, p->member, 0) - less;
		}
	}
}

/* --- errors -------------------------------------------------------------- */

static const char *const error_looks[CHART_MAX_PARTS] = {
    "c3", "c6", "c5", "c4", "c1", "c2"};

#define MAX_KINDS 64

struct kind {
	const char *name;
	int64_t total;
};

/* A client that went away has not been failed. */
static bool
is_error(const char *kind)
{
	return !outcome_words(kind).good && strcmp(kind, "client_gone") != 0;
}

/* Add to the kind of that name; false if there is no room for another. */
static bool
count_kind(struct kind *kinds, size_t *n, const char *name, int64_t count)
{
	size_t i = 0;
	while (i < *n && strcmp(kinds[i].name, name) != 0)
		i++;
	if (i == MAX_KINDS)
		return false;
	if (i == *n)
		kinds[(*n)++] = (struct kind){name, 0};
	kinds[i].total += count;
	return true;
}

static int
compare_kinds(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;
	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* The kinds of a step that are errors, each to the part of its name, or to the
 * last one. */
static void
read_error_step(struct chart_parts *parts, size_t i, struct json_object *o)
{
	json_object_object_foreach(o, name, count)
	{
		size_t p = 0;
		if (!is_error(name))
			continue;
		while (p + 1 < parts->n && strcmp(parts->names[p], name) != 0)
			p++;
		parts->values[i][p] += json_object_get_int64(count);
	}
}

/* Those of a step are counted; false if there was no room for all. */
static bool
count_step(struct kind *kinds, size_t *n, struct json_object *o)
{
	bool all = true;
	json_object_object_foreach(o, name, count)
	{
		if (is_error(name))
			all &= count_kind(
			    kinds, n, name, json_object_get_int64(count));
	}
	return all;
}

/* The most frequent kinds have a part each, the others one together. */
static void
read_errors(struct chart_parts *parts, struct json_object *series)
{
	struct kind kinds[MAX_KINDS];
	size_t n = 0;
	bool more = false;
	for (size_t i = 0; i < parts->steps; i++) {
		struct json_object *o = json_get(json_at(series, i), "kinds");
		more |= o != NULL && !count_step(kinds, &n, o);
	}
	qsort(kinds, n, sizeof(kinds[0]), compare_kinds);
	more |= n > CHART_MAX_PARTS;
	parts->n = n > CHART_MAX_PARTS ? CHART_MAX_PARTS : n;
	for (size_t p = 0; p < parts->n; p++) {
		parts->names[p] = kinds[p].name;
		parts->looks[p] = error_looks[p];
	}
	if (more)
		parts->names[parts->n - 1] = N_("Others");
	for (size_t i = 0; parts->n > 0 && i < parts->steps; i++) {
		struct json_object *o = json_get(json_at(series, i), "kinds");
		if (o != NULL)
			read_error_step(parts, i, o);
	}
	for (size_t p = 0; p < parts->n; p++)
		parts->names[p] = outcome_words(parts->names[p]).title;
}

/* --- all ----------------------------------------------------------------- */

void
chart_parts_read(
    struct chart_parts *parts, enum chart_kind kind, struct json_object *series)
{
	static const struct part *const known[] = {
	    [CHART_REQUESTS] = request_parts,
	    [CHART_CALLS] = call_parts,
	    [CHART_TOKENS] = token_parts,
	    [CHART_ERRORS] = NULL,
	};
	*parts = (struct chart_parts){.steps = json_count(series)};
	if (parts->steps > CHART_MAX_STEPS)
		parts->steps = CHART_MAX_STEPS;
	if (known[kind] != NULL)
		read_known(parts, known[kind], series);
	else
		read_errors(parts, series);
	for (size_t i = 0; i < parts->steps; i++)
		for (size_t p = 0; p < parts->n; p++)
			parts->totals[p] += parts->values[i][p];
}
