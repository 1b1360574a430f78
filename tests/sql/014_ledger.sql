-- The ledger: windows, days, what is learned, and settling.

select test.add_keys(1, 3);
select test.add_keys(4, 5, '9');

-- Let time pass for the ledger: as if all had been counted p_ms earlier.
create function test.ledger_pass(p_ms bigint)
returns void
language sql
as $$
	update keywheel.ledger set step = step - p_ms / 5000,
		full_until = full_until - p_ms * interval '1 millisecond';
	update keywheel.limits set at = at - p_ms * interval '1 millisecond';
$$;
create function test.leases(p_times integer, p_tokens bigint default 0,
	p_model text default 'm', p_pool text default 'gemini')
returns text
language plpgsql
as $$
declare
	v keywheel.lease;
	v_all text := '';
begin
	for i in 1..p_times loop
		v := keywheel.lease_key((select size from keywheel.pools
			where pool = p_pool), p_pool, p_model, '{}', '{}',
			p_tokens);
		v_all := v_all || ' ' || coalesce(v.key_id::text,
			v.answer || ' ' || v.why);
	end loop;
	return ltrim(v_all);
end $$;

-- What follows is within one step.
select pg_sleep(case when keywheel.quota_step(clock_timestamp()
	+ interval '2 seconds') > keywheel.quota_step(clock_timestamp())
	then 2.1 else 0 end) \g /dev/null

-- Requests a minute; a project's keys share it, keys without one have their own.
select test.is((test.pick()).metered, null::boolean, 'no limit: not metered');
select test.is(keywheel.set_limit('*', 'm', 'rpm', 3), true, 'a limit');
select test.is(keywheel.set_limit('*', 'm', 'rpm', 3), false, '… is there already');
select test.is((test.pick()).metered, true, 'metered');
select count(*) from test.picked(11) \g /dev/null
select test.is(string_agg(s.scope || ' ' || s.used, ', ' order by s.scope),
	'*' || ' 0, key/1 3, key/2 3, key/3 3, project/9 3',
	'each scope has had its three')
from keywheel.ledger_state() s;
select test.is(p.answer || ' ' || p.why || ' '
	|| (p.wait_ms between 55000 and 65000) || ' ' || p.long_rest,
	'resting limit_minute true false', 'all are full: resting, and why')
from test.pick() p;
select test.is((test.pick('other')).answer, 'leased', 'other models are free');
select test.is(sum(uses), 14::numeric, 'a key that was given back is not used')
from keywheel.key_rotation;
select test.ledger_pass(60000);
select test.is((test.pick()).answer, 'resting', 'a minute later: not yet, a step'
	' of five seconds may hold one of the last moment');
select test.ledger_pass(5000);
select test.is((test.pick()).answer, 'leased', '… then free');
select test.is(keywheel.set_limit('key/1', 'm', 'rpm', 5), true,
	'a limit of a scope''s own');
truncate keywheel.ledger;
select test.is(sum((t = '1')::integer), 5::bigint, '… goes before that of all')
from regexp_split_to_table(test.leases(14), ' ') t;
select test.is(keywheel.set_limit('key/1', 'm', 'rpm', null), true, 'taken away');
select test.is(keywheel.set_limit('key/1', 'm', 'rpm', null), false,
	'… once');
select test.is(value, 3::bigint, '… and that of all holds')
from keywheel.ledger_state() where scope = 'key/1' and kind = 'rpm';
truncate keywheel.ledger, keywheel.limits;

-- Input tokens.
select test.add_keys(10, 10, null, 'one');
select key_id as one from keywheel.keys where pool = 'one' \gset
select keywheel.set_limit('key/' || :one, 'm', 'tpm', 1000) \g /dev/null
select test.is(test.leases(3, 400, 'm', 'one'), :'one' || ' ' || :'one'
	|| ' resting limit_minute', '400 and 400 of 1,000: no third');
