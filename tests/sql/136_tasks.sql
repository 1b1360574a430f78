-- Tasks: what is asked is what is done, once, whoever dies meanwhile.

select test.add_keys(1, 6);
select test.add_keys(7, 8, null, 'vertex');

create function pg_temp.state(p_key bigint)
returns text
language sql
as $$ select state from keywheel.keys where key_id = p_key; $$;
create function pg_temp.task(p_task bigint)
returns text
language sql
as $$ select format('%s %s/%s %s', state, done, total, failed)
	from keywheel.tasks where task_id = p_task; $$;
create function pg_temp.ask(p_kind text, p_keys bigint[])
returns bigint
language sql
as $$ select keywheel.ask_key_task(p_kind, 'Ada (page)', p_keys, null,
	null, null); $$;
create function pg_temp.codes(p_task bigint)
returns text
language sql
as $$ select string_agg(item || ':' || coalesce(code, '-'), ' '
		order by item)
	from keywheel.task_items where task_id = p_task; $$;
create function pg_temp.last_event(p_key bigint)
returns text
language sql
as $$ select event || ' ' || cause from keywheel.key_events
	where key_id = p_key order by event_id desc limit 1; $$;
create function pg_temp.work(p_task bigint)
returns void
language plpgsql
as $$ begin
	while keywheel.work_key_task(p_task, 2) > 0 loop null; end loop;
end $$;

-- Asking.
select test.is(pg_temp.ask('disable', '{900, 901}'), null,
	'no key, no task');
select test.is((select count(*) from keywheel.tasks), 0::bigint,
	'… nothing is left of it');
select pg_temp.ask('disable', '{1, 2, 2, 3, 7, 900}') as t \gset
select test.is(pg_temp.task(:t), 'asked 0/4 0', 'those that there are, once');
select test.is(keywheel.work_key_task(:t, 10), 0::bigint,
	'nothing is done before somebody says yes');
select test.is((select count(*) from keywheel.open_tasks()), 0::bigint,
	'… nor is there anything to do');
select keywheel.set_key_state(2, 'disabled', 'cli') \g /dev/null
select test.is(q - 'keys' - 'pools', '{"active": 3, "disabled": 1}',
	'the question tells the states')
from (select keywheel.task_page(:t, null, 0, 10) -> 'question' as q) q;

select test.is(keywheel.ask_key_task('enable', 'Ada (page)', '{}',
	'{"state": "disabled", "pool": "vertex"}', null, null), null,
	'none fits the filter');
select keywheel.ask_key_task('verify', 'Ada (page)', '{1}', '{"pool": "vertex"}',
	null, null) as f \gset
select test.is(pg_temp.codes(:f), '1:- 7:- 8:-', 'those that fit a filter');
select keywheel.cancel_task(:f) \g /dev/null

-- Doing.
select test.is(keywheel.begin_task(:t, '{"why": "x"}'), true, 'yes');
select test.is(keywheel.begin_task(:t, '{}'), false, '… once');
select test.is(format('%s %s %s', kind, arguments, made_by),
	'disable {"why": "x"} Ada (page)', 'it waits for work')
from keywheel.open_tasks();
select keywheel.set_key_state(3, 'removed', 'cli') \g /dev/null
select test.is(keywheel.work_key_task(:t, 3), 3::bigint, 'a batch');
select test.is(pg_temp.task(:t), 'going 3/4 1', '… is counted');
select pg_temp.work(:t);
select test.is(pg_temp.task(:t), 'done 4/4 1', 'the last one ends it');
select test.is(pg_temp.codes(:t), '1:disabled 2:disabled 3:gone 7:disabled',
	'what came of each');
select test.is(pg_temp.last_event(1), 'disabled Ada (page)',
	'the history says who');
select test.is(test.is_dense(), true, 'the rotation is whole');
select test.is(keywheel.cancel_task(:t), false, 'what has ended, has');

