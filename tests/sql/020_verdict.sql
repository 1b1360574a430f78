-- Verdicts: rests and their lengths, faults, and keys that are disabled.

select test.add_keys(1, 3);
select test.add_keys(4, 6, '4711');

-- Who rests.
select test.judge(1, '{"rest": "key", "rest_ms": 60000}');
select test.is(test.rests_s('key/1'), 60, 'a key rests');
select test.judge(2, '{"rest": "project", "rest_ms": 60000}');
select test.is(test.rests_s('key/2'), 60,
	'no project is known: the key rests');
select test.judge(4, '{"rest": "project", "rest_ms": 50000}');
select test.is(test.rests_s('project/4711'), 50, 'a project rests');
select test.judge(5, '{"rest": "key", "rest_ms": 40000,
	"all_models": true}');
select test.is(test.rests_s('key/5', '*'), 40, 'a key rests for all models');
select test.judge(3, '{"rest": "none"}');
select test.judge(3, '{}');
select test.judge(999, '{"rest": "key", "rest_ms": 1000}');
select keywheel.apply_verdict('m', null);
select test.is(count(*), 4::bigint, 'nothing else rests')
from keywheel.key_cooldown;

-- The longest wins, with its reason.
select test.judge(1, '{"rest": "key", "rest_ms": 3600000, "long": true,
	"name": "rate_day"}');
select test.is(test.rests_s('key/1'), 3600, 'a longer rest counts');
select test.judge(1, '{"rest": "key", "rest_ms": 5000}');
select test.is(test.rests_s('key/1'), 3600, 'a shorter one does not');
select test.is(reason || ' ' || long_rest, 'rate_day true',
	'… and leaves reason and kind as they are')
from keywheel.key_cooldown where scope = 'key/1';
select test.is(count(*), 1::bigint, 'one event tells of one rest')
from keywheel.key_events where key_id = 1 and event = 'rested';
select test.pass(4000000);
select test.judge(1, '{"rest": "key", "rest_ms": 5000}');
select test.is(reason || ' ' || long_rest, 'rate_minute false',
	'a rest that is over has no say')
from keywheel.key_cooldown where scope = 'key/1';

-- A rest with a cap doubles when it is imposed again soon after its end.
do $$
begin
	perform test.judge(3, '{"rest": "key", "rest_ms": 10000,
		"cap_ms": 35000}');
end $$;
select test.is(test.rests_s('key/3'), 10, 'the first time');
select test.judge(3, '{"rest": "key", "rest_ms": 10000, "cap_ms": 35000}');
select test.is(test.rests_s('key/3'), 10,
	'learnt again while it is in force: no doubling');
select test.pass(11000);
select test.judge(3, '{"rest": "key", "rest_ms": 10000, "cap_ms": 35000}');
select test.is(test.rests_s('key/3'), 20, 'the second time: double');
select test.pass(21000);
select test.judge(3, '{"rest": "key", "rest_ms": 10000, "cap_ms": 35000}');
select test.is(test.rests_s('key/3'), 35, 'the third time: the cap');
select test.pass(35000 + 590000);
select test.judge(3, '{"rest": "key", "rest_ms": 10000, "cap_ms": 35000}');
select test.is(test.rests_s('key/3'), 35, 'ten minutes have not passed');
select test.pass(35000 + 610000);
select test.judge(3, '{"rest": "key", "rest_ms": 10000, "cap_ms": 35000}');
select test.is(test.rests_s('key/3'), 10, 'ten minutes later: as at first');

-- What Google said is kept with the event.
select test.is(cause || ': ' || evidence, 'rate_minute: Google''s words',
	'the event has cause and evidence')
from keywheel.key_events where key_id = 3 and event = 'rested' limit 1;

-- Faults in a row disable.
select test.judge(2, '{"disable_after": 3, "name": "forbidden"}');
select test.judge(2, '{"disable_after": 3, "name": "forbidden"}');
select test.is(faults || ' ' || test.key_state(2), '2 active',
	'two faults of three')
from keywheel.key_rotation where key_id = 2;
select test.judge(2, '{"clear": true}');
select test.is(faults, 0, 'a success clears them')
from keywheel.key_rotation where key_id = 2;
select test.judge(2, '{"disable_after": 3, "name": "forbidden"}');
select test.judge(2, '{"disable_after": 3, "name": "forbidden"}');
select test.judge(2, '{"disable_after": 3, "name": "forbidden",
	"evidence": "no"}');
