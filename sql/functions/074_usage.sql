-- Sums of the account (014_usage.sql): what they mean, and what reads them.

-- ---- Words ------------------------------------------------------------------

-- answered: the client got Gemini's answer. client: it or its request is the
-- reason that it did not. failed: neither is.
create or replace function keywheel.outcome_class(p_outcome keywheel.outcome)
returns text
language sql immutable parallel safe
as $$
	select case when p_outcome in ('complete', 'length', 'blocked')
			then 'answered'
		when p_outcome in ('client_error', 'unauthorized',
			'client_gone') then 'client'
		else 'failed' end;
$$;

-- Did the last call of a request that ended so not fail? Those that failed are
-- attempts.
create or replace function keywheel.is_call(p_outcome keywheel.outcome)
returns boolean
language sql immutable parallel safe
as $$
	select p_outcome in ('complete', 'length', 'blocked', 'client_gone');
$$;

-- The scale of times: eight steps to the doubling. That of a millisecond is 0,
-- that of a microsecond, the least, -80; a time of 0 lies there too.
create or replace function keywheel.time_step_us(p_us bigint)
returns smallint
language sql immutable parallel safe
as $$
	select floor(8 * ln(greatest(p_us, 1) / 1000::float8)
		/ ln(2::float8))::smallint;
$$;

create or replace function keywheel.time_step(p_ms integer)
returns smallint
language sql immutable parallel safe
as $$
	select keywheel.time_step_us(greatest(p_ms, 1) * 1000::bigint);
$$;

-- The middle of a step, in microseconds and in milliseconds.
create or replace function keywheel.step_us(p_step smallint)
returns bigint
language sql immutable parallel safe
as $$
	select round(1000 * 2 ^ ((p_step + 0.5::float8) / 8))::bigint;
$$;

create or replace function keywheel.step_ms(p_step smallint)
returns integer
language sql immutable parallel safe
as $$
	select round(2 ^ ((p_step + 0.5::float8) / 8))::integer;
$$;

-- The minute, hour or day (UTC) that a time is in.
create or replace function keywheel.span_start(
	p_span keywheel.usage_span, p_at timestamptz)
returns timestamptz
language sql immutable parallel safe
as $$
	select date_bin(case p_span when 'minute' then interval '1 minute'
		when 'hour' then interval '1 hour' else interval '1 day' end,
		p_at, '1970-01-01 00:00:00Z');
$$;

-- All three.
create or replace function keywheel.spans_of(p_at timestamptz)
returns table (span keywheel.usage_span, at timestamptz)
language sql stable
as $$
	select s, keywheel.span_start(s, p_at)
	from unnest(enum_range(null::keywheel.usage_span)) s;
$$;

-- ---- The tail ---------------------------------------------------------------

-- Rows of the account that are not summed up yet, of requests that began since
-- then. The planner knows nothing of a mark, and would read the whole account,
-- also by the index of times (a bitmap scan); the plan is kept, since there are
-- many days to plan for.
create or replace function keywheel.requests_tail(
	p_since timestamptz default '-infinity')
returns table (started_at timestamptz, token_id bigint, key_id bigint,
	model text, outcome keywheel.outcome, from_cache integer,
	attempts smallint, prompt integer, cached integer, thought integer,
	answer integer, first_byte_ms integer, total_ms integer,
	own_us integer, db_us integer)
language plpgsql stable
set search_path = keywheel, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
	return query select r.started_at, coalesce(r.token_id, 0), coalesce(r.key_id, 0),
		left(r.model, 200), r.outcome,
		coalesce(r.from_cache, false)::integer, r.attempts,
		r.prompt_tokens, r.cached_tokens, r.thought_tokens,
		r.answer_tokens, r.first_byte_ms, r.total_ms, r.own_us, r.db_us
	from requests r
	where (r.settled, r.started_at) >= (
		select m.settled, m.started_at from usage_marks m
		where m.source = 'requests')
		and r.started_at >= p_since;
end $$;

create or replace function keywheel.attempts_tail(
	p_since timestamptz default '-infinity')
returns table (started_at timestamptz, key_id bigint, model text,
	verdict text, prompt integer, cached integer, thought integer,
	answer integer)
