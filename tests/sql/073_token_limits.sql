-- Limits of tokens: requests at once, budgets, shadow, what clients are told.

select test.add_keys(1, 4);
create function test.make(p_name text, p_hash bytea, p_rules jsonb default '{}')
returns bigint
language sql
as $$
	select token_id from keywheel.create_token(null, p_hash, '…' || p_name,
		'cli', p_rules || jsonb_build_object('name', p_name));
$$;
-- The request number p_n, of the responder of that number.
create function test.uuid(p_n integer)
returns uuid
language sql
as $$
	select lpad(p_n::text, 32, '0')::uuid;
$$;
create function test.ask(p_hash bytea, p_n integer, p_model text default 'm',
	p_tokens bigint default 0, p_responder bigint default null)
returns text
language sql
as $$
	select concat_ws(' ', b.answer, b.why, b.allowed)
	from keywheel.begin_request(coalesce(p_responder, p_n), test.uuid(p_n),
		p_hash, 'gemini', p_model, 'r', false, 60000, null, '{}',
		p_tokens) b;
$$;
create function test.finish(p_n integer, p_model text default 'm',
	p_prompt bigint default 0, p_cached bigint default 0,
	p_thought bigint default 0, p_answer bigint default 0,
	p_known boolean default true, p_at timestamptz default now())
returns void
language sql
as $$
	select keywheel.end_request(p_n, test.uuid(p_n),
		(extract(epoch from p_at) * 1000)::bigint, a.token_id, 1,
		p_model, 'r', false, 'complete', 200, 1, p_prompt, p_cached,
		p_thought, p_answer, 1, 1, '', null, null, null,
		jsonb_build_object('counted', case when p_known
			then p_prompt + p_thought + p_answer end))
	from keywheel.admissions a where a.responder = p_n;
$$;
create function test.cost(p_token bigint)
returns numeric
language sql
as $$
	select trim_scale(u.month_cost) from keywheel.token_use u
	where u.token_id = p_token;
$$;
create function test.shadow(p_n integer)
returns text
language sql
as $$
	select shadow_limit from keywheel.requests
	where request_id = test.uuid(p_n);
$$;

-- ---- Requests at once --------------------------------------------------------

select test.make('two', '\x01', '{"concurrent": 2}') \g /dev/null
select test.is(plain, false, 'a token that may do two things at once')
from keywheel.tokens where token_id = 1;
select test.is(test.ask('\x01', 1) || ', ' || test.ask('\x01', 2) || ', '
	|| test.ask('\x01', 3), 'leased, leased, '
	'refused concurrent_requests 2', '… not three');
select test.ok(b.wait_ms between 1 and 1000 and b.rates is null,
	'… is to come again in a second')
from keywheel.begin_request(3, test.uuid(3), '\x01', 'gemini', 'm', 'r', false,
	60000) b;
select test.finish(1) \g /dev/null
select test.is(test.ask('\x01', 3), 'leased', 'one has ended: there is a place');
select test.is(test.ask('\x01', 4), 'refused concurrent_requests 2',
	'… for one');
select test.finish(2, p_known => false) \g /dev/null
select test.is(test.ask('\x01', 3), 'leased',
	'a request that leases again keeps its place');
select test.is(test.ask('\x01', 4), 'leased',
	'what it used is not known: its place is free all the same');
-- What a responder did has ended when it does something else.
select test.is(test.ask('\x01', 5, p_responder => 4), 'leased',
	'the same responder asks for the next one');
select test.is(test.ask('\x01', 6), 'refused concurrent_requests 2',
	'… that is one place');
-- A responder died.
select keywheel.close_lost_lease(3) \g /dev/null
select test.is(test.ask('\x01', 6), 'leased', 'a responder that was lost');
-- … but not one that lives, and whose lease is an old one's.
update keywheel.leases set expires_at = now() - interval '1 minute',
	request_id = test.uuid(99) where responder = 6;
