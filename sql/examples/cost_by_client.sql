-- What each client cost this month, by model; (not priced): models that
-- nobody has put a price in for.
--
--   psql -v month=2026-03-01 -f cost_by_client.sql
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif

select coalesce(c.token, '(no token)') as client, c.model,
	sum(c.requests) as requests, sum(c.total_tokens) as total_tokens,
	coalesce(round(sum(c.cost), 4) || ' ' || c.currency, '(not priced)')
		as cost
from keywheel.report_cost_daily c
where c.day >= :'month'::date
	and c.day < (:'month'::date + interval '1 month')::date
group by c.token, c.model, c.currency
order by client, c.model, c.currency;
