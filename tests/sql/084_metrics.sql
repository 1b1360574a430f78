-- /metrics: what it tells is what the rows say, and nothing it counts ever goes
-- back, whatever becomes of the rows.

select test.add_keys(1, 4);
create function test.add_tokens(p_from integer, p_to integer)
returns void
language plpgsql
as $$
begin
	for i in p_from..p_to loop
		perform keywheel.add_token('token ' || i,
			sha256(('t' || i)::bytea), '…' || i, false, 'cli');
	end loop;
end $$;
select test.add_tokens(1, 2);

-- All rows that there ever were.
create table test.requests (like keywheel.requests);
create table test.attempts (like keywheel.attempts);

create function test.add_requests(p_count integer, p_days double precision,
	p_models integer default 3)
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
			case i % p_models when 0 then '' else 'model '
				|| i % p_models end, 'r', false,
			(enum_range(null::keywheel.outcome))[1 + i % 13], 200, 1,
			i, i / 2, i % 7, i % 11, nullif(i % 100, 0), 2 ^ (i % 22),
			nullif(i % 4 = 0, false), 1 + i * 37, i * 11
		from generate_series(1, p_count) i returning *),
	a as (
		insert into keywheel.attempts (request_id, started_at, attempt,
			key_id, model, verdict, status, total_ms, prompt_tokens,
			cached_tokens, thought_tokens, answer_tokens)
		select r.request_id, r.started_at, 1, r.key_id, r.model,
			'verdict ' || r.prompt_tokens % 2, 503, 1, 3, 2, 1, 4
		from r where r.prompt_tokens % 3 = 0 and r.key_id is not null
		returning *),
	kept as (insert into test.requests select * from r)
	insert into test.attempts select * from a;
$$;

-- The samples of a scrape.
create function test.samples(p_scrape jsonb)
returns table (metric text, labels jsonb, value numeric)
language sql
as $$
	select m.key, s - 'value' - 'octaves' - 'total_us',
		(s ->> 'value')::numeric
	from jsonb_each(p_scrape) m, jsonb_array_elements(m.value) s
	where jsonb_typeof(m.value) = 'array' and s ? 'value'
	union all
	select m.key || '_sum', s - 'octaves' - 'total_us',
		(s ->> 'total_us')::numeric
	from jsonb_each(p_scrape) m, jsonb_array_elements(m.value) s
	where jsonb_typeof(m.value) = 'array' and s ? 'octaves'
	union all
	select m.key || '_bucket', s - 'octaves' - 'total_us'
			|| jsonb_build_object('octave', o.key),
		o.value::text::numeric
	from jsonb_each(p_scrape) m, jsonb_array_elements(m.value) s,
		jsonb_each(s -> 'octaves') o
	where jsonb_typeof(m.value) = 'array' and s ? 'octaves';
$$;

-- What the rows say.
create view test.wanted as
with r as (
	select coalesce(nullif(model, ''), 'none') as model,
		coalesce(token_id::text, '') as token_id,
		coalesce((select t.name from keywheel.tokens t
			where t.token_id = o.token_id), 'none') as token,
		keywheel.outcome_class(outcome) as class, o.outcome, from_cache,
		attempts, prompt_tokens, cached_tokens, thought_tokens,
		answer_tokens, first_byte_ms, total_ms, own_us, db_us
	from test.requests o),
k as (
	select r.*, x.kind, x.n from r, keywheel.token_kinds(prompt_tokens,
		cached_tokens, thought_tokens, answer_tokens) x),
t as (
	select x.metric, x.model, x.us from r,
	lateral (values ('first_byte_seconds', model, first_byte_ms * 1000),
		('request_duration_seconds', model, total_ms * 1000),
		('overhead_seconds', 'none', own_us),
		('database_seconds', 'none', db_us)) x (metric, model, us)
	where us is not null and class = 'answered')
select 'requests_total' as metric, jsonb_build_object('model', model,
	'outcome', outcome) as labels, count(*)::numeric as value
from r group by model, outcome
union all
select 'requests_from_cache_total', jsonb_build_object('model', model),
	count(*) filter (where from_cache) from r group by model
