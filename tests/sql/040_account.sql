-- The account: rows of requests and attempts, lost leases, the clean-up.

select test.add_keys(1, 2);
select test.add_token();

create function pg_temp.ended(p_request text, p_outcome text, p_key bigint,
	p_failed jsonb, p_verdict jsonb, p_ms bigint default
		(extract(epoch from now()) * 1000)::bigint)
returns void
language sql
as $$
	select keywheel.end_request(1, p_request::uuid, p_ms, 1, p_key, 'm',
		'openai.chat', true, p_outcome, 200, 2, 11, 3, 5, 7, 120, 450,
		'words', p_failed, p_verdict);
$$;

-- The row holds what it was told.
select pg_temp.ended('00000000-0000-0000-0000-00000000000a', 'complete', 2,
	'[{"attempt": 1, "key": 1, "verdict": "rate_minute", "status": 429,
	"total_ms": 30, "evidence": "slow down"}]',
	'{"key": 2, "name": "x", "rest": "key", "rest_ms": 60000}');
select test.is(format('%s %s %s %s %s %s %s %s', token_id, key_id, model,
		route, streamed, outcome, status, attempts),
	'1 2 m openai.chat t complete 200 2', 'who, what and how')
from keywheel.requests;
select test.is(format('%s %s %s %s %s %s %s', prompt_tokens, cached_tokens,
		thought_tokens, answer_tokens, first_byte_ms, total_ms, detail),
	'11 3 5 7 120 450 words', 'tokens and times') from keywheel.requests;
select test.ok(abs(extract(epoch from now() - started_at)) < 60,
	'the time is the request''s') from keywheel.requests;
select test.is(format('%s %s %s %s %s %s', attempt, key_id, verdict, status,
		total_ms, evidence), '1 1 rate_minute 429 30 slow down',
	'a failed attempt has its row') from keywheel.attempts;
select test.is(test.rests_s('key/2'), 60, 'the verdict is in force');

-- Idempotent: the second report changes nothing.
select test.fails($$select pg_temp.ended(
	'00000000-0000-0000-0000-00000000000a', 'complete', 2,
	'[{"attempt": 2, "key": 1, "verdict": "x", "status": 1, "total_ms": 1}]',
	'{"key": 1, "name": "x", "rest": "key", "rest_ms": 60000}',
	(select (extract(epoch from started_at) * 1000)::bigint
		from keywheel.requests))$$, '23505',
	'a second report is a unique violation');
select test.is((select count(*) from keywheel.requests) || ' '
	|| (select count(*) from keywheel.attempts) || ' '
	|| coalesce(test.rests_s('key/1'), 0), '1 1 0', '… and changes nothing');

-- Every outcome of the closed set, and no other.
select pg_temp.ended(md5(o)::uuid::text, o, null, null, null)
from unnest(string_to_array('complete length blocked client_error '
	'unauthorized limited no_key upstream_error timeout_first_byte '
	'timeout_idle truncated client_gone internal_error', ' ')) o \g /dev/null
select test.is(count(distinct outcome), 13::bigint, 'thirteen outcomes')
from keywheel.requests;
select test.fails($$select pg_temp.ended(gen_random_uuid()::text, 'odd', null,
	null, null)$$, '22P02', 'another one is refused');

-- clear: faults are forgotten.
select test.judge(1, '{"disable_after": 9}');
select pg_temp.ended(gen_random_uuid()::text, 'complete', 1, null,
	'{"key": 1, "clear": true}');
select test.is(faults, 0, 'a success clears faults')
from keywheel.key_rotation where key_id = 1;

-- A responder that died is accounted for once, and harms no key.
select keywheel.begin_request(7, '00000000-0000-0000-0000-00000000000b',
	'\x01', 'gemini', 'other', 'openai.chat', true, 60000) \g /dev/null
select test.is(keywheel.close_lost_lease(7), true, 'a lost lease');
select test.is(format('%s %s %s %s %s', outcome, status, attempts, key_id,
		streamed), 'internal_error 500 1 1 t', '… has its row')
from keywheel.requests
where request_id = '00000000-0000-0000-0000-00000000000b';
select test.is(faults || ' ' || coalesce(test.rests_s('key/1', 'other'), 0),
	'0 0', '… and blames no key')
