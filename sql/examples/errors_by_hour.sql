-- The error rate of each hour of today (UTC), and what it was: outcomes of
-- requests that failed, and verdicts on attempts that did, most of which another
-- key made good. Hours are kept for forty days, verdicts by the hour for nine.
--
--   psql -v day=2026-03-02 -f errors_by_hour.sql     another day
\if :{?day}
\else
select (now() at time zone 'UTC')::date as day \gset
\endif

with rate as materialized (
	select * from keywheel.report_error_rates e
	where e.span = 'hour' and e.at >= :'day'::timestamp at time zone 'UTC'
		and e.at < (:'day'::timestamp + interval '1 day')
			at time zone 'UTC'),
word as (
	select r.at, 'outcome' as what, k.key, sum(k.value::bigint) as n
	from rate r cross join jsonb_each_text(r.outcomes) k group by 1, 3
	union all
	select r.at, 'verdict', k.key, sum(k.value::bigint)
	from rate r cross join jsonb_each_text(r.verdicts) k group by 1, 3),
said as (
	select w.at, w.what, string_agg(w.key || ' ' || w.n, ', '
		order by w.n desc, w.key) as words
	from word w group by w.at, w.what)
select to_char(r.at at time zone 'UTC', 'HH24:MI') as hour,
	sum(r.requests) as requests, sum(r.failed) as failed,
	round(100 * sum(r.failed) / nullif(sum(r.answered + r.failed), 0), 2)
		as failed_percent,
	(select s.words from said s
		where s.at = r.at and s.what = 'outcome') as outcomes,
	sum(r.failed_attempts) as failed_attempts,
	(select s.words from said s
		where s.at = r.at and s.what = 'verdict') as verdicts
from rate r
group by r.at
order by r.at;
