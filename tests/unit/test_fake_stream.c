/* Tests of whether a stream is a fake one. */
#include "unit.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/fake_stream.h"

#define LIST "[\"gemini-a\",\"models/gemini-b\",\"gemini-c-search\",\"\"]"

static void
test_fake_stream(void)
{
	enum { STREAM = 1, ENABLED = 2, SUFFIX = 4 };
	static const struct {
		const char *name, *asked, *model;
		int flags;
		bool wanted;
	} rows[] = {
	    {"off", "gemini-x", "gemini-x", STREAM, false},
	    {"for all", "gemini-x", "gemini-x", STREAM | ENABLED, true},
	    {"for all, but no stream", "gemini-x", "gemini-x", ENABLED, false},
	    {"by suffix", "gemini-x-fake-stream", "gemini-x", STREAM | SUFFIX,
		true},
	    {"by suffix, but no stream", "gemini-x-fake-stream", "gemini-x",
		SUFFIX, false},
	    {"listed", "gemini-a", "gemini-a", STREAM, true},
	    {"listed, but no stream", "gemini-a", "gemini-a", 0, false},
	    {"asked with a prefix", "models/gemini-a", "gemini-a", STREAM,
		true},
	    {"listed with a prefix", "gemini-b", "gemini-b", STREAM, true},
	    {"the real name is", "gemini-a-search", "gemini-a", STREAM, true},
	    {"the asked name is", "gemini-c-search", "gemini-c", STREAM, true},
	    {"with another suffix", "gemini-c", "gemini-c", STREAM, false},
	    {"the beginning of one", "gemini", "gemini", STREAM, false},
	    {"no name", NULL, NULL, STREAM, false},
	};
	struct json_object *list = json_parse(LIST, sizeof(LIST) - 1, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char asked[40] = "", model[40] = "";
		if (rows[i].asked != NULL) {
			snprintf(asked, sizeof(asked), "%s", rows[i].asked);
			snprintf(model, sizeof(model), "%s", rows[i].model);
		}
		const struct chat_policy policy = {
		    .fake_stream = rows[i].flags & ENABLED,
		    .fake_stream_models = list};
		const struct chat_request req = {
		    .asked_model = rows[i].asked ? asked : NULL,
		    .model = rows[i].asked ? model : NULL,
		    .stream = rows[i].flags & STREAM,
		    .fake_stream = rows[i].flags & SUFFIX};
		UNIT_ROW(fake_stream_wanted(&req, &policy) == rows[i].wanted,
		    rows[i].name);
	}
	json_object_put(list);

	const struct chat_policy none = {.fake_stream_models = NULL};
	const struct chat_request req = {.stream = true};
	CU_ASSERT(!fake_stream_wanted(&req, &none));
}

static CU_TestInfo tests[] = {
    {"by setting, list and name", test_fake_stream},
    CU_TEST_INFO_NULL,
};

struct unit_suite fake_stream_suite = {"protocol/fake_stream", tests};
