-- The lists of requests and errors: places, walking, filters, deletion; one
-- request.

select test.add_token();
select test.add_keys(1, 3);

-- A request of so many minutes ago, with failed attempts.
create function test.log(p_minutes double precision, p_key bigint default 1,
	p_outcome text default 'complete', p_attempts integer default 1,
	p_failed integer default 0, p_status integer default 200,
	p_detail text default '')
returns uuid
language plpgsql
as $$
declare
	v_id uuid := gen_random_uuid();
	v_at timestamptz := now() - p_minutes * interval '1 minute';
begin
	insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		total_ms, detail)
	values (v_id, v_at, 1, p_key, 'm' || p_key, 'r', false,
		p_outcome::keywheel.outcome, p_status, p_attempts, 1, 0, 0, 1,
		p_minutes, p_detail);
	insert into keywheel.attempts (request_id, started_at, attempt, key_id,
		model, verdict, status, total_ms, evidence)
	select v_id, v_at, i, p_key, 'm' || p_key, 'overloaded', 503, 1,
		'busy ' || i
	from generate_series(1, p_failed) i;
	return v_id;
end $$;
-- The total_ms of the rows that a list shows.
create function test.list(p_what text, p_filter text default '{}',
	p_most integer default 100, p_more text default '{}')
returns text
language sql
as $$
	select coalesce(string_agg(coalesce(e ->> 'attempt', '') ||
		case when p_what = 'requests' then e ->> 'total_ms'
			else ':' || (e ->> 'code') end, ' ' order by n), '')
	from jsonb_array_elements(keywheel.log_list(p_what, p_filter::jsonb,
		'{"newest": true, "budget_ms": 60000}'::jsonb
		|| jsonb_build_object('most', p_most) || p_more::jsonb)
		-> 'rows') with ordinality r (e, n);
$$;
create function test.place(p_what text, p_end text, p_most integer,
	p_more text default '{}')
returns text
language sql
as $$
	select keywheel.log_list(p_what, '{}',
		'{"newest": true, "budget_ms": 60000}'::jsonb
		|| jsonb_build_object('most', p_most) || p_more::jsonb) ->> p_end;
$$;

-- ---- Places -----------------------------------------------------------------

select test.is(keywheel.text_place(keywheel.place_text(p)), p,
	'a place comes back as it went')
from (select row(now(), gen_random_uuid(), 3)::keywheel.log_place as p) s;
select test.ok(keywheel.text_place(t) is null, 'no place: ' || t)
from unnest('{"",x,1.2.3,1.00000000-0000-0000-0000-000000000000.}'::text[]) t;

-- ---- Walking ----------------------------------------------------------------

select test.is(test.list('requests'), '', 'nothing to list');
-- Two of the same instant, some minutes apart, some months.
select test.log(m) from unnest('{1,1,2,3,500,50000,200000}'::integer[]) m
\g /dev/null
select test.is(test.list('requests'), '1 1 2 3 500 50000 200000',
	'the newest first');
select test.is(test.list('requests', '{}', 100, '{"newest": false}'),
	'200000 50000 500 3 2 1 1', 'the oldest first');
select test.is(test.list('requests', '{}', 3, jsonb_build_object('after',
		test.place('requests', 'next', 1))::text), '1 2 3',
	'a page ends between two of the same instant');
select test.is(test.list('requests', '{}', 2, jsonb_build_object('before',
		test.place('requests', 'next', 4))::text), '1 2',
	'the page before it');
select test.ok(test.place('requests', 'next', 7) is null
	and test.place('requests', 'previous', 7) is null, 'one page only');
select test.ok((l ->> 'reached') is not null and (l ->> 'next') is not null
		and jsonb_array_length(l -> 'rows') = 0,
	'no time: it says how far it came, and where to go on')
from (select keywheel.log_list('requests', '{}',
	'{"newest": true, "most": 10, "budget_ms": -1}') as l) s;

-- ---- Filters ----------------------------------------------------------------

select test.log(7, 2, 'limited', 1, 2, 429, 'Quota 100%_used') \g /dev/null
select test.log(9, 3, 'unauthorized', 0, 0, 401, 'no token') \g /dev/null
update keywheel.requests set client_id = 'Job:17/b' where total_ms = 9;
select test.is(test.list('requests', f), w, 'filter ' || f)
from (values ('{"key": "2"}', '7'), ('{"key": "k003"}', '9'),
	('{"key": "00"}', ''), ('{"key": "none"}', ''),
	('{"outcome": "failed"}', '7 9'), ('{"outcome": "limited"}', '7'),
	('{"status": "4xx"}', '7 9'), ('{"status": "401"}', '9'),
	('{"model": "m2"}', '7'), ('{"model": "m_"}', ''),
	('{"model": "*2"}', '7'), ('{"route": "r*", "status": "401"}', '9'),
	('{"text": "100%_USED"}', '7'), ('{"text": "100__used"}', ''),
	('{"text": "busy 2"}', '7'), ('{"token": "2"}', ''),
	('{"text": "job:17"}', '9'), ('{"text": "job_17"}', ''),
	('{"range": "1h", "outcome": "failed"}', '7 9'),
	('{"streamed": "yes"}', ''),
	('{"until": "1"}', '')) v (f, w);
