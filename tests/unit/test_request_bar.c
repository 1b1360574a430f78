/* admin/request_bar: where the time of a request went. */
#include "admin/request_bar.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "unit.h"

static const struct bar_row {
	const char *row, *request, *attempts;
	const char *pieces; /* "look x+width", in order */
} rows[] = {
    {"answered at once",
	"{\"total_ms\":100,\"first_byte_ms\":40,\"attempts\":1}", "[]",
	"other 0+400 good 400+600"},
    {"after a wait",
	"{\"total_ms\":100,\"first_byte_ms\":40,\"upstream_first_ms\":10,"
	"\"attempts\":1}",
	"[]", "warn 0+300 other 300+100 good 400+600"},
    {"after a failed attempt",
	"{\"total_ms\":100,\"first_byte_ms\":40,\"attempts\":2}",
	"[{\"attempt\":1,\"total_ms\":20}]",
	"bad 0+200 other 200+200 good 400+600"},
    {"all attempts failed", "{\"total_ms\":100,\"attempts\":2}",
	"[{\"attempt\":1,\"total_ms\":20},{\"attempt\":2,\"total_ms\":30}]",
	"bad 0+200 bad 200+300 warn 500+500"},
    {"refused before any", "{\"total_ms\":3,\"attempts\":0}", "[]",
	"other 0+1000"},
    {"attempts longer than the whole", "{\"total_ms\":10,\"attempts\":1}",
	"[{\"attempt\":1,\"total_ms\":50}]", "bad 0+1000"},
    {"no time at all", "{\"total_ms\":0,\"attempts\":1}",
	"[{\"attempt\":1,\"total_ms\":0}]", ""},
    {"one that hardly shows",
	"{\"total_ms\":100000,\"first_byte_ms\":1,\"attempts\":1}", "[]",
	"other 0+1 good 0+1000"},
};

static void
test_pieces(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf shown;
		struct json_object *request =
		    json_parse(rows[i].request, strlen(rows[i].request), NULL);
		struct json_object *attempts = json_parse(
		    rows[i].attempts, strlen(rows[i].attempts), NULL);
		struct json_object *bar = request_bar_make(request, attempts);
		buf_init(&shown, BUF_SMALL);
		for (size_t n = 0; n < json_count(bar); n++) {
			struct json_object *piece = json_at(bar, n);
			buf_fmt(&shown, "%s%s %d+%d", n > 0 ? " " : "",
			    json_get_text(piece, "look"),
			    (int)json_get_int(piece, "x", -1),
			    (int)json_get_int(piece, "width", -1));
		}
		UNIT_ROW(
		    unit_same(buf_cstr(&shown), rows[i].pieces), rows[i].row);
		buf_clear(&shown);
		json_object_put(bar);
		json_object_put(attempts);
		json_object_put(request);
	}
}

static CU_TestInfo tests[] = {
    {"pieces", test_pieces},
    CU_TEST_INFO_NULL,
};
struct unit_suite request_bar_suite = {"admin/request_bar", tests};