-- Enabling, also what is enabled and rests.
select test.judge(4, '{"rest": "key", "rest_ms": 60000}');
select pg_temp.ask('enable', '{1, 4, 5}') as t \gset
select keywheel.begin_task(:t, '{}') \g /dev/null
select pg_temp.work(:t);
select test.is(pg_temp.codes(:t), '1:enabled 4:rests_ended 5:enabled_already',
	'enable');
select test.is(test.rests_s('key/4'), null, '… ends rests');

-- Faults and rests alone.
select test.judge(4, '{"rest": "key", "rest_ms": 60000}');
select keywheel.set_key_state(5, 'disabled', 'cli') \g /dev/null
update keywheel.key_rotation set faults = 2 where key_id = 1;
select pg_temp.ask('reset', '{1, 4, 5, 6}') as t \gset
select keywheel.begin_task(:t, '{}') \g /dev/null
select pg_temp.work(:t);
select test.is(pg_temp.codes(:t), '1:reset 4:reset 5:reset_already '
	'6:reset_already', 'reset');
select test.is(faults, 0, '… faults are forgotten')
from keywheel.key_rotation where key_id = 1;
select test.is(pg_temp.state(5), 'disabled', '… what is disabled stays so');
select test.is(test.rests_s('key/4'), null, '… rests end');

-- Elsewhere.
select pg_temp.ask('move', '{1, 4, 7}') as t \gset
select keywheel.begin_task(:t, '{"pool": "vertex"}') \g /dev/null
select pg_temp.work(:t);
select test.is(pg_temp.codes(:t), '1:moved 4:moved 7:moved_already', 'move');
select test.is(string_agg(pool, ' ' order by key_id), 'vertex vertex',
	'… they are there')
from keywheel.keys where key_id in (1, 4);
select test.is(test.is_dense(), true, '… and the rotation is whole');

-- Deleting, and what came of a task as the next one's keys.
select pg_temp.ask('delete', '{5, 6}') as t \gset
select keywheel.begin_task(:t, '{}') \g /dev/null
select pg_temp.work(:t);
select test.is(pg_temp.codes(:t), '5:deleted 6:deleted', 'delete');
select test.is(keywheel.ask_key_task('verify', 'Ada (page)', '{}', null,
	:t, 'deleted'),
	null, 'nobody tries what is deleted');
select keywheel.ask_key_task('restore', 'Ada (page)', '{}', null,
	:t, 'deleted') as v \gset
select keywheel.begin_task(:v, '{}') \g /dev/null
select pg_temp.work(:v);
select test.is(pg_temp.codes(:v), '5:restored 6:restored', 'and back');
select test.is(pg_temp.state(5), 'active', '… in use');
select test.is(test.is_dense(), true, '… in the rotation');

-- Cancelling.
select pg_temp.ask('disable', '{5, 6}') as t \gset
select keywheel.begin_task(:t, '{}') \g /dev/null
select keywheel.work_key_task(:t, 1) \g /dev/null
select test.is(keywheel.cancel_task(:t), true, 'cancelled');
select test.is(keywheel.work_key_task(:t, 1), 0::bigint,
	'… no more is done');
select test.is(pg_temp.task(:t), 'cancelled 1/2 0', '… what was done, was');
select test.is(pg_temp.state(6), 'active', '… the others are as they were');

-- Trying keys: claims.
select pg_temp.ask('verify', '{1, 2, 4, 5, 6, 7}') as t \gset
select keywheel.begin_task(:t, '{}') \g /dev/null
create function pg_temp.claim(p_task bigint, p_most integer,
	p_lanes integer default 4)
returns text
language sql
as $$ select coalesce(string_agg(key_id || state, ' ' order by key_id), '')
	from keywheel.claim_task_keys(p_task, p_most, p_lanes, 60000); $$;
-- However it is planned: as one that reads what is free for each row anew.
begin;
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
set local enable_memoize = off;
select test.is(pg_temp.claim(:t, 2), '1active 2disabled',
	'a claim has no more than it asked for');
