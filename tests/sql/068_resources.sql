-- Requests that name what a project holds: only its keys, on each way to a
-- lease, and only for the token that made it.

select test.add_keys(1, 4);
select test.add_keys(5, 7, '4711');
select test.add_keys(8, 8, null, 'paid');
select test.add_keys(9, 9, '4711', 'paid');
select test.add_token();
select keywheel.add_token('other', '\x02', '…othe', false, 'cli') \g /dev/null
select keywheel.add_token('chief', '\x03', '…chie', true, 'cli') \g /dev/null

create function pg_temp.begun(p_wishes jsonb, p_token bytea default '\x01',
	p_model text default 'm', p_max_wait bigint default 0,
	p_more text[] default '{}', p_pool text default 'gemini',
	p_responder bigint default 1)
returns table (answer text, key_id bigint, why text, wait_ms bigint, owner text,
	pool text, token_id bigint)
language sql
as $$
	select b.answer, b.key_id, b.why, b.wait_ms, b.recalled ->> 'owner',
		b.pool, b.token_id
	from keywheel.begin_request(p_responder, gen_random_uuid(), p_token,
		p_pool, p_model, 'r', false, 60000, p_wishes, p_more, 0,
		p_max_wait) b;
$$;
-- The keys that so many requests get, in short.
create function pg_temp.keys(p_wishes jsonb, p_times integer default 12,
	p_token bytea default '\x01')
returns bigint[]
language sql
as $$
	select array_agg(distinct b.key_id order by b.key_id)
	from generate_series(1, p_times) i
	cross join lateral pg_temp.begun(p_wishes || jsonb_build_object(
		'i', i), p_token) b;
$$;
create function pg_temp.made(p_key bigint, p_name text, p_token bigint default 1,
	p_kind text default 'files', p_expires bigint default 3600)
returns void
language sql
as $$
	select keywheel.end_request(1, gen_random_uuid(),
		(extract(epoch from now()) * 1000)::bigint, p_token, p_key,
		'-', 'r', false, 'complete', 200, 1, 0, 0, 0, 0, 5, 9, '', null,
		null, jsonb_build_object('resources', jsonb_build_array(
			jsonb_build_object('name', p_name, 'kind', p_kind,
			'expires_s', p_expires,
			'facts', '{"displayName": "Name"}'::jsonb))));
$$;
create function pg_temp.named(variadic p_names text[])
returns jsonb
language sql
as $$
	select jsonb_build_object('resources', to_jsonb(p_names));
$$;

-- What is not known says nothing.
select test.is(cardinality(pg_temp.keys(pg_temp.named('files/unknown'))), 7,
	'a name that is not known: any key');
select test.is(owner, null, '… bound to none')
from pg_temp.begun(pg_temp.named('files/unknown'));

-- One key that counts for itself, and a project's.
select pg_temp.made(2, 'files/two') \g /dev/null
select pg_temp.made(6, 'files/six') \g /dev/null
select pg_temp.made(7, 'cachedContents/seven', 1, 'cachedContents') \g /dev/null
select test.is(pg_temp.keys(pg_temp.named('files/two')), '{2}',
	'a file: the key that made it');
select test.is(owner, '2', '… which the later calls are told')
from pg_temp.begun(pg_temp.named('files/two'));
select test.is(pg_temp.keys(pg_temp.named('files/six')), '{5,6,7}',
	'a file of a project: all of its keys');
select test.is(pg_temp.keys(pg_temp.named('files/six',
	'cachedContents/seven', 'files/unknown')), '{5,6,7}',
	'several things of one project');
select test.is((answer, why), ('apart'::text, 'files/six, files/two'::text),
	'files of two projects: apart, by name')
from pg_temp.begun(pg_temp.named('files/two', 'files/six'));
select test.is(facts ->> 'displayName', 'Name', 'facts are kept')
from keywheel.resources where name = 'files/two';