select test.is(test.leases(2, 200, 'm', 'one'), :'one'
	|| ' resting limit_minute', '… but a smaller one');
select test.is(test.leases(1, 1, 'other', 'one'), :'one', 'another model');
truncate keywheel.ledger;
select test.is(test.leases(2, 1900, 'm', 'one'), :'one'
	|| ' resting limit_minute', 'an estimate above the limit needs all of it');
truncate keywheel.ledger;
select test.is(test.leases(1, 2100, 'm', 'one'), 'resting limit_tokens',
	'one that is too large for certain');
select test.add_keys(11, 11, null, 'one');
select test.is((test.leases(1, 2100, 'm', 'one') ~ '^[0-9]+$'), true,
	'… another key may take it');

-- Settling puts real tokens in the place of the estimate, in their step.
truncate keywheel.ledger;
select keywheel.set_key_state(:one + 1, 'disabled', 'test') \g /dev/null
create function test.tokens()
returns text
language sql
as $$
	select string_agg(s.kind || ' ' || s.used, ', ' order by s.kind)
	from keywheel.ledger_state() s
	where s.scope = 'key/' || (select min(key_id) from keywheel.keys
		where pool = 'one');
$$;
select keywheel.set_limit('key/' || :one, 'm', 'tpd', 10000) \g /dev/null
select test.leases(1, 900, 'm', 'one') \g /dev/null
select test.is(test.tokens(), 'tpd 900, tpm 900', 'estimated');
select keywheel.settle('m', jsonb_build_object('estimate', 900, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 10,
		'tokens', 300))));
select test.is(test.tokens(), 'tpd 300, tpm 300', 'less in truth');
select test.is(test.leases(1, 700, 'm', 'one'), :'one', '… makes room');
select keywheel.settle('m', jsonb_build_object('estimate', 700, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 10,
		'tokens', 1700))));
select test.is(test.tokens(), 'tpd 2000, tpm 2000', 'more in truth');
select test.is(test.leases(1, 1, 'm', 'one'), 'resting limit_minute',
	'… is counted, too');
select keywheel.settle('m', jsonb_build_object('estimate', 700, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 120000,
		'tokens', 600))));
select test.is(test.tokens() ~ 'tpm 2000', true,
	'what has left the minute is not in it');
select keywheel.settle('m', '{"estimate": 1, "keys": [{"scope": "key/999",
	"ago_ms": 1, "tokens": 7}]}');
select keywheel.settle('other', jsonb_build_object('estimate', 1, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 1,
		'tokens', 7))));
select test.is(test.tokens() ~ 'tpm 2000', true, 'no such key, nothing counted');

-- What was called again with one lease.
truncate keywheel.ledger;
select keywheel.set_limit('key/' || :one, 'm', 'rpm', 5) \g /dev/null
select keywheel.set_limit('key/' || :one, 'm', 'rpd', 50) \g /dev/null
select test.leases(1, 900, 'm', 'one') \g /dev/null
select keywheel.settle('m', jsonb_build_object('estimate', 900, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 10,
		'again', 3))));
select test.is(test.tokens(), 'rpd 4, rpm 4, tpd 900, tpm 900',
	'calls after the first are counted, and the estimate stays');
select keywheel.settle('m', jsonb_build_object('estimate', 900, 'keys',
	jsonb_build_array(jsonb_build_object('scope', 'key/' || :one,
		'ago_ms', 10, 'tokens', 0, 'again', -1))));
select test.is(test.tokens(), 'rpd 3, rpm 3, tpd 0, tpm 0',
	'one that does not count is given back');
select keywheel.set_limit('key/' || :one, 'm', 'rpm', null) \g /dev/null
select keywheel.set_limit('key/' || :one, 'm', 'rpd', null) \g /dev/null

