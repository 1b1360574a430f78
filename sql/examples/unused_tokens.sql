-- Tokens in force that nobody has used for thirty days: to disable, or to ask
-- about. Those that are younger than that are left out.
--
--   psql -v days=30 -f unused_tokens.sql
\if :{?days}
\else
\set days 30
\endif

select t.token_id, t.name, t.hint, t.admin, t.created_at::date as created,
	t.last_used_at::date as last_used, t.note
from keywheel.report_tokens t
where t.state = 'active'
	and t.created_at < now() - :days * interval '1 day'
	and coalesce(t.last_used_at, '-infinity')
		< now() - :days * interval '1 day'
order by t.last_used_at nulls first, t.name;