rollback;
select test.is(pg_temp.claim(:t, 2), '1active 2disabled', 'a claim');
select test.is(pg_temp.claim(:t, 9), '4active 5disabled',
	'no more lanes than that, among all');
select test.is(pg_temp.claim(:t, 9), '', '… none is free');
select keywheel.release_task_items(:t, '{4}');
select test.is(pg_temp.claim(:t, 9), '4active', 'given back');
-- Who died with them.
update keywheel.task_items set claimed_until = now() - interval '1 second'
where task_id = :t and item in (1, 2);
select keywheel.set_key_state(2, 'removed', 'cli') \g /dev/null
select test.is(pg_temp.claim(:t, 9), '1active',
	'claims expire; what is gone is passed over');
select test.is(pg_temp.task(:t), 'going 1/6 1', '… as failed');

-- Trying keys: what came of it.
create function pg_temp.tried(p_task bigint, p_key bigint, p_code text,
	p_verdict jsonb, p_found text default null)
returns boolean
language sql
as $$ select keywheel.end_task_key(p_task, jsonb_build_object('item', p_key,
	'code', p_code, 'failed', p_code <> 'works', 'words', 'Google''s'),
	(select state_at from keywheel.keys where key_id = p_key), 'm',
	p_verdict, p_found, 3600); $$;
select test.is(pg_temp.tried(:t, 1, 'invalid_key',
	'{"key": 1, "name": "invalid_key", "disable_after": 1}'), true,
	'refused');
select test.is(pg_temp.state(1), 'disabled', '… counts as an answer');
select keywheel.set_key_state(1, 'active', 'cli') \g /dev/null
select test.is(pg_temp.tried(:t, 1, 'invalid_key',
	'{"key": 1, "name": "invalid_key", "disable_after": 1}'), false,
	'… once');
select test.is(pg_temp.state(1), 'active', '… whoever says it late');
select test.is(pg_temp.tried(:t, 4, 'works', '{"key": 4, "clear": true}'),
	true, 'works');
select test.is(pg_temp.tried(:t, 5, 'works', null, 'alive'), true,
	'works again');
select test.is(pg_temp.state(5), 'active', '… and is used');
select test.is(pg_temp.last_event(5), 'enabled probe', '… as healed ones are');
select pg_temp.claim(:t, 9) \g /dev/null
select pg_temp.tried(:t, 6, 'works', null) \g /dev/null
select pg_temp.tried(:t, 7, 'works_disabled', null) \g /dev/null
select test.is(pg_temp.task(:t), 'done 6/6 3', 'all of them');
select test.is(pg_temp.state(7), 'disabled', 'by hand stays by hand');

-- The page.
select test.is(string_agg(format('%s%s', g ->> 'code', g ->> 'count'),
		' ' order by o),
	'gone1 invalid_key1 works_disabled1 works3', 'groups')
from jsonb_array_elements(keywheel.task_page(:t, null, 0, 2) -> 'groups')
	with ordinality e (g, o);
select test.is(format('%s %s', jsonb_array_length(g -> 'items'),
		g -> 'items' -> 0 ->> 'item'), '2 4', '… with the first of each')
from jsonb_array_elements(keywheel.task_page(:t, 'works', 0, 2) -> 'groups') g;
select test.is(g -> 'items' -> 0 ->> 'item', '6', '… and the next')
from jsonb_array_elements(keywheel.task_page(:t, 'works', 5, 2) -> 'groups') g;
select test.is(keywheel.task_page(999, null, 0, 2), null, 'there is none');
select test.is(t -> 0 ->> 'kind', 'verify', 'the newest first')
from keywheel.list_tasks(3) t;

-- In the clear.
select pg_temp.ask('export', '{4, 5, 6}') as t \gset
select test.is(string_agg(convert_from(secret, 'UTF8'), ' '),
	'SEALED-SECRET-5 SEALED-SECRET-6', 'the next secrets')
