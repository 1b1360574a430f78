-- What Google's errors teach; strikes that a success clears; alarms.

select test.add_keys(1, 4);
select test.add_keys(5, 6, '77');
create function pg_temp.rests(p_scope text, p_model text default 'm')
returns text language sql as $$
	select reason || ' ' || test.rests_s(p_scope, p_model)
	from keywheel.key_cooldown
	where scope = p_scope and model = p_model and until > now();
$$;
create function pg_temp.can_serve(p_model text default 'm')
returns text language sql as $$
	select string_agg(distinct key_id::text, ' ' order by key_id::text)
	from test.picked(24, p_model);
$$;

-- A project becomes known: the key's rests are the project's.
select test.judge(1, '{"rest": "project", "rest_ms": 60000}');
select test.judge(1, '{"rest": "key", "rest_ms": 600000,
	"name": "forbidden"}', 'n');
select test.judge(2, '{"project": "4711"}');
select test.is(pg_temp.can_serve(), '2 3 4 5 6', 'one key rests');
select test.judge(1, '{"project": "4711", "rest": "project",
	"rest_ms": 20000, "name": "rate_unknown"}', 'o');
select test.is(string_agg(project, ' ' order by key_id), '4711 4711 77 77',
	'projects are learned')
from keywheel.keys;
select test.is(pg_temp.rests('project/4711') || ' '
	|| pg_temp.rests('project/4711', 'o'), 'rate_minute 60 rate_unknown 20',
	'what the key rested for, and rests for, is the project''s');
select test.is(pg_temp.can_serve() || ', ' || pg_temp.can_serve('o'),
	'3 4 5 6, 3 4 5 6', '… so its sister rests, too');
select test.is(pg_temp.can_serve('n'), '2 3 4 5 6', 'but not for what is its own');
select test.is(count(*), 2::bigint, 'an event for each key')
from keywheel.key_events where event = 'project';
select test.is(cause || ': ' || evidence,
	'rate_minute: it belongs to project/4711', '… that says why')
from keywheel.key_events where event = 'project' and key_id = 2;

-- The longer rest counts.
select test.judge(3, '{"rest": "project", "rest_ms": 3600000,
	"name": "rate_day", "long": true}');
select test.judge(3, '{"project": "4711"}');
select test.is(pg_temp.rests('project/4711'), 'rate_day 3600',
	'the longer of two rests counts');
select test.judge(4, '{"rest": "project", "rest_ms": 5000}');
select test.judge(4, '{"project": "4711"}');
select test.is(pg_temp.rests('project/4711'), 'rate_day 3600',
	'… whichever came first');
select test.is(pg_temp.can_serve(), '5 6', 'the newest members rest, too');

-- A project that somebody has given is not changed.
select test.judge(5, '{"project": "4711"}');
select test.is(project, '77', 'a project that is known stays')
from keywheel.keys where key_id = 5;
select test.judge(6, '{"project": "4711", "disable_after": 1,
	"disable_project": true, "name": "project_suspended"}');
select test.is(string_agg(state, ' ' order by key_id),
	'active active active active disabled disabled',
	'what Google names is not disabled in place of what is known')
from keywheel.keys;
select test.add_keys(7, 8);
select test.judge(7, '{"project": "88"}');
select test.judge(8, '{"project": "88", "disable_after": 1,
	"disable_project": true, "name": "project_suspended"}');
select test.is(string_agg(state, ' '), 'disabled disabled',
	'a project is disabled by what is learned with the same answer')
from keywheel.keys where project = '88';
select test.ok(test.is_dense(), 'the rotation is dense');

-- Limits.
select test.add_keys(9, 9);
select test.judge(9, '{"project": "99", "limits": {"rpm": 10, "rpd": 250},
	"model": "m"}');
select test.is(string_agg(scope || ' ' || model || ' ' || kind || ' ' || value
		|| ' ' || source, ', ' order by kind),
	'project/99 m rpd 250 learned, project/99 m rpm 10 learned',
	'limits are learned for the project')
from keywheel.limits;
select test.judge(9, '{"limits": {"rpm": 15}, "model": "gemini-x"}', 'm');
select test.is(string_agg(model || ' ' || value, ', ' order by model),
	'gemini-x 15, m 15', '… for what was asked, and what Google calls it')
from keywheel.limits where kind = 'rpm';
update keywheel.limits set value = 5, source = 'set' where model = 'm'
	and kind = 'rpm';
select test.judge(9, '{"limits": {"rpm": 15}}', 'm');
select test.is(value, 5::bigint, 'what the operator has set stays')
from keywheel.limits where model = 'm' and kind = 'rpm';

-- A success forgets strikes.
select test.add_keys(10, 10);
select test.judge(10, '{"rest": "key", "rest_ms": 10000, "cap_ms": 90000}');
select test.is(keywheel.held_against(r.faults, r.stumbles, r.rests_until), 0,
	'while it rests nothing is to be cleared')
from keywheel.key_rotation r where key_id = 10;
select test.pass(11000);
select test.is(keywheel.held_against(r.faults, r.stumbles, r.rests_until), 1,
	'when it is back there is')
from keywheel.key_rotation r where key_id = 10;
select test.judge(10, '{"clear": true}');
select test.is(keywheel.held_against(r.faults, r.stumbles, r.rests_until), 0,
	'a success clears it')