union all
select 'attempts_total', jsonb_build_object('model', model), sum(attempts)
from r group by model
union all
select 'tokens_total', jsonb_build_object('model', model, 'kind', kind), sum(n)
from k group by model, kind
union all
select 'token_requests_total', jsonb_build_object('token_id', token_id,
	'token', token, 'class', class), count(*)
from r group by token_id, token, class
union all
select 'token_tokens_total', jsonb_build_object('token_id', token_id,
	'token', token, 'kind', kind), sum(n)
from k group by token_id, token, kind
union all
select 'attempts_failed_total', jsonb_build_object('verdict', verdict), count(*)
from test.attempts group by verdict
union all
select 'attempts_failed_tokens_total', jsonb_build_object('kind', x.kind),
	sum(x.n)
from test.attempts a, keywheel.token_kinds(a.prompt_tokens, a.cached_tokens,
	a.thought_tokens, a.answer_tokens) x group by x.kind
union all
select metric || '_sum', jsonb_build_object('model', model), sum(us)
from t group by metric, model
union all
select metric || '_bucket', jsonb_build_object('model', model, 'octave',
	floor(log(2, greatest(us, 1) / 1000.0))::integer::text), count(*)
from t group by 1, 2;

create function test.counted(p_scrape jsonb)
returns table (metric text, labels jsonb, value numeric)
language sql
as $$
	select * from test.samples(p_scrape) s where s.metric ~
		'(_total|_seconds_(sum|bucket))$';
$$;

-- How many samples differ from what the rows say.
create function test.wrong()
returns bigint
language sql
as $$
	with have as (select * from test.counted(keywheel.metrics())
		where value <> 0)
	select count(*) from (
		(table have except select * from test.wanted where value <> 0)
		union all
		(select * from test.wanted where value <> 0 except table have)) d;
$$;

-- The last scrape; how many of its samples this one has lost or that went back.
create table test.last (scrape jsonb);
insert into test.last values ('{}');
create function test.back()
returns bigint
language plpgsql
as $$
declare
	v_last jsonb := (select scrape from test.last);
	v_now jsonb := keywheel.metrics();
begin
	update test.last set scrape = v_now;
	return (select count(*) from test.counted(v_last) l
		left join test.counted(v_now) n using (metric, labels)
		where coalesce(n.value, -1) < l.value);
end $$;

-- ---- The same as the rows ---------------------------------------------------

select test.is(test.wrong(), 0::bigint, 'nothing yet');
select test.add_requests(200, 0);
select test.is(test.wrong(), 0::bigint, 'rows that are not summed up count');
select test.is(test.back(), 0::bigint, '… from then on');
select test.is(s.more, true, 'some') from keywheel.sum_usage(70) s;
select test.is(test.wrong(), 0::bigint, '… that are summed up, too');
select test.add_requests(100, 60);
select test.is(s.more, false, 'all') from keywheel.sum_usage(1000) s;
select test.is((keywheel.metrics() ->> 'account_unsummed_requests')::integer, 0,
	'nothing is left');
select test.add_requests(20, 2);
select test.is(test.wrong(), 0::bigint, 'together');
select test.is(test.back(), 0::bigint, 'nothing went back');
-- A bucket ends below a power of two of milliseconds, and is exact there.
select test.is(bool_and(
	keywheel.time_step_us((1000 * 2 ^ k)::bigint) = 8 * k
	and keywheel.time_step_us(ceil(1000 * 2 ^ k)::bigint - 1) = 8 * k - 1),
	true, 'octaves begin where they should')
from generate_series(-3, 19) k;

-- ---- Whatever becomes of the rows -------------------------------------------

delete from keywheel.requests where prompt_tokens % 2 = 0;
delete from keywheel.attempts where verdict = 'verdict 0';
select test.is(test.wrong(), 0::bigint, 'deleted rows have happened');
select test.is(test.back(), 0::bigint, '… for good');
create function test.recomputed()
returns bigint
language plpgsql
as $$
begin
	perform keywheel.recompute_usage();
	return test.back();
