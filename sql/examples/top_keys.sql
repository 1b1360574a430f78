-- The keys that were called most this month, with what they failed at.
--
--   psql -v month=2026-03-01 -v most=20 -f top_keys.sql
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif
\if :{?most}
\else
\set most 20
\endif

select u.key_id, u.key_hint, u.pool, u.project, sum(u.calls) as calls,
	sum(u.failed) as failed,
	round(100 * sum(u.failed) / sum(u.calls), 1) as failed_percent,
	sum(u.total_tokens) as total_tokens
from keywheel.report_usage_keys u
where u.day >= :'month'::date
	and u.day < (:'month'::date + interval '1 month')::date
group by u.key_id, u.key_hint, u.pool, u.project
having sum(u.calls) > 0
order by calls desc, u.key_id
limit :most;
