-- Keys that differ: weights, lists of models, the reserve, several pools; and
-- keys that are put elsewhere.

create function test.weigh(p_key bigint, p_weight integer)
returns void
language plpgsql
as $$
begin
	update keywheel.keys set weight = p_weight where key_id = p_key;
	perform keywheel.place_key(p_key);
end $$;

-- The keys of a ring in the order of their slots.
create function test.ring(p_ring text default 'gemini')
returns text
language sql
as $$
	select string_agg(key_id::text, ' ' order by slot)
	from keywheel.key_slots where pool = p_ring;
$$;

-- Weights.
select test.add_keys(1, 9);
select test.is(test.ring(), '1 2 3 4 5 6 7 8 9', 'in the order of import');
select test.weigh(5, 3);
select test.ok(test.is_dense(), 'a key with three turns: dense');
select test.ok(test.ring() !~ '5 5' and test.ring() !~ '^5.*5$',
	'… none behind the other: ' || test.ring());
select test.picks(1100);
select test.is(array_agg(uses order by key_id),
	'{100,100,100,100,300,100,100,100,100}'::bigint[],
	'1,100 picks: three turns a round')
from keywheel.key_rotation;
select test.weigh(5, 1);
select test.ok(test.is_dense(), '… and one again: dense');
select test.is(uses, 300::bigint, 'its uses are kept')
from keywheel.key_rotation where key_id = 5;
update keywheel.keys set weight = 4 where key_id in (2, 3, 7);
select keywheel.place_keys('{2,3,7}');
select test.ok(test.is_dense(), 'several at once: dense');
select test.ok(test.ring() !~ '(2 2|3 3|7 7)', '… and spread: ' || test.ring());
select keywheel.set_key_state(3, 'disabled', 'test'),
	keywheel.set_key_state(7, 'disabled', 'test') \g /dev/null
select test.ok(test.is_dense(), 'gone with all their turns: dense');
select keywheel.set_key_state(3, 'active', 'test') \g /dev/null
select test.ok(test.is_dense(), 'and back: dense');
select test.ok(test.ring() !~ '3 3', '… and spread: ' || test.ring());

-- A weighted key that rests leaves its turns to all others alike.
select test.add_keys(11, 20, null, 'heavy');
create temporary table heavy as select min(key_id) as one from keywheel.keys
where pool = 'heavy';
select test.weigh(one + 3, 10) from heavy;
select test.judge(one + 3, '{"rest": "key", "rest_ms": 60000}') from heavy;
select count(*) from test.picked(900, 'm', 'heavy') \g /dev/null
select test.ok(max(uses) - min(uses) <= 30, 'a heavy key rests: the others even, '
	|| string_agg(uses::text, ' ' order by key_id))
from keywheel.key_rotation, heavy where pool = 'heavy' and key_id <> one + 3;

-- Lists of models.
select test.add_keys(31, 34, null, 'listed');
update keywheel.keys set models = '{gemini-2.5-flash,embed-*}'
where hint in ('…k031', '…k032');
select keywheel.place_keys(array(select key_id from keywheel.keys
	where pool = 'listed'));
select test.is(string_agg(distinct p.hint, ' '), '…k031 …k032 …k033 …k034',
	'a model that all may serve')
from test.picked(8, 'gemini-2.5-flash', 'listed') p;
select test.is(string_agg(distinct p.hint, ' '), '…k031 …k032 …k033 …k034',
	'… by its beginning')
from test.picked(8, 'embed-1', 'listed') p;
select test.is(string_agg(distinct p.hint, ' '), '…k033 …k034',
	'other models: the others')
from test.picked(40, 'gemini-2.5-flash-lite', 'listed') p;
select test.is(string_agg(distinct p.hint, ' '), '…k031 …k032 …k033 …k034',
	'requests without a model: all')
from test.picked(8, '-', 'listed') p;
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}', 'm')
from keywheel.keys where hint in ('…k033', '…k034');
select test.is(p.answer || ' ' || p.why || ' ' || (p.wait_ms > 59000),
	'resting rate_minute true', 'those that may rest: resting')
from test.pick('m', '{}', 'listed') p;
update keywheel.keys set models = '{other}' where hint in ('…k033', '…k034');
select keywheel.place_keys(array(select key_id from keywheel.keys
	where pool = 'listed'));
select test.is(p.answer || ' ' || p.why, 'none not_offered',
	'none may serve it')
from test.pick('m', '{}', 'listed') p;
select test.is(p.answer || ' ' || p.why, 'none not_offered',
	'… whatever was tried')
from test.pick('m', array(select key_id from keywheel.keys
	where pool = 'listed'), 'listed') p;
select test.is(p.answer || ' ' || coalesce(p.why, ''), 'none ', 'no key at all')
from test.pick('m', '{}', 'nowhere') p;

-- The reserve, and further pools.
create function test.far(p_model text default 'm', p_tried bigint[] default '{}')
returns text
language sql
as $$
	select p.answer || ' ' || coalesce(p.hint || ' ' || p.pool, p.why)
	from keywheel.lease_key((select size from keywheel.pools
		where pool = 'near'), 'near', p_model, p_tried, '{far,empty}') p;
$$;
select test.add_keys(41, 44, null, 'near');
select test.add_keys(45, 46, null, 'far');
update keywheel.keys set reserve = true where hint in ('…k043', '…k044', '…k046');
select keywheel.place_keys(array(select key_id from keywheel.keys
	where pool in ('near', 'far')));
select test.ok(test.is_dense(), 'a reserve: dense');
select test.is(array_agg(distinct f order by f),
	'{leased …k041 near,leased …k042 near}', 'ordinary keys first')
