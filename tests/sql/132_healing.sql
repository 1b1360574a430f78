-- Healing: which disabled keys are probed when, and what comes of it.

select test.add_keys(1, 5);
-- Of one project; their ids are 6 and 7.
select test.add_keys(6, 7, '4711');

create function pg_temp.schedule()
returns void
language sql
as $$ select keywheel.schedule_probes('{"invalid_key": 86400,
	"forbidden": 3600, "project_suspended": 86400}'); $$;
create function pg_temp.ids(p_most integer default 10)
returns text
language sql
as $$ select coalesce(string_agg(key_id::text, ' ' order by key_id), '')
	from keywheel.claim_probes(p_most, 60000); $$;
create function pg_temp.due(p_key bigint)
returns void
language sql
as $$ update keywheel.keys set probe_at = now() - interval '1 second'
	where key_id = p_key; $$;
create function pg_temp.probe_in(p_key bigint)
returns integer
language sql
as $$ select round(extract(epoch from probe_at - now()))::integer
	from keywheel.keys where key_id = p_key; $$;
create function pg_temp.found(p_key bigint, p_found text, p_verdict text,
	p_next bigint, p_rest jsonb default null)
returns boolean
language sql
as $$ select keywheel.finish_probe(p_key,
	(select state_at from keywheel.keys where key_id = p_key), 'm',
	p_found, p_verdict, 'Google''s words', p_next, p_rest); $$;

-- Which.
select test.judge(1, '{"name": "invalid_key", "disable_after": 1}');
select test.judge(2, '{"name": "leaked_key", "disable_after": 1}');
select keywheel.set_key_state(3, 'disabled', 'cli') \g /dev/null
select test.judge(4, '{"name": "forbidden", "disable_after": 1}');
select pg_temp.schedule();
select test.is(pg_temp.probe_in(1) || ' ' || pg_temp.probe_in(4),
	'86400 3600', 'by the reason');
select test.is(pg_temp.probe_in(2), null, 'a leaked key never');
select test.is(pg_temp.probe_in(3), null, '… nor one disabled by hand');
select test.is(pg_temp.probe_in(5), null, '… nor one that works');
select test.is(pg_temp.ids(), '', 'none is due');
select test.is(format('%s %s', waiting, due), '2 0', '… two wait')
from keywheel.count_probes();
select test.is(keywheel.set_key_state(2, 'disabled', 'cli'), true,
	'disabled by hand what was disabled already');
select test.is(keywheel.set_key_state(2, 'disabled', 'cli'), false,
	'… once');
select test.is(format('%s %s', event, cause), 'disabled cli', '… is told')
from keywheel.key_events where key_id = 2 order by event_id desc limit 1;

-- When.
select pg_temp.due(1);
select pg_temp.due(4);
update keywheel.keys set probe_at = now() - interval '1 minute'
where key_id = 4;
select test.is(pg_temp.ids(1), '4', 'the one that has waited the longest');
select test.is(pg_temp.ids(), '1', '… then the other');
select test.is(pg_temp.ids(), '', 'nobody else gets them');
update keywheel.keys set probe_at = probe_at - interval '61 seconds';
select test.is(pg_temp.ids(), '1 4', 'who died with them has had his turn');
select test.is(format('%s %s %s %s', pool, convert_from(secret, 'UTF8'),
	reason, probes), 'gemini SEALED-SECRET-4 forbidden 0',
	'what a probe needs')
from (select pg_temp.due(4)) d, keywheel.claim_probes(10, 60000);

-- Still dead.
select test.is(pg_temp.found(1, 'dead', 'invalid_key', 172800), true,
	'still dead');
select test.is(format('%s %s %s %s', state, state_reason, probes,
	probe_result), 'disabled invalid_key 1 invalid_key', '… is counted')
from keywheel.keys where key_id = 1;
select test.is(pg_temp.probe_in(1), 172800, '… comes later');
select test.is(format('%s %s %s %s', event, cause, model, evidence),
	'probed invalid_key m Google''s words', '… and can be read')
from keywheel.key_events where key_id = 1 order by event_id desc limit 1;

-- Nothing learned.
select pg_temp.due(1);
select pg_temp.ids() \g /dev/null
select test.is(pg_temp.found(1, 'nothing', 'overloaded', 3600), true,
	'nothing learned');
select test.is(format('%s %s %s', state_reason, probes, probe_result),
	'invalid_key 1 overloaded', '… is not counted')
from keywheel.keys where key_id = 1;
select test.is(pg_temp.probe_in(1), 3600, '… comes again');
select test.is(count(*), 1::bigint, '… and is no event')
from keywheel.key_events where key_id = 1 and event = 'probed';

