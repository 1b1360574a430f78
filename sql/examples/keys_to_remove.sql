-- Keys that may go: out of use for a week and more, for a reason that does not
-- pass by itself. `keywheel keys remove` takes their numbers.
--
--   psql -v days=7 -f keys_to_remove.sql
\if :{?days}
\else
\set days 7
\endif

select a.key_id, a.key_hint, a.pool, a.project, a.detail as reason,
	extract(day from now() - a.since) as days, k.uses, a.note
from keywheel.report_attention a
join keywheel.report_keys k using (key_id)
where a.why = 'disabled' and a.since < now() - :days * interval '1 day'
order by a.since, a.key_id;
