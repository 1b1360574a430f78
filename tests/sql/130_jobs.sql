-- Jobs: their times, claims, crashes, failures.

create function pg_temp.declare(p_jobs jsonb, p_zone text default 'UTC')
returns void
language sql
as $$ select keywheel.declare_jobs(p_jobs, p_zone); $$;
-- Claim what is due among a, b, c, d; the name, or nothing.
create function pg_temp.claim(p_by text default 'one', p_now boolean default
	false, p_names text[] default '{a,b,c,d}')
returns text
language sql
as $$ select name from keywheel.claim_job(p_names, p_by, 60000, p_now); $$;
create function pg_temp.finish(p_name text, p_ok boolean,
	p_message text default 'words', p_more boolean default false)
returns boolean
language sql
as $$ select keywheel.finish_job(
	(select claim from keywheel.jobs where name = p_name), p_ok,
	p_message, p_more); $$;
create function pg_temp.due_in(p_name text)
returns integer
language sql
as $$ select round(extract(epoch from next_at - now()))::integer
	from keywheel.jobs where name = p_name; $$;
create function pg_temp.now_due(p_name text)
returns void
language sql
as $$ update keywheel.jobs set next_at = now() - interval '1 second'
	where name = p_name; $$;

-- Looking: nothing is declared, so there is something to do; once a minute.
select test.is(keywheel.look_for_jobs(), true, 'a new database has work');
select test.is(keywheel.look_for_jobs(), false, '… one look a minute');

-- Times.
select pg_temp.declare('[{"name": "a", "every_s": 300},
	{"name": "off", "every_s": 0}]');
select test.is(pg_temp.due_in('a'), 0, 'a new job is due at once');
select test.is(pg_temp.claim(p_names => '{off}'), null,
	'one that is off never is');
select test.is(pg_temp.claim('one', true, '{off}'), 'off', '… but by hand');
select pg_temp.finish('off', true) \g /dev/null
select test.is(next_at, null, '… and has no next time')
from keywheel.list_jobs('{off}');
update keywheel.job_look set looked_at = now() - interval '2 minutes';
select test.is(keywheel.look_for_jobs(), true, 'a job is due: look');

-- A claim.
select test.is(pg_temp.claim(), 'a', 'a job that is due');
select test.is(pg_temp.claim('two'), null, '… is one''s');
select test.is(pg_temp.claim('two', true), null, '… also by hand');
update keywheel.job_look set looked_at = now() - interval '2 minutes';
select test.is(keywheel.look_for_jobs(), false,
	'a job that runs is nothing to do');
select test.is(result || ' ' || running_by, 'running one', '… it is shown')
from keywheel.list_jobs('{a}');
select test.is(keywheel.heartbeat_job(claim, 600000), true, 'a heartbeat')
from keywheel.jobs where name = 'a';
select test.ok(claimed_until > now() + interval '9 minutes',
	'… holds it longer') from keywheel.jobs where name = 'a';
select test.is(keywheel.heartbeat_job(gen_random_uuid(), 1), false,
	'… of another is nobody''s');
select test.is(pg_temp.finish('a', true), true, 'its end');
select test.is(pg_temp.due_in('a'), 300, '… its next time');
select test.is(format('%s %s %s', last_ok, last_message, runs), 't words 1',
	'… its result') from keywheel.jobs where name = 'a';
select test.is(format('%s %s %s', ok, message, ended_at is not null),
	't words t', '… its history') from keywheel.job_runs where name = 'a';
select test.is(pg_temp.claim(), null, 'it is not due any more');
select test.is(pg_temp.claim('one', true), 'a', '… but by hand');
select pg_temp.finish('a', true, 'half', true) \g /dev/null
select test.is(pg_temp.due_in('a'), 0, 'there is more: due at once');

-- A crash: the claim expires, the job is taken up again.
select pg_temp.claim('dead') \g /dev/null
create temporary table old as
	select claim from keywheel.jobs where name = 'a';
select test.is(pg_temp.claim('two'), null, 'before the claim expires');
update keywheel.jobs set claimed_until = now() - interval '1 second'
where name = 'a';
select test.is(result, 'lost', 'a run that was never heard of again')
from keywheel.list_job_runs('a') limit 1;
select test.is(pg_temp.claim('two'), 'a', '… is taken up');
select test.is(keywheel.heartbeat_job(claim, 60000), false,
	'… the old one has lost it') from old;
select test.is(keywheel.finish_job(claim, false, 'late', false), false,
	'… and its end does not count') from old;
select test.is(claimed_by, 'two', '… the new one runs')
from keywheel.jobs where name = 'a';
select pg_temp.finish('a', true) \g /dev/null

-- Failures: after a minute, two, four …, an hour.
create temporary table delays (n integer, s integer);
do $$
begin
	for i in 1..9 loop
		perform pg_temp.claim('one', true, '{a}');
		perform pg_temp.finish('a', false, 'no');
		insert into delays values (i, pg_temp.due_in('a'));
	end loop;
end $$;
select test.is(string_agg(s::text, ' ' order by n),
	'60 120 240 480 960 1920 3600 3600 3600', 'a failing job backs off')
from delays;
select pg_temp.declare('[{"name": "a", "every_s": 200}]');
select test.is(pg_temp.due_in('a'), 3600, '… also if its times change');
select pg_temp.claim('one', true, '{a}') \g /dev/null
select pg_temp.finish('a', true) \g /dev/null
select test.is(failures || ' ' || pg_temp.due_in('a'), '0 200',
	'… until it succeeds') from keywheel.jobs where name = 'a';