from keywheel.reveal_task_keys(:t, 4, 10, 'Ada (page)');
select test.is(pg_temp.last_event(6), 'revealed Ada (page)', '… are told of');
select test.is((select count(*) from keywheel.reveal_task_keys(
	(select max(task_id) - 1 from keywheel.tasks), 0, 9, 'Eve')), 0::bigint,
	'not of any other task');
update keywheel.tasks set made_at = now() - interval '61 minutes'
where task_id = :t;
select test.is((select count(*) from keywheel.reveal_task_keys(
	:t, 0, 9, 'Eve')), 0::bigint, '… nor an hour later');

-- Drafts.
create function pg_temp.draft(p_hash text)
returns jsonb
language sql
as $$ select jsonb_build_array(jsonb_build_object('place', 0,
	'hash', sha256(convert_to(p_hash, 'UTF8')),
	'secret', convert_to('x', 'UTF8'), 'hint', '…x', 'pool', 'paid')); $$;
select keywheel.put_key_draft('00000000-0000-0000-0000-000000000001', 0,
	pg_temp.draft('a') || pg_temp.draft('gemini1'));
select keywheel.put_key_draft('00000000-0000-0000-0000-000000000001', 1,
	pg_temp.draft('b'));
select keywheel.begin_key_draft('00000000-0000-0000-0000-000000000001',
	'Ada (page)') as d \gset
select test.is(format('%s %s %s %s', added, known, restored, more), '1 1 0 t',
	'a part of a draft')
from keywheel.add_key_draft_part('00000000-0000-0000-0000-000000000001', :d,
	'Ada (page)');
select test.is(format('%s %s', added, more), '1 f', '… and the last one')
from keywheel.add_key_draft_part('00000000-0000-0000-0000-000000000001', :d,
	'Ada (page)');
select test.is(keywheel.enter_key_draft(:d, 0, 1) is not null, true,
	'into the rotation');
select test.is(keywheel.enter_key_draft(:d, (select max(item) - 1
	from keywheel.task_items where task_id = :d), 5) is not null, true,
	'… the next');
select test.is(keywheel.enter_key_draft(:d, (select max(item)
	from keywheel.task_items where task_id = :d), 5), null, '… all');
select test.is(test.is_dense(), true, '… as it should be');
select test.is(keywheel.end_key_draft(:d, true), true, 'to be tried');
select test.is(pg_temp.task(:d), 'going 0/2 0', '… the new ones');
select test.is(format('%s %s', k.origin, e.event || ' ' || e.cause),
	'page added Ada (page)', '… by whom')
from keywheel.keys k join keywheel.key_events e using (key_id)
where k.pool = 'paid' order by key_id limit 1;
select test.is(keywheel.begin_key_draft(
	'00000000-0000-0000-0000-000000000001', 'Ada (page)'), null, '… once');

-- Trimming.
select pg_temp.ask('verify', '{1}') as t \gset
select keywheel.put_key_draft('00000000-0000-0000-0000-000000000002', 0,
	pg_temp.draft('c'));
select keywheel.trim_tasks(7) \g /dev/null
select test.is(pg_temp.task(:t), 'asked 0/1 0', 'what is new stays');
update keywheel.tasks set made_at = now() - interval '61 minutes'
where task_id = :t;
update keywheel.key_drafts set made_at = now() - interval '61 minutes';
select test.is(keywheel.trim_tasks(7), 1::bigint,
	'nobody says yes after an hour');
select test.is((select count(*) from keywheel.key_drafts), 0::bigint,
	'… nor adds what was pasted');
update keywheel.tasks set ended_at = now() - interval '8 days'
where ended_at is not null;
do $$ begin while keywheel.trim_tasks(7) > 0 loop null; end loop; end $$;
select test.is((select string_agg(state, ' ') from keywheel.tasks), 'going',
	'what has ended is forgotten by and by');
select test.is((select count(*) from keywheel.task_items i
	where not exists (select from keywheel.tasks t
		where t.task_id = i.task_id)), 0::bigint, '… with all its items');
