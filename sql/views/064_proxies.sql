-- The egress proxies of which there is something to say: those that were
-- checked, or failed once. No user or password is in it.
create or replace view keywheel.report_proxies as
select left(p.proxy, 8) as id, p.name, p.down_until is not null as down,
	p.down_until, nullif(p.since, '-infinity') as since, p.strikes,
	p.error, p.error_at, p.checked_at, p.latency_ms
from keywheel.proxies p;