from keywheel.key_rotation r where key_id = 10;
select test.judge(10, '{"rest": "key", "rest_ms": 10000, "cap_ms": 90000}');
select test.is(test.rests_s('key/10'), 10, 'after a success: no doubling');
select test.pass(11000);
select test.judge(10, '{"clear": true}', 'other');
select test.judge(10, '{"rest": "key", "rest_ms": 10000, "cap_ms": 90000}');
select test.is(test.rests_s('key/10'), 20, 'one with another model does not count');

-- When no attempt is left.
update keywheel.keys set project = null where key_id > 8;
select keywheel.set_key_state(k, 'disabled', 'test')
from generate_series(1, 8) k;
select test.is(w.wait_ms || w.why, '0', 'another key is free')
from keywheel.when_free('gemini', 'w', '{"key": 10, "name": "rate_day",
	"rest": "project", "rest_ms": 3600000, "long": true}') w;
select test.is((w.wait_ms between 59000 and 60000) || ' ' || w.long_rest || ' '
	|| w.why, 'true false rate_minute', 'none is: the first one that returns')
from keywheel.when_free('gemini', 'w', '{"key": 9, "name": "rate_minute",
	"rest": "project", "rest_ms": 60000}') w;
select test.is(w.why, 'rate_minute', 'without a verdict')
from keywheel.when_free('gemini', 'w', null) w;

select keywheel.set_key_state(9, 'disabled', 'test');
select test.is(w.answer, 'none', 'no key is left')
from keywheel.when_free('gemini', 'w', '{"key": 10, "name": "invalid_key",
	"disable_after": 1}') w;
select keywheel.set_key_state(k, 'active', 'test')
from generate_series(9, 10) k;

-- Alarms.
delete from keywheel.alarms;
select test.judge(9, '{"disable_after": 1, "name": "leaked_key"}');
select test.is(kind || ' ' || subject || ': ' || text,
	'leaked_key key 9: Google reports key 9 (…k009) as leaked. It is '
	'disabled for good: remove it, and find out who has it',
	'a leaked key is told with its hint')
from keywheel.alarms;
select keywheel.set_key_state(9, 'disabled', 'test');
select test.is(keywheel.end_stale_alarms(), 0::bigint, 'it stays');
select keywheel.set_key_state(9, 'active', 'test');
select test.ok(ended_at is not null, '… until somebody uses it again')
from keywheel.alarms;
select test.judge(9, '{"disable_after": 1, "name": "leaked_key"}');
select keywheel.set_key_state(9, 'removed', 'test');
select test.is(count(*) || ' ' || count(ended_at), '2 2', '… or removes it')
from keywheel.alarms;
insert into keywheel.alarms (kind, subject, text)
values ('leaked_key', 'key 9', 'by a load of keys');
select test.is(keywheel.end_stale_alarms(), 1::bigint,
	'… or it is found to have been removed');
select keywheel.set_key_state(10, 'disabled', 'test');
select test.add_token();
select from generate_series(1, 3) i, keywheel.begin_request(i,
	gen_random_uuid(), '\x01', 'gemini', 'm', 'r', false, 60000);
select test.is(count(*) || ' ' || max(text), '1 The pool gemini has no active key',
	'no key: one alarm for all requests')
from keywheel.alarms where kind = 'no_key' and ended_at is null;
select test.is(b.answer, 'none', 'a pool that never had a key')
from keywheel.begin_request(1, gen_random_uuid(), '\x01', 'vertex', 'm', 'r',
	false, 60000) b;
select test.is(count(*), 1::bigint, '… is not missed')
from keywheel.alarms where kind = 'no_key' and ended_at is null;
select test.is(keywheel.end_stale_alarms(), 0::bigint, '… while it is so');
select keywheel.set_key_state(10, 'active', 'test');
select test.is(count(*), 0::bigint, 'a key that comes back ends it')
from keywheel.alarms where ended_at is null;
select keywheel.raise_alarm('no_key', 'paid', 'The pool paid has no active key');
select test.is(keywheel.end_stale_alarms(), 1::bigint,
	'a pool whose keys were all removed is missed no more');
select keywheel.raise_alarm('job_failed', 'x', 'It failed.');
update keywheel.alarms set last_at = now() - interval '2 seconds'
	where kind = 'job_failed';
select keywheel.raise_alarm('job_failed', 'x', 'It failed again.');
select keywheel.raise_alarm('job_failed', 'y', 'It failed.');
select test.is(string_agg(subject || ' ' || times || ' ' || text, ', '
		order by subject), 'x 2 It failed again., y 1 It failed.',
	'the same alarm counts, another one is another one')
from keywheel.alarms where kind = 'job_failed';
select test.is(keywheel.end_alarm('job_failed', 'x')::text || ' '
	|| keywheel.end_alarm('job_failed', 'x'), 'true false', 'it ends once');
select keywheel.raise_alarm('job_failed', 'x', 'It failed.');
select test.is(count(*) || ' ' || count(ended_at), '3 1',
	'after its end a new one begins')
from keywheel.report_alarms where kind = 'job_failed';
select test.is(count(*), 3::bigint, 'each beginning is an event')
from keywheel.key_events where event = 'alarm' and cause = 'job_failed';
