-- To lay beside Google's bill: this month's tokens and costs by project and
-- model. Google charges prompts less what was cached, the cached part, and
-- answers with thoughts: the columns are cut as the bill is. What calls that
-- failed had used is apart; whether Google charges it, the bill says.
--
-- The days of Google's bill begin at midnight in California, those here at
-- midnight UTC: the first and last hours of a month may differ. Keys whose
-- project is not known are under (not known): `keywheel keys set` says it.
--
--   psql -v month=2026-03-01 -f google_bill.sql
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif

select coalesce(c.project, '(not known)') as project, c.model, c.currency,
	sum(c.answered + c.client_gone) as calls,
	sum(c.prompt_tokens - c.cached_tokens) as prompt,
	sum(c.cached_tokens) as cached,
	sum(c.answer_tokens + c.thought_tokens) as answer_and_thoughts,
	round(sum(c.cost), 4) as cost, sum(c.failed) as failed_calls,
	sum(c.failed_total_tokens) as failed_tokens,
	round(sum(c.failed_cost), 4) as failed_cost
from keywheel.report_cost_projects c
where c.day >= :'month'::date
	and c.day < (:'month'::date + interval '1 month')::date
group by c.project, c.model, c.currency
order by c.project, c.model, c.currency;