select keywheel.close_lost_lease(6) \g /dev/null
select test.is(test.ask('\x01', 7), 'refused concurrent_requests 2',
	'… one that has only an old lease keeps its place');
update keywheel.admissions set open_until = now() where responder = 6;
select test.is(test.ask('\x01', 7), 'leased', '… and one that nobody missed');
-- Calls that lease no key.
create function test.check(p_n integer)
returns text
language sql
as $$
	select concat_ws(' ', c.token_id, c.answer, c.why, c.counted)
	from keywheel.check_token('\x01', null, p_n, test.uuid(p_n)) c;
$$;
select test.is(test.check(8), 'refused concurrent_requests f',
	'a check of the token asks for a place, too');
select test.finish(7) \g /dev/null
select test.is(test.check(8) || ', ' || test.ask('\x01', 8) || ', '
	|| test.check(9), '1 t, leased, refused concurrent_requests f',
	'… which is that of the lease');
-- Nobody is there any more.
update keywheel.admissions set at = now() - interval '2 hours',
	open_until = '-infinity' where responder = 1;
update keywheel.admissions set at = now() - interval '2 hours'
where responder = 8;
select keywheel.forget_places() \g /dev/null
select test.is(string_agg(responder::text, ' ' order by responder),
	'2 4 6 7 8', 'old places are forgotten, but what is under way')
from keywheel.admissions;

-- ---- Budgets -----------------------------------------------------------------

select keywheel.put_price('{"model": "m", "valid_from": "2020-01-01",
	"currency": "USD", "prompt": "1", "cached": "0.1", "answer": "10"}', '')
	\g /dev/null
select keywheel.put_price('{"model": "euro", "valid_from": "2020-01-01",
	"currency": "EUR", "prompt": "1000"}', '') \g /dev/null
select test.make('poor', '\x02', '{"budget": "0.01",
	"budget_currency": "USD"}') \g /dev/null
