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

void
live_lease(struct live *live, struct lease *lease)
{
	struct service *s = live->service;
	requests_begin(s->db, &s->master, &live->facts, lease);
	if (lease->answer == LEASE_NONE && live->choice.instead != NULL) {
		/* The first of them has counted it. */
		bool counted = lease->counted;
		live->facts.pool = live->choice.instead;
		lease_clear(lease);
		requests_begin(s->db, &s->master, &live->facts, lease);
		lease->counted |= counted;
	}
}
