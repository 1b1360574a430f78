-- Alerts: what raises an alarm and what ends it.

select test.add_keys(1, 20);
select test.add_keys(21, 22, null, 'vertex');

create function pg_temp.look(p_percent numeric default 10)
returns void
language sql
as $$ select keywheel.look_for_alarms(p_percent,
	'{invalid_key,forbidden}', '{a,b,c}'); $$;
-- The open alarms.
create function pg_temp.open(p_kind text)
returns text
language sql
as $$ select coalesce(string_agg(a.subject, ', ' order by a.subject), '')
	from keywheel.alarms a
	where a.ended_at is null and a.kind = p_kind; $$;
create function pg_temp.words(p_kind text, p_subject text)
returns text
language sql
as $$ select a.text from keywheel.alarms a
	where a.kind = p_kind and a.subject = p_subject
	order by a.alarm_id desc limit 1; $$;
create function pg_temp.die(p_from bigint, p_to bigint,
	p_name text default 'invalid_key')
returns void
language plpgsql
as $$
begin
	for i in p_from..p_to loop
		perform test.judge(i, jsonb_build_object('name', p_name,
			'disable_after', 1));
	end loop;
end $$;
-- Rest for so many hours.
create function pg_temp.tire(p_from bigint, p_to bigint, p_model text,
	p_long boolean default true, p_name text default 'rate_day')
returns void
language plpgsql
as $$
begin
	for i in p_from..p_to loop
		perform test.judge(i, jsonb_build_object('name', p_name,
			'rest', 'key', 'rest_ms', 36000000, 'long', p_long,
			'all_models', p_model = '*'), p_model);
	end loop;
end $$;

-- Nothing is wrong.
select pg_temp.look();
select test.is(count(*), 0::bigint, 'nothing is wrong')
from keywheel.alarms;

-- A pool that is nearly empty.
select pg_temp.tire(1, 10, 'm');
select pg_temp.tire(11, 18, 'n');
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), '',
	'half of the keys for one model, half for another');
select pg_temp.tire(11, 18, 'm', false);
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), '', 'short rests are no matter');
select pg_temp.tire(1, 20, 'o', true, 'not_offered');
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), '',
	'… nor is a model that is not offered');
select pg_temp.tire(11, 18, 'm');
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), '', 'a tenth is left');
select pg_temp.tire(19, 19, '*');
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), 'gemini', 'less than a tenth');
select test.is(pg_temp.words('pool_low', 'gemini'),
	'1 of 20 keys of the pool gemini can be used: 0 are disabled, '
	'19 rest for long (m)', '… in words');
select pg_temp.look();
select test.is(times, 1, '… it is one alarm')
from keywheel.alarms where kind = 'pool_low';
select pg_temp.look(0);
select test.is(pg_temp.open('pool_low'), '', '… none if that is off');
select pg_temp.look();
select keywheel.set_key_state(i, 'disabled', 'cli')
from generate_series(1, 3) i \g /dev/null
select pg_temp.look();
select test.is(pg_temp.words('pool_low', 'gemini'),
	'1 of 17 keys of the pool gemini can be used: 0 are disabled, '
	'16 rest for long (m)', 'what somebody has disabled does not count');
select test.pass(40000000);
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), '', 'the rests are over');
select pg_temp.die(21, 22);
select pg_temp.look();
select test.is(pg_temp.open('pool_low'), 'vertex', 'a pool that is dead');
select test.is(pg_temp.words('pool_low', 'vertex'),
	'0 of 2 keys of the pool vertex can be used: 2 are disabled, '
	'0 rest for long', '… in words');
-- On the edge an open alarm stays: a little more than a tenth is to be free.
select pg_temp.tire(4, 18, 'm');
select pg_temp.look(12);
select test.is(pg_temp.open('pool_low'), 'gemini, vertex', '2 of 17');
select pg_temp.look(11);
select test.is(pg_temp.open('pool_low'), 'gemini, vertex',
	'… and on the edge');
select pg_temp.look(9);
select test.is(pg_temp.open('pool_low'), 'vertex', '… beyond it');

-- Dead keys.
select test.is(pg_temp.open('key_died'), 'key 21, key 22', 'two died');
select test.is(pg_temp.words('key_died', 'key 21'), 'Key 21 (…k021, pool '
	'vertex) is not used any more: invalid_key. Google''s words: '
	'Google''s words', '… in words');
select keywheel.set_key_state(21, 'active', 'cli') \g /dev/null
select keywheel.set_key_state(22, 'removed', 'cli') \g /dev/null
select pg_temp.look();
select test.is(pg_temp.open('key_died'), '', 'used again, and removed');
select pg_temp.die(5, 5, 'leaked_key');
select keywheel.set_key_state(6, 'disabled', 'cli') \g /dev/null
select pg_temp.look();
select test.is(pg_temp.open('key_died'), '',
	'a leak is another alarm, one''s own hand is none');
