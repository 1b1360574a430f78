-- Sums of the account: the same as the rows say, whenever one looks, and
-- whatever becomes of the rows.

select test.add_keys(1, 4);
select test.add_token();

-- All rows that there ever were, which the account may forget.
create table test.requests (like keywheel.requests);
create table test.attempts (like keywheel.attempts);

-- Requests of the last p_days, which have just ended; every third failed
-- before.
create function test.add_requests(p_count integer, p_days double precision,
	p_models integer default 2)
returns void
language sql
as $$
	with r as (
		insert into keywheel.requests (request_id, started_at, token_id,
			key_id, model, route, streamed, outcome, status,
			attempts, prompt_tokens, cached_tokens, thought_tokens,
			answer_tokens, first_byte_ms, total_ms, from_cache,
			own_us, db_us)
		select gen_random_uuid(), now() - random() * p_days
				* interval '1 day',
			nullif(i % 3, 0), nullif(i % 5, 0),
			'model ' || i % p_models, 'r', false,
			(enum_range(null::keywheel.outcome))[1 + i % 13], 200, 1,
			i, i / 2, i % 7, i % 11, nullif(i % 100, 0), i,
			nullif(i % 4 = 0, false), nullif(i % 17 * 97, 0),
			i % 5
		from generate_series(1, p_count) i returning *),
	a as (
		insert into keywheel.attempts (request_id, started_at, attempt,
			key_id, model, verdict, status, total_ms,
			prompt_tokens, cached_tokens, thought_tokens,
			answer_tokens)
		select r.request_id, r.started_at, 1, r.key_id, r.model,
			'verdict ' || r.prompt_tokens % 2, 503, 1,
			r.prompt_tokens, r.cached_tokens, 2, r.answer_tokens
		from r where r.prompt_tokens % 3 = 0 returning *),
	kept as (insert into test.requests select * from r)
	insert into test.attempts select * from a;
$$;

-- What the sums are to be, of what is kept of each span.
create view test.usage as
select s.span, keywheel.span_start(s.span, r.started_at) as at,
	coalesce(r.token_id, 0) as token_id, r.model, r.outcome,
	count(*) as requests, count(*) filter (where r.from_cache) as from_cache,
	sum(r.attempts) as attempts, sum(r.prompt_tokens) as prompt,
	sum(r.cached_tokens) as cached, sum(r.thought_tokens) as thought,
	sum(r.answer_tokens) as answer
from test.requests r cross join keywheel.usage_spans() s
group by 1, 2, 3, 4, 5, s.since
having keywheel.span_start(s.span, min(r.started_at)) >= s.since;
create view test.key_usage as
select r.key_id, s.span, keywheel.span_start(s.span, r.started_at) as at,
	r.model, r.outcome::text as kind,
	count(*) filter (where keywheel.is_call(r.outcome)) as calls,
	0::bigint as failed, sum(r.prompt_tokens) as prompt,
	sum(r.cached_tokens) as cached, sum(r.thought_tokens) as thought,
	sum(r.answer_tokens) as answer
from test.requests r cross join keywheel.usage_spans() s
where r.key_id is not null
group by 1, 2, 3, 4, 5, s.keys_since
having keywheel.span_start(s.span, min(r.started_at)) >= s.keys_since
union all
select a.key_id, s.span, keywheel.span_start(s.span, a.started_at),
	a.model, a.verdict, count(*), count(*), 0, 0, 0, 0
from test.attempts a cross join keywheel.usage_spans() s
where a.key_id is not null
group by 1, 2, 3, 4, 5, s.keys_since
having keywheel.span_start(s.span, min(a.started_at)) >= s.keys_since;
create view test.key_failures as
select a.key_id, s.span, keywheel.span_start(s.span, a.started_at) as at,
	a.model, a.verdict, count(*) as attempts, sum(a.prompt_tokens) as prompt,
	sum(a.cached_tokens) as cached, sum(a.thought_tokens) as thought,
	sum(a.answer_tokens) as answer