-- By way of a request's end.
truncate keywheel.ledger;
select test.leases(1, 900, 'm', 'one') \g /dev/null
select keywheel.end_request(1, gen_random_uuid(), 0, null, :one, 'm', 'r', false,
	'complete', 200, 1, 300, 0, 0, 1, 1, 1, '', null, null, null,
	jsonb_build_object('estimate', 900, 'keys', jsonb_build_array(
		jsonb_build_object('scope', 'key/' || :one, 'ago_ms', 10, 'tokens', 300))));
select test.is(test.tokens(), 'tpd 300, tpm 300', 'end_request settles');

-- A day ends at midnight Pacific, also where a clock is put forward or back.
select test.is(keywheel.quota_day(t.at) || ' '
	|| keywheel.quota_day_end(t.at)::text, t.want, 'the day of ' || t.at)
from (values
	('2026-07-01 06:59:59+00'::timestamptz,
		'2026-06-30 ' || '2026-07-01 07:00:00+00'::timestamptz),
	('2026-07-01 07:00:00+00', '2026-07-01 '
		|| '2026-07-02 07:00:00+00'::timestamptz),
	('2026-12-01 07:59:59+00', '2026-11-30 '
		|| '2026-12-01 08:00:00+00'::timestamptz),
	-- 8 March 2026: twenty-three hours.
	('2026-03-08 08:00:00+00', '2026-03-08 '
		|| '2026-03-09 07:00:00+00'::timestamptz),
	('2026-03-09 06:59:59+00', '2026-03-08 '
		|| '2026-03-09 07:00:00+00'::timestamptz),
	('2026-03-08 07:59:59+00', '2026-03-07 '
		|| '2026-03-08 08:00:00+00'::timestamptz),
	-- 1 November 2026: twenty-five.
	('2026-11-01 07:00:00+00', '2026-11-01 '
		|| '2026-11-02 08:00:00+00'::timestamptz),
	('2026-11-02 07:59:59+00', '2026-11-01 '
		|| '2026-11-02 08:00:00+00'::timestamptz),
	('2026-11-02 08:00:00+00', '2026-11-02 '
		|| '2026-11-03 08:00:00+00'::timestamptz)) t (at, want);
select test.is((n).day || ' ' || (n).day_requests || ' ' || (n).day_tokens,
	t.want, 'the counts at ' || t.at)
from (values ('2026-03-09 06:59:59+00'::timestamptz, '2026-03-08 7 70'),
	('2026-03-09 07:00:00+00', '2026-03-09 0 0'),
	('2026-11-02 07:59:59+00', '2026-11-01 7 70'),
	('2026-11-02 08:00:00+00', '2026-11-02 0 0')) t (at, want)
cross join lateral (select keywheel.ledger_at(row('s', 'm',
	keywheel.quota_step('2026-03-01'), array_fill(0::bigint, array[13]),
	array_fill(0::bigint, array[13]), left(t.want, 10)::date, 7, 70,
	'-infinity', '-infinity', 0)::keywheel.ledger, t.at) as n
	where t.want !~ ' 0 0$'
	union all
	select keywheel.ledger_at(row('s', 'm', keywheel.quota_step(
		'2026-03-01'), array_fill(0::bigint, array[13]),
	array_fill(0::bigint, array[13]), left(t.want, 10)::date - 1, 7, 70,
	'-infinity', '-infinity', 0)::keywheel.ledger, t.at)
	where t.want ~ ' 0 0$') s;

-- The day's limits.
truncate keywheel.ledger, keywheel.limits;
select keywheel.set_limit('key/' || :one, 'm', 'rpd', 2) \g /dev/null
select test.is(test.leases(3, 0, 'm', 'one'), :'one' || ' ' || :'one'
	|| ' resting limit_day', 'two a day: no third');
select test.is(p.long_rest || ' ' || (abs(extract(epoch from now()
		+ p.wait_ms * interval '1 millisecond'
		- keywheel.quota_day_end(now()))) < 5),
	'true true', '… until midnight, which is a long rest')