select test.fails('update keywheel.tokens set budget_currency = null
	where token_id = 2', '23514', 'a budget has a currency');
select test.is(test.ask('\x02', 11, p_tokens => 4000), 'leased',
	'a budget of a cent, and four thousand tokens');
select test.is(test.cost(2), 0.004, '… count by the price of the input');
select test.is(test.ask('\x02', 11, p_tokens => 5000), 'leased',
	'… it turns out to be more');
select test.is(test.cost(2), 0.005, '… which counts');
select test.is(test.ask('\x02', 12, p_tokens => 6000),
	'refused budget 0.01 USD', 'another one would be too much');
select test.ok(abs(b.wait_ms / 1000.0 - extract(epoch from (date_trunc('month',
	now() at time zone 'UTC') + interval '1 month') at time zone 'UTC'
	- now())) < 5, '… until the first of the next month in UTC')
from keywheel.begin_request(12, test.uuid(12), '\x02', 'gemini', 'm', 'r',
	false, 1000, null, '{}', 6000) b;
select test.finish(11, 'm', 1000, 400, 30, 20) \g /dev/null
select test.is(test.cost(2), 0.00114, 'what it really cost, exactly');
select test.is(test.ask('\x02', 12, p_tokens => 6000), 'leased',
	'… now there is money');
select test.finish(12, 'm', 6000, 0, 0, 1000) \g /dev/null
select test.is(test.cost(2), 0.01714, 'an answer may cost more than is left');
select test.is(test.ask('\x02', 13), 'refused budget 0.01 USD',
	'… then there is nothing more');
select test.is(test.ask('\x02', 13, 'free', 1000000) || ', '
	|| test.ask('\x02', 14, 'euro', 1000000), 'leased, leased',
	'what has no price, or none in this currency, costs nothing');
select test.finish(14, 'euro', 1000000) \g /dev/null
select test.is(test.cost(2), 0.01714, '… and counts as nothing');
select test.is(c.token_id, 2::bigint, '… nor does a list of models')
from keywheel.check_token('\x02', null, 15, test.uuid(15)) c;
select test.is(keywheel.token_month_cost(2, 'USD', now()), 0.01714,
	'the account says the same');

-- Too large is told so.
select test.make('rich', '\x03', '{"budget": "1", "budget_currency": "USD"}')
\g /dev/null
select test.is(b.answer || ' ' || b.why || ' ' || coalesce(b.wait_ms, -1),
	'refused budget -1', 'twice a budget never has room')
from keywheel.begin_request(21, test.uuid(21), '\x03', 'gemini', 'm', 'r',
	false, 1000, null, '{}', 2000002) b;
select test.is(test.ask('\x03', 21, p_tokens => 1500000), 'leased',
	'… by the estimate, somewhat more has');
select test.finish(21, 'm', 100) \g /dev/null

-- The next month.
update keywheel.token_use set month = '2020-01-01' where token_id = 2;
update keywheel.admissions set at = '2020-01-31 23:59:59Z' where responder = 12;
select test.is(test.ask('\x02', 22, p_tokens => 1), 'leased',
	'a month has a budget of its own');
select test.is(test.cost(2), 0.000001, '… of which that is all');
-- One that began in the month before is of that one.
update keywheel.admissions set at = '2020-01-31 23:59:59Z' where responder = 22;
update keywheel.token_use set month_cost = 0 where token_id = 2;
select test.finish(22, 'm', 500, p_at => '2020-01-31 23:59:59Z') \g /dev/null
select test.is(test.cost(2), 0::numeric, 'what began before is of its month');

-- A budget that is set in the middle of the month knows what has been used.
select test.make('late', '\x04', '{"concurrent": 100}') \g /dev/null
select test.is(test.ask('\x04', 31), 'leased', 'without a budget');
select test.finish(31, 'm', 2000, 0, 0, 100) \g /dev/null
select test.is(test.cost(4), 0::numeric, '… nothing is counted');
select keywheel.change_token(4, null, '{"budget": "0.0035",
	"budget_currency": "USD"}') \g /dev/null
select test.is(keywheel.budget_used(t), 0.003, '… it can be seen at once')
from keywheel.tokens t where token_id = 4;
select test.is(test.ask('\x04', 32, p_tokens => 501),
	'refused budget 0.0035 USD', '… and is in force');
select test.is(test.ask('\x04', 32, p_tokens => 500), 'leased', '… exactly');
select test.is(keywheel.budget_used(t), 0.0035, '… what is under way counts')
from keywheel.tokens t where token_id = 4;
-- Prices have changed, or a responder was lost: the account is what counts.
select keywheel.put_price('{"model": "m", "valid_from": "2020-01-01",
	"currency": "USD", "prompt": "2", "answer": "10"}', '') \g /dev/null
select test.is(keywheel.recount_budget(0), 2::bigint, 'counted again, each')
union all
select test.is(keywheel.recount_budget(3), 4::bigint, '… in turn')
union all
select test.is(keywheel.recount_budget(4), null, '… to the last');
select test.is(test.cost(4), 0.0055, '… by the prices of now');
select keywheel.close_lost_lease(32) \g /dev/null
select keywheel.recount_budget(3) \g /dev/null
select test.is(test.cost(4), 0.005, '… and without what nobody knows of');
select test.is((keywheel.change_token(4, null,
	'{"budget": "1", "budget_currency": "EUR"}'), test.ask('\x04', 33),
	test.cost(4))::text, '(changed,leased,0)', 'another currency');

-- ---- Shadow ------------------------------------------------------------------

select test.make('idle', '\x05', '{"shadow": true}') \g /dev/null
select test.is(plain, true, 'a shadow without limits is nothing')
from keywheel.tokens where token_id = 5;
select test.make('shade', '\x06', '{"shadow": true, "models": ["m"],
	"requests_per_minute": 2, "requests_per_day": 100,
	"concurrent": 2}') \g /dev/null
select test.is(test.ask('\x06', 41) || ', ' || test.ask('\x06', 42) || ', '
	|| test.ask('\x06', 43) || ', ' || test.ask('\x06', 44, 'x'),
	'leased, leased, leased, leased', 'nobody is refused');
select test.finish(n) from generate_series(41, 44) n \g /dev/null
select test.is(concat_ws(', ', test.shadow(41), test.shadow(42),
	test.shadow(43), test.shadow(44)), 'requests_per_minute, model',
	'… what would have been is noted');
select test.is(keywheel.counts_sum(u.requests) || ' ' || u.day_requests,
	'2 4', '… takes nothing of a minute; a day has all')
from keywheel.token_use u where u.token_id = 6;
update keywheel.token_use set step = step - 13 where token_id = 6;
select test.is(test.ask('\x06', 45) || test.ask('\x06', 46)
	|| test.ask('\x06', 46), 'leasedleasedleased', 'two at once');
update keywheel.token_use set step = step - 13 where token_id = 6;
select test.is(test.ask('\x06', 47), 'leased', '… three are not refused');
select test.finish(n) from generate_series(45, 47) n \g /dev/null
select test.is(concat_ws(', ', test.shadow(45), test.shadow(46),
	test.shadow(47)), 'concurrent_requests', '… the third is noted');
select test.is(b.rates, null, 'clients are told of no limits')
from keywheel.begin_request(48, test.uuid(48), '\x06', 'gemini', 'm', 'r',
	false, 1000) b;
select test.is(c.models, null, 'the list of models has all of them')
from keywheel.check_token('\x06') c;
select keywheel.change_token(6, null, '{"addresses": ["192.0.2.1"]}')
\g /dev/null
select test.is(test.ask('\x06', 49), 'refused address',
	'where it may be used is no limit');
select keywheel.change_token(6, null,
	'{"addresses": null, "disabled": true}') \g /dev/null
select test.is(test.ask('\x06', 49), 'unauthorized disabled', '… nor whether');
select keywheel.change_token(6, null, '{"disabled": false, "shadow": false}')
\g /dev/null
select test.is(test.ask('\x06', 50, 'x'), 'refused model',
	'out of the shadow it is refused');
select test.make('spender', '\x07', '{"shadow": true, "budget": "0.001",
	"budget_currency": "USD"}') \g /dev/null
select test.is(string_agg(test.ask('\x07', n, p_tokens => 400), ' '),
	'leased leased', 'a budget in shadow') from generate_series(51, 52) n;
select test.finish(n, 'm', 400) from generate_series(51, 52) n \g /dev/null
select test.is(test.cost(7) || ' ' || concat_ws(', ', test.shadow(51),
	test.shadow(52)), '0.0016 budget', '… the month has what it cost');

-- ---- What clients are told ---------------------------------------------------

select test.make('told', '\x08', '{"requests_per_minute": 10,
	"requests_per_day": 5, "tokens_per_day": 1000}') \g /dev/null
select test.ok(b.rates[1:2] = '{10,9}' and b.rates[3] between 60000 and 65000
	and b.rates[4:5] = '{1000,900}' and b.rates[6] between 1 and 86400000,
	'the minute''s limit, else the day''s: ' || b.rates::text)
from keywheel.begin_request(61, test.uuid(61), '\x08', 'gemini', 'm', 'r',
	false, 1000, null, '{}', 100) b;
select test.is(test.ask('\x08', 60 + n), 'leased', 'until there is none left')
from generate_series(2, 5) n;
select test.is(b.answer || ' ' || b.why || ' ' || b.rates[1:2]::text,
	'refused requests_per_day {10,5}', '… a refusal tells it, too')
from keywheel.begin_request(66, test.uuid(66), '\x08', 'gemini', 'm', 'r',
	false, 1000) b;
select test.make('half', '\x09', '{"tokens_per_minute": 10}') \g /dev/null
select test.is(c.rates, '{NULL,NULL,NULL,10,10,0}', 'nothing is used yet')
from keywheel.check_token('\x09', null, 71, test.uuid(71)) c;