from test.attempts a cross join keywheel.usage_spans() s
where a.key_id is not null
group by 1, 2, 3, 4, 5, s.keys_since
having keywheel.span_start(s.span, min(a.started_at)) >= s.keys_since;
create view test.usage_times as
select s.span, keywheel.span_start(s.span, r.started_at) as at, r.model,
	m.measure, keywheel.time_step_us(m.us) as step, count(*) as requests,
	sum(m.us) as total_us
from test.requests r cross join keywheel.usage_spans() s
cross join lateral (values ('first_byte', r.first_byte_ms * 1000::bigint),
	('total', r.total_ms * 1000::bigint), ('own', r.own_us::bigint),
	('db', r.db_us::bigint)) m (measure, us)
where m.us is not null
	and r.outcome in ('complete', 'length', 'blocked')
group by 1, 2, 3, 4, 5, s.since
having keywheel.span_start(s.span, min(r.started_at)) >= s.since;

-- What pages read, and what of it does not come from the tail.
create view test.usage_shown as
select u.span, u.at, u.token_id, u.model, u.outcome,
	sum(u.requests) as requests, sum(u.from_cache) as from_cache,
	sum(u.attempts) as attempts, sum(u.prompt) as prompt,
	sum(u.cached) as cached, sum(u.thought) as thought,
	sum(u.answer) as answer
from keywheel.usage_now() u cross join keywheel.usage_spans() s
where s.span = u.span and u.at >= s.since
group by 1, 2, 3, 4, 5;
create view test.usage_all_shown as
select u.span, u.at, u.outcome, sum(u.requests) as requests,
	sum(u.from_cache) as from_cache,
	sum(u.attempts) as attempts, sum(u.prompt) as prompt,
	sum(u.cached) as cached, sum(u.thought) as thought,
	sum(u.answer) as answer
from keywheel.usage_all_now() u cross join keywheel.usage_spans() s
where s.span = u.span and u.at >= s.since
group by 1, 2, 3;
create view test.usage_all as
select span, at, outcome, sum(requests) as requests,
	sum(from_cache) as from_cache, sum(attempts) as attempts, sum(prompt) as prompt,
	sum(cached) as cached, sum(thought) as thought, sum(answer) as answer
from test.usage group by 1, 2, 3;
create view test.key_usage_shown as
select u.key_id, u.span, u.at, u.model, u.kind, sum(u.calls) as calls,
	sum(u.failed) as failed, sum(u.prompt) as prompt,
	sum(u.cached) as cached, sum(u.thought) as thought,
	sum(u.answer) as answer
from keywheel.key_usage_now() u cross join keywheel.usage_spans() s
where s.span = u.span and u.at >= s.keys_since
group by 1, 2, 3, 4, 5;
create view test.key_failures_shown as
select f.key_id, f.span, f.at, f.model, f.verdict,
	sum(f.attempts) as attempts, sum(f.prompt) as prompt,
	sum(f.cached) as cached, sum(f.thought) as thought,
	sum(f.answer) as answer
from keywheel.key_failures_now() f cross join keywheel.usage_spans() s
where s.span = f.span and f.at >= s.keys_since
group by 1, 2, 3, 4, 5;
create view test.usage_times_shown as
select u.span, u.at, u.model, u.measure, u.step,
	sum(u.requests) as requests, sum(u.total_us) as total_us
from keywheel.usage_times_now() u cross join keywheel.usage_spans() s
where s.span = u.span and u.at >= s.since
group by 1, 2, 3, 4, 5;
-- Rows that are not summed up yet.
create function test.tail()
returns setof text
language sql
as $$
	select t.model from keywheel.requests_tail() t
	union all select t.model from keywheel.attempts_tail() t;
$$;
create function test.wrong()
returns bigint
language sql
as $$
	select (select count(*) from (
			(table test.usage except table test.usage_shown)
			union all
			(table test.usage_shown except table test.usage)) x)
		+ (select count(*) from (
			(table test.usage_all except table test.usage_all_shown)
			union all
			(table test.usage_all_shown except table test.usage_all)
			) x)
		+ (select count(*) from (
			(table test.key_usage except table test.key_usage_shown)
			union all
			(table test.key_usage_shown except table test.key_usage))
			x)
		+ (select count(*) from (
			(table test.key_failures
				except table test.key_failures_shown)
			union all
			(table test.key_failures_shown
				except table test.key_failures)) x)
		+ (select count(*) from (
			(table test.usage_times
				except table test.usage_times_shown)
			union all
			(table test.usage_times_shown
				except table test.usage_times)) x);