-- Dead of something else.
select test.is(pg_temp.found(4, 'dead', 'leaked_key', null), true,
	'it is leaked by now');
select pg_temp.schedule();
select test.is(state_reason || coalesce(probe_at::text, ' never'),
	'leaked_key never', '… and left alone')
from keywheel.keys where key_id = 4;
select test.is(string_agg(subject, ' '), 'key 2 key 4', '… with an alarm')
from keywheel.alarms where kind = 'leaked_key' and ended_at is null;

-- Alive.
select pg_temp.due(1);
select test.is(pg_temp.ids(), '1', 'a last probe');
select test.is(pg_temp.found(1, 'alive', 'ok', null), true, 'alive');
select test.is(format('%s %s %s', state, state_reason,
	coalesce(probe_at::text, 'never')), 'active probe never',
	'… is used again') from keywheel.keys where key_id = 1;
select test.is(faults, 0, '… without faults')
from keywheel.key_rotation where key_id = 1;
select test.is(test.is_dense(), true, '… in the rotation');
select test.is(format('%s %s', event, cause), 'enabled probe',
	'… and can be read')
from keywheel.key_events where key_id = 1 order by event_id desc limit 1;
select test.is(pg_temp.found(1, 'alive', 'ok', null), false,
	'… nothing comes of another');

-- Alive without quota: it rests.
select test.judge(6, '{"name": "forbidden", "disable_after": 1}');
select pg_temp.schedule();
select pg_temp.due(6);
select pg_temp.ids() \g /dev/null
select test.is(pg_temp.found(6, 'alive', 'rate_minute', null, '{"key": 6,
	"name": "rate_minute", "rest": "project", "rest_ms": 30000}'), true,
	'valid, but without quota');
select test.is(test.key_state(6) || test.rests_s('project/4711'),
	'active30', '… is used again, and its project rests');

-- Disabled anew, it begins anew; what has changed meanwhile is left alone.
create temporary table before as
	select state_at from keywheel.keys where key_id = 6;
select test.judge(6, '{"name": "invalid_key", "disable_after": 1}');
update keywheel.keys set probes = 7 where key_id = 6;
select pg_temp.schedule();
select test.is(probes, 0, 'disabled anew: from the beginning')
from keywheel.keys where key_id = 6;
select test.is(keywheel.finish_probe(6, state_at - interval '1 hour', 'm',
	'alive', 'ok', '', null, null), false,
	'a probe from before does not count') from before;
select keywheel.set_key_state(6, 'removed', 'cli') \g /dev/null
select pg_temp.due(6);
select test.is(pg_temp.ids(), '', 'a removed key is not probed');

-- A whole project comes back key by key.
select test.add_keys(21, 23, '4712');
select test.judge((select min(key_id) from keywheel.keys
	where project = '4712'), '{"name": "project_suspended",
	"disable_after": 1, "disable_project": true}');
select pg_temp.schedule();
update keywheel.keys set probe_at = now() - interval '1 second'
where project = '4712';
select test.is(count(*), 3::bigint, 'a suspended project: each key')
from keywheel.claim_probes(10, 60000);

-- MAX_FAILURES: only faults of the key itself, and only in a row.
select test.add_keys(31, 31);
create temporary table k as select max(key_id) as id from keywheel.keys;
create function pg_temp.faults()
returns text
language sql
as $$ select format('%s %s', r.faults, x.state) from keywheel.keys x
	left join keywheel.key_rotation r using (key_id)
	where x.key_id = (select id from k); $$;
select test.judge(id, '{"name": "forbidden", "disable_after": 3}') from k,
	generate_series(1, 2);
select test.is(pg_temp.faults(), '2 active', 'two faults');
select test.judge(id, '{"name": "rate_minute", "rest": "key",
	"rest_ms": 1}') from k, generate_series(1, 9);
select test.is(pg_temp.faults(), '2 active', '… a quota is none');
select test.judge(id, '{"name": "overloaded", "disable_after": 0}')
from k, generate_series(1, 9);
select test.is(pg_temp.faults(), '2 active', '… nor an overload');
select test.judge(id, '{"clear": true}') from k;
select test.is(pg_temp.faults(), '0 active', '… a success clears them');
select test.judge(id, '{"name": "forbidden", "disable_after": 3}') from k,
	generate_series(1, 2);
select test.is(pg_temp.faults(), '2 active', '… it begins anew');
select test.judge(id, '{"name": "forbidden", "disable_after": 3}') from k;
select test.is(pg_temp.faults(), ' disabled', '… three in a row are it');
