-- What several projects are told at once: storms, our address, unknown models.

select test.add_keys(1, 6);
create function pg_temp.sign(p_key bigint, p_more jsonb default '{}',
	p_model text default 'm')
returns void language sql as $$
	select test.judge(p_key, '{"sign": "storm", "name": "overloaded"}'
		|| p_more, p_model);
$$;
-- A 429 that says nothing.
create function pg_temp.odd(p_key bigint, p_model text default 'm')
returns void language sql as $$
	select test.judge(p_key, '{"sign": "storm", "name": "rate_unknown",
		"rest": "project", "rest_ms": 10000, "cap_ms": 300000}',
		p_model);
$$;
create function pg_temp.ended(p_outcome text, p_times integer,
	p_ago_s numeric default 0, p_model text default 'm')
returns void language sql as $$
	insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		total_ms)
	select gen_random_uuid(), now() - (p_ago_s + 2) * interval '1 second',
		1, 1, p_model, 'r', false, p_outcome::keywheel.outcome, 200, 1,
		1, 0, 0, 1, 2000
	from generate_series(1, p_times);
$$;
-- As if all of that had been so much earlier.
create function pg_temp.pass(p_ms bigint)
returns void language plpgsql as $$
declare
	v_by interval := p_ms * interval '1 millisecond';
begin
	perform test.pass(p_ms);
	update keywheel.signs set since = since - v_by, at = at - v_by;
	update keywheel.storm_checks set at = at - v_by;
	update keywheel.requests set started_at = started_at - v_by;
	update keywheel.alarms set since = since - v_by,
		last_at = last_at - v_by;
end $$;
create function pg_temp.rests(p_scope text, p_model text default 'm')
returns text language sql as $$
	select reason || ' ' || test.rests_s(p_scope, p_model)
	from keywheel.key_cooldown
	where scope = p_scope and model = p_model and until > now();
$$;

-- One, or two of six, prove nothing, however often.
select pg_temp.sign(1);
select pg_temp.sign(1);
select pg_temp.sign(2);
select pg_temp.sign(2);
select test.is(pg_temp.rests('*'), null, 'two projects of six are no storm');
select pg_temp.sign(3);
select test.is(pg_temp.rests('*'), 'overloaded 5', 'three are: the model rests');
select test.is(text, '3 projects were told within 1 s that Google cannot '
	'serve m', '… and there is an alarm that says it')
from keywheel.alarms where kind = 'storm' and subject = 'm';
select test.is(event || ' ' || model || ' ' || cause || ': ' || evidence,
	'rested m overloaded: Google''s words', '… and an event of nobody''s')
from keywheel.key_events where key_id is null and event = 'rested';
select test.is(pg_temp.rests('*', 'other'), null, 'another model does not rest');
select test.is(count(*), 0::bigint, 'no key rests')
from keywheel.key_cooldown where scope <> '*';

-- Meanwhile nothing is held against keys.
select pg_temp.odd(4);
select test.judge(4, '{"sign": "storm", "stumble": true}')
from generate_series(1, 9);
select test.is(coalesce(test.rests_s('key/4'), 0) || ' ' || stumbles, '0 0',
	'in a storm nobody is blamed')
from keywheel.key_rotation where key_id = 4;
select test.judge(4, '{"rest": "project", "rest_ms": 30000}');
select test.is(pg_temp.rests('key/4'), 'rate_minute 30',
	'what Google names clearly counts all the same');

-- It comes back: twice as long, up to a minute.
select pg_temp.pass(6000);
select pg_temp.sign(1);
select pg_temp.sign(2);
select test.is(pg_temp.rests('*'), null, 'old signs do not count again');
select pg_temp.sign(3);
select test.is(pg_temp.rests('*'), 'overloaded 10', 'the second one: double');
do $$
begin
	for i in 1..5 loop
		perform pg_temp.pass(61000);
		perform pg_temp.sign(k) from generate_series(1, 3) k;
	end loop;
end $$;
select test.is(pg_temp.rests('*'), 'overloaded 60', 'a minute at most');
select test.is(count(*) || ' ' || max(times), '1 7', 'all of it is one alarm')
from keywheel.alarms where kind = 'storm' and ended_at is null;
select pg_temp.pass(60000 + 601000);
select pg_temp.sign(1);
select pg_temp.sign(2);
select pg_temp.sign(3);
select test.is(pg_temp.rests('*'), 'overloaded 5', 'ten minutes later: as at first');