from keywheel.key_rotation where key_id = 1;
select test.is(keywheel.close_lost_lease(7), false, '… only once');
select test.is(keywheel.close_lost_lease(99), false, 'a responder not known');
select keywheel.begin_request(8, '00000000-0000-0000-0000-00000000000c',
	'\x01', 'gemini', 'other', 'openai.chat', true, 60000) \g /dev/null
select pg_temp.ended('00000000-0000-0000-0000-00000000000c', 'complete', 1,
	null, null);
select test.is(keywheel.close_lost_lease(8), false,
	'a request that was reported is not lost');
select test.is(count(*), 1::bigint, '… and keeps its one row')
from keywheel.requests
where request_id = '00000000-0000-0000-0000-00000000000c';

-- One that was taken for lost, and is reported after all.
create function pg_temp.lose(p_responder bigint, p_id text)
returns boolean
language plpgsql
as $$
begin
	perform keywheel.begin_request(p_responder, p_id::uuid, '\x01',
		'gemini', 'other', 'openai.chat', true, 60000);
	return keywheel.close_lost_lease(p_responder);
end $$;
create function pg_temp.state(p_id text)
returns text
language sql
as $$
	select string_agg(r.outcome || ' ' || r.prompt_tokens, ',')
		|| '; ' || (select string_agg(u.outcome || ' ' || u.n || ' '
				|| u.prompt, ', ' order by u.outcome)
			from (select outcome, sum(requests) as n,
				sum(prompt) as prompt
				from keywheel.usage_now() where span = 'day'
					and model = right(p_id, 4)
				group by 1) u)
	from keywheel.requests r where r.request_id = p_id::uuid;
$$;
select test.ok(pg_temp.lose(20 + i,
	'00000000-0000-0000-0000-00000000010' || i), 'taken for lost')
from generate_series(1, 3) i;
update keywheel.requests set model = right(request_id::text, 4)
where request_id::text like '%00010_';
create function pg_temp.report(p_id text, p_ago bigint default 0)
returns text
language plpgsql
as $$
begin
	perform keywheel.end_request(20, p_id::uuid,
		(extract(epoch from now()) * 1000)::bigint - p_ago, 1, 2,
		right(p_id, 4), 'openai.chat', true, 'complete', 200, 1, 11, 3,
		5, 7, 120, 450, '', null, null);
	return pg_temp.state(p_id);
end $$;
select test.is(pg_temp.state('00000000-0000-0000-0000-000000000101'),
	'internal_error 0; internal_error 1 0', 'it is marked');
select test.is(pg_temp.report('00000000-0000-0000-0000-000000000101', 5),
	'complete 11; complete 1 11', '… and reported before it is summed up');
select test.is(s.more, false, 'it is summed up') from keywheel.sum_usage(100) s;
select test.is(pg_temp.report('00000000-0000-0000-0000-000000000102', 70000),
	'complete 11; complete 1 11', '… and reported after that');
select test.is(count(*), 0::bigint, '… nothing is left of the mark')
from (select requests from keywheel.usage_all union all
	select requests from keywheel.usage union all
	select requests from keywheel.key_usage) u where u.requests < 1;
select test.fails($$select pg_temp.report(
	'00000000-0000-0000-0000-000000000102', 9)$$, '23505',
	'a second report is a unique violation, whatever it says of its time');
select test.is(pg_temp.state('00000000-0000-0000-0000-000000000102'),
	'complete 11; complete 1 11', '… and changes nothing');
-- Who had no lease looks for a mark in the days that it may be in.
select keywheel.retract_lost(gen_random_uuid(), now() - interval '2 hours')
from generate_series(1, 8) \g /dev/null
begin;
select keywheel.retract_lost(gen_random_uuid(), now()) \g /dev/null
select test.ok(count(*) between 2 and 3, 'a request without a lease locks few days')
from pg_locks l join pg_class c on c.oid = l.relation
where l.pid = pg_backend_pid() and c.relname ~ '^requests_[0-9]{8}$';
commit;
begin;
select keywheel.retract_lost(gen_random_uuid(), now() + interval '2 hours')
\g /dev/null
select test.is(count(*), 0::bigint, '… none, if no request was lost since')
from pg_locks l join pg_class c on c.oid = l.relation
where l.pid = pg_backend_pid() and c.relname ~ '^requests';
commit;
-- A lease that nobody has looked at for long.
insert into keywheel.leases values (30,
	'00000000-0000-0000-0000-0000000001ff', now() - interval '60 days',
	now(), 1, 1, 'm', 'openai.chat', true);