select pg_temp.die(7, 9);
select pg_temp.look();
select pg_temp.die(10, 18, 'forbidden');
select pg_temp.look();
select test.is(pg_temp.open('key_died'),
	'key 10, key 11, key 7, key 8, key 9, others',
	'an alarm for each of the first five, and one for the others');
select test.is(pg_temp.words('key_died', 'others'), '7 more keys are not '
	'used any more, by what Google said of them', '… in words');
select keywheel.set_key_state(7, 'disabled', 'cli') \g /dev/null
update keywheel.keys set state_at = now() - interval '2 hours';
update keywheel.alert_watch set since = now() - interval '3 hours';
select pg_temp.look();
select test.is(pg_temp.open('key_died'),
	'key 10, key 11, key 8, key 9, others',
	'what died long ago is no news of its own');
update keywheel.alert_watch set since = now() - interval '1 hour';
select pg_temp.look();
select test.is(pg_temp.open('key_died'), '', '… nor what died before');

-- Jobs.
select keywheel.declare_jobs('[{"name": "a", "every_s": 60},
	{"name": "b", "every_s": 3600}, {"name": "c", "every_s": 0},
	{"name": "gone", "every_s": 60}]', 'UTC');
update keywheel.jobs set next_at = now() - interval '14 minutes';
select pg_temp.look();
select test.is(pg_temp.open('job_late'), '', 'a quarter of an hour is little');
update keywheel.jobs set next_at = now() - interval '16 minutes';
select pg_temp.look();
select test.is(pg_temp.open('job_late'), 'a', 'more is late');
update keywheel.jobs set next_at = now() - interval '4 hours';
select pg_temp.look();
select test.is(pg_temp.open('job_late'), 'a, b', '… by its interval, if it '
	'is on, and of this program');
select test.ok(pg_temp.words('job_late', 'b')
	~ '^The job b has been due since 20.*Z, and nobody has run it$',
	'… in words');
update keywheel.jobs set claimed_until = now() + interval '1 minute'
where name = 'b';
update keywheel.jobs set next_at = now() where name = 'a';
select pg_temp.look();
select test.is(pg_temp.open('job_late'), '', 'one is done, one runs');
update keywheel.jobs set failures = 2, last_message = 'no way';
select pg_temp.look();
select test.is(pg_temp.open('job_late'), '', 'two failures');
update keywheel.jobs set failures = 3;
select pg_temp.look();
select test.is(pg_temp.open('job_late'), 'a, b', '… three in a row');
select test.is(pg_temp.words('job_late', 'a'),
	'The job a has failed 3 times in a row: no way', '… in words');

-- Budgets.
select keywheel.add_token('team', '\x02', '…team', false, 'cli') \g /dev/null
select keywheel.add_token('rich', '\x03', '…rich', false, 'cli') \g /dev/null
update keywheel.tokens set budget = 10, budget_currency = 'USD'
where name = 'team';
create function pg_temp.cost(p_cost numeric, p_months integer default 0)
returns void
language sql
as $$ insert into keywheel.token_use (token_id, month, month_cost, version)
	select token_id, date_trunc('month', now() at time zone 'UTC')
		- p_months * interval '1 month', p_cost, version
	from keywheel.tokens
	on conflict (token_id) do update set month = excluded.month,
		month_cost = excluded.month_cost, version = excluded.version; $$;
select pg_temp.cost(7.99);
select pg_temp.look();
select test.is(pg_temp.open('budget_80'), '', 'less than 80 percent');
select pg_temp.cost(8);
select pg_temp.look();
select test.is(pg_temp.open('budget_80') || '/' || pg_temp.open('budget_100'),
	'team/', '80 percent');
select test.is(pg_temp.words('budget_80', 'team'), 'The token team has cost '
	'8.00 of the 10 USD that it may cost this month (UTC)', '… in words');
select pg_temp.cost(10.004);
update keywheel.tokens set shadow = true;
select pg_temp.look();
select test.is(pg_temp.open('budget_80') || '/' || pg_temp.open('budget_100'),
	'team/team', '100 percent: both');
select test.is(pg_temp.words('budget_100', 'team'), 'The token team has cost '
	'10.00 of the 10 USD that it may cost this month (UTC); it is served '
	'all the same: its limits are only counted', '… in words');
update keywheel.tokens set budget = 12 where name = 'team';
select pg_temp.look();
select test.is(pg_temp.open('budget_80') || '/' || pg_temp.open('budget_100'),
	'team/', 'more money');
select pg_temp.cost(12, 1);
select pg_temp.look();
select test.is(pg_temp.open('budget_80'), '', 'another month');
select pg_temp.cost(12);
select pg_temp.look();
select test.is(pg_temp.open('budget_100'), 'team', 'this month');
update keywheel.tokens set budget_currency = 'EUR', version = version + 1
where name = 'team';
select pg_temp.look();
select test.is(pg_temp.open('budget_80'), '',
	'a token that has changed: what the account says, which is nothing');
select pg_temp.cost(12);
select pg_temp.look();
select keywheel.revoke_token('team') \g /dev/null
select pg_temp.look();
select test.is(pg_temp.open('budget_100'), '', 'a token that is revoked');