language plpgsql stable
set search_path = keywheel, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
	return query select a.started_at, a.key_id, left(a.model, 200),
		a.verdict, a.prompt_tokens, a.cached_tokens, a.thought_tokens,
		a.answer_tokens
	from attempts a
	where a.key_id is not null and (a.settled, a.started_at) >= (
		select m.settled, m.started_at from usage_marks m
		where m.source = 'attempts')
		and a.started_at >= p_since;
end $$;

-- ---- Sums and tail together: exact at any moment ----------------------------

-- p_since: what began before is of no interest, which saves looking through the
-- days before it. The functions have no settings: only so a query sees through
-- them.

create or replace function keywheel.usage_all_now(
	p_since timestamptz default '-infinity')
returns table (span keywheel.usage_span, at timestamptz,
	outcome keywheel.outcome, requests bigint, from_cache bigint,
	attempts bigint, prompt bigint, cached bigint, thought bigint,
	answer bigint)
language sql stable
as $$
	select u.span, u.at, u.outcome, u.requests, u.from_cache, u.attempts,
		u.prompt, u.cached, u.thought, u.answer
	from keywheel.usage_all u
	union all
	select s.span, keywheel.span_start(s.span, t.started_at), t.outcome, 1,
		t.from_cache, t.attempts, t.prompt, t.cached, t.thought,
		t.answer
	from keywheel.requests_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span);
$$;

create or replace function keywheel.usage_now(
	p_since timestamptz default '-infinity')
returns table (span keywheel.usage_span, at timestamptz, token_id bigint,
	model text, outcome keywheel.outcome, requests bigint,
	from_cache bigint, attempts bigint, prompt bigint, cached bigint,
	thought bigint, answer bigint)
language sql stable
as $$
	select u.span, u.at, u.token_id, u.model, u.outcome, u.requests,
		u.from_cache, u.attempts, u.prompt, u.cached, u.thought,
		u.answer
	from keywheel.usage u
	union all
	select s.span, keywheel.span_start(s.span, t.started_at), t.token_id,
		t.model, t.outcome, 1, t.from_cache, t.attempts, t.prompt,
		t.cached, t.thought, t.answer
	from keywheel.requests_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span);
$$;

-- What keys did. kind: the outcome of requests that they answered or were the
-- last to be tried for; or the verdict on an attempt that failed. A call is
-- what was asked of Gemini with the key.
create or replace function keywheel.key_usage_now(
	p_since timestamptz default '-infinity')
returns table (key_id bigint, span keywheel.usage_span, at timestamptz,
	model text, kind text, calls bigint, failed bigint, prompt bigint,
	cached bigint, thought bigint, answer bigint)
language sql stable
as $$
	select u.key_id, u.span, u.at, u.model, u.outcome::text,
		case when keywheel.is_call(u.outcome) then u.requests
			else 0 end, 0, u.prompt, u.cached, u.thought, u.answer
	from keywheel.key_usage u
	union all
	select f.key_id, f.span, f.at, f.model, f.verdict, f.attempts,
		f.attempts, 0, 0, 0, 0
	from keywheel.key_failures f
	union all
	select t.key_id, s.span, keywheel.span_start(s.span, t.started_at),
		t.model, t.outcome::text, keywheel.is_call(t.outcome)::integer,
		0, t.prompt, t.cached, t.thought, t.answer
	from keywheel.requests_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span)
	where t.key_id <> 0
	union all
	select t.key_id, s.span, keywheel.span_start(s.span, t.started_at),
		t.model, t.verdict, 1, 1, 0, 0, 0, 0
	from keywheel.attempts_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span);
$$;

-- What failed with keys: attempts, and what they had used all the same. Nobody
-- got anything for it, so no request has it: it is the pool's cost.
create or replace function keywheel.key_failures_now(
	p_since timestamptz default '-infinity')
returns table (key_id bigint, span keywheel.usage_span, at timestamptz,
	model text, verdict text, attempts bigint, prompt bigint,
	cached bigint, thought bigint, answer bigint)
language sql stable
as $$
	select f.key_id, f.span, f.at, f.model, f.verdict, f.attempts,
		f.prompt, f.cached, f.thought, f.answer
	from keywheel.key_failures f
	union all
	select t.key_id, s.span, keywheel.span_start(s.span, t.started_at),
		t.model, t.verdict, 1, t.prompt, t.cached, t.thought, t.answer
	from keywheel.attempts_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span);