select test.is(keywheel.close_lost_lease(30), true, 'a lease of long ago');
delete from keywheel.requests where started_at < now() - interval '1 day';

-- The clean-up. A day's partition is gone, as if this were its first day:
-- rows wait in the default partition and are moved into it.
select test.is(count(*), 16::bigint, 'a migration makes eight days ahead')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'keywheel' and c.relname ~ '^(requests|attempts)_[0-9]{8}$'
	and c.relkind = 'r';
create temporary table day as
select to_char(now() at time zone 'UTC', 'YYYYMMDD') as today,
	(select count(*) from keywheel.requests) as n;
do $$
declare
	v_today text := (select today from day);
	v_table text;
begin
	foreach v_table in array array['requests', 'attempts'] loop
		execute format('alter table keywheel.%I detach partition
			keywheel.%I', v_table, v_table || '_' || v_today);
		execute format('insert into keywheel.%I select * from
			keywheel.%I', v_table || '_default',
			v_table || '_' || v_today);
		execute format('drop table keywheel.%I',
			v_table || '_' || v_today);
	end loop;
	insert into keywheel.leases values (9,
		'00000000-0000-0000-0000-00000000000d', now() - interval '1 hour',
		now() - interval '1 minute', 1, 1, 'm', 'openai.chat', true);
	insert into keywheel.leases values (10,
		'00000000-0000-0000-0000-00000000000e', now(),
		now() + interval '1 minute', 1, 1, 'm', 'openai.chat', true);
	perform test.judge(1, '{"rest": "key", "rest_ms": 1000}', 'long-ago');
	update keywheel.key_cooldown set until = now() - interval '2 days'
	where model = 'long-ago';
	update keywheel.revision set maintained_at = now() - interval '2 minutes';
end $$;
select test.is(keywheel.maintain(), true, 'the clean-up is due');
select test.is(keywheel.maintain(), false, '… once a minute');
select test.is(count(*), 0::bigint, 'the default partition was emptied')
from keywheel.requests_default where started_at > now() - interval '30 minutes';
select test.is(count(*) - (select count(*) from keywheel.requests_default),
	(select n from day), '… into the day''s, and none was lost')
from keywheel.requests
where request_id <> '00000000-0000-0000-0000-00000000000d';
select test.is(count(*), 1::bigint, 'attempts, too')
from keywheel.attempts;
select test.is(count(*), 0::bigint, '… are in their day''s partition')
from keywheel.attempts_default;
select test.is(outcome::text, 'internal_error', 'an expired lease has its row')
from keywheel.requests
where request_id = '00000000-0000-0000-0000-00000000000d';
select test.is(array_agg(responder), '{10}', 'a lease in force is kept')
from keywheel.leases where responder >= 9;
select test.is(count(*), 0::bigint, 'rests of long ago are forgotten')
from keywheel.key_cooldown where model = 'long-ago';
select test.is(count(*), 1::bigint, '… others are not')
from keywheel.key_cooldown where scope = 'key/2';
select test.ok(count(*) = 16, 'eight days ahead, again')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'keywheel' and c.relname ~ '^(requests|attempts)_[0-9]{8}$'
	and c.relkind = 'r';
select test.fails(format($$insert into keywheel.requests select * from
	keywheel.requests where request_id = %L$$,
	'00000000-0000-0000-0000-00000000000a'), '23505',
	'a day''s partition has the primary key');

-- The reports agree with the account.
select test.is(sum(requests)::bigint, (select count(*) from keywheel.requests),
	'the daily report counts all requests')
from keywheel.report_usage_daily where day > current_date - 30;
select test.is(sum(requests)::bigint, 1::bigint, '… and those that were deleted')
from keywheel.report_usage_daily where day <= current_date - 30;
select test.is(count(*), (select count(*) from keywheel.requests),
	'the requests'' report has them all') from keywheel.report_requests;
select test.is(token || ' ' || key_hint || ' ' || total_tokens,
	'bench …k002 23', '… with token, key and sum')
from keywheel.report_requests
where request_id = '00000000-0000-0000-0000-00000000000a';
select test.is(verdict || ' ' || key_hint, 'rate_minute …k001',
	'the errors'' report') from keywheel.report_errors;
