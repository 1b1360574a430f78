-- Clearing: what goes, what stays because it is in use, and what is told.

select test.add_token();
select test.add_keys(1, 3);

-- A request of some days ago, as the account has it.
create function test.add_request(p_days double precision,
	p_responder bigint default null)
returns void
language plpgsql
as $$
declare
	v_at timestamptz := now() - p_days * interval '1 day';
	v_id uuid := gen_random_uuid();
begin
	insert into keywheel.requests (request_id, started_at, model, route,
		streamed, outcome, status, attempts, prompt_tokens,
		cached_tokens, thought_tokens, answer_tokens, total_ms)
	values (v_id, v_at, 'm', 'r', false, 'complete', 200, 2, 1, 0, 0, 1, 1);
	insert into keywheel.attempts (request_id, started_at, attempt, model,
		verdict, status, total_ms)
	values (v_id, v_at, 1, 'm', 'x', 503, 1);
	if p_responder is not null then
		insert into keywheel.leases (responder, request_id, started_at,
			expires_at, model, route, streamed)
		values (p_responder, v_id, v_at,
			now() + interval '1 hour', 'm', 'r', false);
	end if;
end $$;
-- An open request of the token, which began so many seconds ago.
create function test.open_request(p_responder bigint, p_seconds integer)
returns void
language sql
as $$
	insert into keywheel.leases (responder, request_id, started_at,
		expires_at, token_id, model, route, streamed)
	values (p_responder, gen_random_uuid(),
		now() - p_seconds * interval '1 second',
		now() + interval '1 hour', 1, 'm', 'r', false);
$$;

-- As the program does it: steps until nothing is left, or only what is in use.
create function test.clear(p_what text, p_days integer default 0,
	p_batch bigint default 2)
returns text
language plpgsql
as $$
declare
	v_claim uuid;
	v_steps integer := 0;
	v record;
begin
	select c.claim into v_claim
	from keywheel.begin_clear(p_what, p_days * 86400, 'test') c;
	if v_claim is null then
		return 'running';
	end if;
	loop
		select * into v from keywheel.step_clear(v_claim, p_batch);
		v_steps := v_steps + 1;
		exit when not v.more or v.busy is not null or v_steps > 1000;
	end loop;
	return keywheel.end_clear(v_claim, coalesce(v.busy, ''))::text
		|| coalesce(' ' || v.busy, '');
end $$;

-- ---- Logs --------------------------------------------------------------------

select keywheel.ensure_partition(t, (now() at time zone 'UTC')::date - d)
from unnest(array['requests', 'attempts', 'request_bodies']) t,
	generate_series(0, 9) d \g /dev/null
select test.add_request(d) from generate_series(0, 9) d,
	generate_series(1, 3) \g /dev/null
select test.add_request(0.00001) from generate_series(1, 4) \g /dev/null
update keywheel.key_events set at = now() - interval '8 days';
select keywheel.set_key_state(1, 'disabled', 'test') \g /dev/null

select test.is(keywheel.count_clear('logs', 5 * 86400),
	'{"requests": 15, "attempts": 15, "key_events": 1,
	"request_bodies": 0}', 'logs: counted');
select test.is(test.clear('logs', 5),
	'{"attempts": 15, "requests": 15, "key_events": 1}',
	'… and so they go');
select test.is(count(*), 19::bigint, '… no others') from keywheel.requests;
select test.is(count(*), 0::bigint, '… whole days as whole tables')
from pg_class where relname in (
	'requests_' || to_char(now() at time zone 'UTC' - interval '7 days',
		'YYYYMMDD'),
	'attempts_' || to_char(now() at time zone 'UTC' - interval '7 days',
		'YYYYMMDD'),
	'request_bodies_' || to_char(now() at time zone 'UTC'
		- interval '7 days', 'YYYYMMDD'));
select test.is(count(*), 3::bigint, '… the last event of each key stays')
from keywheel.key_events;
select test.is(test.clear('logs', 5), '{}', '… and that was all');

-- A lease whose request's row goes would look open.
select test.add_request(0.00002, 7);
select test.open_request(8, 10);
select test.is(test.clear('logs'),
	'{"attempts": 20, "requests": 20}', 'everything');
select test.is(string_agg(responder::text, ' '), '8',
	'… with the leases of such requests, but no open ones')
from keywheel.leases;
select test.is(keywheel.close_lost_lease(7), false,
	'… nothing is said of a lost request');
delete from keywheel.leases;

-- A day with an open request is not over.
select keywheel.ensure_partition('requests',
	(now() at time zone 'UTC')::date - 3) \g /dev/null
select test.add_request(3);
select test.open_request(8, 3 * 86400);
select test.is(keywheel.oldest_day('requests', now()), null,
	'a day with an open request is not dropped');
select test.is(test.clear('logs'), '{"attempts": 1, "requests": 1}',
	'… but cleared');
delete from keywheel.leases;
select test.clear('logs') \g /dev/null
select test.is(count(*), 0::bigint, '… and dropped when the request has ended')
from pg_class where relname = 'requests_'
	|| to_char(now() at time zone 'UTC' - interval '3 days', 'YYYYMMDD');
select test.is(count(*) > 0, true, 'today''s table is always there')
from pg_class where relname = 'requests_'
	|| to_char(now() at time zone 'UTC', 'YYYYMMDD');

-- A job that reads them.
select keywheel.declare_jobs('[{"name": "deadlines", "every_s": 60},
	{"name": "files", "every_s": 60}]', 'UTC');
