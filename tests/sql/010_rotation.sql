-- Picking keys: the order, the counts, and what is passed over.

select test.is((test.pick()).answer, 'none', 'no pool: none');
select test.add_keys(1, 7);
select test.is((test.pick('m', '{}', 'paid')).answer, 'none',
	'another pool: none');

-- A lease holds what the caller needs.
select test.is(p.answer || ' ' || p.key_id || ' ' || p.hint || ' '
		|| convert_from(p.secret, 'UTF8') || ' ' || p.faults,
	'leased 1 …k001 SEALED-SECRET-1 0', 'the first pick, the first key')
from test.pick() p;
select test.ok(last_used_at > now() - interval '1 minute',
	'the time of use is kept')
from keywheel.key_rotation where key_id = 1;

-- Exact, for one model and for several.
select test.picks(999);
select test.is(array_agg(uses order by key_id),
	array[143, 143, 143, 143, 143, 143, 142]::bigint[],
	'1,000 picks over 7 keys: exact')
from keywheel.key_rotation;
do $$
begin
	for i in 1..700 loop
		perform test.pick('model-' || i % 5);
	end loop;
end $$;
select test.ok(max(uses) - min(uses) <= 6, '5 models by turns: even')
from keywheel.key_rotation;
select test.is(sum(uses), 1700::numeric, 'each pick is counted')
from keywheel.key_rotation;

-- Two models that follow each other strictly do not beat with two keys.
select test.add_keys(21, 22, null, 'two');
do $$
begin
	for i in 1..100 loop
		perform test.pick('one', '{}', 'two');
		perform test.pick('other', '{}', 'two');
	end loop;
end $$;
select test.is(array_agg(uses order by key_id), array[100, 100]::bigint[],
	'two models by turns, two keys: no beat')
from keywheel.key_rotation where pool = 'two';

-- A model's rest does not touch other models.
create temporary table before as
select key_id, uses from keywheel.key_rotation;
select test.judge(3, '{"rest": "key", "rest_ms": 60000}');
select test.picks(60);
select test.picks(70, 'elsewhere');
select test.is(string_agg((r.uses - b.uses)::text, ' ' order by r.key_id),
	'20 20 10 20 20 20 20', 'a key rests for one model only')
from keywheel.key_rotation r join before b using (key_id)
where r.pool = 'gemini';
select test.is((test.pick('m', '{1,2,4,5,6,7}')).answer, 'tried',
	'resting, and the others tried: tried');
select test.is((test.pick('elsewhere', '{1,2,4,5,6,7}')).key_id, 3::bigint,
	'… but not for the other model');

-- A rest of all models.
select test.judge(4, '{"rest": "key", "rest_ms": 60000, "all_models": true}');
select test.is(array_agg(distinct p.key_id), '{1,2,5,6,7}'::bigint[],
	'a rest of all models holds for each')
from test.picked(20, 'm') p;
select test.is(count(*), 0::bigint, '… also for a model never seen before')
from test.picked(14, 'new-model') p
where p.key_id = 4;

-- A key without a project rests alone; a project rests with all its keys.
select test.add_keys(31, 34, '4711', 'shared');
select test.add_keys(35, 35, null, 'shared');
select test.judge(key_id, '{"rest": "project", "rest_ms": 60000}')
from keywheel.keys where hint = '…k032';
select test.is(array_agg(distinct p.hint), array['…k035'],
	'a project rests with all its keys')
from test.picked(10, 'm', 'shared') p;
select test.judge(key_id, '{"rest": "project", "rest_ms": 30000}')
from keywheel.keys where hint = '…k035';
select test.is(p.answer || ' ' || (p.wait_ms between 29000 and 30000)
		|| ' ' || p.long_rest, 'resting true false',
	'all rest: the earliest end is told')
from test.pick('m', '{}', 'shared') p;

-- A key's own rest outlasts its project's and the other way round.
select test.judge(key_id, '{"rest": "key", "rest_ms": 90000, "long": true}')
from keywheel.keys where hint like '…k03_' and hint <> '…k031';
select test.ok(p.wait_ms between 59000 and 60000 and not p.long_rest,
	'of two rests of a key the longer counts')
from test.pick('m', '{}', 'shared') p;
select test.judge(key_id, '{"rest": "key", "rest_ms": 80000, "long": true}')
from keywheel.keys where hint = '…k031';
select test.ok(p.wait_ms between 79000 and 80000 and p.long_rest,
	'a long rest is told to be one')
from test.pick('m', '{}', 'shared') p;
select test.is(p.answer || ' ' || (p.wait_ms > 0), 'tried true',
	'all rest, one was tried: tried, with the time')
from test.pick('m', (select array_agg(key_id) from keywheel.keys
	where hint = '…k031'), 'shared') p;
select test.pass(81000);
select test.is(p.answer || ' ' || p.hint, 'leased …k031',
	'the first one that is free again')
from test.pick('m', '{}', 'shared') p;

-- Tried keys, and none that rests.
select test.add_keys(41, 43, null, 'three');
create temporary table three as
select array_agg(key_id order by key_id) as ids
from keywheel.keys where pool = 'three';
select test.is(p.key_id, ids[3], 'what has been tried is passed over')
from three, lateral test.pick('m', ids[1:2], 'three') p;
select test.is(p.answer || ' ' || p.wait_ms, 'tried 0', 'all were tried')
from three, lateral test.pick('m', ids, 'three') p;

-- Few are free among many: even, and in order.
select test.add_keys(101, 200, null, 'many');
select test.judge(key_id, '{"rest": "key", "rest_ms": 600000}')
from keywheel.keys where pool = 'many' and hint not in
	('…k110', '…k111', '…k112', '…k190');
select count(*) from test.picked(400, 'm', 'many') \g /dev/null
select test.ok(count(*) = 4 and max(uses) - min(uses) <= 2,
	'4 of 100 keys are free: even')
from keywheel.key_rotation where pool = 'many' and uses > 0;

-- Half of ten rest: none is favoured for standing behind those that do.
select test.add_keys(51, 60, null, 'ten');
select test.judge(key_id, '{"rest": "key", "rest_ms": 600000}')
from keywheel.keys where pool = 'ten' and hint < '…k056';
do $$
begin
	for i in 1..1000 loop
		perform test.pick('m', '{}', 'ten');
	end loop;
end $$;
select test.is(array_agg(uses order by key_id),
	'{0,0,0,0,0,200,200,200,200,200}'::bigint[],
	'half of ten rest: even')
from keywheel.key_rotation where pool = 'ten';
