/* Quotas: which call is within its limits. */
#include "quota.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "quota_state.h"

#define QUOTA_MINUTE_US 60e6

/* What Google tells whose day is used up: as if a minute would help. */
#define QUOTA_DAY_WAIT_S 26.59

struct quota *
quota_new(void)
{
	struct quota *q = mem_alloc(sizeof(*q));

	q->speed = 1;
	return q;
}

static void
quota_free_uses(struct quota_use *use)
{
	while (use != NULL) {
		struct quota_use *next = use->next;

		free(use->model);
		free(use->hits);
		free(use);
		use = next;
	}
}

void
quota_empty(struct quota *q)
{
	for (size_t i = 0; i < q->n_projects; i++) {
		quota_free_uses(q->projects[i].uses);
		free(q->projects[i].limits);
	}
	free(q->projects);
	free(q->keys);
	json_object_put(q->source);
	json_object_put(q->overload_source);
	*q = (struct quota){.speed = 1};
}

void
quota_free(struct quota *q)
{
	if (q == NULL)
		return;
	quota_empty(q);
	free(q);
}

static struct quota_key *
quota_find(struct quota *q, const char *key)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (strcmp(q->keys[i].key, key) == 0)
			return &q->keys[i];
	return NULL;
}

bool
quota_key(struct quota *q, const char *key, struct quota_refusal *no)
{
	struct quota_key *found = quota_find(q, key);

	*no = (struct quota_refusal){.error = "api_key_invalid"};
	if (found == NULL) {
		q->unknown++;
		return !q->deny;
	}
	found->calls++;
	no->error = found->error;
	return found->error == NULL;
}

const char *
quota_project(struct quota *q, const char *key)
{
	struct quota_key *found = quota_find(q, key);

	return found != NULL && found->project != NULL ? found->project->name
						       : key;
}

static const struct quota_limits *
quota_limits(const struct quota_project *p, const char *model)
{
	const struct quota_limits *any = NULL;

	for (size_t i = 0; i < p->n_limits; i++) {
		if (p->limits[i].model == NULL)
			any = &p->limits[i];
		else if (strcmp(p->limits[i].model, model) == 0)
			return &p->limits[i];
	}
	return any;
}

static struct quota_use *
quota_use(struct quota_project *p, const char *model)
{
	struct quota_use **link = &p->uses;

	while (*link != NULL && strcmp((*link)->model, model) != 0)
		link = &(*link)->next;
	if (*link == NULL) {
		*link = mem_alloc(sizeof(**link));
		(*link)->model = mem_copy(model, strlen(model));
	}
	return *link;
}

static uint64_t
quota_minute(const struct quota *q)
{
	return (uint64_t)(QUOTA_MINUTE_US / q->speed);
}

/* Forget the calls that the minute has left behind. */
static void
quota_slide(const struct quota *q, struct quota_use *use, uint64_t us)
{
	uint64_t minute = quota_minute(q);
	uint64_t begin = us < minute ? 0 : us - minute + 1;

	if (q->fixed)
		begin = us - us % minute;
	while (use->first < use->end && use->hits[use->first].us < begin)
		use->minute_tokens -= use->hits[use->first++].tokens;
	if (use->first == use->end)
		use->first = use->end = 0;
}

static void
quota_count(struct quota_use *use, uint64_t us, long long tokens)
{
	long long requests;

	if (use->end == use->room && use->first > use->room / 2) {
		use->end -= use->first;
		memmove(use->hits, use->hits + use->first,
		    use->end * sizeof(*use->hits));
		use->first = 0;
	} else if (use->end == use->room) {
		use->room = use->room > 0 ? use->room * 2 : 64;
		use->hits = mem_grow(use->hits, use->room * sizeof(*use->hits));
	}
	use->hits[use->end++] = (struct quota_hit){us, tokens};
	use->minute_tokens += tokens;
	use->day[0]++;
	use->day[1] += tokens;
	requests = (long long)(use->end - use->first);
	if (use->most_requests < requests)
		use->most_requests = requests;
	if (use->most_tokens < use->minute_tokens)
		use->most_tokens = use->minute_tokens;
}

