-- Who may do what, and that no secret is where it can be seen.

select test.add_keys(1, 3, '4711');
select test.add_token();
select keywheel.put_settings('{"A": "1"}') \g /dev/null
select test.judge(1, '{"rest": "key", "rest_ms": 60000}');
select keywheel.begin_request(1, '00000000-0000-0000-0000-00000000000a',
	'\x01', 'gemini', 'm', 'openai.chat', true, 60000) \g /dev/null
select keywheel.end_request(1, '00000000-0000-0000-0000-00000000000a',
	(extract(epoch from now()) * 1000)::bigint, 1, 1, 'm', 'openai.chat',
	true, 'complete', 200, 1, 1, 1, 1, 1, 1, 1, '',
	'[{"attempt": 1, "key": 1, "verdict": "x", "status": 1, "total_ms": 1,
	"evidence": ""}]', null) \g /dev/null

-- Relations of the schema, and whether a role may do anything with them.
create function test.may_touch(p_role text, p_relkinds text)
returns text[]
language sql
as $$
	select coalesce(array_agg(c.relname::text order by c.relname), '{}')
	from pg_class c
	where c.relnamespace = 'keywheel'::regnamespace
		and position(c.relkind::text in p_relkinds) > 0
		and (has_table_privilege(p_role, c.oid, 'select, insert, update, '
			'delete, truncate, references, trigger')
			or has_any_column_privilege(p_role, c.oid, 'select, '
			'insert, update, references'));
$$;
create function test.may_call(p_role text)
returns text[]
language sql
as $$
	select coalesce(array_agg(distinct p.proname::text), '{}')
	from pg_proc p
	where p.pronamespace = 'keywheel'::regnamespace
		and has_function_privilege(p_role, p.oid, 'execute');
$$;

-- The runtime role: functions, and nothing else.
select test.is(test.may_touch('keywheel_app', 'rpvm'), '{}',
	'the runtime role may touch no table and no view');
select test.is(count(*), 0::bigint, '… and no sequence')
from pg_class c where c.relnamespace = 'keywheel'::regnamespace
	and case when c.relkind = 'S' then has_sequence_privilege(
		'keywheel_app', c.oid, 'usage, select, update') end;
select test.is(test.may_call('keywheel_app'),
	(select array_agg(distinct proname::text) from pg_proc
		where pronamespace = 'keywheel'::regnamespace and prosecdef
			and proname !~ '^report_'),
	'… and may call what runs with the owner''s rights, nothing else');
select test.is(has_schema_privilege('keywheel_app', 'keywheel', 'create'),
	false, '… and make nothing in the schema');

-- What may be called works with the rights of that role alone.
set role keywheel_app;
select test.is(answer, 'leased', 'as the runtime role: begin_request')
from keywheel.begin_request(2, '00000000-0000-0000-0000-00000000000b', '\x01',
	'gemini', 'm', 'r', false, 60000);
select test.is(answer, 'leased', 'retry_request')
from keywheel.retry_request(2, '00000000-0000-0000-0000-00000000000b',
	'gemini', 'm', '{2}', '{"key": 2, "name": "x", "rest": "key",
	"rest_ms": 1, "disable_after": 1}');
select test.is(answer, 'leased', 'lease_more')
from keywheel.lease_more('gemini', 'm', '{}', 1);
select keywheel.end_request(2, '00000000-0000-0000-0000-00000000000b', 0, 1, 1,
	'm', 'r', false, 'complete', 200, 1, 1, 1, 1, 1, 1, 1, '', null, null);
select keywheel.maintain() \g /dev/null
select test.is(keywheel.close_lost_lease(2), false, 'close_lost_lease');
select test.is(result, 'added', 'add_key')
from keywheel.add_key('gemini', sha256('77'), sha256('78'), 'h', null,
	'cli');
select test.is(count(*), 1::bigint, 'edit_keys')
from keywheel.edit_keys('{4}', '{"weight": 2, "pool": "paid"}', 'cli');
select test.is(count(*), 2::bigint, 'list_key_events')
from keywheel.list_key_events(4);
select keywheel.change_limit('*', 'm', 'rpm', 15) \g /dev/null
select test.is(count(*), 1::bigint, 'list_limits') from keywheel.list_limits();
select test.is(count(*), 0::bigint, 'list_alarms') from keywheel.list_alarms();
select test.is(keywheel.set_key_state(4, 'removed', 'cli'), true,
	'set_key_state');
