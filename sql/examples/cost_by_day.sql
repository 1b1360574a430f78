-- What each day of this month cost, by the prices that were put in for the
-- models, and how much of it has no price and is therefore not in it.
--
--   psql -v month=2026-03-01 -f cost_by_day.sql
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif

select c.day, c.currency, round(sum(c.cost), 4) as cost,
	sum(c.requests) as requests, sum(c.total_tokens) as total_tokens,
	coalesce(sum(c.total_tokens) filter (where c.cost is null), 0)
		as tokens_without_price
from keywheel.report_cost_daily c
where c.day >= :'month'::date
	and c.day < (:'month'::date + interval '1 month')::date
group by c.day, c.currency
order by c.day, c.currency;
