-- The outbox of alerts: who is told what, when, and how often.

create table pg_temp.receivers as
	select '[{"id": "r1", "name": "slack https://a/…"},
		{"id": "r2", "name": "json https://b/…"}]'::jsonb as list;
create function pg_temp.work(p_quiet bigint default 900,
	p_kinds jsonb default '["storm", "no_key"]')
returns void
language sql
as $$ select keywheel.work_alerts(jsonb_build_object('low_percent', 10,
	'reasons', '[]'::jsonb, 'jobs', '[]'::jsonb, 'kinds', p_kinds,
	'quiet_s', p_quiet, 'receivers', r.list)) from pg_temp.receivers r; $$;
create function pg_temp.claim()
returns text
language sql
as $$ select coalesce((v ->> 'receiver') || ' ' || (v ->> 'state') || ' '
		|| (v ->> 'subject'), '')
	from keywheel.claim_alert(60000) v; $$;
create function pg_temp.finish(p_receiver text, p_result text default 'sent',
	p_retry_after_s bigint default 0)
returns boolean
language sql
as $$ select keywheel.finish_alert(r.claim, p_result, 'status 500',
	p_retry_after_s)
	from keywheel.alert_receivers r where r.receiver = p_receiver; $$;
-- All that can be sent now.
create function pg_temp.send_all()
returns text
language plpgsql
as $$
declare
	v_all text := '';
	v text := pg_temp.claim();
begin
	while v <> '' loop
		v_all := v_all || case v_all when '' then '' else ', ' end || v;
		perform pg_temp.finish(split_part(v, ' ', 1));
		v := pg_temp.claim();
	end loop;
	return v_all;
end $$;
create function pg_temp.raise(p_subject text, p_kind text default 'storm')
returns void
language sql
as $$ select keywheel.raise_alarm(p_kind, p_subject, 'words'); $$;
create function pg_temp.pause(p_receiver text)
returns integer
language sql
as $$ select round(extract(epoch from paused_until - now()))::integer
	from keywheel.alert_receivers where receiver = p_receiver; $$;

-- Who came later is not told of what was.
select pg_temp.raise('before');
update keywheel.alarms set since = now() - interval '1 minute';
select pg_temp.work();
select test.is(pg_temp.send_all(), '', 'an old alarm is no news');

-- Once to each, and its end.
select pg_temp.raise('m');
select pg_temp.work();
select pg_temp.work();
select test.is(pg_temp.claim(), 'r1 raised m', 'the first receiver');
select test.is(pg_temp.claim(), 'r2 raised m', '… the second one meanwhile');
select test.is(pg_temp.claim(), '', '… and nobody twice');
select pg_temp.finish('r1') \g /dev/null
select pg_temp.finish('r2') \g /dev/null
select pg_temp.work();
select test.is(pg_temp.send_all(), '', 'once');
select keywheel.end_alarm('storm', 'm') \g /dev/null
select pg_temp.work();
select test.is(pg_temp.send_all(), 'r1 ended m, r2 ended m', 'it is over');
select pg_temp.work();
select test.is(pg_temp.send_all(), '', '… which is told once, too');
select test.is(format('%s %s', failures, sent_at is not null), '0 t',
	'the receiver works')
from keywheel.alert_receivers where receiver = 'r1';

-- One that flaps.
select pg_temp.raise('m');
select pg_temp.work();
select test.is(pg_temp.send_all(), '', 'soon again: it is quiet');
select keywheel.end_alarm('storm', 'm') \g /dev/null
select pg_temp.work();
select test.is(pg_temp.send_all(), '', '… also at its end');
select pg_temp.raise('m');
update keywheel.alert_messages set made_at = now() - interval '16 minutes';
select pg_temp.work();
select test.is(pg_temp.send_all(), 'r1 raised m, r2 raised m',
	'… until that time is over, if it lasts');
select keywheel.end_alarm('storm', 'm') \g /dev/null
select pg_temp.raise('gone');
select keywheel.end_alarm('storm', 'gone') \g /dev/null
select pg_temp.work();
select test.is(pg_temp.send_all(), 'r1 ended m, r2 ended m',
	'what is over before anybody was told is not told');

-- Kinds.
select pg_temp.raise('x', 'other');
select pg_temp.work();
select test.is(pg_temp.send_all(), '', 'a kind that nobody asked for');
select pg_temp.work(900, '["other"]');
select test.is(pg_temp.send_all(), 'r1 raised x, r2 raised x', '… asked for');

-- One that does not take it.
select pg_temp.raise('n');
select pg_temp.raise('o');
select pg_temp.work();
select test.is(pg_temp.claim(), 'r1 raised n', 'a message');
select pg_temp.finish('r1', 'failed') \g /dev/null
select test.is(pg_temp.send_all(), 'r2 raised n, r2 raised o',
	'… is not taken: the other receiver gets all');
