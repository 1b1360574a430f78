/* Verdicts for the database. */
#include "gateway/verdict_json.h"

#include "base/json.h"

struct json_object *
verdict_json(const struct verdict *verdict, int64_t key_id,
    const char *evidence, int64_t wall_ms)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "key", key_id);
	json_set_text(o, "name", verdict->name);
	json_set_text(o, "evidence", evidence);
	if (verdict->rest == REST_NOTHING)
		return o;
	json_set_text(o, "rest", verdict->rest == REST_KEY ? "key" : "project");
	json_set_int(o, "rest_ms", verdict_rest_ms(verdict, wall_ms));
	json_set_int(o, "cap_ms", verdict->rest_cap_ms);
	json_set_bool(o, "all_models", verdict->rest_all_models);
	json_set_bool(o, "long", verdict->long_rest);
	return o;
}