end $$;
select test.is(test.recomputed(), 0::bigint, 'computed anew it is the same');
select test.is(test.wrong(), 0::bigint, '… as the rows were');
select test.add_requests(40, 1);
create function test.clear()
returns bigint
language plpgsql
as $$
declare
	v_claim uuid;
	v record;
begin
	select c.claim into v_claim
	from keywheel.begin_clear('logs', 0, 'test') c;
	loop
		select * into v from keywheel.step_clear(v_claim, 1000);
		exit when not v.more;
	end loop;
	perform keywheel.end_clear(v_claim, '');
	return (select count(*) from keywheel.requests);
end $$;
select test.is(test.clear(), 0::bigint, 'the account is cleared');
select test.is(test.back(), 0::bigint, '… and nothing goes back');
select test.is(test.wrong(), 0::bigint, '… nor is forgotten');
select test.is(test.recomputed(), 0::bigint, '… also if it is computed anew');
update keywheel.usage set requests = requests + 5 where span = 'day';
select test.ok(test.wrong() > 0, 'totals are those of the days');
update keywheel.usage set requests = requests - 5 where span = 'day';
select test.is(test.wrong(), 0::bigint, '… always');

-- A request is taken for lost, and reported after all.
create function test.lose(p_responder bigint, p_id uuid)
returns bigint
language plpgsql
as $$
begin
	insert into keywheel.leases values (p_responder, p_id, now(), now(), 1,
		1, 'model 1', 'r', false);
	perform keywheel.close_lost_lease(p_responder);
	insert into test.requests select * from keywheel.requests
	where request_id = p_id;
	return test.back();
end $$;
create function test.report(p_id uuid)
returns bigint
language plpgsql
as $$
begin
	perform keywheel.end_request(1, p_id,
		(extract(epoch from now()) * 1000)::bigint, 1, 1, 'model 1',
		'r', false, 'complete', 200, 1, 5, 1, 1, 2, 3, 4, '', null, null);
	insert into test.requests select * from keywheel.requests
	where request_id = p_id;
	return test.back();
end $$;
create temporary table lose as
select i, gen_random_uuid() as id from generate_series(1, 2) i;
select test.is(test.lose(800 + i, id), 0::bigint, 'taken for lost')
from lose where i = 1;
select test.is(test.report(id), 0::bigint, '… and reported: nothing goes back')
from lose where i = 1;
select test.is(test.wrong(), 0::bigint, '… both have happened');
select test.is(test.lose(800 + i, id), 0::bigint, 'another one') from lose
where i = 2;
select test.is(s.more, false, '… is summed up') from keywheel.sum_usage(1000) s;
select test.is(test.report(id), 0::bigint, '… nothing goes back') from lose
where i = 2;
select test.is(test.wrong(), 0::bigint, '… both, here too');
select test.is(test.recomputed(), 0::bigint, '… also computed anew');
select test.is(test.wrong(), 0::bigint, '… both');

-- ---- Which series there are -------------------------------------------------

select test.is(test.back(), 0::bigint, 'before there are many');
select test.add_requests(260, 0, 27);
select test.is(test.back(), 0::bigint, 'many models');
create function test.models(p_outcome text default 'complete')
returns bigint
language sql
as $$
	select count(distinct s.labels ->> 'model')
	from test.samples(keywheel.metrics()) s
	where s.metric = 'requests_total';
$$;
select test.is(test.models(), 21::bigint, '… have twenty series and one');
create function test.all(p_metric text)
returns numeric
language sql
as $$
	select sum(s.value) from test.samples(keywheel.metrics()) s
	where s.metric = p_metric;
$$;
select test.is(test.all('requests_total'), (select count(*)::numeric
	from test.requests), '… in which nothing is missing');
select test.is(s.more, false, 'summed up') from keywheel.sum_usage(1000) s;
select test.is(test.back(), 0::bigint, '… it is the same');
select test.is(test.models(), 21::bigint, '… names and numbers');

-- A model without a series is asked for most.
create function test.ask(p_model text, p_count integer)
returns void
language sql
as $$
	insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms)
	select gen_random_uuid(), now(), 1, 1, p_model, 'r', false, 'complete',
		200, 1, 1, 0, 0, 1, 1, 1
	from generate_series(1, p_count);