select keywheel.claim_job('{deadlines,files}', 'x', 60000, true) \g /dev/null
select keywheel.claim_job('{deadlines,files}', 'x', 60000, true) \g /dev/null
select test.add_request(0.00001);
select test.is(test.clear('logs'), '{} the job deadlines runs',
	'while a job works with them they stay');
select test.is(test.clear('files'), '{} the job files runs', '… so do files');
update keywheel.jobs set claimed_until = now();
select test.is(test.clear('logs'), '{"attempts": 1, "requests": 1}',
	'… and then go');

-- ---- The cache ---------------------------------------------------------------

select keywheel.cache_keep(('\x0' || n)::bytea, 1, 'm', 'x', 60, 100000)
from generate_series(1, 5) n \g /dev/null
insert into keywheel.cache_asked values ('\xc1', 1, now() + interval '1 hour');
update keywheel.cached_answers set stored_at = now() - interval '2 days'
where hash <= '\x03';
select test.is(keywheel.count_clear('cache', 86400),
	'{"answers": 3, "bytes": 903}', 'cache: counted');
select test.is(test.clear('cache', 1), '{"bytes": 903, "answers": 3}',
	'… and so it goes');
select test.is(bytes, 602::bigint, '… the count of bytes, too')
from keywheel.cache_state;
select test.is(count(*), 1::bigint, '… what was asked for stays')
from keywheel.cache_asked;
select test.is(test.clear('cache'), '{"bytes": 602, "answers": 2}', 'all of it');
select test.is(count(*), 0::bigint, '… also what was asked for')
from keywheel.cache_asked;

-- ---- Signatures --------------------------------------------------------------

create function test.add_signatures()
returns void
language sql
as $$
	insert into keywheel.signatures
	select t, 'c' || n, 1, 's', 'm', 'S',
		now() + interval '24 hours' - n * interval '1 day'
	from generate_series(1, 2) t, generate_series(0, 3) n;
	insert into keywheel.conversations
	select t, '\x01', 1, false, now() + interval '1 hour'
	from generate_series(1, 2) t;
$$;
select test.add_signatures();
select test.is(keywheel.count_clear('signatures', 2 * 86400),
	'{"signatures": 4, "conversations": 0}', 'signatures: counted');
select test.is(test.clear('signatures', 2), '{"signatures": 4}',
	'… and so they go');
select test.open_request(8, 5);
select test.is(test.clear('signatures'), '{"signatures": 2, "conversations": 1}'
	' requests of 1 token are under way',
	'those of a token whose requests are under way stay');
select test.is(array_agg(distinct token_id), '{1}', '… only those')
from keywheel.signatures;
update keywheel.leases set started_at = now() + interval '1 second';
select test.is(test.clear('signatures'),
	'{"signatures": 2, "conversations": 1}',
	'a request that began later is in nobody''s way');
delete from keywheel.leases;

-- ---- Files -------------------------------------------------------------------

insert into keywheel.resources (name, scope, kind, key_id, token_id, created_at,
	expires_at) values
	('files/a', 's', 'file', 1, 1, now() - interval '9 hours', 'infinity'),
	('files/b', 's', 'file', 1, 2, now() - interval '9 hours', 'infinity'),
	('files/old', 's', 'file', 1, 2, now() - interval '2 days', 'infinity'),
	('uploads/1', 's', 'upload', 1, 1, now() - interval '9 hours', now()),
	('uploads/2', 's', 'upload', 1, 1, now() - interval '9 hours',
		now() + interval '1 hour'),
	('cachedContents/x', 's', 'cache', 1, 1, now() - interval '3 days',
		'infinity');
select test.is(keywheel.count_clear('files', 0), '{"files": 3, "uploads": 1}',
	'files: counted');
select test.is(test.clear('files', 1), '{"files": 1}', '… older ones go');
select test.open_request(8, 5);
select test.is(test.clear('files'), '{"files": 1, "uploads": 1}'
	' requests of 1 token are under way', '… what is in use stays');
delete from keywheel.leases;
select test.is(test.clear('files'), '{"files": 1} 1 upload is not complete',
	'… so does an upload that goes on');
select test.is(string_agg(name, ' ' order by name), 'cachedContents/x uploads/2',
	'nothing else is touched') from keywheel.resources;

-- ---- Two at once -------------------------------------------------------------

select claim as first from keywheel.begin_clear('cache', 0, 'one') \gset
select test.is(claim is null and running_by = 'one' and running_since <> '',
	true, 'the second one is told who does it already')
from keywheel.begin_clear('cache', 0, 'two');
select test.is(claim is not null, true, '… another kind is free')
from keywheel.begin_clear('files', 0, 'two');
select test.fails($$select keywheel.begin_clear('keys', 0, 'two')$$, '23514',
	'there is nothing else to clear');
update keywheel.clears set alive_until = now() - interval '1 second'
where claim = :'first';
select claim as second from keywheel.begin_clear('cache', 0, 'two') \gset
select test.fails(format($$select keywheel.step_clear(%L, 10)$$, :'first'),
	'P0001', 'who died does not go on');
select test.is(keywheel.end_clear(:'first', ''), null, '… nor end it again');
select test.is(keywheel.end_clear(:'second', ''), '{}', 'who took it over does');
select test.is(remains, 'it was broken off', 'and it is told')
from keywheel.list_clears(10) where by = 'one';
select test.is(count(*), 3::bigint, 'the list: the last ones')
from keywheel.list_clears(3);
select test.is(count(*), 8::bigint, 'what there is')
from keywheel.list_storage();
