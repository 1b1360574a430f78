/* gateway/relay: whose the tokens are. */
#include <json-c/json.h>

#include "base/attr.h"
#include "base/json.h"
#include "scripted_ports.h"
#include "unit.h"

/* What failed attempts had used is theirs, what came of it the request's. */
static void
test_costs(void)
{
	static const struct {
		struct scene scene;
		int failed;     /* attempts */
		int64_t prompt; /* of the request, three a call */
	} cases[] = {
	    {{"one after the other", "1 2", "200 =_ cut / 200 =_ cut"}, 2, 0},
	    {{"cut after something was sent", "1", "200 =ab cut"}, 1, 3},
	    {{"cut while it was held", "1 2", "200 =ab cut / 200 =ab$",
		 .whole = true},
		1, 3},
	    {{"the client leaves", "1", "200 =ab gone"}, 0, 3},
	    {{"Gemini blocked it", "1", "200 =_X"}, 0, 3},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct scripted record;
		scripted_play(&cases[i].scene, &record);
		struct json_object *failed = json_parse(
		    buf_cstr(&record.failed), record.failed.len, NULL);
		CU_ASSERT(json_count(failed) == (size_t)cases[i].failed);
		CU_ASSERT(record.prompt == cases[i].prompt);
		json_object_put(failed);
		scripted_clear(&record);
	}
}

static CU_TestInfo tests[] = {
    {"what failed attempts have used", test_costs},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_cost_suite = {"gateway/relay, costs", tests};
