-- What became of a request: the request, each attempt that failed before, and
-- what was done with the keys meanwhile. By its id, which every answer has in
-- x-request-id; or by the client's own, which is looked for in the last day
-- (or since a time that you say).
--
--   psql -v request=0199b0c6-… -f request_trail.sql
--   psql -v request=job-17 -v since=2026-03-01 -f request_trail.sql
\if :{?request}
\else
\echo 'usage: psql -v request=ID -f request_trail.sql'
\quit
\endif
\if :{?since}
\else
select now() - interval '1 day' as since \gset
\endif
select :'request' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' as ours
\gset
\if :ours
\set id :request
\else
-- The last one that the client called so; none is no request's.
select coalesce((select r.request_id from keywheel.report_requests r
		where r.client_id = :'request' and r.started_at >= :'since'
		order by r.started_at desc limit 1),
	'00000000-0000-0000-0000-000000000000') as id \gset
\endif

select r.started_at, r.request_id, r.client_id, r.token, r.model, r.route,
	r.outcome, r.status, r.attempts, r.key_id, r.key_hint, r.total_tokens,
	r.first_byte_ms, r.total_ms, r.own_ms, r.detail
from keywheel.report_requests r
where r.request_id = :'id'
\gx

select e.attempt, e.key_id, e.key_hint, e.project, e.verdict, e.status,
	e.total_ms, e.evidence
from keywheel.report_errors e
where e.request_id = :'id'
order by e.attempt;

select v.at, v.key_id, v.key_hint, v.event, v.model, v.until, v.cause
from keywheel.report_requests r
join keywheel.report_key_events v on v.at >= r.started_at
	and v.at <= r.started_at + (r.total_ms + 1000) * interval '1 millisecond'
where r.request_id = :'id' and (v.key_id = r.key_id
	or v.key_id in (select e.key_id from keywheel.report_errors e
		where e.request_id = :'id'))
order by v.at, v.key_id;
