-- Waiting for a key, in order of arrival.

select test.add_token();
select test.add_keys(1, 2);

create function test.id(p_responder bigint)
returns uuid
language sql
as $$
	select lpad(p_responder::text, 32, '0')::uuid;
$$;
-- What happens to a request of this responder: "leased 1", "wait", "resting".
create function test.come(p_responder bigint, p_model text default 'm',
	p_max_wait_ms bigint default 3000)
returns text
language sql
as $$
	select b.answer || coalesce(' ' || b.key_id, '')
	from keywheel.begin_request(p_responder, test.id(p_responder), '\x01',
		'gemini', p_model, 'r', false, 60000, null, '{}', 0,
		p_max_wait_ms) b;
$$;
create function test.look(p_responder bigint, p_left_ms bigint default 3000,
	p_model text default 'm')
returns text
language sql
as $$
	select w.answer || coalesce(' ' || w.key_id, '')
	from keywheel.wait_request(p_responder, test.id(p_responder), 'gemini',
		p_model, p_left_ms) w;
$$;
create function test.line()
returns text
language sql
as $$
	select coalesce(string_agg(w.responder::text, ' ' order by w.ticket),
		'nobody')
	from keywheel.waiting w;
$$;
create function test.rest(p_key bigint, p_ms bigint)
returns void
language sql
as $$
	select test.judge(p_key, jsonb_build_object(
		'rest', 'key', 'rest_ms', p_ms));
$$;

select test.is(test.come(1), 'leased 1', 'a key is free: nobody waits');
select test.rest(1, 2000), test.rest(2, 60000) \g /dev/null
select test.is(test.come(1, 'm', 0), 'resting', 'who may not wait does not');
select test.is(test.come(1, 'm', 1500), 'resting', '… nor for what is too far');
select test.is(b.answer || ' ' || (b.wait_ms between 1 and 2000) || ' '
	|| b.why, 'resting true rate_minute', '… and hears the true time')
from keywheel.begin_request(1, test.id(1), '\x01', 'gemini', 'm', 'r', false,
	60000, null, '{}', 0, 1500) b;
select test.is(test.line(), 'nobody', '… and stands in no line');

select test.is(test.come(n), 'wait', 'all rest, one for two seconds: wait')
from generate_series(1, 4) n;
select test.is(test.line(), '1 2 3 4', 'in order of arrival');
select test.is(test.come(5, 'other'), 'leased 1', 'other models are free');
select test.is(test.look(2), 'wait', 'nothing has changed');
select test.is(w.wait_ms between 10 and 1000, true, 'it is told when to look')
from keywheel.wait_request(2, test.id(2), 'gemini', 'm', 3000) w;

-- One key is back: as many go on as there are free keys, the first first.
select test.pass(2000);
select test.is(test.look(2), 'wait', 'one key, and somebody is before him');
select test.is(test.come(6), 'wait', 'a newcomer stands behind');
select test.is(test.come(7, 'm', 0), 'leased 1', 'one who may not wait need not');
select test.is(test.look(1), 'leased 1', 'the first goes on');
select test.is(key_id, 1::bigint, 'his lease has the key')
from keywheel.leases where responder = 1;
select test.is(test.look(3), 'wait', 'not the third');
select test.is(test.look(2), 'leased 1', 'then the second');
select test.is(test.line(), '3 4 6', 'who has gone on is not in the line');
select test.pass(58000);
select test.is(test.look(6), 'wait', 'two keys, two before him');
select test.is(test.look(4), 'leased 2', 'two keys: the next two');
select test.is(test.look(3), 'leased 1', '… in whatever order they look');
select test.is(test.look(6), 'leased 2', '… and then he');
select test.is(test.line(), 'nobody', 'the line is empty');
select test.is(test.come(1), 'leased 1', 'and newcomers go on at once');

-- Those who have gone are before nobody: by leaving, by a crash, by giving up.
select test.rest(1, 2000), test.rest(2, 2000) \g /dev/null
select test.come(n) from generate_series(1, 5) n \g /dev/null
select keywheel.leave_line(1, test.id(1));
select keywheel.leave_line(2, test.id(99));
update keywheel.waiting set alive_until = now() - interval '1 second'
where responder = 2;
select test.is(test.look(3, 500), 'resting', 'no key within what is left');
select test.is(test.line(), '2 4 5', 'he waits no more');
select test.pass(2000);
update keywheel.key_rotation set rests_until = now() + interval '1 hour'
where key_id = 2;
select test.rest(2, 60000);
select test.is(test.look(5), 'wait', 'one key: the fourth has his turn first');
select test.is(test.look(4), 'leased 1', 'one who has left or died blocks nobody');
select test.is(test.look(2), 'leased 1', 'one who was only late is let in');
select test.is(test.look(5), 'leased 1', 'the last one');
select test.is(test.line(), 'nobody', 'the line is empty');

