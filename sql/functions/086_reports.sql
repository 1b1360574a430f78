-- What the views for psql call. Whoever reads a view calls its functions with
-- his own rights, so these have their owner's; each returns what any reader of
-- the views may see.
--
-- A view reads the sums by itself, so that a filter reaches their indexes, and
-- gets what is not summed up yet from here, once, however many days it shows.
-- That looks into each day of the account, which is planned once a session.
-- Results are never changed but by columns at the end: operators' own views
-- may depend on the views, and those on these.

-- The hours and days (UTC) of which there is anything.
create or replace function keywheel.report_spans()
returns table (span keywheel.usage_span, at timestamptz)
language sql stable security definer rows 400
set search_path = keywheel, pg_temp
set plan_cache_mode = force_generic_plan
as $$
	select u.span, u.at from usage_all u where u.span <> 'minute'
	union
	select s.span, span_start(s.span, t.started_at)
	from requests_tail() t
	cross join (values ('hour'::usage_span), ('day')) s (span);
$$;

create or replace function keywheel.report_usage_tail()
returns table (span keywheel.usage_span, at timestamptz, token_id bigint,
	model text, outcome keywheel.outcome, requests bigint,
	from_cache bigint, attempts bigint, prompt bigint, cached bigint,
	thought bigint, answer bigint)
language sql stable security definer rows 100
set search_path = keywheel, pg_temp
set plan_cache_mode = force_generic_plan
as $$
	select s.span, span_start(s.span, t.started_at), t.token_id, t.model,
		t.outcome, count(*), sum(t.from_cache), sum(t.attempts),
		sum(t.prompt), sum(t.cached), sum(t.thought), sum(t.answer)
	from requests_tail() t
	cross join (values ('hour'::usage_span), ('day')) s (span)
	group by 1, 2, 3, 4, 5;
$$;

create or replace function keywheel.report_key_tail()
returns table (span keywheel.usage_span, at timestamptz, key_id bigint,
	model text, outcome keywheel.outcome, requests bigint, prompt bigint,
	cached bigint, thought bigint, answer bigint)
language sql stable security definer rows 100
set search_path = keywheel, pg_temp
set plan_cache_mode = force_generic_plan
as $$
	select s.span, span_start(s.span, t.started_at), t.key_id, t.model,
		t.outcome, count(*), sum(t.prompt), sum(t.cached),
		sum(t.thought), sum(t.answer)
	from requests_tail() t
	cross join (values ('hour'::usage_span), ('day')) s (span)
	where t.key_id <> 0
	group by 1, 2, 3, 4, 5;
$$;

create or replace function keywheel.report_failures_tail()
returns table (span keywheel.usage_span, at timestamptz, key_id bigint,
	model text, verdict text, attempts bigint, prompt bigint,
	cached bigint, thought bigint, answer bigint)
language sql stable security definer rows 100
set search_path = keywheel, pg_temp
set plan_cache_mode = force_generic_plan
as $$
	select s.span, span_start(s.span, t.started_at), t.key_id, t.model,
		t.verdict, count(*), sum(t.prompt), sum(t.cached),
		sum(t.thought), sum(t.answer)
	from attempts_tail() t
	cross join (values ('hour'::usage_span), ('day')) s (span)
	group by 1, 2, 3, 4, 5;
$$;

create or replace function keywheel.report_times_tail()
returns table (span keywheel.usage_span, at timestamptz, model text,
	measure text, step smallint, answers bigint, total_us bigint)
language sql stable security definer rows 100
set search_path = keywheel, pg_temp
set plan_cache_mode = force_generic_plan
as $$
	select s.span, span_start(s.span, t.started_at), t.model, m.measure,
		time_step_us(m.us), count(*), sum(m.us)::bigint
	from requests_tail() t
	cross join (values ('hour'::usage_span), ('day')) s (span)
	cross join lateral (values
		('first_byte', t.first_byte_ms * 1000::bigint),
		('total', t.total_ms * 1000::bigint), ('own', t.own_us::bigint),
		('db', t.db_us::bigint)) m (measure, us)
	where m.us is not null and outcome_class(t.outcome) = 'answered'
	group by 1, 2, 3, 4, 5;
$$;

-- The price of a model on a day (UTC): one row, of nulls where there is none.
-- The cost makes the planner ask once for a model and a day.
create or replace function keywheel.report_price(p_model text, p_day date)
returns setof keywheel.prices
language plpgsql stable security definer rows 1 cost 1000
set search_path = keywheel, pg_temp
as $$
begin
	return next price_of(p_model, p_day::timestamp at time zone 'UTC');
end $$;

-- When each token was last used, as its page says it.
create or replace function keywheel.report_tokens_used()
returns table (token_id bigint, at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select l.token_id, l.at from tokens_last_used(
		array(select t.token_id from tokens t)) l;
$$;

-- The limits of tokens that are not revoked, as their pages and the gateway
-- count them. resets_at: when the first of what is used comes back.
create or replace function keywheel.report_token_use()
returns table (token_id bigint, kind text, allowed numeric, used numeric,
	resets_at timestamptz, currency text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	with now as materialized (
		select c.at, utc_day(c.at) as day from clock_timestamp() c (at)),
	used as (
		select t.token_id, n.step, n.requests, n.tokens,
			n.day_requests, n.day_tokens,
			counts_sum(n.requests) as minute_requests,
			counts_sum(n.tokens) as minute_tokens
		from tokens t
		join token_use u using (token_id)
		cross join now
		cross join token_use_at(u, now.at) n)
	select t.token_id, l.kind, l.allowed, coalesce(l.used, 0), l.resets_at,
		l.currency
	from tokens t
	left join used u using (token_id)
	cross join now
	cross join lateral (values
		('requests_per_minute', t.requests_per_minute::numeric,
			u.minute_requests::numeric,
			case when u.minute_requests > 0 then window_full_until(
				u.requests, u.step, 1, u.minute_requests) end,
			null),
		('requests_per_day', t.requests_per_day, u.day_requests,
			(now.day + 1)::timestamp at time zone 'UTC', null),
		('tokens_per_minute', t.tokens_per_minute, u.minute_tokens,
			case when u.minute_tokens > 0 then window_full_until(
				u.tokens, u.step, 1, u.minute_tokens) end, null),
		('tokens_per_day', t.tokens_per_day, u.day_tokens,
			(now.day + 1)::timestamp at time zone 'UTC', null),
		('budget', t.budget, case when t.budget is not null
			then budget_used(t) end, (date_trunc('month',
			now.day::timestamp) + interval '1 month')
			at time zone 'UTC',
			t.budget_currency),
		('concurrent', t.concurrent, case when t.concurrent is not null
			then open_places(t.token_id, null) end, null, null))
		l (kind, allowed, used, resets_at, currency)
	where l.allowed is not null and t.revoked_at is null;
$$;
