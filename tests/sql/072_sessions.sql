-- Sessions of the pages, and the brake on guessing tokens.

select test.add_token();
select keywheel.add_token('boss', '\x02', '…boss', true, 'cli') \g /dev/null
select keywheel.add_token('chief', '\x03', '…chie', true, 'cli') \g /dev/null

-- Try a token (a byte); session: a byte, too.
create function pg_temp.try(p_token integer, p_session integer default 1,
	p_source text default '192.0.2.1', p_old integer default null)
returns text
language sql
as $$
	select s.answer || ' ' || s.wait_s from keywheel.sign_in(
		decode(lpad(to_hex(p_token), 2, '0'), 'hex'),
		decode(lpad(to_hex(p_session), 2, '0'), 'hex'),
		decode(lpad(to_hex(p_old), 2, '0'), 'hex'),
		p_source, p_source, 'a browser') s;
$$;
create function pg_temp.who(p_session integer, p_take boolean default false)
returns text
language sql
as $$
	select concat_ws(' ', c.name, nullif(c.said, ''))
	from keywheel.check_session(
		decode(lpad(to_hex(p_session), 2, '0'), 'hex'), p_take) c;
$$;
-- As if so much time had gone by.
create function pg_temp.pass(p interval)
returns void
language sql
as $$
	update keywheel.sessions set seen_at = seen_at - p,
		ends_at = ends_at - p;
	update keywheel.sign_in_faults set forget_at = forget_at - p,
		refused_until = refused_until - p;
$$;

select test.is(pg_temp.try(2), 'in 0', 'an admin token signs in');
select test.is(pg_temp.who(1), 'boss', '… and is known by its name');
select test.is(pg_temp.who(9), '', 'another id is nobody''s');
select test.is(pg_temp.try(1), 'no_admin 0', 'a token that may not');
select test.is(count(*), 0::bigint, '… is no fault')
from keywheel.sign_in_faults;
select test.is(c.settings_version, r.settings,
	'whoever asks hears of the settings')
from keywheel.check_session('\x09', false) c, keywheel.revision r;

-- A message is shown once.
select keywheel.say_in_session('\x01', 'done') \g /dev/null
select test.is(pg_temp.who(1), 'boss', 'what is said is kept …');
select test.is(pg_temp.who(1, true), 'boss done', '… for who shows it');
select test.is(pg_temp.who(1, true), 'boss', '… once');

-- Looks are not written each time.
select xmin as before from keywheel.sessions where hash = '\x01' \gset
select pg_temp.who(1) \g /dev/null
select test.is(xmin::text, :'before', 'a look is no write')
from keywheel.sessions where hash = '\x01';
select pg_temp.pass('50 minutes');
select test.is(pg_temp.who(1), 'boss', 'fifty minutes without a look');
select test.ok(seen_at > now() - interval '10 seconds',
	'… the look is written')
from keywheel.sessions where hash = '\x01';

-- The end of a session.
select pg_temp.pass('59 minutes');
select pg_temp.who(1) \g /dev/null
select pg_temp.pass('61 minutes');
select test.is(pg_temp.who(1), '', 'an hour without a look: over');
do $$ begin perform keywheel.put_settings(
	'{"ADMIN_SESSION_EXPIRE": "7200"}'); end $$;
select test.is(pg_temp.who(1), 'boss', 'by the setting, at once');
do $$ begin perform keywheel.put_settings(
	'{"ADMIN_SESSION_EXPIRE": null}'); end $$;
insert into keywheel.settings (name, value)
	values ('ADMIN_SESSION_EXPIRE', 'soon');
select test.is(keywheel.session_expire(), interval '1 hour',
	'a setting that makes no sense locks nobody out');
delete from keywheel.settings;
update keywheel.sessions set seen_at = now(), ends_at = now();
select test.is(pg_temp.who(1), '', 'however much it is used: over one day');

-- A new id each time; the old one is dead.
select pg_temp.try(2, 2) \g /dev/null
select test.is((select count(*) from keywheel.sessions), 1::bigint,
	'what is over is forgotten at the next signing in');
select test.is(pg_temp.try(2, 3, p_old => 2), 'in 0', 'signing in again');
select test.is(pg_temp.who(2) || '|' || pg_temp.who(3), '|boss',
	'… ends the session before');

