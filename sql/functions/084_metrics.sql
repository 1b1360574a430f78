-- What /metrics tells (025_metrics.sql): totals, and how things stand.

-- ---- Which series there are -------------------------------------------------

create or replace function keywheel.utc_day(p_at timestamptz)
returns date
language sql immutable parallel safe
as $$
	select (p_at at time zone 'UTC')::date;
$$;

-- The series that counts what a model or token did on that day.
create or replace function keywheel.metric_label(
	p_kind text, p_name text, p_day date)
returns text
language sql stable
as $$
	select coalesce((select n.name from keywheel.metric_names n
		where n.kind = p_kind and n.name = p_name
			and p_day >= n.since and p_day < n.until), 'other');
$$;

-- May another one have a series, from that day on?
create or replace function keywheel.metric_place(p_kind text, p_day date)
returns boolean
language sql stable
as $$
	select (select count(*) from keywheel.metric_names n
			where n.kind = p_kind and n.until > p_day)
		< (select k.most from keywheel.metric_kinds k
			where k.kind = p_kind);
$$;

-- Free places are given to these, each from its day on; who has one from a later
-- day on has it from that one.
create or replace function keywheel.name_metrics(
	p_kind text, p_names text[], p_days date[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v record;
begin
	perform from metric_kinds k where k.kind = p_kind for no key update;
	for v in select u.name, min(u.day) as day
		from unnest(p_names, p_days) u (name, day)
		group by u.name order by 2, 1
	loop
		exit when not metric_place(p_kind, v.day);
		update metric_names n set since = v.day
		where n.kind = p_kind and n.name = v.name and n.since = (
			select min(o.since) from metric_names o
			where o.kind = p_kind and o.name = v.name
				and o.until > v.day)
			and n.since > v.day;
		continue when found;
		insert into metric_names (kind, name, since)
		select p_kind, v.name, v.day
		where not exists (select from metric_names n
			where n.kind = p_kind and n.name = v.name
				and n.until > v.day);
	end loop;
end $$;

-- Once a day, where all places are taken: who has none and was answered more
-- than twice as often in the last week as one that has gets its place tomorrow.
create or replace function keywheel.rank_metrics(p_kind text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_today date := utc_day(now());
begin
	if not exists (select from metric_kinds k where k.kind = p_kind
			and k.ranked < v_today) or metric_place(p_kind, v_today)
	then
		return;
	end if;
	update metric_kinds k set ranked = v_today
	where k.kind = p_kind and k.ranked < v_today;
	if not found then
		return;
	end if;
	with used as (
		select case p_kind when 'model' then u.model
				else u.token_id::text end as name,
			sum(u.requests) as n
		from usage u
		where u.span = 'day' and u.at > now() - interval '8 days'
			and outcome_class(u.outcome) = 'answered'
		group by 1),
	named as (
		select n.name, coalesce(u.n, 0) as n, row_number() over (
			order by coalesce(u.n, 0), n.since desc, n.name) as i
		from metric_names n left join used u using (name)
		where n.kind = p_kind and n.until > v_today + 1),
	unnamed as (
		select u.name, u.n, row_number() over (
			order by u.n desc, u.name) as i
		from used u where not exists (select from named n
			where n.name = u.name)),
	swap as materialized (
		select n.name as old, u.name as new
		from named n join unnamed u using (i) where u.n > 2 * n.n),
	gone as (
		update metric_names n set until = v_today + 1
		from swap s
		where n.kind = p_kind and n.name = s.old
			and n.until > v_today + 1)
	insert into metric_names (kind, name, since)
	select p_kind, s.new, v_today + 1 from swap s;
end $$;

-- ---- Totals -----------------------------------------------------------------

-- They are the sums of days, and besides them the marks of requests that were
-- taken for lost and then reported (keywheel.retract_lost): such a request counts
-- as internal_error and as what it was.

-- Sums of days have come, or gone.
create or replace function keywheel.add_totals(
	p_came keywheel.usage[], p_went keywheel.usage[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_kind text;
	v record;
begin
	foreach v_kind in array array['model', 'token'] loop
		select array_agg(c.name) as names, array_agg(c.day) as days into v
		from (select distinct case v_kind when 'model' then u.model
				else u.token_id::text end as name,
				utc_day(u.at) as day from unnest(p_came) u) c
		where metric_place(v_kind, c.day) and not exists (
			select from metric_names n
			where n.kind = v_kind and n.name = c.name
				and c.day >= n.since and c.day < n.until);
		if v.names is not null then
			perform name_metrics(v_kind, v.names, v.days);
		end if;
	end loop;

	with change as materialized (
		select 1 as sign, c.* from unnest(p_came) c
		union all
		select -1, w.* from unnest(p_went) w),
	part as materialized (
		select c.token_id, c.model, c.outcome, utc_day(c.at) as day,
			sum(c.sign * c.requests) as requests,
			sum(c.sign * c.from_cache) as from_cache,
			sum(c.sign * c.attempts) as attempts,
			sum(c.sign * c.prompt) as prompt,
			sum(c.sign * c.cached) as cached,
			sum(c.sign * c.thought) as thought,
			sum(c.sign * c.answer) as answer
		from change c group by 1, 2, 3, 4),
	by_token as (
		insert into metric_tokens as t (token, class, requests, prompt,
			cached, thought, answer)
		select metric_label('token', p.token_id::text, p.day),
			outcome_class(p.outcome), sum(p.requests), sum(p.prompt),
			sum(p.cached), sum(p.thought), sum(p.answer)
		from part p group by 1, 2
		on conflict (token, class) do update set
			requests = t.requests + excluded.requests,
			prompt = t.prompt + excluded.prompt,
			cached = t.cached + excluded.cached,
			thought = t.thought + excluded.thought,
			answer = t.answer + excluded.answer)
	insert into metric_requests as t (model, outcome, requests, from_cache,
		attempts, prompt, cached, thought, answer)
	select metric_label('model', p.model, p.day), p.outcome,
		sum(p.requests), sum(p.from_cache), sum(p.attempts),
		sum(p.prompt), sum(p.cached), sum(p.thought), sum(p.answer)
	from part p group by 1, 2
	on conflict (model, outcome) do update set
		requests = t.requests + excluded.requests,
		from_cache = t.from_cache + excluded.from_cache,
		attempts = t.attempts + excluded.attempts,
		prompt = t.prompt + excluded.prompt,
		cached = t.cached + excluded.cached,
		thought = t.thought + excluded.thought,
		answer = t.answer + excluded.answer;
end $$;

create or replace function keywheel.add_failure_totals(
	p_came keywheel.key_failures[], p_went keywheel.key_failures[])
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	insert into metric_failures as t (verdict, attempts, prompt, cached,
		thought, answer)
	select c.verdict, sum(c.sign * c.attempts), sum(c.sign * c.prompt),
		sum(c.sign * c.cached), sum(c.sign * c.thought),
		sum(c.sign * c.answer)
	from (select 1 as sign, f.* from unnest(p_came) f
		union all
		select -1, f.* from unnest(p_went) f) c
	group by c.verdict
	on conflict (verdict) do update set
		attempts = t.attempts + excluded.attempts,
		prompt = t.prompt + excluded.prompt,
		cached = t.cached + excluded.cached,
		thought = t.thought + excluded.thought,
		answer = t.answer + excluded.answer;
$$;

-- Times that are ours are those of no model.
create or replace function keywheel.metric_time_label(
	p_measure text, p_model text, p_day date)
returns text
language sql stable
as $$
	select case when p_measure in ('own', 'db') then ''
		else keywheel.metric_label('model', p_model, p_day) end;
$$;

create or replace function keywheel.add_time_totals(
	p_came keywheel.usage_times[], p_went keywheel.usage_times[])
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	insert into metric_times as t (model, measure, step, requests, total_us)
	select metric_time_label(p.measure, p.model, p.day), p.measure, p.step,
		sum(p.requests), sum(p.total_us)
	from (select c.model, c.measure, c.step, utc_day(c.at) as day,
			sum(c.sign * c.requests) as requests,
			sum(c.sign * c.total_us) as total_us
		from (select 1 as sign, u.* from unnest(p_came) u
			union all
			select -1, u.* from unnest(p_went) u) c
		group by 1, 2, 3, 4) p
	group by 1, 2, 3
	on conflict (model, measure, step) do update set
		requests = t.requests + excluded.requests,
		total_us = t.total_us + excluded.total_us;
$$;

-- The triggers. Most of what comes and goes is minutes and hours.
create or replace function keywheel.total_usage()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_came usage[];
	v_went usage[];
begin
	if tg_op = 'TRUNCATE' then
		delete from metric_requests;
		delete from metric_tokens;
		return null;
	end if;
	if tg_op in ('INSERT', 'UPDATE') then
		v_came := array(select c::usage from came c
			where c.span = 'day');
	end if;
	if tg_op in ('UPDATE', 'DELETE') then
		v_went := array(select w::usage from went w
			where w.span = 'day');
	end if;
	if cardinality(v_came) > 0 or cardinality(v_went) > 0 then
		perform add_totals(v_came, v_went);
	end if;
	return null;
end $$;

create or replace function keywheel.total_failures()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_came key_failures[];
	v_went key_failures[];
begin
	if tg_op = 'TRUNCATE' then
		delete from metric_failures;
		return null;
	end if;
	if tg_op in ('INSERT', 'UPDATE') then
		v_came := array(select c::key_failures from came c
			where c.span = 'day');
	end if;
	if tg_op in ('UPDATE', 'DELETE') then
		v_went := array(select w::key_failures from went w
			where w.span = 'day');
	end if;
	if cardinality(v_came) > 0 or cardinality(v_went) > 0 then
		perform add_failure_totals(v_came, v_went);
	end if;
	return null;
end $$;

create or replace function keywheel.total_times()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_came usage_times[];
	v_went usage_times[];
begin
	if tg_op = 'TRUNCATE' then
		delete from metric_times;
		return null;
	end if;
	if tg_op in ('INSERT', 'UPDATE') then
		v_came := array(select c::usage_times from came c
			where c.span = 'day');
	end if;
	if tg_op in ('UPDATE', 'DELETE') then
		v_went := array(select w::usage_times from went w
			where w.span = 'day');
	end if;
	if cardinality(v_came) > 0 or cardinality(v_went) > 0 then
		perform add_time_totals(v_came, v_went);
	end if;
	return null;
end $$;

-- The account of an older version: totals of all its days; series for what was
-- used most. Nobody has seen a total yet.
create or replace function keywheel.begin_metrics()
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_day timestamptz;
begin
	insert into metric_names (kind, name, since)
	select 'model', u.model, '-infinity' from usage u
	where u.span = 'day' group by u.model
	order by sum(u.requests) filter (where outcome_class(u.outcome)
		= 'answered') desc nulls last, u.model
	limit (select k.most from metric_kinds k where k.kind = 'model');
	insert into metric_names (kind, name, since)
	select 'token', u.token_id::text, '-infinity' from usage u
	where u.span = 'day' group by u.token_id
	order by sum(u.requests) desc, u.token_id
	limit (select k.most from metric_kinds k where k.kind = 'token');
	-- In pieces that the memory holds.
	for v_day in select distinct u.at from usage u where u.span = 'day' loop
		perform add_totals(array(select u from usage u
			where u.span = 'day' and u.at = v_day), null);
		perform add_time_totals(array(select u from usage_times u
			where u.span = 'day' and u.at = v_day), null);
	end loop;
	for v_day in select distinct f.at from key_failures f
		where f.span = 'day'
	loop
		perform add_failure_totals(array(select f from key_failures f
			where f.span = 'day' and f.at = v_day), null);
	end loop;
end $$;

do $$
begin
	if not exists (select from keywheel.metric_requests)
			and exists (select from keywheel.usage u
				where u.span = 'day') then
		perform keywheel.begin_metrics();
	end if;
end $$;
