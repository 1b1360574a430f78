-- Egress proxies: down for longer each time, one trial at a time, and a new
-- version of the settings with each change and with nothing else.

create temp table seen (settings bigint);
insert into seen select settings from keywheel.revision;
-- How many versions there were since the last look.
create function test.versions()
returns bigint
language sql
as $$
	with now as (select settings from keywheel.revision),
	was as (update seen s set settings = now.settings from now
		returning now.settings - (select settings from seen) as news)
	select news from was;
$$;
create function test.proxy(p_number integer)
returns text
language sql
as $$
	select md5(p_number::text);
$$;
create function test.fail(p_number integer)
returns bigint
language sql
as $$
	select keywheel.proxy_failed(test.proxy(p_number),
		'http://h' || p_number || ':1', 'no way');
$$;
-- As if it had gone down, or up, so long ago.
create function test.later(p_by interval)
returns void
language sql
as $$
	update keywheel.proxies set down_until = down_until - p_by,
		trial_until = trial_until - p_by, since = since - p_by;
$$;

select test.is(keywheel.get_proxies(), '{}', 'none is down at first');
select test.is(keywheel.proxy_works(test.proxy(1)), false,
	'one that was never down works: nothing is new');
select test.is(test.versions(), 0::bigint, '… and no version');

select test.ok(test.fail(1) between 4900 and 5000, 'down for 5 seconds');
select test.is(test.versions(), 1::bigint, 'a new version');
select test.ok((keywheel.get_proxies() ->> test.proxy(1))::bigint
	between 4900 and 5000, 'responders are told for how long');
select test.ok(test.fail(1) <= 5000,
	'one that was under way does not make it longer');
select test.is(test.versions(), 0::bigint, '… nor a version');
select test.ok(keywheel.try_proxy(test.proxy(1), 15000) between 4800 and 5000,
	'its time is not up: nobody tries it');

select test.later('6 seconds');
select test.is(keywheel.get_proxies() ->> test.proxy(1), '0',
	'its time is up, and it is still down');
select test.is(keywheel.try_proxy(test.proxy(1), 15000), 0::bigint,
	'one request tries it');
select test.ok(keywheel.try_proxy(test.proxy(1), 15000)
	between 14800 and 15000, '… and no other one');
select test.ok(test.fail(1) between 9900 and 10000, 'in vain: 10 seconds');
select test.is(test.versions(), 0::bigint, 'that is nothing new');
do $$
begin
	for i in 1..12 loop
		perform test.later('6 minutes');
		perform test.fail(1);
	end loop;
end $$;
select test.ok(test.fail(1) between 299000 and 300000,
	'five minutes at the most');

select test.is(keywheel.proxy_works(test.proxy(1)), true, 'it works again');
select test.is(test.versions(), 1::bigint, 'which is a new version');
select test.is(keywheel.get_proxies(), '{}', 'it is up');
select test.is(keywheel.try_proxy(test.proxy(1), 15000), 0::bigint,
	'whoever believed it down may use it');

select test.later('5 minutes');
select test.ok(test.fail(1) > 200000, 'it went down again too soon');
select keywheel.proxy_works(test.proxy(1)) is null;
select test.later('11 minutes');
select test.ok(test.fail(1) <= 5000, 'after ten minutes it begins anew');
select test.is(keywheel.try_proxy(test.proxy(2), 15000), 0::bigint,
	'one that nobody knows may be tried');
select test.versions() is null;

-- The check.
select test.fail(3) is null;
select keywheel.put_proxy_checks(jsonb_build_array(
	jsonb_build_object('proxy', test.proxy(1), 'name', 'http://h1:1',
		'works', true, 'latency_ms', 12),
	jsonb_build_object('proxy', test.proxy(2), 'name', 'http://h2:1',
		'works', false, 'error', 'refused'),
	jsonb_build_object('proxy', test.proxy(4), 'name', 'http://h4:1',
		'works', null, 'error', 'no answer')));
select test.is(array_agg(name || ' ' || down || coalesce(' ' || latency_ms, '')
		|| ' ' || error order by name),
	array['http://h1:1 false 12 no way', 'http://h2:1 true refused',
		'http://h4:1 false no answer'], 'what the check found')
from keywheel.report_proxies;
select test.is((select count(*) from keywheel.proxies
	where proxy = test.proxy(3)), 0::bigint, 'others are forgotten');
select test.ok(checked_at is not null, 'and when that was')
from keywheel.report_proxies;
select test.is(test.versions(), 3::bigint, 'three changes: down, up, down');

select keywheel.put_proxy_checks(jsonb_build_array(
	jsonb_build_object('proxy', test.proxy(2)),
	jsonb_build_object('proxy', test.proxy(4), 'name', 'http://h4:1',
		'works', true, 'latency_ms', 7)));
select test.is(array_agg(name || ' ' || down || coalesce(' ' || latency_ms, '')
		order by name),
	array['http://h2:1 true', 'http://h4:1 false 7'],
	'one that was not looked at stays as it is')
from keywheel.report_proxies;

-- What Google does not serve answers every check.
select keywheel.proxy_failed(test.proxy(4), 'http://h4:1',
	'Google does not serve its address', true) is null;
select keywheel.put_proxy_checks(jsonb_build_array(jsonb_build_object(
	'proxy', test.proxy(4), 'name', 'http://h4:1', 'works', true,
	'latency_ms', 5)));
select test.is(array_agg(name || ' ' || down || ' ' || latency_ms || ' '
		|| error),
	array['http://h4:1 true 5 Google does not serve its address'],
	'a check does not bring it back') from keywheel.report_proxies;
select test.is(array_agg(subject), array['http://h4:1 '
		|| left(test.proxy(4), 8)], 'the alarm stays')
from keywheel.alarms where kind = 'proxy_down' and ended_at is null;
select test.ok(keywheel.proxy_works(test.proxy(4)), 'a call does');
select test.fail(4) is null;
select keywheel.put_proxy_checks(jsonb_build_array(jsonb_build_object(
	'proxy', test.proxy(4), 'name', 'http://h4:1', 'works', true)));
select test.is(down, false, 'then it is like any other')
from keywheel.report_proxies;

select test.add_keys(1, 3);
select test.add_keys(4, 6, '123456789012');
select test.is(scopes, '["key/1", "key/2", "key/3", "project/123456789012"]',
	'the scopes, each once') from keywheel.list_proxies();
select keywheel.put_proxy_checks(jsonb_build_array(jsonb_build_object(
	'proxy', test.proxy(1), 'name', 'http://h1:1', 'works', true,
	'latency_ms', 12)));
select test.is(proxies -> test.proxy(1) ->> 'latency_ms', '12',
	'what is known, by proxy') from keywheel.list_proxies();
select test.fails($$insert into keywheel.proxies (proxy, name)
	values ('http://u:p@h:1', 'h')$$, '23514', 'a URL is no id');
