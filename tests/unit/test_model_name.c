/* protocol/model_name: names that may be asked for, and their families. */
#include "protocol/model_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_clean(void)
{
	static const struct {
		const char *name, *clean;
	} rows[] = {
	    {"gemini-3.8-flash", "gemini-3.8-flash"},
	    {"models/gemini-3.8-flash", "gemini-3.8-flash"},
	    {"google/gemini-3.8-flash", "gemini-3.8-flash"},
	    {"gemini/gemini-3.8-flash", "gemini-3.8-flash"},
	    {"google/models/gemini-3.8-flash", "gemini-3.8-flash"},
	    {"gemini/google/gemini-3.8-flash", "gemini-3.8-flash"},
	    {"a", "a"},
	    {"A-z_0.9:b@c", "A-z_0.9:b@c"},
	    {"...", "..."},
	    {"a..b", "a..b"},
	    {"modelsx", "modelsx"},
	    {"", NULL},
	    {".", NULL},
	    {"..", NULL},
	    {"models/", NULL},
	    {"models/..", NULL},
	    {"models/../x", NULL},
	    {"../x", NULL},
	    {"/gemini", NULL},
	    {"tunedModels/x", NULL},
	    {"%2e%2e", NULL},
	    {"models%2Fx", NULL},
	    {"a b", NULL},
	    {"a\n", NULL},
	    {"a?b", NULL},
	    {"a#b", NULL},
	    {"a&b", NULL},
	    {"a\\b", NULL},
	    {"caf\xc3\xa9", NULL},
	    {"gemini-3.8-flash:generateContent",
		"gemini-3.8-flash:generateContent"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    unit_same(model_name_clean(rows[i].name), rows[i].clean),
		    rows[i].name);
}

/* The pool that a name asks for, and what the database calls the model. */
static void
test_pools(void)
{
	static const struct {
		const char *name, *clean, *pool, *known;
	} rows[] = {
	    {"m", "m", NULL, "m"},
	    {"models/m", "m", NULL, "m"},
	    {"vertex/m", "m", "vertex", "vertex/m"},
	    {"vertex-express/m", "m", "vertex", "vertex/m"},
	    {"paid/m", "m", "paid", "m"},
	    {"models/vertex/m", "m", "vertex", "vertex/m"},
	    {"vertex/google/models/m", "m", "vertex", "vertex/m"},
	    {"google/paid/gemini/m", "m", "paid", "m"},
	    {"vertex/vertex-express/m", "m", "vertex", "vertex/m"},
	    {"vertex", "vertex", NULL, "vertex"},
	    {"paid-m", "paid-m", NULL, "paid-m"},
	    {"Vertex/m", NULL, NULL, NULL},
	    {"vertex/", NULL, "vertex", NULL},
	    {"vertex/..", NULL, "vertex", NULL},
	    {"vertex//m", NULL, "vertex", NULL},
	    {"xvertex/m", NULL, NULL, NULL},
	    {"vertex/paid/m", NULL, "vertex", NULL},
	    {"paid/vertex/m", NULL, "paid", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *pool;
		const char *clean = model_name_split(rows[i].name, &pool);
		char *known =
		    clean == NULL ? NULL : model_name_in_pool(clean, pool);
		UNIT_ROW(unit_same(clean, rows[i].clean), rows[i].name);
		UNIT_ROW(unit_same(pool, rows[i].pool), rows[i].name);
		UNIT_ROW(unit_same(known, rows[i].known), rows[i].name);
		UNIT_ROW(unit_same(model_name_clean(rows[i].name),
			     pool == NULL ? clean : NULL),
		    rows[i].name);
		free(known);
	}
}

static void
test_length(void)
{
	char name[7 + 129 + 1] = "models/";
	memset(name + 7, 'a', 129);
	CU_ASSERT_PTR_NULL(model_name_clean(name));
	name[7 + 128] = '\0';
	CU_ASSERT_PTR_EQUAL(model_name_clean(name), name + 7);
}

/* The traits in the order of the struct: i(mage) t(ts) e(mbedding)
 * s(ampling) c(andidates) p(refill) S(ystem) P(enalties) l(ogprobs). */
static void
letters_of(const struct model_traits *t, char letters[10])
{
	const bool has[9] = {t->image, t->tts, t->embedding, t->keeps_sampling,
	    t->many_candidates, t->prefill, t->system, t->penalties,
	    t->logprobs};
	for (size_t i = 0; i < COUNT_OF(has); i++)
		letters[i] = has[i] ? "itescpSPl"[i] : '-';
	letters[9] = '\0';
}

static void
test_traits(void)
{
	static const struct {
		const char *name;
		enum model_family family;
		const char *letters;
	} rows[] = {
	    {"gemini-2.0-flash", MODEL_G2, "---scpSPl"},
	    {"gemini-2.0-flash-exp-image-generation", MODEL_G2, "i--scp-Pl"},
	    {"gemini-2.5-flash", MODEL_G2, "---scpS--"},
	    {"gemini-2.5-pro", MODEL_G2, "---scpS--"},
	    {"Gemini-2.5-Pro", MODEL_G2, "---scpS--"},
	    {"gemini-2.5-flash-image", MODEL_G2, "i--scpS--"},
	    {"gemini-2.5-flash-preview-tts", MODEL_G2, "-t-scp---"},
	    {"gemini-3-pro-preview", MODEL_G3A, "---s-pS--"},
	    {"gemini-3-pro-image", MODEL_G3A, "i--s-pS--"},
	    {"gemini-3.1-pro-preview", MODEL_G3A, "---s-pS--"},
	    {"gemini-3.1-flash-lite", MODEL_G3A, "---s-pS--"},
	    {"gemini-3.1-flash-image", MODEL_G3A, "i--s-pS--"},
	    {"gemini-3.5-flash", MODEL_G3A, "---s-pS--"},
	    {"gemini-3.5-flash-001", MODEL_G3A, "---s-pS--"},
	    {"gemini-3.5-flash-lite", MODEL_G3B, "------S--"},
	    {"gemini-3.6-flash", MODEL_G3B, "------S--"},
	    {"gemini-3.7-flash", MODEL_G3B, "------S--"},
	    {"gemini-3.8-flash", MODEL_G3B, "------S--"},
	    {"gemini-3.10-flash", MODEL_G3B, "------S--"},
	    {"gemini-4-argon", MODEL_G3B, "------S--"},
	    {"gemini-20-flash", MODEL_G3B, "------S--"},
	    {"gemini-flash-latest", MODEL_G3B, "------S--"},
	    {"gemini-embedding-001", MODEL_G3B, "--e---S--"},
	    {"gemma-3-27b-it", MODEL_GEMMA, "---s-----"},
	    {"my-gemma-3", MODEL_G3B, "------S--"},
	    {"x", MODEL_G3B, "------S--"},
	    {"", MODEL_G3B, "------S--"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct model_traits traits = model_traits(rows[i].name);
		char letters[10];
		letters_of(&traits, letters);
		UNIT_ROW(traits.family == rows[i].family, rows[i].name);
		if (strcmp(letters, rows[i].letters) != 0)
			fprintf(stderr, "got %s\n", letters);
		UNIT_ROW(unit_same(letters, rows[i].letters), rows[i].name);
	}
}

/* What may be said of JSON: m(ode) s(chema) t(ools beside it). */
static void
test_json_traits(void)
{
	static const struct {
		const char *name, *letters;
	} rows[] = {
	    {"gemini-2.0-flash", "m--"},
	    {"gemini-2.5-flash", "ms-"},
	    {"gemini-2.5-flash-lite", "ms-"},
	    {"gemini-3-pro-preview", "mst"},
	    {"gemini-3.1-flash-lite", "mst"},
	    {"gemini-3.5-flash", "mst"},
	    {"gemini-3.5-flash-lite", "mst"},
	    {"gemini-3.8-flash", "mst"},
	    {"gemini-4-argon", "mst"},
	    {"gemini-flash-latest", "mst"},
	    {"gemma-3-27b-it", "---"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct model_traits t = model_traits(rows[i].name);
		const char letters[] = {t.json_mode ? 'm' : '-',
		    t.json_schema ? 's' : '-', t.json_with_tools ? 't' : '-',
		    '\0'};
		UNIT_ROW(unit_same(letters, rows[i].letters), rows[i].name);
	}
}

static CU_TestInfo tests[] = {
    {"clean names", test_clean},
    {"pools", test_pools},
    {"the longest name", test_length},
    {"families and traits", test_traits},
    {"JSON by family", test_json_traits},
    CU_TEST_INFO_NULL,
};

struct unit_suite model_name_suite = {"protocol/model_name", tests};
