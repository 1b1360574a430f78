/* pool/pool_choice, pool/pool_url: whose keys, and where they are good. */
#include "pool/pool_choice.h"

#include <stdlib.h>

#include "base/attr.h"
#include "pool/pool_url.h"
#include "unit.h"

static struct settings *
make_settings(bool last_resort, const char *models)
{
	struct settings *set = settings_new();
	if (!settings_put(set, SETTING_ID_PAID_AS_LAST_RESORT,
		last_resort ? "true" : "false") ||
	    !settings_put(set, SETTING_ID_PAID_MODELS, models))
		abort();
	return set;
}

static void
test_choice(void)
{
	static const struct {
		const char *name;
		bool last_resort;
		const char *asked, *model;
		bool tier;
		const char *pool, *more, *instead;
	} rows[] = {
	    {"ordinary", false, NULL, "m", false, "gemini", NULL, NULL},
	    {"no model", false, NULL, "", false, "gemini", NULL, NULL},
	    {"last resort", true, NULL, "m", false, "gemini", "paid", NULL},
	    {"listed", false, NULL, "dear", false, "paid", NULL, "gemini"},
	    {"listed begins", false, NULL, "dear-1", false, "gemini", NULL,
		NULL},
	    {"pattern", false, NULL, "veo-3", false, "paid", NULL, "gemini"},
	    {"pattern, no rest", false, NULL, "veo-", false, "paid", NULL,
		"gemini"},
	    {"pattern, too short", false, NULL, "veo", false, "gemini", NULL,
		NULL},
	    {"pattern within", false, NULL, "a-veo-3", false, "gemini", NULL,
		NULL},
	    {"listed, last resort", true, NULL, "dear", false, "paid", NULL,
		"gemini"},
	    {"tier", false, NULL, "m", true, "paid", "gemini", NULL},
	    {"tier of listed", false, NULL, "dear", true, "paid", NULL,
		"gemini"},
	    {"asks for vertex", true, "vertex", "dear", true, "vertex", NULL,
		NULL},
	    {"asks for paid", true, "paid", "m", true, "paid", NULL, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct settings *set =
		    make_settings(rows[i].last_resort, "[\"dear\",\"veo-*\"]");
		struct pool_choice got = pool_choose(
		    set, rows[i].asked, rows[i].model, rows[i].tier);
		UNIT_ROW(unit_same(got.pool, rows[i].pool), rows[i].name);
		UNIT_ROW(unit_same(got.more, rows[i].more), rows[i].name);
		UNIT_ROW(unit_same(got.instead, rows[i].instead), rows[i].name);
		settings_free(set);
	}
}

static void
test_everything(void)
{
	struct settings *set = make_settings(false, "[\"*\"]");
	CU_ASSERT(unit_same(pool_choose(set, NULL, "m", false).pool, "paid"));
	CU_ASSERT(unit_same(pool_choose(set, NULL, "", false).pool, "paid"));
	settings_free(set);
	set = make_settings(false, "[]");
	CU_ASSERT(
	    unit_same(pool_choose(set, NULL, "veo-3", false).pool, "gemini"));
	settings_free(set);
}

static void
test_url(void)
{
	static const struct {
		const char *pool, *url;
	} rows[] = {
	    {"gemini", "http://g/v1beta/models/m:x?y"},
	    {"paid", "http://g/v1beta/models/m:x?y"},
	    {"", "http://g/v1beta/models/m:x?y"},
	    {"vertex", "http://v/a/v1/publishers/google/models/m:x?y"},
	};
	struct settings *set = settings_new();
	if (!settings_put(set, SETTING_ID_BASE_URL, "http://g/v1beta") ||
	    !settings_put(set, SETTING_ID_VERTEX_EXPRESS_BASE_URL,
		"http://v/a/v1/publishers/google//"))
		abort();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf url;
		buf_init(&url, BUF_SMALL);
		pool_url_write(&url, set, rows[i].pool, NULL, "/models/m:x?y");
		UNIT_ROW(unit_same(buf_cstr(&url), rows[i].url), rows[i].pool);
		buf_clear(&url);
	}
	settings_free(set);
}

static void
test_version(void)
{
	static const struct {
		const char *base, *pool, *version, *url;
	} rows[] = {
	    {"http://g/v1beta", "gemini", NULL, "http://g/v1beta/x"},
	    {"http://g/v1beta", "gemini", "v1alpha", "http://g/v1alpha/x"},
	    {"http://g/up/v1beta//", "paid", "v1", "http://g/up/v1/x"},
	    {"http://g/up", "gemini", "v1", "http://g/up/x"},
	    {"http://g/v1beta/up", "gemini", "v1", "http://g/v1beta/up/x"},
	    {"http://v1beta", "gemini", "v1", "http://v1beta/x"},
	    {"http://g/v", "gemini", "v1", "http://g/v/x"},
	    {"http://g/v1beta", "vertex", "v1",
		"https://aiplatform.googleapis.com/v1beta1/publishers/google/"
		"x"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct settings *set = settings_new();
		struct buf url;
		buf_init(&url, BUF_SMALL);
		if (!settings_put(set, SETTING_ID_BASE_URL, rows[i].base))
			abort();
		pool_url_write(&url, set, rows[i].pool, rows[i].version, "/x");
		UNIT_ROW(unit_same(buf_cstr(&url), rows[i].url), rows[i].url);
		buf_clear(&url);
		settings_free(set);
	}
}

static CU_TestInfo tests[] = {
    {"whose keys", test_choice},
    {"all models or none", test_everything},
    {"URLs", test_url},
    {"versions", test_version},
    CU_TEST_INFO_NULL,
};

struct unit_suite pool_choice_suite = {"pool/pool_choice", tests};