-- By turns, the least recently used one first, the reserve last.
create function pg_temp.uses(p_keys bigint[])
returns text
language sql
as $$
	select string_agg(r.uses::text, ' ' order by r.key_id)
	from keywheel.key_rotation r where r.key_id = any (p_keys);
$$;
update keywheel.key_rotation set uses = 0, last_used_at = null;
select pg_temp.begun(pg_temp.named('files/six')) from generate_series(1, 30)
\g /dev/null
select test.is(pg_temp.uses('{5,6,7}'), '10 10 10', 'the project''s keys by turns');
do $$ begin perform keywheel.edit_keys('{7}', '{"reserve": true}',
	'test'); end $$;
select test.is(pg_temp.keys(pg_temp.named('files/six')), '{5,6}',
	'a key of the reserve is left alone');
do $$ begin
	perform test.judge(k, '{"rest": "key", "rest_ms": 60000}')
	from unnest('{5,6}'::bigint[]) k;
end $$;
select test.is(pg_temp.keys(pg_temp.named('files/six')), '{7}',
	'… until the others rest');
do $$ begin perform test.pass(120000); end $$;

-- Further pools.
select test.is(b.answer || ' ' || coalesce(b.why, ''), 'none owner_gone',
	'no key of the project in the pool that is asked')
from pg_temp.begun(pg_temp.named('files/two'), p_pool => 'paid') b;
select test.is((b.key_id, b.pool), (9::bigint, 'paid'::text),
	'… another key of the project there')
from pg_temp.begun(pg_temp.named('files/six'), p_pool => 'paid') b;
select test.is((b.key_id, b.pool), (2::bigint, 'gemini'::text),
	'… or in a further pool')
from pg_temp.begun(pg_temp.named('files/two'), p_more => '{gemini}',
	p_pool => 'paid') b;

-- A key that may not serve the model, that rests, that is gone.
do $$ begin perform keywheel.edit_keys('{2}', '{"models": ["other"]}',
	'test'); end $$;
select test.is((answer, why), ('none'::text, 'not_offered'::text),
	'the owner may not serve the model')
from pg_temp.begun(pg_temp.named('files/two'));
do $$ begin perform keywheel.edit_keys('{2}', '{"models": null}',
	'test'); end $$;
do $$ begin
	perform test.judge(2, '{"rest": "key", "rest_ms": 30000}');
	perform test.judge(1, '{"rest": "key", "rest_ms": 5000}');
end $$;
select test.ok(answer = 'resting' and wait_ms between 29000 and 30000,
	'the owner rests: its own time, ' || wait_ms)
from pg_temp.begun(pg_temp.named('files/two'));
select test.is(why, 'rate_minute', '… and reason')
from pg_temp.begun(pg_temp.named('files/two'));
select test.is(answer, 'leased', '… others go on') from pg_temp.begun('{}');
do $$ begin perform test.pass(120000);
	perform keywheel.set_key_state(2, 'disabled', 'test'); end $$;
select test.is((answer, why), ('none'::text, 'owner_gone'::text),
	'the owner is disabled: said so')
from pg_temp.begun(pg_temp.named('files/two'));
select test.is(count(*), 0::bigint, '… without an alarm')
from keywheel.alarms where kind = 'no_key';
do $$ begin perform keywheel.set_key_state(2, 'active', 'test'); end $$;

-- Limits of the owner's are kept, and waited for.
select keywheel.change_limit('key/2', 'ml', 'rpm', 1) \g /dev/null
select test.is(answer, 'leased', 'a limit of one')
from pg_temp.begun(pg_temp.named('files/two'), p_model => 'ml');
select test.ok(answer = 'resting' and why = 'limit_minute' and wait_ms > 0,
	'… used up: ' || why)
from pg_temp.begun(pg_temp.named('files/two'), p_model => 'ml');
select test.is(key_id is distinct from 2, true, '… other keys have room')
from pg_temp.begun('{}', p_model => 'ml');

-- A later attempt stays with the owner.
create function pg_temp.again(p_owner bigint, p_tried bigint[],
	p_verdict jsonb default null, p_max_wait bigint default 0)
