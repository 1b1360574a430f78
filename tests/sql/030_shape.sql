-- The rotation stays dense, whatever happens to keys.

select test.add_keys(1, 10);
select test.ok(test.is_dense(), 'ten keys added');

-- From the front, the middle and the end.
select test.is(keywheel.set_key_state(1, 'disabled', 'cli'), true,
	'disable the first');
select test.ok(test.is_dense(), '… dense');
select keywheel.set_key_state(5, 'removed', 'cli') \g /dev/null
select test.ok(test.is_dense(), 'remove one in the middle: dense');
select keywheel.set_key_state(
	(select key_id from keywheel.key_slots order by slot desc limit 1),
	'disabled', 'cli') \g /dev/null
select test.ok(test.is_dense(), 'disable the last: dense');
select test.is(size, 7, 'seven are left') from keywheel.pools;
select test.is(keywheel.set_key_state(1, 'disabled', 'cli'), false,
	'disabled already');
select test.is(keywheel.set_key_state(999, 'disabled', 'cli'), false,
	'no such key');

-- Enabling brings back uses and ends rests and faults.
select test.picks(70);
select test.judge(2, '{"rest": "key", "rest_ms": 60000}');
select test.judge(2, '{"disable_after": 9}');
select test.is(keywheel.set_key_state(2, 'active', 'cli'), true,
	'enabling ends a rest');
select test.is(rests_until::text || ' ' || faults, '-infinity 0',
	'… and forgets faults')
from keywheel.key_rotation where key_id = 2;
select test.is(test.rests_s('key/2'), null::integer, '… for every model');
select test.is(keywheel.set_key_state(2, 'active', 'cli'), false,
	'nothing to enable');
select keywheel.set_key_state(2, 'disabled', 'cli') \g /dev/null
select test.is(uses, 10::bigint, 'uses are kept while it is out')
from keywheel.keys where key_id = 2;
select keywheel.set_key_state(2, 'active', 'cli') \g /dev/null
select test.is(uses, 10::bigint, '… and counted on when it is back')
from keywheel.key_rotation where key_id = 2;
select test.ok(test.is_dense(), '… dense');

-- A key that comes back while its project rests does not jump the rest.
select test.add_keys(11, 12, '4711');
select keywheel.set_key_state(11, 'disabled', 'cli') \g /dev/null
select test.judge(12, '{"rest": "project", "rest_ms": 60000}');
select keywheel.change_key_state(11, 'active', 'recheck', '') \g /dev/null
select test.is(count(*), 0::bigint, 'a key that comes back rests with others')
from test.picked(40) p where p.key_id in (11, 12);

-- Adding what is there, and what has been removed.
select test.is(result || ' ' || key_id, 'known 3', 'a known key')
from keywheel.add_key('gemini', sha256('gemini3'), '\x00', 'h', null, 'cli');
select test.is(result || ' ' || key_id, 'restored 5', 'a removed key')
from keywheel.add_key('gemini', sha256('gemini5'), '\x00', 'h', null, 'env');
select test.is(origin || ' ' || state, 'env active', '… is its new owner''s')
from keywheel.keys where key_id = 5;
select keywheel.set_key_state(5, 'removed', 'cli') \g /dev/null
select test.is(result, 'restored', 'a removed key for another pool')
from keywheel.add_key('paid', sha256('gemini5'), '\x00', 'h', null, 'cli');
select test.is(pool, 'paid', '… goes there') from keywheel.key_rotation
where key_id = 5;
select test.is(result || ' ' || test.key_state(1), 'known disabled',
	'a disabled key stays disabled')
from keywheel.add_key('gemini', sha256('gemini1'), '\x00', 'h', null, 'cli');
select test.ok(test.is_dense(), '… dense');

-- A load that names fewer keys takes away its own and no others.
select keywheel.add_key('gemini', sha256(i::text::bytea), '\x00', 'h', null,
	'env') from generate_series(101, 104) i \g /dev/null
select test.is(keywheel.remove_keys_except('gemini', 'env',
	array[sha256('102'), sha256('103')]), 2::bigint,
	'two of four are not named any more');
select test.is(count(*), 2::bigint, '… and two of that origin are left')
from keywheel.keys where origin = 'env' and state = 'active';
select test.is(keywheel.remove_keys_except('gemini', 'env', '{}'), 2::bigint,
	'none is named');
select test.ok(test.is_dense(), '… dense');
select test.is((select count(*) from keywheel.keys
	where origin = 'cli' and state = 'removed'), 0::bigint,
	'keys of another origin stay');

-- In any order, hundreds of times.
do $$
declare
	v_states text[] := array['active', 'disabled', 'removed'];
begin
	perform setseed(0.5);
	for i in 1..400 loop
		perform keywheel.set_key_state(1 + floor(random() * 14)::bigint,
			v_states[1 + floor(random() * 3)::integer], 'test');
		if not test.is_dense() then
			raise exception 'not dense after % changes', i;
		end if;
	end loop;
end $$;
select test.ok(test.is_dense(), '400 changes in any order: dense');
select keywheel.set_key_state(key_id, 'removed', 'test')
from keywheel.keys \g /dev/null
select test.is(array_agg(distinct size), '{0}', 'all removed: empty')
from keywheel.pools;
select test.is((test.pick()).answer, 'none', '… and none to lease');

-- What the list shows.
select test.add_keys(1, 1);
select test.judge(1, '{"rest": "key", "rest_ms": 60000}');
select test.is(hint || ' ' || state || ' ' || (resting
	like 'm until 2%Z (rate_minute)'), '…k001 active true',
	'the list names rests') from keywheel.list_keys();
