-- Which keys pages find.

create function pg_temp.found(p_filter jsonb)
returns text
language sql
as $$
	select coalesce(string_agg(m::text, ',' order by m), '')
	from keywheel.matching_keys(p_filter) m;
$$;

select test.add_keys(1, 9);
select test.add_keys(10, 10, null, 'vertex');
select array(select keywheel.edit_keys('{2,3}',
	'{"project": "team-a", "note": "A <b> Note"}', 'test')) \g /dev/null
select array(select keywheel.edit_keys('{4}',
	'{"models": ["gemini-2.5-*"]}', 'test')) \g /dev/null
select keywheel.set_key_state(5, 'disabled', 'by hand') \g /dev/null
select keywheel.set_key_state(6, 'removed', 'by hand') \g /dev/null
-- The project rests for one model, key 7 for all.
select test.judge(2, '{"rest": "project", "rest_ms": 60000}', 'm-1');
select test.judge(7, '{"rest": "key", "rest_ms": 60000, "all_models": true}');
update keywheel.key_rotation set faults = 3, uses = 30 where key_id = 8;
update keywheel.key_rotation set faults = 1, uses = 50,
	last_used_at = now() where key_id = 9;

select test.is(pg_temp.found('{}'), '1,2,3,4,5,7,8,9,10',
	'no filter: all but removed ones');
select test.is(pg_temp.found('{"state": "removed"}'), '6', 'removed ones');
select test.is(pg_temp.found('{"state": "disabled"}'), '5', 'disabled ones');
select test.is(pg_temp.found('{"state": "resting"}'), '2,3,7',
	'resting: with their project, too');
select test.is(pg_temp.found('{"state": "ready"}'), '1,4,8,9,10',
	'ready: nothing of them rests');
select test.is(pg_temp.found('{"state": "active"}'), '1,2,3,4,7,8,9,10',
	'active: both');
select test.is(pg_temp.found('{"pool": "vertex"}'), '10', 'a pool');
select test.is(pg_temp.found('{"project": "team-a"}'), '2,3', 'a project');
select test.is(pg_temp.found('{"q": "TEAM"}'), '2,3',
	'text: a part of the project, whatever the case');
select test.is(pg_temp.found('{"q": "a <B> n"}'), '2,3', '… of the note');
select test.is(pg_temp.found('{"q": "k004"}'), '4', '… of the hint');
select test.is(pg_temp.found('{"q": "7"}'), '7', '… its number');
select test.is(pg_temp.found('{"q": "#9"}'), '9', '… with its sign');
select test.is(pg_temp.found('{"q": "%"}'), '', '… taken as it is');
select test.is(pg_temp.found('{"q": "_"}'), '', '… in all of it');
select test.is(pg_temp.found(jsonb_build_object('hash',
	encode(sha256(convert_to('gemini3', 'UTF8')), 'hex'))), '3',
	'a whole key by its hash');
select test.is(pg_temp.found('{"faults": 1}'), '8,9', 'faults');
select test.is(pg_temp.found('{"faults": 0}'), '1,2,3,4,5,7,8,9,10',
	'… none at least: all');
select test.is(pg_temp.found('{"faults": 2}'), '8', '… so many at least');
select test.is(pg_temp.found('{"model": "m-1", "model_is": "rests"}'),
	'2,3,7', 'rests for a model, or for all');
select test.is(pg_temp.found('{"model": "m-2", "model_is": "rests"}'), '7',
	'… for another one');
select test.is(pg_temp.found('{"model": "gemini-2.5-pro"}'),
	'1,2,3,4,7,8,9,10', 'may serve a model');
select test.is(pg_temp.found('{"model": "gemini-3"}'), '1,2,3,7,8,9,10',
	'… that is not all keys''');
select test.is(pg_temp.found('{"state": "ready", "faults": 1, "q": "k00"}'),
	'8,9', 'all of a filter');

insert into keywheel.attempts (request_id, started_at, attempt, key_id, model,
	verdict, status, total_ms)
select gen_random_uuid(), now() - interval '1 hour' * a.hours, 1, a.key_id,
	'm', 'v', a.status, 10
from (values (1, 429, 1), (1, 429, 2), (3, 429, 23), (4, 429, 25), (8, 403, 1))
	a (key_id, status, hours);
select test.is(pg_temp.found('{"code": 429}'), '1,3',
	'attempts that failed with a status in a day');
select test.is(pg_temp.found('{"code": 403}'), '8', '… another one');

