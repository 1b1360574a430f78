/* Whose keys a request gets. */
#include "gateway/live_parts.h"
#include "gateway/service.h"

bool
live_choose_pools(struct live *live)
{
	const char *model = live->pool_model != NULL ? live->pool_model : "";
	const struct pool_choice old = live->choice,
				 new = pool_choose(live->service->settings,
				     live->pool, model, live->tier);
	if (new.pool == old.pool &&new.more == old.more &&new.instead ==
	    old.instead)
		return false;
	live->choice = new;
	live->facts.pool = new.pool;
	live->facts.more_pools = new.more;
	return true;
}

/* The facts for the pool that comes second, or false: the first has a key, or
 * something else is wrong. */
static bool
turn_to_more(const struct live *live, const struct lease *lease,
    struct request_facts *facts)
{
	*facts = live->facts;
	facts->pool = facts->more_pools;
	return facts->pool != NULL &&
	    (lease->answer == LEASE_NONE || lease->answer == LEASE_RESTING ||
		lease->answer == LEASE_TRIED);
}

/* Of two answers without a key, one that knows of keys tells more. */
static bool
goes_before(const struct lease *more, const struct lease *first)
{
	return more->answer == LEASE_GIVEN ||
	    (first->answer == LEASE_NONE && more->answer != LEASE_NONE);
}

void
live_lease(struct live *live, struct lease *lease)
{
	struct service *s = live->service;
	struct request_facts more;
	requests_begin(s->db, &s->master, &live->facts, lease);
	if (lease->answer == LEASE_NONE && live->choice.instead != NULL) {
		live->facts.pool = live->choice.instead;
		lease_clear(lease);
		requests_begin(s->db, &s->master, &live->facts, lease);
	}
	if (!turn_to_more(live, lease, &more))
		return;
	struct lease other;
	requests_begin(s->db, &s->master, &more, &other);
	bool wins = goes_before(&other, lease);
	lease_clear(wins ? lease : &other);
	if (wins)
		*lease = other;
}

void
live_lease_again(struct live *live, struct json_object *verdict,
    const int64_t *tried, int n_tried, struct lease *lease)
{
	struct service *s = live->service;
	struct request_facts more;
	requests_retry(
	    s->db, &s->master, &live->facts, verdict, tried, n_tried, lease);
	if (!turn_to_more(live, lease, &more))
		return;
	struct lease first = *lease; /* it has no secret to lose */
	requests_retry(s->db, &s->master, &more, NULL, tried, n_tried, lease);
	if (!goes_before(lease, &first))
		*lease = first;
}