/* When the minute has room again for one request of so many tokens. */
static uint64_t
quota_room_at(const struct quota *q, const struct quota_use *use,
    const struct quota_limits *limits, uint64_t us, long long tokens)
{
	long long requests = (long long)(use->end - use->first);
	long long sum = use->minute_tokens;
	uint64_t minute = quota_minute(q), at = us;

	if (q->fixed)
		return us - us % minute + minute;
	for (size_t i = use->first; i < use->end; i++) {
		bool room = (limits->most[QUOTA_RPM] < 0 ||
				requests < limits->most[QUOTA_RPM]) &&
		    (limits->most[QUOTA_TPM] < 0 ||
			sum + tokens <= limits->most[QUOTA_TPM]);

		if (room)
			return at;
		at = use->hits[i].us + minute;
		sum -= use->hits[i].tokens;
		requests--;
	}
	return at > us ? at : us + minute;
}

/* The limit that leaves no room; QUOTA_KINDS: there is room. */
static enum quota_kind
quota_exceeded(const struct quota_use *use, const struct quota_limits *limits,
    long long tokens)
{
	const long long will[QUOTA_KINDS] = {
	    [QUOTA_RPM] = (long long)(use->end - use->first) + 1,
	    [QUOTA_TPM] = use->minute_tokens + tokens,
	    [QUOTA_RPD] = use->day[0] + 1,
	    [QUOTA_TPD] = use->day[1] + tokens,
	};
	static const enum quota_kind order[] = {
	    QUOTA_RPD, QUOTA_TPD, QUOTA_RPM, QUOTA_TPM};

	for (size_t i = 0; i < QUOTA_KINDS; i++)
		if (limits->most[order[i]] >= 0 &&
		    will[order[i]] > limits->most[order[i]])
			return order[i];
	return QUOTA_KINDS;
}

/* The share of the calls that an overload takes, evenly spread. */
static bool
quota_overloaded(struct quota *q, const char *model)
{
	if (q->overload_error == NULL ||
	    (q->overload_model != NULL &&
		strcmp(q->overload_model, model) != 0))
		return false;
	q->overload_sum += q->overload_share;
	if (q->overload_sum < 1)
		return false;
	q->overload_sum -= 1;
	return true;
}

bool
quota_call(struct quota *q, const char *key, const char *model,
    long long tokens, uint64_t us, struct quota_refusal *no)
{
	struct quota_key *found = quota_find(q, key);
	struct quota_project *project = found != NULL ? found->project : NULL;
	struct quota_use *use = NULL;
	const struct quota_limits *limits;
	enum quota_kind kind;

	*no = (struct quota_refusal){.whole = q->speed <= 1};
	if (project != NULL)
		use = quota_use(project, model);
	if (quota_overloaded(q, model)) {
		no->error = q->overload_error;
		if (use != NULL)
			use->overloaded++;
		return false;
	}
	if (use == NULL)
		return true;
	quota_slide(q, use, us);
	limits = quota_limits(project, model);
	kind =
	    limits != NULL ? quota_exceeded(use, limits, tokens) : QUOTA_KINDS;
	if (kind == QUOTA_KINDS) {
		use->ok++;
		quota_count(use, us, tokens);
		return true;
	}
	use->refused[kind]++;
	no->kind = kind;
	no->limit = limits->most[kind];
	no->number = project->number;
	no->wait_s = kind == QUOTA_RPD || kind == QUOTA_TPD
	    ? QUOTA_DAY_WAIT_S / q->speed
	    : (double)(quota_room_at(q, use, limits, us, tokens) - us) / 1e6;
	if (q->count_refused)
		quota_count(use, us, 0);
	return false;
}

double
quota_room(struct quota *q, const char *model, uint64_t us)
{
	double least = -1, wait;

	for (size_t i = 0; i < q->n_projects; i++) {
		struct quota_use *use = quota_use(&q->projects[i], model);
		const struct quota_limits *limits =
		    quota_limits(&q->projects[i], model);
		enum quota_kind kind;

		if (limits == NULL)
			return 0;
		quota_slide(q, use, us);
		kind = quota_exceeded(use, limits, 1);
		if (kind == QUOTA_KINDS)
			return 0;
		if (kind == QUOTA_RPD || kind == QUOTA_TPD)
			continue;
		wait =
		    (double)(quota_room_at(q, use, limits, us, 1) - us) / 1e6;
		if (least < 0 || wait < least)
			least = wait;
	}
	return least;
}
