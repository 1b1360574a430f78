-- This month's tokens by client, the largest first: what each asked, how much
-- of it was answered, and what Gemini counted for it.
--
--   psql -f tokens_by_client.sql
--   psql -v month=2026-03-01 -f tokens_by_client.sql     another month (UTC)
\if :{?month}
\else
select date_trunc('month', now() at time zone 'UTC')::date as month \gset
\endif

select coalesce(u.token, '(no token)') as client,
	sum(u.requests) as requests, sum(u.answered) as answered,
	sum(u.from_cache) as from_cache, sum(u.prompt_tokens) as prompt_tokens,
	sum(u.cached_tokens) as of_it_cached,
	sum(u.thought_tokens) as thought_tokens,
	sum(u.answer_tokens) as answer_tokens, sum(u.total_tokens) as total_tokens
from keywheel.report_usage_daily u
where u.day >= :'month'::date
	and u.day < (:'month'::date + interval '1 month')::date
group by u.token
order by total_tokens desc, client;