-- A responder that died and was replaced: its new request has a ticket of its
-- own. A line that was lost in a crash of the database is made anew.
select test.rest(1, 2000);
select test.come(n) from generate_series(1, 3) n \g /dev/null
select b.answer from keywheel.begin_request(1, test.id(77), '\x01', 'gemini',
	'm', 'r', false, 60000, null, '{}', 0, 3000) b \g /dev/null
select test.is(test.line(), '2 3 1', 'another request of the same responder');
truncate keywheel.waiting;
select test.is(test.look(3) || ' ' || test.look(2), 'wait wait', 'the line is lost');
select test.is(test.line(), '3 2', '… and made anew');
truncate keywheel.waiting;

-- The clean-up leaves those who may still be there.
select test.come(n) from generate_series(1, 2) n \g /dev/null
update keywheel.waiting set alive_until = now() - interval '61 seconds'
where responder = 1;
select keywheel.forget() \g /dev/null
select test.is(test.line(), '2', 'who has been gone for a minute is forgotten');
truncate keywheel.waiting;

-- A retry that finds nothing may wait, also for what it has tried.
select test.pass(60000);
select test.is(r.answer || ' ' || r.key_id, 'leased 2', 'a retry finds the other')
from keywheel.retry_request(1, test.id(1), 'gemini', 'm', '{1}',
	'{"key": 1, "name": "rate_minute", "rest": "key", "rest_ms": 2000}',
	'{}', 0, 3000) r;
select test.is(r.answer, 'wait', 'all were tried and rest: wait')
from keywheel.retry_request(1, test.id(1), 'gemini', 'm', '{1,2}',
	'{"key": 2, "name": "rate_minute", "rest": "key", "rest_ms": 2000}',
	'{}', 0, 3000) r;
select test.pass(2000);
select test.is(test.look(1) ~ '^leased [12]$', true, 'a key that has had its rest');
select test.is(r.answer || ' ' || r.wait_ms, 'tried 0',
	'all were tried, and are free: nothing to wait for')
from keywheel.retry_request(1, test.id(1), 'gemini', 'm', '{1,2}', null, '{}', 0,
	3000) r;

-- A rest of the model for everybody is waited for.
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('*', 'm', now() + interval '2 seconds', 'storm');
select test.is(test.come(1), 'wait', 'a rest of everybody: wait');
select test.is(test.look(1), 'wait', '… until its end');
select test.is(test.look(1, 1000), 'resting', '… or not, if that is too far');
select test.is(test.come(1), 'wait', 'once more');
select test.pass(2000);
select test.is(test.look(1) ~ '^leased', true, 'then it goes on');

-- A window that has room again within the time.
create function test.one_a_minute(p_seconds integer)
returns void
language plpgsql
as $$
begin
	update keywheel.ledger set step = keywheel.quota_step(clock_timestamp()
		- p_seconds * interval '1 second');
	update keywheel.ledger set
		full_until = keywheel.quota_step_start(step + 13);
end $$;
select keywheel.set_limit('*', 'm', 'rpm', 1) \g /dev/null
select test.come(1), test.come(2) \g /dev/null
select test.is(test.come(3), 'resting', 'a full minute is too far');
select keywheel.quota_step_start(keywheel.quota_step(clock_timestamp()) + 1)
	- clock_timestamp() < interval '2 seconds' as late \gset
select pg_sleep(case when :'late' then 2.1 else 0 end) \g /dev/null
select test.one_a_minute(60);
select test.is(test.come(3, 'm', 6000), 'wait', 'the end of a window is near: wait');
select test.one_a_minute(65);
select test.is(test.look(3, 6000) ~ '^leased', true, 'then there is room');

-- The line has an end: who comes when it is full is told at once; who stands in
-- it stays, and one that leaves makes room.
truncate keywheel.limits, keywheel.ledger, keywheel.waiting,
	keywheel.key_cooldown;
insert into keywheel.settings (name, value) values ('MAX_WAITING_REQUESTS', '2');
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('*', 'm', now() + interval '40 seconds', 'location');
select test.come(51, 'm', 60000), test.come(52, 'm', 60000) \g /dev/null
select test.is(test.line(), '51 52', 'two wait');
select test.is(test.come(53, 'm', 60000), 'resting', '… a third is told at once');
select test.is(test.come(54, 'n') ~ '^leased', true, '… other models are free');
select test.is(test.look(51, 60000) || ' ' || test.look(52, 60000), 'wait wait',
	'… they stay');
select keywheel.leave_line(51, test.id(51)) \g /dev/null
select test.is(test.come(53, 'm', 60000), 'wait',
	'… and one that leaves makes room');
