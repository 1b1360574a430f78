-- The error rate of each hour of today (UTC), and what it was: outcomes of
-- requests that failed, and verdicts on attempts that did, most of which another
-- key made good. Hours are kept for forty days, verdicts by the hour for nine.
--
--   psql -v day=2026-03-02 -f errors_by_hour.sql     another day
\if :{?day}
\else
select (now() at time zone 'UTC')::date as day \gset
\endif

select to_char(e.at at time zone 'UTC', 'HH24:MI') as hour,
	sum(e.requests) as requests, sum(e.failed) as failed,
	round(100 * sum(e.failed) / nullif(sum(e.answered + e.failed), 0), 2)
		as failed_percent,
	(select string_agg(o.key || ' ' || o.n, ', ' order by o.n desc, o.key)
		from (select k.key, sum(k.value::bigint) as n
			from keywheel.report_error_rates r
			cross join jsonb_each_text(r.outcomes) k
			where r.span = 'hour' and r.at = e.at
			group by k.key) o) as outcomes,
	sum(e.failed_attempts) as failed_attempts,
	(select string_agg(v.key || ' ' || v.n, ', ' order by v.n desc, v.key)
		from (select k.key, sum(k.value::bigint) as n
			from keywheel.report_error_rates r
			cross join jsonb_each_text(r.verdicts) k
			where r.span = 'hour' and r.at = e.at
			group by k.key) v) as verdicts
from keywheel.report_error_rates e
where e.span = 'hour' and e.at >= :'day'::timestamp at time zone 'UTC'
	and e.at < (:'day'::timestamp + interval '1 day') at time zone 'UTC'
group by e.at
order by e.at;