select pg_temp.declare('[{"name": "a", "every_s": 100}]');
select test.is(pg_temp.due_in('a'), 100, 'other times are in force at once');
update keywheel.jobs set next_at = '2000-01-01' where name = 'a';
select pg_temp.declare('[{"name": "a", "every_s": 100}]');
select test.is(next_at, '2000-01-01'::timestamptz, '… the same change nothing')
from keywheel.jobs where name = 'a';

-- Who has waited the longest comes first; a long message is cut.
select pg_temp.declare('[{"name": "b", "every_s": 10},
	{"name": "c", "every_s": 10}]');
update keywheel.jobs set next_at = now() - interval '1 hour' where name = 'c';
select pg_temp.finish('a', true) \g /dev/null
update keywheel.jobs set next_at = now() - interval '1 minute' where name = 'a';
select test.is(pg_temp.claim() || pg_temp.claim() || pg_temp.claim(), 'cab',
	'in the order of their times');
select pg_temp.finish('c', true, repeat('x', 5000)) \g /dev/null
select test.is(length(last_message), 1000, 'a long message is cut')
from keywheel.jobs where name = 'c';

-- The history is trimmed, each job's for itself.
do $$
begin
	for i in 1..205 loop
		perform pg_temp.claim('one', true, '{c}');
		perform pg_temp.finish('c', true, i::text);
	end loop;
end $$;
select test.is(count(*), 200::bigint, 'two hundred runs are kept')
from keywheel.job_runs where name = 'c';
select test.is(message, '205', '… the newest first')
from keywheel.list_job_runs('c') limit 1;
select test.ok(count(*) > 10, '… and those of another job')
from keywheel.job_runs where name = 'a';

-- Once a day, in a time zone, through the change of the clocks.
select test.is(keywheel.next_job_time(86400, '03:30', p_zone, p_now::timestamptz),
	p_want::timestamptz, p_name)
from (values
	('UTC', '2026-01-10 03:29:59+00', '2026-01-10 03:30+00', 'today'),
	('UTC', '2026-01-10 03:30:00+00', '2026-01-11 03:30+00', 'tomorrow'),
	('Asia/Shanghai', '2026-01-10 12:00+00', '2026-01-10 19:30+00',
		'in Shanghai'),
	('Europe/Berlin', '2026-07-10 12:00+00', '2026-07-11 01:30+00',
		'in Berlin, summer'),
	('Europe/Berlin', '2026-03-28 12:00+00', '2026-03-29 01:30+00',
		'in Berlin, the clock goes forward'),
	('Europe/Berlin', '2026-10-24 12:00+00', '2026-10-25 02:30+00',
		'in Berlin, the clock goes back'),
	('Mars/Phobos', '2026-01-10 12:00+00', '2026-01-11 03:30+00',
		'a zone that is not known is UTC')
) v (p_zone, p_now, p_want, p_name);
select pg_temp.declare('[{"name": "d", "every_s": 86400,
	"daily_at": "03:30"}]', 'Asia/Shanghai');
select test.ok(next_at > now() and to_char(next_at at time zone
		'Asia/Shanghai', 'HH24:MI') = '03:30', 'a new daily job waits')
from keywheel.jobs where name = 'd';
select test.is(every, 'day at 03:30 Asia/Shanghai', '… and is shown')
from keywheel.list_jobs('{d}');

-- TIMEZONE: a bad one is refused, and nothing of the rest is stored.
select test.fails($$select keywheel.put_settings('{"TIMEZONE": "Mars/Phobos",
	"X": "1"}')$$, '22023', 'a time zone that is none is refused');
select test.fails($$select keywheel.put_settings('{"TIMEZONE": "Berlin5"}')$$,
	'22023', '… and what only looks like one');
select test.is(count(*), 0::bigint, '… all of it') from keywheel.settings;
select test.is(keywheel.put_settings('{"TIMEZONE": "Europe/Berlin"}'),
	1::bigint, '… a good one is taken');
select test.is(keywheel.put_settings('{"TIMEZONE": null}'), 1::bigint,
	'… and none');

-- A job that fails is an alarm until it succeeds, where there are alarms.
create function pg_temp.is_alarm()
returns boolean
language plpgsql
as $$
declare
	v_open boolean;
begin
	if to_regclass('keywheel.alarms') is not null then
		execute $q$select exists (select from keywheel.alarms
			where kind = 'job_failed' and subject = 'c'
				and text = 'Google is away'
				and ended_at is null)$q$ into v_open;
	end if;
	return v_open;
end $$;
select pg_temp.claim('one', true, '{c}') \g /dev/null
select pg_temp.finish('c', false, 'Google is away') \g /dev/null
select test.ok(coalesce(pg_temp.is_alarm(), true), 'a failure is an alarm');
select pg_temp.claim('one', true, '{c}') \g /dev/null
select pg_temp.finish('c', true) \g /dev/null
select test.ok(not coalesce(pg_temp.is_alarm(), false),
	'… until it succeeds');

-- What happened to keys long ago is forgotten, but for the last of each.
select test.add_keys(1, 2);
delete from keywheel.key_events where key_id is null;
update keywheel.key_events set at = now() - interval '100 days';
insert into keywheel.key_events (key_id, event, cause) values (1, 'x', 'y');
insert into keywheel.key_events (key_id, event, cause, at)
	values (1, 'z', 'y', now());
select test.is(keywheel.trim_key_events(90, 1000), 1::bigint,
	'one event is forgotten');
select test.is(count(*), 3::bigint, '… the last of each key stays')
from keywheel.key_events;