-- Revoked tokens.
select test.ok(keywheel.revoke_token('boss'), 'the token is revoked');
select test.is(pg_temp.who(3), '', '… its session is dead');
select test.is(pg_temp.try(2), 'wrong 0', '… it is no token any more');
select keywheel.add_token('boss', '\x02', '…boss', false, 'cli') \g /dev/null
select test.is(pg_temp.who(3), '', 'back, without the right: still dead');
select keywheel.add_token('boss', '\x02', '…boss', true, 'cli') \g /dev/null
delete from keywheel.sign_in_faults;

-- A list, the end of one, and of all.
select pg_temp.try(2, 4), pg_temp.try(2, 5), pg_temp.try(3, 6) \g /dev/null
select test.is(jsonb_array_length(p -> 'sessions'), 3,
	'the list has those of the token')
from keywheel.session_page('\x05') p;
select test.is(string_agg(s ->> 'agent', ','), 'a browser', 'this one')
from keywheel.session_page('\x05') p,
	jsonb_array_elements(p -> 'sessions') s where (s ->> 'this')::boolean;
select test.is(keywheel.end_sessions('\x05', (select session_id
	from keywheel.sessions where hash = '\x06')), 0::bigint,
	'another token''s session is not to be ended');
select test.is(keywheel.end_sessions('\x05', (select session_id
	from keywheel.sessions where hash = '\x04')), 1::bigint, 'one''s own is');
select test.is(pg_temp.who(4) || '|' || pg_temp.who(5), '|boss', '… it alone');
select test.is(keywheel.end_sessions('\x05', null), 2::bigint, 'all of them');
select test.is(pg_temp.who(5) || '|' || pg_temp.who(6), '|chief',
	'… and no other token''s');

-- No more than twenty.
select count(pg_temp.try(3, i)) from generate_series(10, 34) i \g /dev/null
select test.is(count(*), 20::bigint, 'twenty sessions of a token at most')
from keywheel.sessions;
select test.is(pg_temp.who(14) || '|' || pg_temp.who(34), '|chief',
	'… the oldest goes');

-- Guessing. Each wait is over before the next try.
create function pg_temp.guess(p_times integer)
returns text
language plpgsql
as $$
declare
	v_waits text[];
begin
	for i in 1..p_times loop
		v_waits := v_waits || pg_temp.try(99);
		update keywheel.sign_in_faults
		set refused_until = '-infinity';
	end loop;
	return array_to_string(v_waits, ',');
end $$;
select test.is(pg_temp.guess(11), 'wrong 0,wrong 0,wrong 1,wrong 2,wrong 4,'
	|| 'wrong 8,wrong 16,wrong 32,wrong 64,wrong 900,wrong 900',
	'each wrong token costs more time');
select pg_temp.try(99) \g /dev/null
select test.is(pg_temp.try(2), 'wait 900', 'locked out, whatever one gives');
select test.is(pg_temp.try(2), 'wait 900', '… which makes nothing longer');
select test.is(faults, 12, '… and does not count')
from keywheel.sign_in_faults;
select test.is(pg_temp.try(2, 40, '192.0.2.2'), 'in 0',
	'another address is not');
select test.is(pg_temp.who(40), 'boss', 'nor who is signed in already');
select pg_temp.pass('16 minutes');
select test.is(pg_temp.try(2, 41), 'in 0', 'a quarter of an hour later');
select test.is(count(*), 0::bigint, '… all is forgiven')
from keywheel.sign_in_faults;
select pg_temp.guess(9) \g /dev/null
select pg_temp.pass('61 minutes');
select test.is(pg_temp.try(99), 'wrong 0', 'an hour later it is forgotten');

-- Many addresses.
insert into keywheel.sign_in_faults
select 'a' || i, 3, '-infinity', now() + i * interval '1 millisecond'
from generate_series(1, 10500) i;
select test.is(pg_temp.try(99, 1, 'b'), 'wrong 0', 'one more address');
select test.ok(count(*) between 9990 and 10001,
	'many addresses do not fill the table')
from keywheel.sign_in_faults;
select test.is(count(*), 1::bigint, '… it is still counted')
from keywheel.sign_in_faults where source = 'b';
select pg_temp.pass('2 hours');
update keywheel.revision set maintained_at = '-infinity';
select keywheel.maintain() \g /dev/null
select test.is((select count(*) from keywheel.sign_in_faults)
	+ (select count(*) from keywheel.sessions), 0::bigint,
	'what is over is cleared away');
