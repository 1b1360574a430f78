/* The relay's waste: what failed attempts have used. It is the pool's cost and
 * not the request's, so it goes with their rows. */
#include "gateway/relay_parts.h"

#include <json-c/json.h>

#include "base/json.h"

static void
add_cost(struct json_object *row, const char *name, int64_t tokens)
{
	if (tokens > 0)
		json_set_int(row, name, json_get_int(row, name, 0) + tokens);
}

/* That much more was used by the attempt that failed last. */
static void
add_costs(struct relay *r, const struct usage *cost)
{
	struct json_object *row = json_at(r->failed, json_count(r->failed) - 1);
	add_cost(row, "prompt", cost->prompt);
	add_cost(row, "cached", cost->cached);
	add_cost(row, "thought", cost->thought);
	add_cost(row, "answer", cost->answer);
}

void
relay_restart(struct relay *r)
{
	const struct relay_task *task = r->task;
	struct usage cost = *task->usage(task->ctx);
	task->restart(task->ctx);
	const struct usage *kept = task->usage(task->ctx);
	cost.prompt -= kept->prompt;
	cost.cached -= kept->cached;
	cost.thought -= kept->thought;
	cost.answer -= kept->answer;
	add_costs(r, &cost);
}

/* Did the last attempt fail, and the client get nothing of it? */
static bool
is_wasted(const struct relay *r, bool answered)
{
	struct json_object *row = json_at(r->failed, json_count(r->failed) - 1);
	return !answered && !r->content_sent &&
	    r->outcome != OUTCOME_COMPLETE && row != NULL &&
	    json_get_int(row, "attempt", 0) == r->attempts;
}

struct usage
relay_settle_usage(struct relay *r, bool answered)
{
	struct usage usage = *r->task->usage(r->task->ctx);
	if (!is_wasted(r, answered))
		return usage;
	add_costs(r, &usage);
	return (struct usage){0};
}