$$;
-- ---- As time goes by --------------------------------------------------------

select test.is(test.wrong(), 0::bigint, 'nothing is nothing');
select test.add_requests(400, 60);
select test.ok((select count(*) from test.usage) > 400, 'there is something');
select test.is(test.wrong(), 0::bigint, 'rows count at once');
select test.is(s.summed || ' ' || s.more, '100 true', 'a part is summed up')
from keywheel.sum_usage(50) s;
select test.is(test.wrong(), 0::bigint, '… nothing is shown twice or not');
select test.add_requests(50, 0.1);
select test.is(test.wrong(), 0::bigint, '… nor with what comes in meanwhile');
select test.is(s.more, false, 'all the rest') from keywheel.sum_usage(1000) s;
select test.is((select count(*) from test.tail()), 0::bigint, '… is summed up');
select test.is(test.wrong(), 0::bigint, '… and right');
select test.is(s.summed, 0::bigint, 'once') from keywheel.sum_usage(1000) s;
select test.is(test.wrong(), 0::bigint, '… only');

-- Rows of one moment cannot be told apart: they are taken together.
with r as (
	insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		total_ms)
	select gen_random_uuid(), now(), 1, 1, 'm', 'r', false, 'complete', 200,
		1, 1, 0, 0, 1, 1
	from generate_series(1, 30) returning *)
insert into test.requests select * from r;
select test.is(s.more, true, 'more of one moment than fit a batch')
from keywheel.sum_usage(10) s;
select test.is(s.summed, 30::bigint, '… are taken together')
from keywheel.sum_usage(10) s;
select test.is(test.wrong(), 0::bigint, '… are summed up once');

-- ---- All anew ---------------------------------------------------------------

create table test.before as table test.usage_shown;
create function test.recomputed()
returns bigint
language plpgsql
as $$
begin
	perform keywheel.recompute_usage();
	return test.wrong();
end $$;
select test.is(test.recomputed(), 0::bigint, 'computed anew it is the same');
update keywheel.usage set requests = requests + 1;
delete from keywheel.key_usage;
update keywheel.key_failures set attempts = 0;
update keywheel.usage_all set answer = answer - 1;
update keywheel.usage_times set total_us = total_us + 1 where step = 0;
delete from keywheel.usage_times where measure = 'own';
select test.ok(test.wrong() > 0, 'what was spoiled');
select test.is(test.recomputed(), 0::bigint, '… is mended');

-- ---- Rows that go -----------------------------------------------------------

-- Half of them are not summed up yet.
select test.add_requests(100, 60);
delete from keywheel.requests where prompt_tokens % 2 = 0;
delete from keywheel.attempts where verdict = 'verdict 0';
select test.is(test.wrong(), 0::bigint, 'deleted rows have happened');
select test.ok((select count(*) from test.tail()) > 0, '… some before their time')
from keywheel.sum_usage(20);
select test.is(test.wrong(), 0::bigint, '… with a part of the others');
select test.is(s.more, false, '… and with all')
from keywheel.sum_usage(1000) s;
select test.is(test.wrong(), 0::bigint, '… are counted once');
select test.add_requests(20, 0.01);
select test.is(test.recomputed(), 0::bigint,
	'of days with missing rows the sums stay, and new rows are added');

-- Many transactions, and whoever sums up or deletes between them.
do $$
begin
	for i in 1..12 loop
		perform test.add_requests((random() * 20)::integer, 60);
		if i % 4 = 0 then
			delete from keywheel.requests where random() < 0.2;
			delete from keywheel.attempts where random() < 0.2;
		end if;
		commit;
		perform keywheel.sum_usage((random() * 15)::bigint + 1);
		commit;
	end loop;