select test.is(count(*), 3::bigint, 'list_keys') from keywheel.list_keys();
select test.is(result, 'added', 'add_token')
from keywheel.add_token('b', '\x78', 'h', false, 'cli');
select test.is(keywheel.revoke_token('b'), true, 'revoke_token');
select test.is(keywheel.put_settings('{"A": "2"}'), 1::bigint,
	'put_settings');
select test.is(keys_all, 3::bigint, 'health') from keywheel.health();
select keywheel.end_request(2, '00000000-0000-0000-0000-00000000000c', 0, 1, 1,
	'm', 'r', false, 'complete', 200, 1, 1, 1, 1, 1, 1, 1, '', null, null,
	'{"conversation": "aa", "signatures": {"c": "S"}, "quirks": ["q"]}');
select test.is(key_id || ' ' || recalled::text, '3 {"signatures": {"c": '
	'{"model": "m", "scope": "project/4711", "signature": "S"}}}',
	'what was remembered; that key rests, another has its project')
from keywheel.begin_request(2, '00000000-0000-0000-0000-00000000000d', '\x01',
	'gemini', 'm', 'r', false, 60000, '{"calls": ["c"]}');
select keywheel.warm_up() \g /dev/null
select test.is(keywheel.get_quirks(), '{"m": ["q"]}', 'get_quirks');
select test.is(count(*), 1::bigint, 'list_quirks') from keywheel.list_quirks();
select test.is(keywheel.forget_quirks('m'), 1::bigint, 'forget_quirks');
select test.is(keywheel.claim_models_fetch(1), true, 'claim_models_fetch');
select keywheel.fail_models_fetch('no');
select keywheel.release_models_fetch();
select test.is(keywheel.put_models('[{"name": "models/a"}]', 1), true,
	'put_models');
select test.is(models, '[{"name": "models/a"}]', 'get_models')
from keywheel.get_models();
select test.is(keywheel.get_model_names(), '{"a": true}', 'get_model_names');
select test.fails('select * from keywheel.keys', '42501', 'no keys');
select test.fails('select * from keywheel.tokens', '42501', 'no tokens');
select test.fails('select * from keywheel.requests', '42501', 'no requests');
select test.fails('select * from keywheel.signatures', '42501',
	'no signatures');
select test.fails('select * from keywheel.conversations', '42501',
	'no conversations');
select test.fails('select * from keywheel.report_keys', '42501', 'no report');
select test.fails('update keywheel.settings set value = 1', '42501',
	'no settings');
select test.fails('select keywheel.apply_verdict(null, null)', '42501',
	'no inner function');
select test.fails('select keywheel.lease_key(1, ''gemini'', ''m'', ''{}'')',
	'42501', '… not the pick by itself');
select test.fails('select keywheel.recall(1, ''{}'')', '42501',
	'… nor what others remember');
select test.fails('create table keywheel.mine ()', '42501', 'no new table');
reset role;

-- A function that runs with its owner's rights must not be led astray.
select test.is(coalesce(array_agg(proname::text), '{}'), '{}',
	'functions with the owner''s rights have a fixed search path')
from pg_proc where pronamespace = 'keywheel'::regnamespace and prosecdef
	and (proconfig is null
		or not 'search_path=keywheel, pg_temp' = any (proconfig));

-- The report role: every view, and nothing else.
select test.is(test.may_touch('keywheel_report', 'v'),
	(select array_agg(relname::text order by relname) from pg_class
		where relnamespace = 'keywheel'::regnamespace and relkind = 'v'),
	'the report role may read every view');
select test.ok(bool_and(relname ~ '^report_'), '… each is a report_…')
from pg_class where relnamespace = 'keywheel'::regnamespace and relkind = 'v';
select test.is(test.may_touch('keywheel_report', 'rpm'), '{}',
	'… and no table');
-- Functions have no dependencies that could be asked for: by their names.
create function test.named_in_views()
returns text[]
language sql
as $$
	select coalesce(array_agg(distinct p.proname::text), '{}')
	from pg_proc p
	where p.pronamespace = 'keywheel'::regnamespace
		and exists (select from pg_views v
			where v.schemaname = 'keywheel' and v.definition
				~ ('\mkeywheel\.' || p.proname || '\('));
