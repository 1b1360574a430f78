/* Tests of citations: from bytes of a part to code points of the content. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/citations.h"
#include "protocol/gemini_reader.h"

#define MAX ((size_t)1024 * 1024)

static void
test_citation_offsets(void)
{
	/* "é" is two bytes; Gemini's text had three bytes more in front. */
	static const char text[] = "\xc3\xa9 b \xe2\x82\xac d";
	static const size_t starts[] = {GEMINI_NO_TEXT, 0, 6};
	static const struct {
		const char *name, *segment;
		int start, end;
	} rows[] = {
	    {"no part index", "{\"startIndex\":3,\"endIndex\":5}", 0, 1},
	    {"the first text", "{\"partIndex\":1,\"endIndex\":8}", 0, 4},
	    {"a later part",
		"{\"partIndex\":2,\"startIndex\":2,\"endIndex\":5}", 4, 5},
	    {"beyond the last part", "{\"partIndex\":9,\"endIndex\":2}", 2, 4},
	    {"beyond the end", "{\"startIndex\":8,\"endIndex\":99999999999}", 4,
		7},
	    {"a little beyond the end",
		"{\"partIndex\":2,\"startIndex\":2,\"endIndex\":13}", 4, 7},
	    {"end before start", "{\"startIndex\":8,\"endIndex\":3}", 4, 4},
	    {"negative", "{\"startIndex\":-5,\"endIndex\":-1}", 0, 0},
	    {"as text", "{\"startIndex\":\"3\",\"endIndex\":\"5\"}", 0, 1},
	    {"no segment", "{}", 0, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf json, out;
		buf_init(&json, MAX);
		buf_init(&out, MAX);
		buf_fmt(&json,
		    "{\"groundingChunks\":[{\"web\":{\"uri\":\"http://a\"}}],"
		    "\"groundingSupports\":[{\"segment\":%s,"
		    "\"groundingChunkIndices\":[0,-1,7,null,\"x\"]}]}",
		    rows[i].segment);
		struct citations c = {
		    .text = text,
		    .len = sizeof(text) - 1,
		    .cut = 3,
		    .part_start = starts,
		    .n_parts = COUNT_OF(starts),
		    .grounding = json_parse(buf_cstr(&json), json.len, NULL),
		};
		UNIT_ROW(citations_write(&c, &out) >= 1, rows[i].name);
		char expect[120];
		snprintf(expect, sizeof(expect),
		    "{\"start_index\":%d,\"end_index\":%d,\"title\":\"\","
		    "\"url\":\"http://a\"}",
		    rows[i].start, rows[i].end);
		UNIT_ROW(strstr(buf_cstr(&out), expect) != NULL, rows[i].name);
		json_object_put(c.grounding);
		buf_clear(&json);
		buf_clear(&out);
	}
}

static CU_TestInfo tests[] = {
    {"offsets of citations", test_citation_offsets},
    CU_TEST_INFO_NULL,
};

struct unit_suite citations_suite = {"protocol/citations", tests};