select test.is(test.key_state(2), 'disabled', 'three in a row disable');
select test.is(state_reason, 'forbidden', '… with the reason')
from keywheel.keys where key_id = 2;
select test.is(cause || ': ' || evidence, 'forbidden: no', '… and an event')
from keywheel.key_events where key_id = 2 and event = 'disabled';
select test.ok(test.is_dense(), '… and the rotation is dense');
select test.judge(2, '{"disable_after": 1}');
select test.is(count(*), 1::bigint, 'a disabled key is not disabled again')
from keywheel.key_events where key_id = 2 and event = 'disabled';
select test.judge(3, '{"disable_after": 1, "name": "invalid_key"}');
select test.is(test.key_state(3), 'disabled', 'one fault can be enough');

-- Many requests that were under way with the key are told the same at once.
select test.judge(4, '{"disable_after": 3, "name": "forbidden",
	"rest": "key", "rest_ms": 600000}') from generate_series(1, 5);
select test.is(faults || ' ' || test.key_state(4), '1 active',
	'a crowd that is refused at once is one fault')
from keywheel.key_rotation where key_id = 4;
select test.judge(4, '{"disable_after": 3, "name": "forbidden",
	"rest": "key", "rest_ms": 600000}', 'other');
select test.is(faults, 2, '… for another model it is another')
from keywheel.key_rotation where key_id = 4;
select test.pass(600000);
select test.judge(4, '{"disable_after": 3, "name": "forbidden",
	"rest": "key", "rest_ms": 600000}');
select test.is(test.key_state(4), 'disabled', '… and after the rest, too');

-- A project is disabled with all its keys; others are not.
select test.judge(4, '{"disable_after": 1, "disable_project": true,
	"name": "project_suspended"}');
select test.is(string_agg(state, ' ' order by key_id),
	'active disabled disabled disabled disabled disabled',
	'a project is disabled with all its keys')
from keywheel.keys;
select test.ok(test.is_dense(), 'the rotation is dense after that');
select test.judge(1, '{"disable_after": 1, "disable_project": true}');
select test.is((test.pick()).answer, 'none', 'none is left');

-- retry_request: the verdict first, then another key.
select test.add_keys(11, 12);
select test.add_token();
select test.is(b.answer || ' ' || b.key_id, 'leased 7', 'the first attempt')
from keywheel.begin_request(1, '00000000-0000-0000-0000-000000000001',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(r.answer || ' ' || r.key_id, 'leased 8', 'the second attempt')
from keywheel.retry_request(1, '00000000-0000-0000-0000-000000000001',
	'gemini', 'm', '{7}', '{"key": 7, "name": "rate_minute",
	"rest": "project", "rest_ms": 60000}') r;
select test.is(test.rests_s('key/7'), 60, 'the first one''s key rests');
select test.is(key_id, 8::bigint, 'the lease is on the second one''s')
from keywheel.leases where responder = 1;
select test.is(r.answer || ' ' || (r.wait_ms between 59000 and 60000)
		|| ' ' || test.rests_s('key/8'), 'tried true 90',
	'no third attempt: both rest')
from keywheel.retry_request(1, '00000000-0000-0000-0000-000000000001',
	'gemini', 'm', '{7,8}', '{"key": 8, "name": "rate_minute",
	"rest": "project", "rest_ms": 90000}') r;
select test.is(key_id, 8::bigint, 'the lease stays on the last key')
from keywheel.leases where responder = 1;

-- What begin_request says besides.
select test.is(b.answer || ' ' || (b.token_id is null) || ' '
		|| b.settings_version, 'unauthorized true 1',
	'a foreign token gets no key')
from keywheel.begin_request(2, '00000000-0000-0000-0000-000000000002',
	'\x02', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(count(*), 0::bigint, '… and leaves no lease')
from keywheel.leases where responder = 2;
select test.is(b.answer || ' ' || b.token_id, 'resting 1',
	'all rest: the token is known all the same')
from keywheel.begin_request(2, '00000000-0000-0000-0000-000000000002',
	'\x01', 'gemini', 'm', 'openai.chat', false, 60000) b;
select test.is(b.answer, 'none', 'a pool without keys')
from keywheel.begin_request(2, '00000000-0000-0000-0000-000000000002',
	'\x01', 'paid', 'm', 'openai.chat', false, 60000) b;