returns keywheel.lease
language sql
as $$
	select * from keywheel.retry_request(1, (select request_id
		from keywheel.leases where responder = 1), 'gemini', 'm',
		p_tried, p_verdict, '{}', 0, p_max_wait, p_owner);
$$;
select pg_temp.begun(pg_temp.named('files/six')) \g /dev/null
select test.ok(answer = 'leased' and key_id in (5, 7),
	'retry: another key of the project')
from pg_temp.again(6, '{6}');
select test.is((answer, wait_ms), ('tried'::text, 0::bigint),
	'… tried, if there is none')
from pg_temp.again(2, '{2}');
select test.is(key_id, 2::bigint, '… and the same again')
from pg_temp.again(2, '{}');
select test.is(count(*), 0::bigint, 'lanes: one that was tried is none')
from keywheel.lease_more('gemini', 'm', '{2}', 1, '{}', 0, 2);
select test.ok(bool_and(key_id in (5, 6)) and count(*) = 1,
	'… another of the project')
from keywheel.lease_more('gemini', 'm', '{7}', 1, '{}', 0, 6);
select test.ok(answer = 'tried' and wait_ms > 50000,
	'a rest that the answer brought')
from pg_temp.again(2, '{2}', '{"key": 2, "name": "rate_minute", "rest": "key",
	"rest_ms": 60000}');
select test.ok(answer = 'resting' and wait_ms > 50000
	and why = 'rate_minute', 'when is one free: when the owner is')
from keywheel.when_free('gemini', 'm', null, '{}', 0, 2);
select test.is(wait_ms, 0::bigint, '… others are now')
from keywheel.when_free('gemini', 'm', null);

-- Waiting: in a line of their own, which others do not stand behind.
select test.is(answer, 'wait', 'it may wait')
from pg_temp.begun(pg_temp.named('files/two'), p_max_wait => 90000,
	p_responder => 5);
select test.is(answer, 'leased', '… newcomers pass')
from pg_temp.begun('{}', p_max_wait => 90000, p_responder => 6);
select test.is(pool, 'of key/2', '… its line is the project''s')
from keywheel.waiting where responder = 5;
create function pg_temp.look(p_responder bigint, p_owner bigint)
returns keywheel.lease
language sql
as $$
	select * from keywheel.wait_request(p_responder, (select request_id
		from keywheel.leases where responder = p_responder), 'gemini',
		'm', 90000, '{}', 0, p_owner);
$$;
select test.is(answer, 'wait', 'it looks again') from pg_temp.look(5, 2);
select test.is(answer, 'wait', 'a second one stands behind it')
from pg_temp.begun(pg_temp.named('files/two'), p_max_wait => 90000,
	p_responder => 6);
do $$ begin perform test.pass(120000); end $$;
select test.is(answer, 'wait', '… and does not overtake')
from pg_temp.look(6, 2);
select test.is((answer, key_id), ('leased'::text, 2::bigint),
	'the key is back: the first has it') from pg_temp.look(5, 2);
select test.is((answer, key_id), ('leased'::text, 2::bigint),
	'… then the second') from pg_temp.look(6, 2);

-- The project became known later, or the key is gone for good.
select pg_temp.made(3, 'files/three') \g /dev/null
do $$ begin perform keywheel.join_project(3, '4711', 'test'); end $$;
select test.is(pg_temp.keys(pg_temp.named('files/three')), '{3,5,6}',
	'a project that was learned later: all of its keys');
select test.is(answer, 'leased', '… and one with what was there before')
from pg_temp.begun(pg_temp.named('files/three', 'files/six'));

-- Whose it is.
select test.is((answer, why), ('not_yours'::text, 'files/two'::text),
	'another token''s file is not to be had')
from pg_temp.begun(pg_temp.named('files/unknown', 'files/two'), '\x02');
select test.is((answer, key_id), ('leased'::text, 2::bigint),
	'… but by the operator''s token')
