-- Deadlines: what is measured, and what is put.

create function pg_temp.version()
returns bigint
language sql
as $$
	select settings from keywheel.revision;
$$;
-- Requests of a model with these first silences, and gaps of half of that.
create function pg_temp.requests(p_model text, p_first integer[],
	p_class integer default 0, p_whole boolean default false,
	p_age interval default '0')
returns void
language sql
as $$
	select keywheel.end_request(1, gen_random_uuid(),
		(extract(epoch from now() - p_age) * 1000)::bigint, null, null,
		p_model, 'openai.chat', true, 'complete', 200, 1, 1, 0, 0, 1,
		5, 9, '', null, null, null, null, p_class, p_whole,
		f, f / 2)
	from unnest(p_first) f;
$$;
create function pg_temp.put(p_first integer, p_idle integer)
returns boolean
language sql
as $$
	select keywheel.put_deadlines(jsonb_build_array(jsonb_build_object(
		'model', 'm', 'size_class', 1, 'streamed', true,
		'first_byte_ms', p_first, 'idle_ms', p_idle,
		'samples', 50, 'p50', 5, 'p99', 9, 'gap_p99', null)));
$$;

select test.is(count(*), 0::bigint, 'nothing is measured at first')
from keywheel.measure_deadlines();

-- By model, size and kind; old rows, and those without a measure, say nothing.
select pg_temp.requests('m', array(select generate_series(1, 200))) \g /dev/null
select pg_temp.requests('m', '{1000}', 4) \g /dev/null
select pg_temp.requests('m', '{70, 90}', 0, true) \g /dev/null
select pg_temp.requests('m', '{9999}', p_age => '8 days') \g /dev/null
select pg_temp.requests('n', '{30, null}') \g /dev/null
select pg_temp.requests('-', '{30}') \g /dev/null
select pg_temp.requests('m', '{30}', null) \g /dev/null
select test.is(string_agg(concat_ws(' ', model, size_class,
	case when streamed then 's' else 'w' end, samples, p50, p99, longest,
	gaps, gap_p99, gap_longest), ', ' order by model, size_class, streamed),
	'm 0 w 2 70 90 90 2 45 45, m 0 s 200 100 198 200 200 99 100, '
	'm 4 s 1 1000 1000 1000 1 500 500, n 0 s 1 30 30 30 1 15 15',
	'model, size and kind apart')
from keywheel.measure_deadlines();
select test.is(count(*), 204::bigint, 'a call of the version before')
from (select keywheel.end_request(1, gen_random_uuid(),
	(extract(epoch from now()) * 1000)::bigint, null, null, 'o',
	'openai.chat', true, 'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null,
	null) from generate_series(1, 204)) o;
select test.is(count(*), 0::bigint, '… measures nothing')
from keywheel.measure_deadlines() where model = 'o';

-- Putting: a version for what changes, and only for that.
select test.is(keywheel.get_deadlines(), '{}'::jsonb, 'none in force');
select test.is(pg_temp.put(null, null), false, 'a row without deadlines');
select test.is(keywheel.get_deadlines(), '{}'::jsonb, '… puts none in force');
select test.is(pg_temp.version(), 1::bigint, '… the same version');
select test.is(pg_temp.put(30000, null), true, 'a deadline');
select test.is(keywheel.get_deadlines(), '{"m": {"s1": [30000, 0]}}'::jsonb,
	'… is in force');
select test.is(pg_temp.version(), 2::bigint, '… a new version');
select test.is(pg_temp.put(30000, null), false, 'the same again');
select test.is(pg_temp.version(), 2::bigint, '… no new version');
select test.is(pg_temp.put(30000, 20000), true, 'the other deadline');
select test.is(concat_ws(' ', model, prompt_tokens, streamed, first_byte_ms,
	idle_ms, samples, p50, p99, gap_p99),
	'm up to 8k t 30000 20000 50 5 9', 'the report shows it')
from keywheel.report_deadlines;
select test.is(count(*), 1::bigint, '… and the list')
from keywheel.list_deadlines();
select test.is(first_byte_ms, null, 'another class has none so far')
from keywheel.measure_deadlines() where model = 'm' and size_class = 4;
select pg_temp.requests('m', '{30}', 1) \g /dev/null
select test.is(first_byte_ms || ' ' || idle_ms, '30000 20000',
	'the measure tells the deadlines so far')
from keywheel.measure_deadlines() where size_class = 1;
select test.is(keywheel.put_deadlines('[]'), true, 'what is not named goes');
select test.is(count(*), 0::bigint, '… all of it')
from keywheel.list_deadlines();

-- Of a large account a sample is read, whatever its size.
insert into keywheel.requests (request_id, started_at, model, route, streamed,
	outcome, status, attempts, prompt_tokens, cached_tokens, thought_tokens,
	answer_tokens, total_ms, size_class, fetched_whole, upstream_first_ms)
select gen_random_uuid(), now(), 'big', 'openai.chat', true, 'complete', 200,
	1, 1, 0, 0, 1, 9, 0, false, i % 1000
from generate_series(1, 100000) i;
select test.ok(samples between 5000 and 60000,
	format('a sample of %s of 100,000', samples))
from keywheel.measure_deadlines(500) where model = 'big';
select test.ok(p99 between 970 and 999, '… with about the same percentile')
from keywheel.measure_deadlines(500) where model = 'big';
select test.is(samples, 100000::bigint, 'all of it where it is not large')
from keywheel.measure_deadlines() where model = 'big';

set role keywheel_app;
select test.is(count(*), 0::bigint, 'the responders'' role may')
from keywheel.list_deadlines();
reset role;