select test.is(test.list('requests', jsonb_build_object('zone',
		'Pacific/Auckland', 'outcome', 'failed', 'from', to_char(
		(now() - interval '8 minutes') at time zone 'Pacific/Auckland',
		'YYYY-MM-DD"T"HH24:MI:SS'))::text), '7',
	'times are of the reader''s zone');
select test.ok((keywheel.log_list('requests', '{"from": "2026-02-31T00:00"}',
		'{"newest": true, "most": 1, "budget_ms": 1000}')
	->> 'bad_from')::boolean, 'there is no such day');

-- ---- Errors -----------------------------------------------------------------

select test.is(test.list('errors'),
	'2:overloaded 1:overloaded 0:unauthorized',
	'attempts that failed, and requests without one');
select test.is(test.list('errors', f), w, 'errors with ' || f)
from (values ('{"verdict": "overloaded", "text": "busy 1"}', '1:overloaded'),
	('{"status": "503"}', '2:overloaded 1:overloaded'),
	('{"outcome": "unauthorized"}', '0:unauthorized'),
	('{"token": "1", "key": "2"}', '2:overloaded 1:overloaded'),
	('{"token": "9"}', ''), ('{"text": "NO TOKEN"}', '0:unauthorized'))
	v (f, w);
select test.is(keywheel.count_log('errors', '{}', 60000)::text,
	'{"n": 3, "more": false}', 'how many there are');
select test.is(keywheel.log_keys('errors', array(
		select e ->> 'place' from jsonb_array_elements(
			keywheel.log_list('errors', '{}', '{"newest": true,
				"most": 9, "budget_ms": 60000}') -> 'rows') e)),
	'{2,3}', 'their keys, each once');

-- ---- One request ------------------------------------------------------------

select keywheel.request_page(request_id) as page from keywheel.requests
where status = 429 \gset
select test.is(jsonb_array_length(:'page'::jsonb -> 'attempts'), 2,
	'one request with its attempts');
select test.is(:'page'::jsonb #>> '{request,detail}', 'Quota 100%_used',
	'… and what is known of it');
select test.ok(keywheel.request_page(gen_random_uuid()) is null,
	'one that nobody knows');
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	token_id, key_id, model, route, streamed)
values (5, '01a1fe00-0000-7000-8000-000000000000', now(),
	now() + interval '1 minute', 1, 1, 'm', 'r', false);
select test.is(keywheel.request_page('01a1fe00-0000-7000-8000-000000000000')
	#>> '{under_way,model}', 'm', 'one that is under way');

-- A body is kept with the account, and found.
select keywheel.end_request(5, '01a1fe00-0000-7000-8000-000000000000',
	(extract(epoch from now()) * 1000)::bigint, 1, 1, 'm', 'r', false,
	'upstream_error', 502, 1, 0, 0, 0, 0, null, 5, '', null, null,
	p_body => '\x5ea1ed', p_body_size => 70000) \g /dev/null
select test.is((select body from keywheel.request_body(
	'01a1fe00-0000-7000-8000-000000000000')), '\x5ea1ed'::bytea,
	'its body');
select test.is((keywheel.request_page('01a1fe00-0000-7000-8000-000000000000')
	#>> '{body,size}')::integer, 70000, 'and how large it was');

-- ---- Deletion ---------------------------------------------------------------

select test.is(keywheel.delete_log_rows('errors', array(
		select e ->> 'place' from jsonb_array_elements(
			keywheel.log_list('errors', '{"text": "busy 1"}',
				'{"newest": true, "most": 9,
				"budget_ms": 60000}') -> 'rows') e) || 'x'::text),
	1::bigint, 'a chosen attempt is deleted');
select test.is(test.list('errors'), '2:overloaded 0:unauthorized',
	'… and only that');
-- In batches, each going on where the last one ended.
create function test.delete_all(p_what text, p_filter text)
returns text
language plpgsql
as $$
declare
	v record;
	v_after text;
	v_all text := '';
begin
	loop
		select * into v from keywheel.delete_log(p_what,
			p_filter::jsonb, v_after, 2);
		v_all := v_all || v.deleted || ' ';
		v_after := v.next;
		exit when v_after is null;
	end loop;
	return v_all;
end $$;
select test.is(test.delete_all('requests', '{"model": "m1"}'), '2 2 2 1 ',
	'all of a filter, batch by batch');
select test.is(test.list('requests'), '5 7 9', 'the others stay');
select test.is(test.delete_all('requests', '{}'), '2 1 ', 'all');
select test.is((select count(*) from keywheel.attempts)
	+ (select count(*) from keywheel.request_bodies)
	+ (select count(*) from keywheel.leases), 0::bigint,
	'attempts, bodies and closed leases go with their requests');