-- The alarm ends when answers are back.
select test.is(keywheel.end_stale_alarms(), 0::bigint,
	'a storm is not over while the model rests');
select pg_temp.pass(6000);
select test.is(keywheel.end_stale_alarms(), 0::bigint,
	'nor before somebody has been answered');
select pg_temp.ended('complete', 1);
select test.is(keywheel.end_stale_alarms() || ' ' || keywheel.end_stale_alarms(),
	'1 0', 'an answer ends it, once');
select test.is(count(*), 1::bigint, '… with an event')
from keywheel.key_events where event = 'alarm_ended' and cause = 'storm';

-- 429 that say nothing: what they had imposed is taken back.
delete from keywheel.key_cooldown;
select pg_temp.pass(100000);
select pg_temp.odd(5);
select pg_temp.pass(11000);
select test.judge(6, '{"rest": "project", "rest_ms": 90000,
	"name": "rate_day"}');
select pg_temp.odd(4);
select pg_temp.odd(5);
select test.is(pg_temp.rests('key/5') || ', ' || strikes, 'rate_unknown 20, 2',
	'two are refused, one for the second time')
from keywheel.key_cooldown where scope = 'key/5';
select pg_temp.odd(6);
select test.is(pg_temp.rests('*'), 'storm 5', 'a third one: a storm');
select test.is(count(*), 0::bigint, '… and their rests are taken back')
from keywheel.key_cooldown where reason = 'rate_unknown' and until > now();
select test.is(strikes, 1, '… with their strikes')
from keywheel.key_cooldown where scope = 'key/5';
select test.is(pg_temp.rests('key/6'), 'rate_day 90', '… but nothing else')
from keywheel.key_cooldown where scope = 'key/6';
select test.is(text, '3 projects were refused within 1 s without a quota '
	'being named: Google or our address is in trouble with m',
	'… and the alarm says what it looks like')
from keywheel.alarms where kind = 'storm' and ended_at is null;
select test.is(string_agg(key_id::text, ' ' order by key_id), '4 5',
	'… and each key''s history says it')
from keywheel.key_events where event = 'rest_ended' and cause = 'storm';

-- A pool that works is not stopped by what some are told.
delete from keywheel.key_cooldown;
select pg_temp.pass(100000);
select pg_temp.ended('complete', 4, -5);
select pg_temp.sign(i) from generate_series(1, 6) i;
select test.is(pg_temp.rests('*'), null, 'most requests are answered: no storm');
select pg_temp.ended('upstream_error', 3, -5);
select pg_temp.pass(500);
select pg_temp.sign(1);
select test.is(pg_temp.rests('*'), null, 'fewer than half have failed');
select pg_temp.ended('upstream_error', 1, -5);
select pg_temp.sign(1);
select test.is(pg_temp.rests('*'), null, 'the account is not read twice a second');
select pg_temp.pass(1001);
select pg_temp.sign(1);
select test.is(pg_temp.rests('*'), 'overloaded 5', 'half of them have failed');
delete from keywheel.key_cooldown;
select pg_temp.pass(100000);
select pg_temp.ended('complete', 50, 20);
select pg_temp.sign(i) from generate_series(1, 3) i;
select test.is(pg_temp.rests('*'), 'overloaded 5',
	'what was answered before the first sign does not count');

-- Ten seconds.
delete from keywheel.key_cooldown;
select pg_temp.pass(100000);
select pg_temp.sign(1);
select pg_temp.sign(2);
select pg_temp.pass(10001);
select pg_temp.sign(3);
select test.is(pg_temp.rests('*'), null, 'three within more than ten seconds');

-- Five in a row on one key, and it rests for the model.
delete from keywheel.key_cooldown;
select pg_temp.pass(100000);
update keywheel.key_rotation set stumbles = 0;
select test.judge(2, '{"stumble": true, "name": "internal"}')
from generate_series(1, 4);
select test.is(pg_temp.rests('key/2'), null, 'four internal errors on one key');
select test.judge(2, '{"clear": true}');
select test.judge(2, '{"stumble": true, "name": "internal"}')
from generate_series(1, 4);
select test.is(pg_temp.rests('key/2'), null, 'a success between them clears');
select test.judge(2, '{"stumble": true, "name": "internal"}');
select test.is(pg_temp.rests('key/2'), 'stumbles 30', 'five in a row: half a minute');
select test.is(pg_temp.rests('key/2', 'n'), null, '… for that model');
select test.is(test.key_state(2) || ' ' || faults, 'active 0', '… and no more')
from keywheel.key_rotation where key_id = 2;