from pg_temp.begun(pg_temp.named('files/two'), '\x03');
select keywheel.put_settings('{"FILES_USER_ISOLATION_ENABLED": "false"}')
\g /dev/null
select test.is((answer, key_id), ('leased'::text, 2::bigint),
	'… and by all where the setting is off')
from pg_temp.begun(pg_temp.named('files/two'), '\x02');
select keywheel.put_settings('{"FILES_USER_ISOLATION_ENABLED": "true"}')
\g /dev/null
-- The same name in two projects: each has its own.
select pg_temp.made(4, 'files/mine', 1) \g /dev/null
select pg_temp.made(6, 'files/mine', 2) \g /dev/null
select test.is(pg_temp.keys(pg_temp.named('files/mine')), '{4}',
	'a name twice: the first token''s');
select test.is(pg_temp.keys(pg_temp.named('files/mine'), 12, '\x02'),
	'{3,5,6}', '… and the other''s');

-- An upload's id is all that its later calls need.
select pg_temp.made(4, 'uploads/ab', 2) \g /dev/null
select test.is((answer, key_id, token_id), ('leased'::text, 4::bigint,
	2::bigint), 'by an upload''s id: its key and its token')
from pg_temp.begun('{"upload": "uploads/ab", "resources": ["uploads/ab"]}',
	null);
select test.is(answer, 'no_upload', '… one that is not known')
from pg_temp.begun('{"upload": "uploads/cd", "resources": ["uploads/cd"]}',
	null);
select test.is(answer, 'unauthorized', '… nor a file')
from pg_temp.begun('{"resources": ["files/two"]}', null);
do $$ begin perform keywheel.revoke_token('other'); end $$;
select test.is(answer, 'no_upload', '… nor for a token that was revoked')
from pg_temp.begun('{"upload": "uploads/ab", "resources": ["uploads/ab"]}',
	null);

-- A kind that sticks: the project of the newest, else one that the token draws.
select test.is(pg_temp.keys('{"sticky": "files"}'), '{4}',
	'sticky: where the newest file is');
select test.is(cardinality(pg_temp.keys('{"sticky": "batches"}')), 1,
	'… with none, always the same key');
select test.is(cardinality(pg_temp.keys('{}')), 6, '… else by turns');
do $$ begin perform test.judge(4, '{"rest": "key", "rest_ms": 60000}'); end $$;
select test.is(pg_temp.keys('{"sticky": "files"}'), '{3,5,6}',
	'… while it rests, where the one before is');
do $$ begin perform test.pass(120000); end $$;
do $$
declare
	v_homes integer;
begin
	for i in 1..40 loop
		perform keywheel.add_token('t' || i, int4send(i), '…', false,
			'cli');
	end loop;
	select count(distinct b.key_id) into v_homes
	from generate_series(1, 40) i
	cross join lateral pg_temp.begun('{"sticky": "files"}', int4send(i)) b;
	if v_homes < 4 then
		raise exception '% homes', v_homes;
	end if;
end $$;

-- What is gone, or over.
select keywheel.remember(1, 4, '-', '{"forget": ["files/mine", "files/none"]}')
\g /dev/null
select test.is(array_agg(token_id), '{2}', 'forgotten: in that project only')
from keywheel.resources where name = 'files/mine';
select pg_temp.made(1, 'files/old', 1, 'files', -5) \g /dev/null
select test.is(cardinality(pg_temp.keys(pg_temp.named('files/old'))), 6,
	'what is over says nothing');
select keywheel.remember(1, 1, '-', '{"resources": [{"name": "batches/b",
	"kind": "batches"}, {"name": "batches/b", "kind": "batches"}]}')
\g /dev/null
select test.is(expires_at, 'infinity', 'without an end it stays')
from keywheel.resources where name = 'batches/b';
update keywheel.revision set maintained_at = '-infinity';
select keywheel.maintain() \g /dev/null
select test.is(count(*) filter (where expires_at < now()), 0::bigint,
	'the clean-up takes what is over') from keywheel.resources;
select test.ok(count(*) > 5, '… and nothing else') from keywheel.resources;
