/* The relay's patience: waiting for a key while all of them rest. */
#include "gateway/relay_parts.h"

bool
relay_wait_for_key(struct relay *r)
{
	const struct relay_ports *p = r->ports;
	while (r->lease.answer == LEASE_WAIT) {
		int64_t left = r->started + r->policy->total_ms - relay_now(r);
		if (left <= r->lease.wait_ms) {
			p->leave_line(p->ctx);
			r->lease.answer = LEASE_RESTING;
			return true;
		}
		relay_wait(r, (int)r->lease.wait_ms);
		if (p->gone(p->ctx)) {
			p->leave_line(p->ctx);
			return false;
		}
		p->wait(p->ctx, &r->lease);
	}
	return true;
}
