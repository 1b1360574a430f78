-- What tokens may do: states, addresses, models, limits.

select test.add_keys(1, 4);
-- A token by its name, with one byte as its hash.
create function test.make(p_name text, p_hash bytea, p_rules jsonb default '{}')
returns bigint
language sql
as $$
	select token_id from keywheel.create_token(null, p_hash, '…' || p_name,
		'cli', p_rules || jsonb_build_object('name', p_name));
$$;
-- A request: its answer and why. Each responder has one at a time.
create function test.ask(p_hash bytea, p_model text default 'm',
	p_tokens bigint default 0, p_address inet default null,
	p_request uuid default gen_random_uuid(),
	p_unnamed boolean default false)
returns text
language sql
as $$
	select concat_ws(' ', b.answer, nullif(b.why, ''), b.allowed)
	from keywheel.begin_request(1, p_request, p_hash, 'gemini', p_model,
		'r', false, 1000, null, '{}', p_tokens, 0, p_address,
		p_unnamed) b;
$$;
create function test.check(p_hash bytea, p_address inet default null)
returns text
language sql
as $$
	select concat_ws(' ', c.token_id, c.answer, nullif(c.why, ''), c.models)
	from keywheel.check_token(p_hash, p_address) c;
$$;
create function test.used(p_token bigint)
returns text
language sql
as $$
	select keywheel.counts_sum(u.requests) || ' '
		|| keywheel.counts_sum(u.tokens) || ' ' || u.day_requests || ' '
		|| u.day_tokens
	from keywheel.token_use u where u.token_id = p_token;
$$;

-- A plain one has no row to count in.
select test.make('plain', '\x01') \g /dev/null
select test.is(test.ask('\x01'), 'leased', 'a plain token');
select test.is(count(*), 0::bigint, '… is not counted')
from keywheel.token_use;
select test.is(test.ask('\xff'), 'unauthorized', 'nobody''s token');
select test.is(test.check('\xff'), 'unauthorized', '… nor here');

-- States, each told to who has the secret.
select test.make('late', '\x02', '{"expires_at": "2020-01-01"}') \g /dev/null
select test.make('off', '\x03', '{"disabled": true}') \g /dev/null
select test.make('old', '\x04') \g /dev/null
select test.make('soon', '\x05', jsonb_build_object('expires_at',
	now() + interval '1 hour')) \g /dev/null
select test.is(keywheel.revoke_token('old'), true, 'revoked');
select test.is(test.ask('\x02'), 'unauthorized expired', 'expired');
select test.is(test.ask('\x03'), 'unauthorized disabled', 'disabled');
select test.is(test.ask('\x04'), 'unauthorized revoked', 'revoked');
select test.is(test.ask('\x05'), 'leased', 'not expired yet');
select test.is(test.check('\x02') || ', ' || test.check('\x03') || ', '
	|| test.check('\x04') || ', ' || test.check('\x05'),
	'unauthorized expired, unauthorized disabled, unauthorized revoked, 5',
	'… check_token says the same');
select test.is(whose, 2::bigint, '… and whose it is, for the account')
from keywheel.check_token('\x02');

-- Addresses.
select test.make('home', '\x06', '{"addresses":
	["192.0.2.7/24", "2001:db8::/32", "198.51.100.9"]}') \g /dev/null
select test.is(string_agg(a || ': ' || test.ask('\x06', p_address => a::inet),
	', ' order by a),
	'10.0.0.1: refused address, 192.0.2.200: leased, '
	'192.0.3.1: refused address, 198.51.100.8: refused address, '
	'198.51.100.9: leased, 2001:db8:1::1: leased, '
	'2001:db9::1: refused address', 'addresses and networks')
from unnest(array['192.0.2.200', '192.0.3.1', '198.51.100.9',
	'198.51.100.8', '2001:db8:1::1', '2001:db9::1', '10.0.0.1']) a;
select test.is(test.ask('\x06'), 'refused address', 'an address not known');
select test.is(test.check('\x06', '10.0.0.1'), 'refused address',
	'check_token asks for it, too');

-- Models.
select test.make('few', '\x07', '{"models": ["gemini-2.5-*", "one"]}')
\g /dev/null
select test.is(string_agg(m || ': ' || test.ask('\x07', m), ', ' order by m),
	'-: leased, gemini-2.5-flash: leased, gemini-3: refused model, '
	'one: leased, ones: refused model', 'models by pattern')
from unnest(array['gemini-2.5-flash', 'gemini-3', 'one', 'ones', '-']) m;
select test.is(test.ask('\x07', '-', p_unnamed => true), 'refused model',
	'a model that is not named');
select test.is(test.check('\x07'), '7 ["gemini-2.5-*", "one"]',
	'check_token tells which');

-- Requests a minute: the refusal leases nothing and counts nothing.
select test.make('three', '\x08', '{"requests_per_minute": 3}') \g /dev/null
select test.is(string_agg(test.ask('\x08'), ', '), 'leased, leased, leased, '
	'refused requests_per_minute 3', 'three requests a minute')
from generate_series(1, 4);
select test.is(test.used(8), '3 0 3 0', '… three are counted');
select test.ok(b.wait_ms between 55000 and 65000 and b.key_id is null
	and b.token_id = 8, '… and it is told when there is room')
from keywheel.begin_request(1, gen_random_uuid(), '\x08', 'gemini', 'm', 'r',
	false, 1000) b;
update keywheel.token_use set step = step - 13 where token_id = 8;
select test.is(test.ask('\x08'), 'leased', 'a minute later');

-- A request counts once, however often it is looked at.
select test.is(c.token_id, 8::bigint, 'its body is large')
from keywheel.check_token('\x08', null, 1,
	'00000000-0000-0000-0000-0000000000aa') c;