-- Two projects are all that a pool of two has; one is never a storm.
select test.add_keys(11, 12, 'a', 'two');
select test.add_keys(13, 13, 'b', 'two');
select test.add_keys(14, 15, 'c', 'one');
select pg_temp.sign(7, '{}', 't');
select pg_temp.sign(8, '{}', 't');
select test.is(pg_temp.rests('*', 't'), null, 'two keys of one project are one');
select pg_temp.sign(9, '{}', 't');
select test.is(pg_temp.rests('*', 't'), 'overloaded 5',
	'both projects of a pool that has two');
select pg_temp.sign(10, '{}', 'u');
select pg_temp.sign(11, '{}', 'u');
select test.is(pg_temp.rests('*', 'u'), null, 'a pool of one project has no storm');

-- Our address.
select pg_temp.pass(100000);
delete from keywheel.key_cooldown;
create function pg_temp.place(p_key bigint)
returns void language sql as $$
	select test.judge(p_key, '{"sign": "location", "name": "location",
		"rest": "project", "rest_ms": 3600000, "all_models": true}');
$$;
select pg_temp.place(1);
select test.is(pg_temp.rests('key/1', '*'), 'location 3600',
	'one that is not served from here rests');
select pg_temp.ended('complete', 1, 0, 'x');
select pg_temp.place(2);
select test.is(pg_temp.rests('key/2', '*') || coalesce(pg_temp.rests('*', '*'), ''),
	'location 3600', 'two, but others are served: it is not the address');
select pg_temp.pass(100000);
delete from keywheel.signs;
select pg_temp.place(3);
select pg_temp.place(4);
select test.is(pg_temp.rests('*', '*'), 'location 60', 'two agree: everybody rests');
select test.is(coalesce(pg_temp.rests('key/3', '*'), '-') || ' '
	|| coalesce(pg_temp.rests('key/4', '*'), '-'), '- -',
	'… and their own rests are taken back');
select test.is(text, 'Google does not serve the address of this gateway: '
	'Google''s words', '… and the operator is told')
from keywheel.alarms where kind = 'location';
select pg_temp.pass(61000);
select pg_temp.place(5);
select pg_temp.place(6);
select test.is(pg_temp.rests('*', '*'), 'location 120', 'again: twice as long');
select test.add_token();
select test.is(b.answer || ' ' || (b.faults > 0), 'leased true',
	'one request a second tries')