from (select test.far() as f from generate_series(1, 10)) s;
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}', 'm')
from keywheel.keys where hint in ('…k041', '…k042');
do $$
begin
	for i in 1..100 loop
		perform test.far();
	end loop;
end $$;
select test.is(string_agg(uses::text, ' ' order by key_id), '50 50',
	'all of them rest: the reserve, evenly')
from keywheel.key_rotation where pool = 'near/reserve';
select test.is(test.far('other'), 'leased …k041 near', '… for that model only');
select test.is(f ~ '^leased …k0(43|44) near$', true, 'the lease tells the pool')
from test.far() f;
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}', 'm')
from keywheel.keys where hint in ('…k043', '…k044');
select test.is(test.far(), 'leased …k045 far', 'the next pool');
select test.judge(key_id, '{"rest": "key", "rest_ms": 50000}', 'm')
from keywheel.keys where hint = '…k045';
select test.is(test.far(), 'leased …k046 far', '… and its reserve');
select test.judge(key_id, '{"rest": "key", "rest_ms": 55000}', 'm')
from keywheel.keys where hint = '…k046';
select test.is(p.answer || ' ' || (p.wait_ms between 49000 and 50000),
	'resting true', 'all rest: the first of all pools')
from keywheel.lease_key(2, 'near', 'm', '{}', '{far}') p;
select test.is(p.answer || ' ' || (p.wait_ms between 59000 and 60000),
	'resting true', '… of those that were asked')
from test.pick('m', '{}', 'near') p;

-- Seventeen keys behind sixteen that rest: each draw of a cursor that both
-- rings shared would meet the same one again.
select test.add_keys(101, 116, null, 'beat');
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}')
from keywheel.keys where pool = 'beat';
select test.add_keys(117, 133, null, 'beat');
update keywheel.keys set reserve = true
where pool = 'beat' and hint > '…k116';
select keywheel.place_keys(array(select key_id from keywheel.keys
	where pool = 'beat'));
select count(*) from test.picked(340, 'm', 'beat') \g /dev/null
select test.is(min(uses) || ' ' || max(uses), '20 20', 'rings do not beat')
from keywheel.key_rotation where pool = 'beat/reserve';

-- A key keeps its uses, faults and rests wherever it is put.
update keywheel.key_rotation set faults = 2 where key_id = 1;
select test.judge(1, '{"rest": "key", "rest_ms": 60000}');
select uses as before from keywheel.key_rotation where key_id = 1 \gset
update keywheel.keys set pool = 'paid', reserve = true, weight = 2
where key_id = 1;
select keywheel.place_key(1);
select test.is(pool || ' ' || (uses = :before) || ' ' || faults || ' '
	|| (rests_until > now()), 'paid/reserve true 2 true',
	'another pool, the reserve, another weight')
from keywheel.key_rotation where key_id = 1;
select test.ok(test.is_dense(), '… dense');
select test.is((test.pick('m', '{}', 'paid')).answer, 'resting',
	'… and it rests there');

-- A project that becomes known: own rests stay, the project's hold as well,
-- learned limits go along.
select keywheel.learn_limit('key/2', 'm', 'rpm', 7);
select keywheel.learn_limit('key/2', 'm', 'rpd', 70);
select keywheel.learn_limit('project/9', 'm', 'rpm', 5);
select test.judge(2, '{"rest": "key", "rest_ms": 60000}', 'mine');
select test.add_keys(201, 201, '9', 'apart');
select test.judge(key_id, '{"rest": "project", "rest_ms": 60000}', 'ours')
from keywheel.keys where hint = '…k201';
update keywheel.keys set project = '9' where key_id = 2;
select keywheel.place_key(2);
select test.is(scope, 'project/9', 'a key gets a project')
from keywheel.key_rotation where key_id = 2;
select test.ok(keywheel.is_resting('project/9', 2, 'mine'),
	'its own rest is in force');
select test.is(count(*), 0::bigint, '… as the project''s is')
from test.picked(60, 'ours') p where p.key_id = 2;
select test.is(string_agg(scope || ' ' || kind || ' ' || value, ', '
	order by kind), 'project/9 rpd 70, project/9 rpm 5',
	'its limits are the project''s, as far as that had none')
from keywheel.limits;

-- Rests of everybody: begin_request honours them, a retry does not.
select test.add_token();
select test.add_keys(211, 212, null, 'all');
create function test.begin(p_model text, p_pool text default 'all')
returns text
language sql
as $$
	select b.answer || ' ' || coalesce(b.why, '') || ' '
		|| coalesce(ceil(b.wait_ms / 10000.0)::text, '')
		|| ' ' || coalesce(b.pool, '')
	from keywheel.begin_request(1, '00000000-0000-0000-0000-000000000001',
		'\x01', p_pool, p_model, 'r', false, 60000) b;
$$;
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('*', 'm', now() + interval '30 seconds', 'storm');
select test.is(test.begin('m'), 'leased   all', 'one may try, this second');
select test.is(test.begin('m'), 'resting storm 3 ', 'a model rests for all');
select test.is(test.begin('other'), 'leased   all', '… no other model');
select test.is(test.begin('m', 'nowhere'), 'none   ', 'no key is no key');
select test.is(r.answer, 'leased', 'a retry goes on')
from keywheel.retry_request(1, '00000000-0000-0000-0000-000000000001', 'all',
	'm', '{}', null) r;
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}')
from keywheel.keys where pool = 'all';
select test.is(test.begin('m'), 'resting rate_minute 6 ',
	'keys that rest for longer say so');
insert into keywheel.key_cooldown (scope, model, until, reason, long_rest)
values ('*', '*', now() + interval '90 seconds', 'location', true);
select test.is(test.begin('other'), 'resting location 9 ',
	'all models rest for all');
select test.is(test.begin('m'), 'resting location 9 ', '… the longest counts');
