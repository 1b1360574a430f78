/* The relay's lanes: several exchanges for one attempt, and their keys. */
#include "gateway/relay_parts.h"

#include <string.h>

void
relay_fan_clear(struct relay *r)
{
	for (int i = 0; i < r->n_more; i++)
		lease_clear(&r->more[i]);
	r->n_more = 0;
}

/* Further keys, besides the lease's and those that have failed. */
static void
lease_more(struct relay *r)
{
	int64_t tried[REQUEST_MAX_TRIED + 1];
	int n = r->n_tried;
	memcpy(tried, r->tried, (size_t)n * sizeof(tried[0]));
	tried[n++] = r->lease.key_id;
	r->n_more = r->ports->lease_more(
	    r->ports->ctx, tried, n, r->more, r->n_lanes - 1);
}

/* Tell the task about the key, with a scope and a pool only if all lanes have
 * it. */
static void
tell_task(const struct relay *r)
{
	struct lease shown = r->lease;
	for (int i = 0; i < r->n_more; i++) {
		if (strcmp(r->more[i].scope, r->lease.scope) != 0)
			shown.scope[0] = '\0';
		if (strcmp(r->more[i].pool, r->lease.pool) != 0)
			shown.pool[0] = '\0';
	}
	r->task->leased(r->task->ctx, &shown);
}

void
relay_fan_lease(struct relay *r)
{
	const struct relay_task *task = r->task;
	relay_fan_clear(r);
	r->n_lanes = task->lanes == NULL ? 1 : task->lanes(task->ctx);
	if (r->n_lanes > 1)
		lease_more(r);

	/* If there are not enough of them, lanes share keys by turns. */
	for (int i = 0; i < r->n_lanes; i++) {
		int k = i % (r->n_more + 1);
		r->keys[i] = k == 0 ? &r->lease : &r->more[k - 1];
	}
	if (task->leased != NULL)
		tell_task(r);
}

void
relay_fan_blame(struct relay *r)
{
	int i = r->culprit < 0 ? 0 : r->culprit % (r->n_more + 1);
	if (i == 0)
		return;

	/* They change places; what is the request's stays. */
	struct lease *other = &r->more[i - 1];
	struct lease key = *other;
	*other = r->lease;
	r->lease = key;
	r->lease.settings_version = other->settings_version;
	r->lease.token_id = other->token_id;
	r->lease.recalled = other->recalled;
	other->recalled = NULL;
	r->last_key = r->lease.key_id;
}

const struct lease *
relay_fan_faulty(const struct relay *r)
{
	for (int i = 0; i < r->n_lanes; i++)
		if (r->keys[i]->faults > 0)
			return r->keys[i];
	return NULL;
}