$$;
create function test.value(p_model text)
returns numeric
language sql
as $$
	select s.value from test.samples(keywheel.metrics()) s
	where s.metric = 'requests_total'
		and s.labels = jsonb_build_object(
			'model', p_model, 'outcome', 'complete');
$$;
select test.ask('young', 1000);
select test.is(test.value('young'), null, 'who comes late is one of many');
select test.is(test.back(), 0::bigint, '… which goes up');
select test.is(s.more, false, 'it is summed up') from keywheel.sum_usage(2000) s;
update keywheel.metric_kinds set ranked = ranked - 1 where kind = 'model';
select test.is(test.back(), 0::bigint, 'another day''s order');
select test.ok('young' = any (array_agg(n.name)), '… comes tomorrow')
from keywheel.metric_names n where n.since = keywheel.utc_day(now()) + 1;
create temporary table lost as
select n.name from keywheel.metric_names n
where n.kind = 'model' and n.until = keywheel.utc_day(now()) + 1;
select test.is((select count(*) from lost), count(*),
	'… each in the place of one')
from keywheel.metric_names n where n.since = keywheel.utc_day(now()) + 1;
select test.is(test.value('young'), null, '… not before');
-- Tomorrow.
update keywheel.metric_names set since = since - 1
where since > keywheel.utc_day(now());
update keywheel.metric_names set until = until - 1 where until < 'infinity';
select test.ask('young', 3);
select test.is(test.value('young'), 3::numeric, 'it counts from then on');
select test.is(test.back(), 0::bigint,
	'what was counted as another''s stays with it');
select test.is(s.more, false, 'summed up') from keywheel.sum_usage(2000) s;
select test.is(test.back(), 0::bigint, '… it is the same');
-- Long after.
update keywheel.metric_names set until = until - 5 where until < 'infinity';
select test.is(count(*), 0::bigint, 'who has lost its place is gone')
from test.samples(keywheel.metrics()) s
where s.labels ->> 'model' in (select name from lost);
select test.back() \g /dev/null

-- Tokens.
select test.add_tokens(3, 62);
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, total_ms)
select gen_random_uuid(), now(), i, 1, 'model 1', 'r', false, 'complete', 200, 1,
	1, 0, 0, 1, 1
from generate_series(1, 62) i;
select test.is(test.back(), 0::bigint, 'sixty tokens count');
select test.is(count(distinct s.labels - 'class'), 51::bigint,
	'… in fifty series and one')
from test.samples(keywheel.metrics()) s where s.metric = 'token_requests_total';
-- ---- A hostile one -----------------------------------------------------------

-- Names that are ours, or nothing.
create temporary table before as select test.all('requests_total') as n;
select test.ask('other', 2), test.ask('none', 3), test.ask('', 4);
select test.is(test.all('requests_total'), (select n + 9 from before),
	'names that we use count');
select test.is(count(*), count(distinct s.metric || s.labels),
	'… and no series comes twice')
from test.samples(keywheel.metrics()) s;

-- ---- Older versions -----------------------------------------------------------

-- What an older version has left is told from its days.
select test.is(s.more, false, 'summed up') from keywheel.sum_usage(2000) s;
create temporary table old as
select (select sum(requests) from keywheel.usage where span = 'day') as requests,
	(select sum(total_us) from keywheel.usage_times where span = 'day') as us,
	(select sum(attempts) from keywheel.key_failures where span = 'day')
		as failed;
delete from keywheel.metric_requests;
delete from keywheel.metric_tokens;
delete from keywheel.metric_failures;
delete from keywheel.metric_times;
delete from keywheel.metric_names;
select keywheel.begin_metrics();
select test.is(row(test.all('requests_total'), test.all('token_requests_total'),
	test.all('attempts_failed_total'))::text,
	(select row(requests, requests, failed)::text from old),
	'an older account counts');
select test.is((select sum(total_us) from keywheel.metric_times),
	(select us from old), '… with its times');
select test.ok(test.models() between 19 and 21, '… bounded');
select test.ok(test.value('young') > 1000, '… the most used ones by name');

-- ---- How things stand -------------------------------------------------------

