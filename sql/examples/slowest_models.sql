-- The slowest models of the last seven days: how long answers took, day by day
-- the worst, and how much of it was keywheel's own. Milliseconds.
--
--   psql -v until=2026-03-03 -f slowest_models.sql     the week before that day
\if :{?until}
\else
select (now() at time zone 'UTC')::date + 1 as until \gset
\endif

select l.model, sum(l.answers) as answers,
	max(l.first_byte_p95_ms) as first_byte_p95,
	max(l.total_p50_ms) as total_p50, max(l.total_p95_ms) as total_p95,
	max(l.total_p99_ms) as total_p99,
	round(sum(l.total_mean_ms * l.answers) / sum(l.answers)) as total_mean,
	max(l.own_p99_ms) as own_p99
from keywheel.report_latency l
where l.day >= :'until'::date - 7 and l.day < :'until'::date
group by l.model
order by total_p95 desc, l.model
limit 20;