$$;
select test.is(test.may_call('keywheel_report'), test.named_in_views(),
	'… and no function but those that views call');
select test.is(coalesce(array_agg(p.proname::text), '{}'), '{}',
	'… of which those with the owner''s rights are there for them')
from pg_proc p
where p.pronamespace = 'keywheel'::regnamespace and p.prosecdef
	and p.proname = any (test.may_call('keywheel_report'))
	and p.proname !~ '^report_' and p.proname not in ('list_limits', 'list_storage');
set role keywheel_report;
select test.ok(count(*) > 0, 'as it: the limits')
from keywheel.report_limits;
select test.fails('select * from keywheel.keys', '42501', 'as it: no keys');
select test.fails('select * from keywheel.list_keys()', '42501', '… no list');
select test.fails('delete from keywheel.report_cooldowns', '42501',
	'… nothing to delete');
select test.is(count(*), 3::bigint, '… but the report of keys')
from keywheel.report_keys;

reset role;

-- Something for every view to show, and secrets next to it.
select keywheel.put_proxy_checks(jsonb_build_array(jsonb_build_object(
	'proxy', md5('p'), 'name', 'http://h:1', 'works', true,
	'latency_ms', 1)));
select keywheel.put_deadlines(jsonb_build_array(jsonb_build_object(
	'model', 'm', 'size_class', 1, 'streamed', true, 'first_byte_ms', 1,
	'idle_ms', 1, 'samples', 50, 'p50', 5, 'p99', 9, 'gap_p99', null)))
\g /dev/null
select keywheel.raise_alarm('storm', 'm', 'it blows');
select keywheel.put_price('{"model": "m", "valid_from": "2020-01-01",
	"currency": "USD", "prompt": "1"}', 'me');
select keywheel.set_limit('project/4711', 'm', 'rpd', 9) \g /dev/null
update keywheel.tokens set hash = 'SEALED-token', requests_per_day = 9
where name = 'bench';
insert into keywheel.token_secrets (hash, token_id, hint, ends_at)
select 'SEALED-old', token_id, '…o', now() + interval '1 day'
from keywheel.tokens where name = 'bench';
insert into keywheel.sessions (hash, token_id, ends_at, address, agent)
select 'SEALED-session', token_id, now() + interval '1 day', '::1', 'SEALED'
from keywheel.tokens where name = 'bench';
insert into keywheel.request_bodies (request_id, started_at, size, body)
select request_id, started_at, 1, 'SEALED-body' from keywheel.requests;
update keywheel.settings set value = '"SEALED"';

-- Each view, read whole by that role: no secret in any column.
create temporary table seen (view text, body text);
grant insert on seen to public;
set role keywheel_report;
do $$
declare
	v_view text;
begin
	for v_view in select relname from pg_class
		where relnamespace = 'keywheel'::regnamespace and relkind = 'v'
	loop
		execute format('insert into seen select %L, v::text
			from keywheel.%I v', v_view, v_view);
	end loop;
end $$;
reset role;
select test.is(coalesce(array_agg(c.relname::text), '{}'), '{}',
	'each view has rows')
from pg_class c
where c.relnamespace = 'keywheel'::regnamespace and c.relkind = 'v'
	and c.relname not in (select view from seen);
select test.ok(count(*) > 0, 'a secret that were there would be found')
from (select t::text as body from keywheel.tokens t) t
where position(encode('SEALED', 'hex') in body) > 0;
select test.is(count(*), 0::bigint, 'no secret and no hash is among them')
from seen
where body ~ 'SEALED' or position(encode('SEALED'::bytea, 'hex') in body) > 0
	or exists (select from keywheel.keys k
		where position(encode(k.hash, 'hex') in body) > 0)
	or body ~ '\\x';
select test.is(coalesce(array_agg(a.attrelid::regclass || '.' || a.attname),
	'{}'), '{}', 'no column is named or typed like a secret')
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'keywheel'::regnamespace and c.relkind = 'v'
	and a.attnum > 0
	and (a.attname ~ '(secret|hash|password)' or a.atttypid = 'bytea'::regtype);

-- Anybody else.
create role test_stranger;
select test.is(test.may_touch('test_stranger', 'rpvm')
	|| test.may_call('test_stranger'), '{}', 'a stranger may do nothing');
drop role test_stranger;