select test.is(string_agg(test.ask('\x08',
	p_request => '00000000-0000-0000-0000-0000000000aa'), ', '),
	'leased, leased', '… it leases twice') from generate_series(1, 2);
select test.is(test.used(8), '2 0 5 0', '… and counts once');
select test.is(c.token_id, 8::bigint, 'asked without a request')
from keywheel.check_token('\x08') c;
select test.is(test.used(8), '2 0 5 0', '… it is not counted');

-- Requests a day, of UTC.
select test.make('daily', '\x09', '{"requests_per_day": 2}') \g /dev/null
select test.is(string_agg(test.ask('\x09'), ', '), 'leased, leased, '
	'refused requests_per_day 2', 'two requests a day')
from generate_series(1, 3);
select test.ok(abs(b.wait_ms / 1000.0 - extract(epoch from
	(keywheel.utc_day(now()) + 1)::timestamp at time zone 'UTC' - now()))
	< 5, '… until midnight in UTC')
from keywheel.begin_request(1, gen_random_uuid(), '\x09', 'gemini', 'm', 'r',
	false, 1000) b;
update keywheel.token_use set day = day - 1 where token_id = 9;
select test.is(test.ask('\x09'), 'leased', 'the next day');

-- Tokens: by the estimate, then by what was used.
create function test.finish(p_request uuid, p_used bigint)
returns void
language sql
as $$
	select keywheel.end_request(1, p_request, 0, 10, 1, 'm', 'r', false,
		'complete', 200, 1, 0, 0, 0, 0, 1, 1, '', null, null, null,
		jsonb_build_object('counted', p_used));
$$;
select test.make('heavy', '\x0a',
	'{"tokens_per_minute": 1000, "tokens_per_day": 3000}') \g /dev/null
select test.is(test.ask('\x0a', p_tokens => 600,
	p_request => '00000000-0000-0000-0000-0000000000b1'), 'leased',
	'an estimate of 600');
select test.is(test.used(10), '1 600 1 600', '… counts');
select test.is(test.ask('\x0a', p_tokens => 600),
	'refused tokens_per_minute 1000', '… there is no room for as many');
select test.finish('00000000-0000-0000-0000-0000000000b1', 150) \g /dev/null
select test.is(test.used(10), '1 150 1 150', 'what was used is less');
select test.is(test.ask('\x0a', p_tokens => 600,
	p_request => '00000000-0000-0000-0000-0000000000b2'), 'leased',
	'… now there is room');
select test.finish('00000000-0000-0000-0000-0000000000b2', 2000) \g /dev/null
select test.is(test.used(10), '2 2150 2 2150', 'what was used is more');
select test.is(test.ask('\x0a'), 'refused tokens_per_minute 1000',
	'… so there is room for nothing');
update keywheel.token_use set step = step - 13 where token_id = 10;
select test.is(test.ask('\x0a', p_tokens => 1500,
	p_request => '00000000-0000-0000-0000-0000000000b3'),
	'refused tokens_per_day 3000', 'the day has no room for so many');
select test.is(test.ask('\x0a', p_tokens => 500,
	p_request => '00000000-0000-0000-0000-0000000000b3'), 'leased',
	'… for fewer it has');
select test.finish('00000000-0000-0000-0000-0000000000b3', null) \g /dev/null
select test.is(test.used(10), '1 500 3 2650', 'not known: the estimate stays');
select test.is(b.answer || ' ' || b.why || ' ' || coalesce(b.wait_ms, -1),
	'refused tokens_per_minute -1', 'twice a limit never has room')
from keywheel.begin_request(1, gen_random_uuid(), '\x0a', 'gemini', 'm', 'r',
	false, 1000, null, '{}', 2002) b;
-- Answers that take minutes count when they end.
select test.is(test.ask('\x0a', p_tokens => 100,
	p_request => '00000000-0000-0000-0000-0000000000b4'), 'leased', 'long');
update keywheel.token_use set step = step - 13 where token_id = 10;
update keywheel.admissions set at = at - interval '65 seconds'
where responder = 1;
select test.finish('00000000-0000-0000-0000-0000000000b4', 300) \g /dev/null
select test.is(test.used(10), '0 300 4 2950', 'an answer of minutes');

-- What goes on by its session's id is not counted again, and ends with its
-- token.
insert into keywheel.resources (name, scope, kind, key_id, token_id,
	expires_at)
select 'uploads/u' || t, 'key/1', 'uploads', 1, t, now() + interval '1 hour'
from unnest(array[3, 8]) t;
create function test.upload(p_name text)
returns text
language sql
as $$
	select concat_ws(' ', b.answer, b.token_id) from keywheel.begin_request(
		1, gen_random_uuid(), null, 'gemini', '-', 'r', false, 1000,
		jsonb_build_object('upload', p_name, 'resources',
			jsonb_build_array(p_name))) b;
$$;
select test.is(test.upload('uploads/u8'), 'leased 8', 'an upload goes on');
select test.is(test.used(8), '2 0 5 0', '… and is not counted');
select test.is(test.upload('uploads/u3'), 'no_upload 3',
	'that of a disabled token is over');

-- The response cache asks, too; begin_request says why not.
select test.is(concat_ws(' ', c.token_id, c.keep), '8 t', 'a look is counted')
from keywheel.cache_look('\x08', (select settings from keywheel.revision),
	'\x00', 60, 1, null, null, 'm', 2, gen_random_uuid()) c;
select test.is(c.token_id, null::bigint, 'a model that is not allowed')
from keywheel.cache_look('\x07', (select settings from keywheel.revision),
	'\x00', 60, 1, null, null, 'm', 2, gen_random_uuid()) c;
select test.is(test.ask('\x08'), 'refused requests_per_minute 3',
	'the third of the minute was the cache''s');