from test.pick('m', '{}', 'one') p;
update keywheel.ledger set day = day - 1, full_until = now();
select test.is(test.leases(1, 0, 'm', 'one'), :'one', '… then free');
truncate keywheel.ledger;
select keywheel.set_limit('key/' || :one, 'm', 'rpd', 0) \g /dev/null
select test.is(test.leases(1, 0, 'm', 'one'), 'resting limit_day', 'none a day');

-- No minute holds more than the limit, whichever: bursts at any time of a step,
-- looked at by each millisecond.
create function test.worst_minute(p_limit bigint)
returns bigint
language plpgsql
as $$
declare
	v_row keywheel.ledger := row('s', 'm', 0, array_fill(0::bigint,
		array[13]), array_fill(0::bigint, array[13]), '-infinity', 0,
		0, '-infinity', '-infinity', 0)::keywheel.ledger;
	v_may keywheel.allowance := row(p_limit, null, null, null);
	v_at timestamptz := '2026-01-01';
	v_taken timestamptz[] := '{}';
begin
	for i in 1..4000 loop
		v_at := v_at + random() * 400 * interval '1 millisecond';
		v_row := keywheel.ledger_at(v_row, v_at);
		if (select f.until from keywheel.ledger_full(
				v_row, v_may, 0, v_at) f) is null then
			v_row.requests[13] := v_row.requests[13] + 1;
			v_taken := v_taken || v_at;
		end if;
	end loop;
	return max(n) from (select (select count(*) from unnest(v_taken) b (at)
			where b.at >= a.at and b.at < a.at + interval '60 s')
		as n from unnest(v_taken) a (at)) s;
end $$;
select setseed(0.25) \g /dev/null
select test.is(test.worst_minute(l), l, 'a limit of ' || l || ': the worst minute')
from (values (1::bigint), (10), (37)) v (l);

-- What a refusal tells.
truncate keywheel.ledger, keywheel.limits;
select keywheel.learn_limit('key/' || :one, 'm', 'rpm', 9);
select keywheel.learn_limit('key/' || :one, 'm', 'tpm', 0);
select keywheel.learn_limit('key/' || :one, 'm', 'tpm', null);
select keywheel.learn_limit('key/' || :one, 'm', 'xyz', 5);
select test.is(string_agg(kind || ' ' || value || ' ' || source, ', '),
	'rpm 9 learned', 'a limit is learned, others are none')
from keywheel.limits;
select now() - interval '6 days' as old \gset
update keywheel.limits set at = :'old';
select keywheel.learn_limit('key/' || :one, 'm', 'rpm', 9);
select test.is(count(*), 0::bigint, 'told again, it is new')
from keywheel.limits where at <= :'old';
select keywheel.set_limit('key/' || :one, 'm', 'rpd', 9000);
select keywheel.learn_limit('key/999', 'm', 'rpm', 9);
select keywheel.forget() \g /dev/null
select test.is(string_agg(scope || ' ' || kind, ', ' order by kind),
	'key/' || :one || ' rpd, key/' || :one || ' rpm',
	'what was learned of nobody''s keys is forgotten')
from keywheel.limits;
update keywheel.limits set at = now() - interval '8 days';
select keywheel.forget() \g /dev/null
select test.is(string_agg(kind, ' '), 'rpd', '… and what nothing has told for a'
	' week; what was set stays')
from keywheel.limits;
select keywheel.set_limit('key/' || :one, 'm', 'rpd', null);
select keywheel.learn_limit('key/' || :one, 'm', 'rpm', 9);
-- How long to stay away is what Google says (a rest), not the ledger.
select test.is(test.leases(1, 0, 'm', 'one'), :'one', 'it counts from now on');
select keywheel.learn_limit('key/' || :one, 'm', 'rpm', 12);
select test.is(value, 12::bigint, 'another number is learned')
from keywheel.limits;
select keywheel.set_limit('key/' || :one, 'm', 'rpm', 4) \g /dev/null
select keywheel.learn_limit('key/' || :one, 'm', 'rpm', 5);
select test.is(value || ' ' || source, '4 set', 'what is set is not learned over')
from keywheel.limits;
select test.is(test.leases(1, 0, 'm', 'one'), :'one', '… nor used up by being set');
select keywheel.learn_limit('key/' || :one, 'm', 'rpd', 1);
select test.is(p.why || ' ' || p.long_rest, 'limit_day true',
	'a day''s limit is used up until midnight')
