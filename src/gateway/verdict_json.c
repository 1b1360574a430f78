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

bool
verdict_counts(const struct verdict *v)
{
	return v->rest != REST_NOTHING || v->disable_after > 0 ||
	    v->sign != SIGN_NONE || v->stumble;
}

/* After how many faults in a row the key is disabled. The table's three and
 * more are the operator's to set; what is clearer needs no more than that. */
static int
disable_after(const struct verdict *v, int max_failures)
{
	int after = v->disable_after;
	return after >= 3 || after > max_failures ? max_failures : after;
}

struct json_object *
verdict_full_json(const struct verdict *v, int64_t key_id, const char *evidence,
    int64_t wall_ms, int max_failures)
{
	static const char *const signs[] = {[SIGN_STORM] = "storm",
	    [SIGN_LOCATION] = "location",
	    [SIGN_MODEL] = "model"};
	struct json_object *o = verdict_json(v, key_id, evidence, wall_ms);
	json_set_int(o, "disable_after", disable_after(v, max_failures));
	json_set_bool(o, "disable_project", v->disable_project);
	if (v->stumble)
		json_set_bool(o, "stumble", true);
	if (v->sign != SIGN_NONE)
		json_set_text(o, "sign", signs[v->sign]);
	return o;
}
