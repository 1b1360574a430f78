-- Day over day: how much more, or less, than the day before. A day on which
-- nothing happened counts as nothing.
--
--   psql -v month=2026-03-01 -f growth.sql
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif

with day as (
	select d::date as day
	from generate_series(:'month'::timestamp - interval '1 day',
		least(:'month'::timestamp + interval '1 month' - interval '1 day',
			now() at time zone 'UTC'), '1 day') d),
used as (
	select d.day, coalesce(sum(u.requests), 0) as requests,
		coalesce(sum(u.total_tokens), 0) as total_tokens
	from day d
	left join keywheel.report_usage_daily u on u.day = d.day
		and u.day >= :'month'::date - 1
	group by d.day),
compared as (
	select u.*, lag(u.requests) over w as requests_before,
		lag(u.total_tokens) over w as tokens_before
	from used u window w as (order by u.day))
select c.day, c.requests,
	round(100 * (c.requests - c.requests_before)
		/ nullif(c.requests_before, 0), 1) as requests_percent,
	c.total_tokens,
	round(100 * (c.total_tokens - c.tokens_before)
		/ nullif(c.tokens_before, 0), 1) as tokens_percent
from compared c
where c.day >= :'month'::date
	and (c.requests > 0 or c.requests_before > 0)
order by c.day;
