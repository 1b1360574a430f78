-- What is left of what Google allows each project of a model, the scarcest
-- first; and of what each of our tokens may. A null in resets_in: nothing is
-- used, or it comes back as requests end.
--
--   psql -f quota_left.sql

select coalesce(q.project, 'key ' || q.key_id) as project, q.model, q.kind,
	q.allowed, q.used, q.remaining,
	round(100.0 * q.remaining / nullif(q.allowed, 0)) as left_percent,
	date_trunc('minute', q.resets_at - now()) as resets_in, q.source
from keywheel.report_quota_left q
order by left_percent, project, q.model, q.kind;

select l.token as client, l.kind, l.allowed, l.used, l.remaining, l.currency,
	case when l.shadow then 'only counted' else 'in force' end as limits,
	date_trunc('minute', l.resets_at - now()) as resets_in
from keywheel.report_token_limits l
order by l.remaining / l.allowed, l.token, l.kind;
