-- What became of a request: the request, each attempt that failed before, and
-- what was done with the keys meanwhile. By its id, which every answer has in
-- x-request-id, or by the client's own.
--
--   psql -v request=0199b0c6-… -f request_trail.sql
\if :{?request}
\else
\echo 'usage: psql -v request=ID -f request_trail.sql'
\quit
\endif

select r.started_at, r.request_id, r.client_id, r.token, r.model, r.route,
	r.outcome, r.status, r.attempts, r.key_id, r.key_hint, r.total_tokens,
	r.first_byte_ms, r.total_ms, r.own_ms, r.detail
from keywheel.report_requests r
where r.request_id::text = :'request' or r.client_id = :'request'
order by r.started_at
\gx

select e.attempt, e.key_id, e.key_hint, e.project, e.verdict, e.status,
	e.total_ms, e.evidence
from keywheel.report_errors e
where e.request_id in (select r.request_id from keywheel.report_requests r
	where r.request_id::text = :'request' or r.client_id = :'request')
order by e.request_id, e.attempt;

select v.at, v.key_id, v.key_hint, v.event, v.model, v.until, v.cause
from keywheel.report_key_events v
where exists (select from keywheel.report_requests r
		left join keywheel.report_errors e
			on e.request_id = r.request_id
		where (r.request_id::text = :'request'
				or r.client_id = :'request')
			and v.key_id in (r.key_id, e.key_id)
			and v.at >= r.started_at and v.at <= r.started_at
				+ (r.total_ms + 1000) * interval '1 millisecond')
order by v.at, v.key_id;