from keywheel.begin_request(1, '00000000-0000-0000-0000-000000000001',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(b.answer || ' ' || b.why, 'resting location', '… nobody else')
from keywheel.begin_request(2, '00000000-0000-0000-0000-000000000002',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.judge(7, '{"clear": true}');
select test.is(pg_temp.rests('*', '*'), null, '… and an answer ends it');
select pg_temp.ended('complete', 1);
select test.is(keywheel.end_stale_alarms() > 0, true, 'an answer ends that alarm');

-- Unknown models.
create function pg_temp.unknown(p_key bigint, p_model text)
returns void language sql as $$
	select test.judge(p_key, '{"sign": "model", "name": "model_unknown",
		"rest": "project", "rest_ms": 600000}', p_model);
$$;
select pg_temp.unknown(1, 'x1');
select test.is(pg_temp.rests('key/1', 'x1') || coalesce(pg_temp.rests('*', 'x1'), ''),
	'model_unknown 600', 'one project does not know it');
select pg_temp.unknown(2, 'x1');
select test.is(pg_temp.rests('*', 'x1'), 'model_unknown 600', 'two: nobody does');
select test.is(count(*), 1::bigint, '… and one row says it')
from keywheel.key_cooldown where model = 'x1';
select pg_temp.unknown(10, 'x2');
select test.is(pg_temp.rests('*', 'x2'), 'model_unknown 600',
	'the only project of a pool');
select pg_temp.ended('complete', 1, 5, 'x3');
select pg_temp.unknown(1, 'x3');
select pg_temp.unknown(2, 'x3');
select test.is(count(*), 0::bigint, 'a model that has answered is known')
from keywheel.key_cooldown where model = 'x3';
select pg_temp.unknown(4, 'x3');
select test.is(pg_temp.rests('key/4', 'x3'), null, '… and one refusal proves nothing');
select pg_temp.unknown(4, 'x3');
select test.is(pg_temp.rests('key/4', 'x3') || coalesce(pg_temp.rests('*', 'x3'), ''),
	'model_unknown 600', 'a project that alone says so, twice, has not got it');
select pg_temp.unknown(10, 'x3');
select pg_temp.unknown(10, 'x3');
select test.is(pg_temp.rests('key/10', 'x3'), null,
	'the only project of a pool has no others to be compared with');
insert into keywheel.models values ('x4', '{}', now());
select pg_temp.unknown(1, 'x4');
select pg_temp.unknown(2, 'x4');
select test.is(count(*), 0::bigint, 'one that is listed, too')
from keywheel.key_cooldown where model = 'x4';
insert into keywheel.model_deadlines
	(model, size_class, streamed, samples, p50, p99)
values ('vertex/x6', 0, true, 50, 1, 1);
select pg_temp.unknown(1, 'vertex/x4'), pg_temp.unknown(2, 'vertex/x4'),
	pg_temp.unknown(1, 'vertex/x6'), pg_temp.unknown(2, 'vertex/x6')
	\g /dev/null
select test.is(count(*), 0::bigint,
	'… under whatever name, and one that has answered often')
from keywheel.key_cooldown where model like 'vertex/%';
select pg_temp.pass(601000);
select pg_temp.unknown(1, 'x5');
select pg_temp.unknown(2, 'x5');
select test.is(string_agg(model, ' '), 'x5', 'what nobody rests for is forgotten')
from keywheel.key_cooldown where reason = 'model_unknown';

-- A request that begins is told; one that is being tried goes on.
delete from keywheel.trials;
delete from keywheel.key_cooldown;
select test.add_token();
select pg_temp.pass(100000);
select pg_temp.odd(1);
select pg_temp.odd(2);
select pg_temp.odd(3);
select test.is(b.answer || ' ' || (b.faults > 0), 'leased true',
	'in a storm one request a second tries')
from keywheel.begin_request(1, '00000000-0000-0000-0000-000000000001',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(b.answer || ' ' || b.why || ' ' || (b.wait_ms between 4000 and 5000),
	'resting storm true', '… and nobody else begins')
from keywheel.begin_request(1, '00000000-0000-0000-0000-000000000001',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(b.answer, 'leased', '… but with another model')
from keywheel.begin_request(2, '00000000-0000-0000-0000-000000000002',
	'\x01', 'gemini', 'n', 'openai.chat', false, 60000) b;
select test.is(r.answer, 'leased', '… and those who have begun go on')
from keywheel.retry_request(2, '00000000-0000-0000-0000-000000000002',
	'gemini', 'm', '{2}', null) r;

-- Whoever tried and was answered ends the rest for all.
select keywheel.apply_verdict('m', '{"key": 1, "clear": true}');
select test.is(pg_temp.rests('*'), null, 'an answer ends the rest');

-- By hand: the rest, its alarm, and what would begin it anew.
delete from keywheel.alarms;
delete from keywheel.key_events;
select pg_temp.pass(100000);
select pg_temp.unknown(1, 'x6');
select pg_temp.unknown(2, 'x6');
select pg_temp.sign(1);
select pg_temp.sign(2);
select pg_temp.sign(3);
select pg_temp.sign(4);
select test.is(string_agg(model || ' ' || reason, ' ' order by until),
	'm overloaded x6 model_unknown', 'models that rest for everybody')
from keywheel.list_rests();
select test.is(keywheel.end_rests('n', 'cli'), 0::bigint, 'none of that model');
select test.is(keywheel.end_rests('m', 'cli'), 1::bigint, 'one is ended');
select test.is(subject || ' ' || (ended_at is not null), 'm true',
	'… with its alarm') from keywheel.alarms;
select test.is(string_agg(event || coalesce(' ' || model, ''), ' '
		order by event_id desc), 'rest_ended m alarm_ended',
	'… which is told')
from (select * from keywheel.key_events order by event_id desc limit 2) e;
select pg_temp.sign(4);
select test.is(pg_temp.rests('*'), null, '… and one sign does not bring it back');
select test.is(keywheel.end_rests(null, 'cli'), 1::bigint, 'all that are left');
select test.is(count(*), 0::bigint, '… none rests') from keywheel.list_rests();
