-- What requests cost: which price is in force, and what it comes to.
create function pg_temp.put(p_model text, p_from text, p_prompt text,
	p_cached text default null, p_answer text default null,
	p_currency text default 'USD')
returns void
language sql
as $$
	select keywheel.put_price(jsonb_build_object('model', p_model,
		'valid_from', p_from, 'currency', p_currency, 'prompt', p_prompt,
		'cached', p_cached, 'answer', p_answer), 'me');
$$;
create function pg_temp.prompt_at(p_model text, p_at text)
returns text
language sql
as $$
	select (keywheel.price_of(p_model, p_at::timestamptz)).prompt::text;
$$;

select pg_temp.put('gemini-2.5-pro', '2026-01-01', '1.25', '0.31', '10'),
	pg_temp.put('gemini-2.5-pro', '2026-06-01', '1.5'),
	pg_temp.put('gemini-2.5-*', '2026-03-01', '0.3'),
	pg_temp.put('gemini-2.5-pro-*', '2026-01-01', '2'),
	pg_temp.put('gemini-2.5-pro*', '2026-01-01', '3'),
	pg_temp.put('a_*', '2026-01-01', '7') \g /dev/null

select test.is(pg_temp.prompt_at('gemini-2.5-pro', '2026-05-31 23:59:59Z'),
	'1.25', 'the price of a name, before that of a beginning');
select test.is(pg_temp.prompt_at('gemini-2.5-pro', '2026-06-01 00:00:00Z'),
	'1.5', '… the newest that is in force');
set timezone = 'Asia/Tokyo';
select test.is(pg_temp.prompt_at('gemini-2.5-pro', '2026-06-01 08:59:59'),
	'1.25', '… days are those of UTC, wherever one is');
reset timezone;
select test.is(pg_temp.prompt_at('gemini-2.5-pro', '2025-12-31 23:59:59Z'),
	null, '… none before the first');
select test.is(pg_temp.prompt_at('gemini-2.5-pro-x', '2026-05-01'), '2',
	'the longest beginning, before one that is newer');
select test.is(pg_temp.prompt_at('gemini-2.5-flash', '2026-05-01'), '0.3',
	'… or a shorter one');
select test.is(pg_temp.prompt_at('gemini-2.5-flash', '2026-02-01'), null,
	'… once it is in force');
select test.is(pg_temp.prompt_at('abc', '2026-05-01'), null,
	'a beginning is taken as it is written');
select test.ok(keywheel.price_of('none', now()) is null,
	'no price: a row of nulls');
select test.is(pg_temp.prompt_at('vertex/gemini-2.5-pro', '2026-05-01'), null,
	'Vertex has prices of its own');

create function pg_temp.cost(p_at text, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint)
returns text
language sql
as $$
	select trim_scale(keywheel.cost_of(keywheel.price_of('gemini-2.5-pro',
		p_at::timestamptz), p_prompt, p_cached, p_thought,
		p_answer))::text;
$$;
select test.is(pg_temp.cost('2026-01-01', 1000000, 0, 0, 0), '1.25',
	'a million tokens cost the price');
select test.is(pg_temp.cost('2026-01-01', 1, 0, 0, 0), '0.00000125',
	'… one token a millionth of it, exactly');
select test.is(pg_temp.cost('2026-01-01', 1000, 400, 30, 20),
	'0.001374', 'cached ones at their price, thoughts as answers');
select test.is(pg_temp.cost('2026-06-01', 1000, 400, 0, 0), '0.0015',
	'… at the prompt''s where theirs is not known');
select test.is(pg_temp.cost('2026-06-01', 1000, 0, 1, 0), null,
	'what has no price is not known');
select test.is(pg_temp.cost('2026-01-01', 100, 400, 0, 0), '0.000031',
	'no more are cached than there are');
select test.is(pg_temp.cost('2025-01-01', 1, 0, 0, 0), null,
	'without a price it is not known');
select test.is(pg_temp.cost('2026-01-01', 9000000000000000, 0, 0, 0),
	'11250000000', 'very many');
select test.is((select sum(keywheel.cost_of(keywheel.price_of('gemini-2.5-pro',
		'2026-01-01'), 1, 0, 0, 1)) from generate_series(1, 100000)),
	1.125, 'a sum has no rounding');