select test.is((select jsonb_object_agg(s.labels ->> 'state', s.value)
	from test.samples(keywheel.metrics()) s where s.metric = 'keys'
		and s.labels ->> 'pool' = 'gemini'),
	'{"ready": 4, "resting": 0, "disabled": 0}', 'keys by state');
select test.judge(2, '{"rest": "key", "rest_ms": 60000}') \g /dev/null
select keywheel.set_key_state(3, 'disabled', 'test') \g /dev/null
select keywheel.raise_alarm('storm', 'm', 'words');
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('*', 'm "x"', now() + interval '1 minute', 'storm');
select test.is((select jsonb_object_agg(s.labels ->> 'state', s.value)
	from test.samples(keywheel.metrics()) s where s.metric = 'keys'
		and s.labels ->> 'pool' = 'gemini'),
	'{"ready": 2, "resting": 1, "disabled": 1}', '… which change');
select test.is(k.value, (select t ->> k.state from keywheel.key_totals() t)
	::numeric, '… as pages tell: ' || k.state)
from (select s.labels ->> 'state' as state, sum(s.value) as value
	from test.samples(keywheel.metrics()) s where s.metric = 'keys'
	group by 1) k order by k.state;
select test.is((select string_agg(s.metric || s.labels::text || s.value, ' '
		order by s.metric)
	from test.samples(keywheel.metrics()) s
	where s.metric in ('cooldowns', 'alarms_open')),
	'alarms_open{"kind": "storm"}1 cooldowns{"reason": "rate_minute"}1',
	'alarms and rests');
select test.is((select s.value > 50 from test.samples(keywheel.metrics()) s
	where s.metric = 'model_rest_seconds'
		and s.labels = '{"model": "m \"x\"", "reason": "storm"}'), true,
	'what rests for everybody');
insert into keywheel.jobs (name, every_s, next_at, last_ok, last_ended)
values ('off', 0, now(), null, null),
	('late', 60, now() - interval '100 seconds', false, now()),
	('fine', 60, now() + interval '100 seconds', true, now());
insert into keywheel.job_runs (name, claim, by, ended_at, ok)
values ('late', gen_random_uuid(), 'test', now() - interval '1 hour', true),
	('late', gen_random_uuid(), 'test', now(), false);
select test.is((select string_agg(s.metric || ' ' || (s.labels ->> 'name') || ' '
		|| case when s.metric ~ 'timestamp' then round(extract(
			epoch from now()) - s.value) else round(s.value) end, ', '
		order by s.metric collate "C", s.labels ->> 'name')
	from test.samples(keywheel.metrics()) s where s.metric ~ '^job_'),
	'job_last_run_failed fine 0, job_last_run_failed late 1, '
	'job_last_success_timestamp_seconds fine 0, '
	'job_last_success_timestamp_seconds late 3600, '
	'job_overdue_seconds fine 0, job_overdue_seconds late 100', 'jobs');

-- Budgets: what budget_used() says, of tokens that have one.
select keywheel.put_price(jsonb_build_object('model', 'model*', 'valid_from',
	now()::date - 90, 'currency', 'USD', 'prompt', 500000, 'answer', 900000),
	'test') \g /dev/null
update keywheel.tokens set budget = 10 * token_id, budget_currency = 'USD'
where token_id <= 55;
update keywheel.tokens set revoked_at = now() where token_id = 55;
select test.is((select array_agg(row(b.token_id, b.value)::text
		order by b.token_id)
	from (select s.labels ->> 'token_id' as token_id, s.value
		from test.samples(keywheel.metrics()) s
		where s.metric = 'token_budget_used_ratio') b
	where b.token_id::bigint <= 2),
	(select array_agg(row(t.token_id::text, round(keywheel.budget_used(t)
		/ t.budget, 6))::text order by t.token_id::text)
	from keywheel.tokens t where t.token_id <= 2), 'budgets');
select test.is(row(count(*), bool_and(s.value > 0),
	bool_or(s.labels ->> 'token_id' = '55'))::text, '(50,t,f)',
	'… those of fifty that have used something')
from test.samples(keywheel.metrics()) s
where s.metric = 'token_budget_used_ratio';