$$;

-- How long answers took: measure is first_byte, total, own (what of it was
-- ours) or db (of that the database's); step is that of time_step_us, total_us
-- the exact sum of the times in it.
create or replace function keywheel.usage_times_now(
	p_since timestamptz default '-infinity')
returns table (span keywheel.usage_span, at timestamptz, model text,
	measure text, step smallint, requests bigint, total_us bigint)
language sql stable
as $$
	select u.span, u.at, u.model, u.measure, u.step, u.requests, u.total_us
	from keywheel.usage_times u
	union all
	select s.span, keywheel.span_start(s.span, t.started_at), t.model,
		m.measure, keywheel.time_step_us(m.us), 1, m.us
	from keywheel.requests_tail(p_since) t
	cross join unnest(enum_range(null::keywheel.usage_span)) s (span)
	cross join lateral (values ('first_byte', t.first_byte_ms * 1000::bigint),
		('total', t.total_ms * 1000::bigint), ('own', t.own_us::bigint),
		('db', t.db_us::bigint)) m (measure, us)
	where m.us is not null
		and keywheel.outcome_class(t.outcome) = 'answered';
$$;

-- ---- Counts of keys and of tokens -------------------------------------------

-- Where the windows of counts begin: the last 60 minutes, the last 24 hours,
-- the month (UTC), each with the present one as the last. The charts of an hour
-- and a day show the same.
create or replace function keywheel.usage_windows(
	out minute timestamptz, out hour timestamptz, out day timestamptz,
	out month timestamptz)
language sql stable
as $$
	select now() - interval '1 minute',
		date_trunc('minute', now()) - interval '59 minutes',
		date_trunc('hour', now(), 'UTC') - interval '23 hours',
		date_trunc('month', now(), 'UTC');
$$;

-- What each of these keys did: calls, how many of them failed, tokens. A client
-- that went away is no failure of a key. minute: the last 60 seconds.
create or replace function keywheel.key_counts(p_keys bigint[])
returns table (key_id bigint,
	minute_requests bigint, minute_failed bigint, minute_tokens bigint,
	hour_requests bigint, hour_failed bigint, hour_tokens bigint,
	day_requests bigint, day_failed bigint, day_tokens bigint,
	month_requests bigint, month_failed bigint, month_tokens bigint)
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	w record;
begin
	select * into w from usage_windows();
	return query
	with part as (
		select 'minute' as per, r.key_id,
			is_call(r.outcome)::integer::bigint as calls,
			0::bigint as failed, r.prompt_tokens::bigint
				+ r.thought_tokens + r.answer_tokens as tokens
		from requests r
		where r.started_at > w.minute and r.key_id = any (p_keys)
		union all
		select 'minute', a.key_id, 1, 1, 0 from attempts a
		where a.started_at > w.minute and a.key_id = any (p_keys)
		union all
		select 'hour', n.key_id, n.calls, n.failed,
			n.prompt + n.thought + n.answer
		from key_usage_now(w.hour) n
		where n.key_id = any (p_keys)
			and n.span = 'minute' and n.at >= w.hour
		union all
		select 'day', n.key_id, n.calls, n.failed,
			n.prompt + n.thought + n.answer
		from key_usage_now(w.day) n
		where n.key_id = any (p_keys)
			and n.span = 'hour' and n.at >= w.day
		union all
		select 'month', n.key_id, n.calls, n.failed,
			n.prompt + n.thought + n.answer
		from key_usage_now(w.month) n
		where n.key_id = any (p_keys)
			and n.span = 'day' and n.at >= w.month),
	total as (
		select p.key_id, p.per, sum(p.calls)::bigint as calls,
			sum(p.failed)::bigint as failed,
			sum(p.tokens)::bigint as tokens
		from part p group by p.key_id, p.per)
	select k.key_id,
		coalesce(m.calls, 0), coalesce(m.failed, 0),
		coalesce(m.tokens, 0),
		coalesce(h.calls, 0), coalesce(h.failed, 0),
		coalesce(h.tokens, 0),
		coalesce(d.calls, 0), coalesce(d.failed, 0),
		coalesce(d.tokens, 0),
		coalesce(o.calls, 0), coalesce(o.failed, 0),
		coalesce(o.tokens, 0)
	from (select distinct unnest(p_keys)) k (key_id)
	left join total m on m.key_id = k.key_id and m.per = 'minute'
	left join total h on h.key_id = k.key_id and h.per = 'hour'
	left join total d on d.key_id = k.key_id and d.per = 'day'
	left join total o on o.key_id = k.key_id and o.per = 'month';
end $$;

-- What was done with each of these tokens: requests, how many of them failed
-- for no reason of the client's, tokens of Gemini's.
create or replace function keywheel.token_counts(p_tokens bigint[])
returns table (token_id bigint,
	minute_requests bigint, minute_failed bigint, minute_tokens bigint,
	hour_requests bigint, hour_failed bigint, hour_tokens bigint,
	day_requests bigint, day_failed bigint, day_tokens bigint,
	month_requests bigint, month_failed bigint, month_tokens bigint)
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	w record;
begin
	select * into w from usage_windows();
	return query
	with part as (
		select 'minute' as per, r.token_id, r.outcome,
			1::bigint as requests, r.prompt_tokens::bigint
				+ r.thought_tokens + r.answer_tokens as tokens
		from requests r
		where r.started_at > w.minute and r.token_id = any (p_tokens)
		union all
		select 'hour', n.token_id, n.outcome, n.requests,
			n.prompt + n.thought + n.answer
		from usage_now(w.hour) n
		where n.token_id = any (p_tokens)
			and n.span = 'minute' and n.at >= w.hour
		union all
		select 'day', n.token_id, n.outcome, n.requests,
			n.prompt + n.thought + n.answer
		from usage_now(w.day) n
		where n.token_id = any (p_tokens)
			and n.span = 'hour' and n.at >= w.day
		union all
		select 'month', n.token_id, n.outcome, n.requests,
			n.prompt + n.thought + n.answer
		from usage_now(w.month) n
		where n.token_id = any (p_tokens)
			and n.span = 'day' and n.at >= w.month),
	total as (
		select p.token_id, p.per, sum(p.requests)::bigint as requests,
			coalesce(sum(p.requests) filter (where
				outcome_class(p.outcome) = 'failed'), 0)::bigint
				as failed,
			sum(p.tokens)::bigint as tokens
		from part p group by p.token_id, p.per)
	select k.token_id,
		coalesce(m.requests, 0), coalesce(m.failed, 0),
		coalesce(m.tokens, 0),
		coalesce(h.requests, 0), coalesce(h.failed, 0),
		coalesce(h.tokens, 0),
		coalesce(d.requests, 0), coalesce(d.failed, 0),
		coalesce(d.tokens, 0),
		coalesce(o.requests, 0), coalesce(o.failed, 0),
		coalesce(o.tokens, 0)
	from (select distinct unnest(p_tokens)) k (token_id)
	left join total m on m.token_id = k.token_id and m.per = 'minute'
	left join total h on h.token_id = k.token_id and h.per = 'hour'
	left join total d on d.token_id = k.token_id and d.per = 'day'
	left join total o on o.token_id = k.token_id and o.per = 'month';
end $$;

-- ---- Series -----------------------------------------------------------------

-- The ranges of charts: so many steps of that size, the present one the last;
-- summed up by that span. No row: there is no such range.
create or replace function keywheel.usage_range(p_range text,
	out span keywheel.usage_span, out step interval, out steps integer,
	out since timestamptz)
language sql stable
as $$
	select r.span, r.step, r.steps,
		date_bin(r.step, now(), '1970-01-01 00:00:00Z')
			- (r.steps - 1) * r.step
	from (values ('1h', 'minute'::keywheel.usage_span,
			interval '1 minute', 60),
		('24h', 'hour', interval '1 hour', 24),
		('7d', 'hour', interval '6 hours', 28),
		('30d', 'day', interval '1 day', 30))
		r (name, span, step, steps)
	where r.name = p_range;
$$;

-- What happened in the steps of a range, those without anything too: an array
-- of {at, requests, answered, client, failed, prompt, cached, thought, answer,
-- kinds: {outcome: requests}}. p_filter may name a token_id, a model. With a
-- key_id, calls are counted in the place of requests, and the kinds are
-- outcomes and verdicts on what failed.
create or replace function keywheel.usage_series(
	p_range text, p_filter jsonb default '{}')
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_token bigint := (p_filter->>'token_id')::bigint;
	v_key bigint := (p_filter->>'key_id')::bigint;
	v_model text := left(p_filter->>'model', 200);
	v record;
begin
	select * into v from usage_range(p_range);
	if v.span is null then
		return null;
	end if;
	if v_key is not null then
		return (with part as (
			select date_bin(v.step, n.at, v.since) as at, n.kind,
				case when n.failed > 0 then 'failed'
					else outcome_class(n.kind::outcome) end
					as class,
				sum(n.calls) as requests, sum(n.prompt) as prompt,
				sum(n.cached) as cached,
				sum(n.thought) as thought,
				sum(n.answer) as answer
			from key_usage_now(v.since) n
			where n.key_id = v_key and n.span = v.span
				and n.at >= v.since
				and (v_model is null or n.model = v_model)
			group by 1, 2, 3)
			select usage_steps(jsonb_agg(p), v.since, v.step, v.steps)
			from part p);
	end if;
	if v_token is null and v_model is null then
		return (with part as (
			select date_bin(v.step, n.at, v.since) as at,
				n.outcome::text as kind,
				outcome_class(n.outcome) as class,
				sum(n.requests) as requests,
				sum(n.prompt) as prompt,
				sum(n.cached) as cached,
				sum(n.thought) as thought,
				sum(n.answer) as answer
			from usage_all_now(v.since) n
			where n.span = v.span and n.at >= v.since
			group by 1, 2, 3)
			select usage_steps(jsonb_agg(p), v.since, v.step, v.steps)
			from part p);
	end if;
	return (with part as (
		select date_bin(v.step, n.at, v.since) as at,
			n.outcome::text as kind,
			outcome_class(n.outcome) as class,
			sum(n.requests) as requests, sum(n.prompt) as prompt,
			sum(n.cached) as cached, sum(n.thought) as thought,
			sum(n.answer) as answer
		from usage_now(v.since) n
		where n.span = v.span and n.at >= v.since
			and (v_token is null or n.token_id = v_token)
			and (v_model is null or n.model = v_model)
		group by 1, 2, 3)
		select usage_steps(jsonb_agg(p), v.since, v.step, v.steps)
		from part p);
end $$;

-- The steps of a series, from its parts: rows {at, kind, class, requests,
-- prompt, cached, thought, answer}.
create or replace function keywheel.usage_steps(p_parts jsonb,
	p_since timestamptz, p_step interval, p_steps integer)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with part as materialized (
		select * from jsonb_to_recordset(coalesce(p_parts, '[]')) as p
			(at timestamptz, kind text, class text, requests bigint,
			prompt bigint, cached bigint, thought bigint,
			answer bigint)),
	step as (
		select p_since + i * p_step as at
		from generate_series(0, p_steps - 1) i),
	total as (
		select s.at, coalesce(sum(p.requests), 0) as requests,
			coalesce(sum(p.requests) filter (
				where p.class = 'answered'), 0) as answered,
			coalesce(sum(p.requests) filter (
				where p.class = 'client'), 0) as client,
			coalesce(sum(p.requests) filter (
				where p.class = 'failed'), 0) as failed,
			coalesce(sum(p.prompt), 0) as prompt,
			coalesce(sum(p.cached), 0) as cached,
			coalesce(sum(p.thought), 0) as thought,
			coalesce(sum(p.answer), 0) as answer,
			coalesce(jsonb_object_agg(p.kind, p.requests) filter (
				where p.requests > 0), '{}') as kinds
		from step s left join part p on p.at = s.at group by s.at)
	select jsonb_agg(jsonb_build_object('at', utc_text(t.at),
		'requests', t.requests, 'answered', t.answered,
		'client', t.client, 'failed', t.failed, 'prompt', t.prompt,
		'cached', t.cached, 'thought', t.thought, 'answer', t.answer,
		'kinds', t.kinds) order by t.at)
	from total t;
$$;