select test.is(pg_temp.pause('r1'), 60, '… it rests a minute');
select test.is(format('%s %s %s', failures, error,
	failing_since is not null), '1 status 500 t', '… the reason is kept')
from keywheel.alert_receivers where receiver = 'r1';
select keywheel.end_alarm('storm', 'n') \g /dev/null
select pg_temp.work();
update keywheel.alert_receivers set paused_until = now();
select test.is(pg_temp.claim(), 'r1 raised n', 'it is over: the beginning');
select pg_temp.finish('r1', 'failed') \g /dev/null
select test.is(pg_temp.send_all(), 'r2 ended n', '… the other one is told so');
select test.is(pg_temp.pause('r1'), 120, '… two minutes then');
update keywheel.alert_receivers set paused_until = now(), failures = 30;
select test.is(pg_temp.claim(), 'r1 raised n', '… again');
select pg_temp.finish('r1', 'failed', 20) \g /dev/null
select test.is(pg_temp.pause('r1'), 3600, '… never more than an hour');
update keywheel.alert_receivers set paused_until = now(), failures = 0;
select pg_temp.claim() \g /dev/null
select pg_temp.finish('r1', 'failed', 700) \g /dev/null
select test.is(pg_temp.pause('r1'), 700, '… but as long as it asks for');
update keywheel.alert_receivers set paused_until = now();
select test.is(pg_temp.claim(), 'r1 raised n', 'begun');
select pg_temp.finish('r1', 'stopped') \g /dev/null
select test.is(pg_temp.claim(), 'r1 raised n', '… and stopped: at once again');
select pg_temp.finish('r1') \g /dev/null
select test.is(format('%s %s', tries, sent_at is not null), '5 t',
	'its tries are counted')
from keywheel.alert_messages m join keywheel.alarms a using (alarm_id)
where m.receiver = 'r1' and a.subject = 'n' and m.state = 'raised';
select test.is(pg_temp.send_all(), 'r1 raised o, r1 ended n', 'in order');
select test.is(format('%s %s', failures, failing_since), '0 ',
	'it works again')
from keywheel.alert_receivers where receiver = 'r1';

-- A runner that dies in the middle.
select pg_temp.raise('p');
select pg_temp.work();
select test.is(pg_temp.claim(), 'r1 raised p', 'a runner that dies');
create table pg_temp.dead as
	select claim from keywheel.alert_receivers where receiver = 'r1';
update keywheel.alert_receivers set claimed_until = now()
where receiver = 'r1';
select test.is(pg_temp.claim(), 'r1 raised p', '… is followed by another');
select test.is(keywheel.finish_alert((select claim from pg_temp.dead),
	'failed', 'late', 0), false, '… whose claim it is');
select pg_temp.finish('r1') \g /dev/null
select test.is(pg_temp.send_all(), 'r2 raised p', '… and who ends it');

-- Given up.
select pg_temp.raise('q');
select pg_temp.work();
update keywheel.alert_messages set made_at = now() - interval '25 hours'
where sent_at is null;
select keywheel.end_alarm('storm', 'q') \g /dev/null
select pg_temp.work();
select test.is(pg_temp.send_all(), '', 'after a day it is given up');
select test.is(count(*), 2::bigint, '… which is kept')
from keywheel.alert_messages where given_up_at is not null;
select test.is(count(*), 0::bigint, '… and its end is nobody''s news')
from keywheel.alert_messages m join keywheel.alarms a using (alarm_id)
where a.subject = 'q' and m.state = 'ended';

-- Receivers come and go.
select pg_temp.raise('r');
select pg_temp.work();
update pg_temp.receivers set list = list - 0;
select pg_temp.work();
select test.is(pg_temp.send_all(), 'r2 raised r', 'one is taken out');
select keywheel.put_settings('{"ALERT_WEBHOOKS": "[]"}') \g /dev/null
update keywheel.alarms set since = now() - case subject when 'r'
	then interval '1 second' else interval '1 minute' end;
update keywheel.settings set updated_at = now() - interval '10 seconds'
where name = 'ALERT_WEBHOOKS';
update pg_temp.receivers set list = list
	|| '[{"id": "r3", "name": "feishu https://c/…"}]';
select pg_temp.work();
select test.is(pg_temp.send_all(), 'r3 raised r',
	'one that is new hears of what came after the setting');

-- What the page shows.
select test.is(v -> 'known' -> 'r3' ->> 'waiting', '0', 'the page: receivers')
from keywheel.alert_page(null, 10) v;
select test.is(jsonb_array_length(v -> 'over' -> 0 -> 'messages'), 2,
	'… alarms, and what was told of them')
from keywheel.alert_page(null, 1) v;
select test.is(v -> 'over' -> 0 ->> 'subject', 'n', '… further back')
from keywheel.alert_page((select alarm_id from keywheel.alarms
	where subject = 'q'), 1) v;