-- Rests that are over, whatever the rotation still says.
update keywheel.key_cooldown set until = now() where scope = 'key/7';
select test.is(pg_temp.found('{"state": "resting"}'), '2,3',
	'a rest that was ended is none');
select test.is(pg_temp.found('{"state": "ready"}'), '1,4,7,8,9,10',
	'… and the key is ready');

-- ---- Order, pages, counts ---------------------------------------------------

select test.is(keywheel.sorted_keys('{}', 'number', false, 0, 3),
	'{1,2,3}', 'by number');
select test.is(keywheel.sorted_keys('{}', 'number', true, 3, 3),
	'{7,5,4}', '… down, the second page');
select test.is(keywheel.sorted_keys('{}', 'uses', true, 0, 3),
	'{9,8,1}', 'by uses');
select test.is(keywheel.sorted_keys('{}', 'faults', true, 0, 2),
	'{8,9}', 'by faults');
select test.is(keywheel.sorted_keys('{}', 'last_use', false, 0, 2),
	'{9,1}', 'by last use: those that have none come last');
select test.is(keywheel.sorted_keys('{}', 'last_use', true, 0, 2),
	'{9,1}', '… down, too');
select test.is(keywheel.sorted_keys('{}', 'project', true, 0, 3),
	'{2,3,1}', 'by project, those without one last');
select test.is(keywheel.sorted_keys('{}', 'state', false, 0, 20),
	'{1,4,7,8,9,10,2,3,5}', 'by state');
select test.is(keywheel.count_matching_keys('{"state": "ready"}'), 6::bigint,
	'so many');
select test.is(keywheel.count_matching_keys('{"state": "ready"}', 4),
	4::bigint, '… counted no further than is asked');

select test.is(keywheel.key_totals(), '{"all": 9, "active": 8, "disabled": 1,
	"removed": 1, "resting": 2, "ready": 6,
	"pools": {"gemini": 8, "vertex": 1}}', 'the totals');
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('key/2', 'm', now() + interval '1 minute', 'x'),
	('key/5', 'm', now() + interval '1 minute', 'x'),
	('key/99999999999999999999', 'm', now() + interval '1 minute', 'x'),
	('*', 'm', now() + interval '1 minute', 'x');
select test.is(keywheel.key_totals() ->> 'resting', '2',
	'none counts twice, a disabled one does not rest');

-- ---- What pages show ---------------------------------------------------------

select test.is(l ->> 'found', '6', 'the list tells how many there are'),
	test.is(l ->> 'capped', 'false', '… from the totals, not counted'),
	test.is(l #>> '{rows,0,key_id}', '7', 'its rows are in order')
from keywheel.key_list('{"state": "ready"}', 'number', true, 3, 1, 2) l;
select test.is(l ->> 'found', '3', 'what no total tells is counted'),
	test.is(l ->> 'capped', 'true', '… so far and no further'),
	test.is(jsonb_array_length(l -> 'rows'), 2, '… and shown beyond that')
from keywheel.key_list('{"q": "k00"}', 'number', false, 2, 2, 3) l;

select test.is(l ->> 'keys', '2', 'attention: the keys of a status'),
	test.is(l #>> '{rows,0,key_id}', '1', '… the worst first'),
	test.is(l #>> '{rows,0,failed}', '2', '… how often'),
	test.is(l #>> '{rows,0,verdict}', 'v', '… and why'),
	test.is(jsonb_array_length(l -> 'rows'), 1, '… so many of them'),
	test.is(l -> 'codes', '[{"code": 429, "attempts": 3},
		{"code": 403, "attempts": 1}]', '… and the other statuses')
from keywheel.key_attention(429, 1) l;

insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, total_ms)
select gen_random_uuid(), now() - interval '1 hour' * i, 1, 4, 'm' || i,
	'openai.chat', false, 'complete', 200, 1, 1, 0, 0, 1, 10
from generate_series(1, 50) i;
select test.is(string_agg(e ->> 'model', ',' order by e ->> 'at' desc),
	'm1,m2,m3', 'a key''s last requests')
from jsonb_array_elements(keywheel.key_calls(4, 3)) e;
select test.is(jsonb_array_length(keywheel.key_calls(4, 45)), 45,
	'… over several days');
select test.is(jsonb_array_length(keywheel.key_failures_of(3, 20)), 1,
	'… and attempts that failed');
select test.is(keywheel.key_page(77, null, 20, '24h'), '{}',
	'no page of a key that never was');
