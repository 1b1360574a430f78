/* protocol/resource_kind and resource_answer: what answers tell of things. */
#include "protocol/resource_answer.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "protocol/resource_kind.h"
#include "unit.h"

extern struct unit_suite resource_answer_suite;

#define HOST "https://generativelanguage.googleapis.com"

static void
test_names(void)
{
	static const struct {
		const char *text, *kind, *name; /* NULL: none */
	} rows[] = {
	    {"files/abc", "files", "files/abc"},
	    {"/files/abc:download", "files", "files/abc"},
	    {HOST "/v1beta/files/abc:download?alt=media", "files", "files/abc"},
	    {HOST "/download/v1beta/files/abc:download", "files", "files/abc"},
	    {"/cachedContents/x-1_2.3", "cachedContents",
		"cachedContents/x-1_2.3"},
	    {"/fileSearchStores/s/documents/d", "fileSearchStores",
		"fileSearchStores/s"},
	    {"/batches/b:cancel", "batches", "batches/b"},
	    {"/openai/batches/batches/b/cancel", "batches", "batches/b"},
	    {"/openai/batches/b", "batches", "batches/b"},
	    {"models/m/operations/o", "operations", "models/m/operations/o"},
	    {"/tunedModels/t/operations/o", "tunedModels", "tunedModels/t"},
	    {"/interactions/v1_x/cancel", "interactions", "interactions/v1_x"},
	    {"/models/m:predict", NULL, ""},
	    {"/models/m", NULL, ""},
	    {"/models/../operations/o", NULL, ""},
	    {"/files", NULL, ""},
	    {"/files/", NULL, ""},
	    {"/files/..", NULL, ""},
	    {"/files/a b", NULL, ""},
	    {"/other/files/abc", NULL, ""},
	    {"files", NULL, ""},
	    {"v1beta", NULL, ""},
	    {"https://", NULL, ""},
	    {"https://h", NULL, ""},
	    {"", NULL, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf name;
		buf_init(&name, BUF_SMALL);
		const struct resource_kind *kind = resource_kind_read(
		    rows[i].text, strlen(rows[i].text), &name);
		UNIT_ROW(
		    unit_same(kind == NULL ? NULL : kind->name, rows[i].kind),
		    rows[i].text);
		UNIT_ROW(
		    unit_same(buf_cstr(&name), rows[i].name), rows[i].text);
		buf_clear(&name);
	}
}

#define NOW_MS INT64_C(1795266000500) /* 2026-11-21T13:00:00.5Z */
#define FILE_URI "\"uri\":\"" HOST "/v1beta/files/v:download?alt=media\""

static void
test_answers(void)
{
	static const struct resource_answer nothing = {.wall_ms = NOW_MS},
					    made = {.made = true,
						.wall_ms = NOW_MS},
					    by_id = {.made = true,
						.collection = "interactions",
						.wall_ms = NOW_MS},
					    results = {.results = true,
						.wall_ms = NOW_MS};
	static const struct {
		const struct resource_answer *about;
		const char *answer, *found;
	} rows[] = {
	    {&made,
		"{\"name\":\"cachedContents/x\",\"expireTime\":"
		"\"2026-11-21T14:00:00.123456Z\"}",
		"cachedContents/x cachedContents 3600"},
	    {&made,
		"{\"name\":\"cachedContents/x\",\"expireTime\":"
		"\"2026-11-21T12:00:00Z\"}",
		"cachedContents/x cachedContents 0"},
	    {&made, "{\"name\":\"cachedContents/x\",\"expireTime\":\"soon\"}",
		"cachedContents/x cachedContents 2592000"},
	    {&made, "{\"name\":\"fileSearchStores/s\"}",
		"fileSearchStores/s fileSearchStores -1"},
	    {&made, "{\"id\":\"batches/b\"}", "batches/b batches 5184000"},
	    {&made, "{\"id\":\"chatcmpl-1\"}", ""},
	    {&made, "{\"a\":{\"name\":\"files/x\"}}", ""},
	    {&made, "[{\"name\":\"files/x\"}]", ""},
	    {&made, "no JSON", ""},
	    {&nothing, "{\"name\":\"files/x\"," FILE_URI "}", ""},
	    {&by_id, "{\"id\":\"v1_a\",\"name\":\"files/x\"}",
		"interactions/v1_a interactions 5184000"},
	    {&by_id,
		"{\"event_type\":\"interaction.created\",\"interaction\":"
		"{\"id\":\"v1_a\"},\"x\":{\"id\":\"b\"}}",
		"interactions/v1_a interactions 5184000"},
	    {&by_id, "{\"delta\":{\"id\":\"b\"}}", ""},
	    {&results,
		"{\"name\":\"batches/b\",\"response\":"
		"{\"responsesFile\":\"files/r\"}}",
		"files/r files 172800"},
	    {&results,
		"{\"response\":{\"generateVideoResponse\":"
		"{\"generatedSamples\":[{\"video\":{" FILE_URI "}}]}}}",
		"files/v files 172800"},
	    {&results, "{\"response\":{\"a\":[[[[{" FILE_URI "}]]]]}}", ""},
	    {&results,
		"{\"output_file_id\":\"files/o\",\"a\":"
		"{\"output_file_id\":\"files/p\"}}",
		"files/o files 172800"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *found = NULL;
		struct buf text;
		buf_init(&text, BUF_SMALL);
		resource_answer_scan(&found, rows[i].about, rows[i].answer,
		    strlen(rows[i].answer));
		for (size_t k = 0; k < json_count(found); k++) {
			struct json_object *o = json_at(found, k);
			buf_fmt(&text, "%s%s %s %lld", k > 0 ? "|" : "",
			    json_get_text(o, "name"), json_get_text(o, "kind"),
			    (long long)json_get_int(o, "expires_s", -1));
		}
		UNIT_ROW(
		    unit_same(buf_cstr(&text), rows[i].found), rows[i].answer);
		buf_clear(&text);
		json_object_put(found);
	}
}

static CU_TestInfo tests[] = {
    {"names", test_names},
    {"answers", test_answers},
    CU_TEST_INFO_NULL,
};

struct unit_suite resource_answer_suite = {"protocol/resource_answer", tests};