end $$;
select test.is(test.wrong(), 0::bigint, 'in any order it is the same');
select test.is(test.recomputed(), 0::bigint, '… also computed anew');

-- Days are dropped, with rows that nobody had summed up.
select count(keywheel.ensure_partition(t,
	(now() at time zone 'UTC')::date - d)) > 0
from unnest(array['requests', 'attempts']) t, generate_series(1, 5) d
\g /dev/null
select test.is(test.wrong(), 0::bigint, 'rows move into their day');
select test.add_requests(60, 5);
create function test.clear()
returns text
language plpgsql
as $$
declare
	v_claim uuid;
	v record;
	v_steps integer := 0;
begin
	select c.claim into v_claim
	from keywheel.begin_clear('logs', 0, 'test') c;
	loop
		select * into v from keywheel.step_clear(v_claim, 7);
		v_steps := v_steps + 1;
		exit when not v.more or v_steps > 500;
	end loop;
	perform keywheel.end_clear(v_claim, '');
	return (select count(*) from keywheel.requests) || ' '
		|| (select count(*) from keywheel.attempts);
end $$;
select test.is(test.clear(), '0 0', 'the account is cleared');
select test.ok(to_regclass('keywheel.requests_' || to_char(
	(now() at time zone 'UTC')::date - 2, 'YYYYMMDD')) is null,
	'… whole days at once');
select test.is(test.wrong(), 0::bigint, '… and what has happened has happened');
select test.is(test.recomputed(), 0::bigint, '… also if it is computed anew');

-- ---- Steps of time ----------------------------------------------------------

select test.is(string_agg(keywheel.time_step_us(us)::text, ' ' order by us),
	'-80 -80 -27 -1 0 7 8 126', 'a step for a microsecond and for a minute')
from unnest(array[0, 1, 100, 999, 1000, 1999, 2000, 60000000]) us;
select test.is(count(*), 0::bigint, 'the middle of a step lies in it')
from generate_series(-40, 200) s
where keywheel.time_step_us(keywheel.step_us(s::smallint)) <> s;
select test.is(count(*), 0::bigint, 'steps of milliseconds are the same')
from generate_series(1, 5000) ms
where keywheel.time_step(ms) <> keywheel.time_step_us(ms * 1000::bigint);

-- ---- What is forgotten ------------------------------------------------------

update keywheel.usage set at = at - interval '50 days' where span = 'hour';
update keywheel.key_usage set at = at - interval '50 days' where span = 'hour';
update keywheel.usage set at = at - interval '1 day' where span = 'minute';
select test.is(s.more, false, 'nothing new') from keywheel.sum_usage(10) s;
select test.is(string_agg(distinct span::text, ' '), 'day',
	'minutes and hours go, days stay') from keywheel.usage;
select test.is(string_agg(distinct span::text, ' '), 'day minute',
	'… those of keys likewise') from keywheel.key_usage;

-- ---- A dump in another server -----------------------------------------------

truncate keywheel.usage, keywheel.usage_all, keywheel.key_usage, keywheel.key_failures,
	keywheel.usage_times, keywheel.usage_gaps, test.requests, test.attempts;
select test.add_requests(60, 5);
select test.is(s.more, true, 'some') from keywheel.sum_usage(30) s;
-- Here the places are as those of a server that has come much further.
update keywheel.requests set settled = (settled::text::bigint + 1000000)
	::text::xid8;
update keywheel.attempts set settled = (settled::text::bigint + 1000000)
	::text::xid8;
update keywheel.usage_marks set settled = (settled::text::bigint + 1000000)
	::text::xid8;
select test.add_requests(20, 5);
select test.is(s.more, false, 'it is noticed') from keywheel.sum_usage(1000) s;
select test.is(test.wrong(), 0::bigint, '… and all is counted once');
select test.add_requests(20, 5);
select test.is(test.wrong(), 0::bigint, '… what comes then, too');
select test.is(s.summed, 26::bigint, '… and is summed up')
from keywheel.sum_usage(1000) s;
select test.is(test.wrong(), 0::bigint, '… once');