from test.pick('m', '{}', 'one') p;

-- A conversation's key is left where it is full.
truncate keywheel.ledger, keywheel.limits;
select keywheel.set_limit('*', 'm', 'rpm', 1) \g /dev/null
select test.is(p.key_id, 2::bigint, 'the preferred key')
from keywheel.lease_preferred('gemini', 2, 'm', 0, true) p;
select test.is(p.answer, null, '… is full')
from keywheel.lease_preferred('gemini', 2, 'm', 0, true) p;
select test.is(p.key_id in (4, 5), true, 'a project''s')
from keywheel.lease_preferred('gemini', 4, 'm', 0, true) p;
select test.is(p.answer, null, '… is full with all its keys')
from keywheel.lease_preferred('gemini', 4, 'm', 0, true) p;

-- Rows that nobody has used for two days go, and no others.
update keywheel.ledger set used_at = now() - interval '49 hours'
where scope = 'key/2';
select keywheel.forget() \g /dev/null
select test.is(string_agg(scope, ' '), 'project/9', 'idle rows are deleted')
from keywheel.ledger;

-- What the row tells by itself agrees with the reckoning, whatever has been
-- taken, settled and let pass.
truncate keywheel.ledger, keywheel.limits;
select keywheel.set_limit('s', 'm', k.kind, k.value) from (values
	('rpm', 20), ('tpm', 1000), ('rpd', 150), ('tpd', 20000)) k (kind, value)
\g /dev/null
create function test.disagreements(p_times integer)
returns text
language plpgsql
as $$
declare
	v_wrong integer := 0;
	v_full integer := 0;
	v_tokens bigint;
	v_is boolean;
	v_exact boolean;
begin
	for i in 1..p_times loop
		v_tokens := (array[0, 1, 40, 300, 999, 1500, 2500])[
			1 + floor(random() * 7)];
		v_is := keywheel.is_full('s', 'm', v_tokens);
		v_exact := (select f.until from keywheel.scope_full(
			's', 'm', v_tokens) f) is not null;
		v_wrong := v_wrong + (v_is <> v_exact)::integer;
		v_full := v_full + v_exact::integer;
		if (keywheel.take_room('s', 'm', v_tokens) is null) <> v_exact then
			v_wrong := v_wrong + 1;
		end if;
		if random() < 0.5 then
			perform test.ledger_pass(5000
				* floor(random() * 8)::bigint);
		end if;
		if random() < 0.01 then
			update keywheel.ledger set day = day - 1,
				full_until = now();
		end if;
	end loop;
	return v_wrong || ' ' || (v_full between p_times / 10
		and p_times * 9 / 10);
end $$;
select test.is(test.disagreements(2000), '0 true', 'the short look and the'
	' reckoning agree, often full and often not');

-- A key whose limit is found full when it is taken is not used, and its row may
-- be locked: nobody waits after that.
truncate keywheel.ledger, keywheel.limits;
select keywheel.set_limit('key/' || :one, 'm', 'rpm', 1) \g /dev/null
select test.is(string_agg(t.answer || ' ' || coalesce(t.metered::text, '-'),
	', '), 'leased true, held -', 'taken once, then held')
from generate_series(1, 2) cross join lateral
	keywheel.take_key(:one, 'one', 'm', generate_series - 1, true) t;
select test.is((keywheel.lease_ring('one', 1, 'm', '{}', 0, false, true)).answer,
	'leased', 'who may hold a row takes what nobody holds');
