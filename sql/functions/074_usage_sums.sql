-- Sums of the account (014_usage.sql): how they are made.

-- ---- What is kept -----------------------------------------------------------

-- The spans, and from when on their sums are kept. Those of keys are many.
create or replace function keywheel.usage_spans()
returns table (span keywheel.usage_span, since timestamptz,
	keys_since timestamptz)
language sql stable
as $$
	values ('minute'::keywheel.usage_span, now() - interval '3 hours',
			now() - interval '3 hours'),
		('hour', now() - interval '40 days', now() - interval '9 days'),
		('day', '-infinity', '-infinity');
$$;

create or replace function keywheel.trim_usage()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	delete from usage_all u using usage_spans() s
	where u.span = s.span and u.at < s.since;
	delete from usage u using usage_spans() s
	where u.span = s.span and u.at < s.since;
	delete from usage_times u using usage_spans() s
	where u.span = s.span and u.at < s.since;
	delete from key_usage u using usage_spans() s
	where u.span = s.span and u.at < s.keys_since;
	delete from key_failures u using usage_spans() s
	where u.span = s.span and u.at < s.keys_since;
$$;

-- ---- Adding rows ------------------------------------------------------------

-- Rows of the account are added to the sums. The caller holds the mark.
create or replace function keywheel.add_requests(p_rows keywheel.requests[])
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	with part as materialized (
		select s.span, s.since, s.keys_since,
			span_start(s.span, r.started_at) as at,
			coalesce(r.token_id, 0) as token_id,
			coalesce(r.key_id, 0) as key_id,
			left(r.model, 200) as model, r.outcome,
			count(*) as requests,
			count(*) filter (where r.from_cache) as from_cache,
			sum(r.attempts) as attempts,
			sum(r.prompt_tokens) as prompt,
			sum(r.cached_tokens) as cached,
			sum(r.thought_tokens) as thought,
			sum(r.answer_tokens) as answer
		from unnest(p_rows) r cross join usage_spans() s
		where r.started_at >= s.since
		group by 1, 2, 3, 4, 5, 6, 7, 8),
	of_all as (
		insert into usage_all as u (span, at, outcome, requests,
			from_cache, attempts, prompt, cached, thought, answer)
		select p.span, p.at, p.outcome, sum(p.requests),
			sum(p.from_cache), sum(p.attempts), sum(p.prompt),
			sum(p.cached), sum(p.thought), sum(p.answer)
		from part p where p.at >= p.since
		group by 1, 2, 3
		on conflict (span, at, outcome) do update set
			requests = u.requests + excluded.requests,
			from_cache = u.from_cache + excluded.from_cache,
			attempts = u.attempts + excluded.attempts,
			prompt = u.prompt + excluded.prompt,
			cached = u.cached + excluded.cached,
			thought = u.thought + excluded.thought,
			answer = u.answer + excluded.answer),
	by_token as (
		insert into usage as u (span, at, token_id, model, outcome,
			requests, from_cache, attempts, prompt, cached,
			thought, answer)
		select p.span, p.at, p.token_id, p.model, p.outcome,
			sum(p.requests), sum(p.from_cache), sum(p.attempts),
			sum(p.prompt), sum(p.cached), sum(p.thought),
			sum(p.answer)
		from part p where p.at >= p.since
		group by 1, 2, 3, 4, 5
		on conflict (span, at, token_id, model, outcome) do update set
			requests = u.requests + excluded.requests,
			from_cache = u.from_cache + excluded.from_cache,
			attempts = u.attempts + excluded.attempts,
			prompt = u.prompt + excluded.prompt,
			cached = u.cached + excluded.cached,
			thought = u.thought + excluded.thought,
			answer = u.answer + excluded.answer)
	insert into key_usage as u (key_id, span, at, model, outcome, requests,
		prompt, cached, thought, answer)
	select p.key_id, p.span, p.at, p.model, p.outcome, sum(p.requests),
		sum(p.prompt), sum(p.cached), sum(p.thought), sum(p.answer)
	from part p
	where p.key_id <> 0 and p.at >= p.keys_since
	group by 1, 2, 3, 4, 5
	on conflict (key_id, span, at, model, outcome) do update set
		requests = u.requests + excluded.requests,
		prompt = u.prompt + excluded.prompt,
		cached = u.cached + excluded.cached,
		thought = u.thought + excluded.thought,
		answer = u.answer + excluded.answer;

	insert into usage_times as u (span, at, model, measure, step, requests,
		total_us)
	select s.span, span_start(s.span, r.started_at), left(r.model, 200),
		t.measure, time_step_us(t.us), count(*), sum(t.us)
	from unnest(p_rows) r
	cross join usage_spans() s
	cross join lateral (values ('first_byte', r.first_byte_ms * 1000::bigint),
		('total', r.total_ms * 1000::bigint), ('own', r.own_us::bigint),
		('db', r.db_us::bigint)) t (measure, us)
	where t.us is not null and outcome_class(r.outcome) = 'answered'
		and span_start(s.span, r.started_at) >= s.since
	group by 1, 2, 3, 4, 5
	on conflict (span, at, model, measure, step) do update set
		requests = u.requests + excluded.requests,
		total_us = u.total_us + excluded.total_us;
$$;

create or replace function keywheel.add_attempts(p_rows keywheel.attempts[])
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	insert into key_failures as f (key_id, span, at, model, verdict,
		attempts, prompt, cached, thought, answer)
	select a.key_id, s.span, span_start(s.span, a.started_at),
		left(a.model, 200), a.verdict, count(*), sum(a.prompt_tokens),
		sum(a.cached_tokens), sum(a.thought_tokens),
		sum(a.answer_tokens)
	from unnest(p_rows) a cross join usage_spans() s
	where a.key_id is not null
		and span_start(s.span, a.started_at) >= s.keys_since
	group by 1, 2, 3, 4, 5
	on conflict (key_id, span, at, model, verdict) do update set
		attempts = f.attempts + excluded.attempts,
		prompt = f.prompt + excluded.prompt,
		cached = f.cached + excluded.cached,
		thought = f.thought + excluded.thought,
		answer = f.answer + excluded.answer;
$$;

-- ---- Moving the marks -------------------------------------------------------

-- The next mark after p_from: where p_batch rows of that table are added, or
-- where transactions have not ended yet; more: there are rows behind it.
create or replace function keywheel.next_mark(
	p_source text, p_from keywheel.usage_marks, p_batch bigint,
	out settled xid8, out started_at timestamptz, out more boolean)
language plpgsql
set search_path = keywheel, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
	v_end xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
	execute format('select r.settled, r.started_at from keywheel.%I r
		where (r.settled, r.started_at) >= ($1, $2) and r.settled < $3
		order by r.settled, r.started_at offset $4 limit 1', p_source)
	into settled, started_at
	using p_from.settled, p_from.started_at, v_end, p_batch;
	more := settled is not null;
	if not more then
		settled := v_end;
		started_at := '-infinity';
	elsif (settled, started_at) = (p_from.settled, p_from.started_at) then
		-- So many of one transaction and time; all of them, then.
		started_at := started_at + interval '1 microsecond';
	end if;
end $$;

-- Rows of one of the tables are summed up, p_batch at most. One at a time: none
-- if somebody else is at it.
create or replace function keywheel.sum_up(
	p_source text, p_batch bigint, out summed bigint, out more boolean)
language plpgsql
set search_path = keywheel, pg_temp
set enable_seqscan = off
as $$
declare
	v_from usage_marks;
	v_to record;
	v_requests requests[];
	v_attempts attempts[];
begin
	select * into v_from from usage_marks m where m.source = p_source
	for no key update skip locked;
	summed := 0;
	more := false;
	if not found then
		return;
	end if;
	v_to := next_mark(p_source, v_from, p_batch);
	if p_source = 'requests' then
		v_requests := array(select r from requests r
			where (r.settled, r.started_at)
				>= (v_from.settled, v_from.started_at)
			and (r.settled, r.started_at)
				< (v_to.settled, v_to.started_at));
		perform add_requests(v_requests);
	else
		v_attempts := array(select a from attempts a
			where (a.settled, a.started_at)
				>= (v_from.settled, v_from.started_at)
			and (a.settled, a.started_at)
				< (v_to.settled, v_to.started_at));
		perform add_attempts(v_attempts);
	end if;
	update usage_marks m set settled = v_to.settled,
		started_at = v_to.started_at, summed_at = now()
	where m.source = p_source;
	summed := coalesce(cardinality(v_requests), cardinality(v_attempts));
	more := v_to.more;
end $$;

-- Are the marks another server's? No transaction here has come to them.
create or replace function keywheel.usage_is_restored()
returns boolean
language sql stable
set search_path = keywheel, pg_temp
as $$
	select exists (select from usage_marks m
		where m.settled > pg_snapshot_xmax(pg_current_snapshot()));
$$;

-- What has come in since the last time is summed up, p_batch rows of each table
-- at most. more: there is more, for the next call.
create or replace function keywheel.sum_usage(
	p_batch bigint, out summed bigint, out more boolean)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_requests record;
	v_attempts record;
begin
	perform set_config('synchronous_commit', 'off', true);
	-- What keywheel migrate does, too; little enough is done at once.
	if usage_is_restored() then
		if (select count(*) from (select from requests
				limit 100001) r) > 100000 then
			raise exception 'the database was restored from a '
				'dump: run keywheel migrate';
		end if;
		perform recompute_usage();
	end if;
	v_requests := sum_up('requests', p_batch);
	v_attempts := sum_up('attempts', p_batch);
	summed := v_requests.summed + v_attempts.summed;
	more := v_requests.more or v_attempts.more;
	if not more then
		perform trim_usage();
		perform keep_tops();
	end if;
end $$;

-- ---- Rows that go -----------------------------------------------------------

-- Rows have been deleted: those of the tail are summed up now, the others have
-- been.
create or replace function keywheel.requests_deleted()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_mark usage_marks;
begin
	if not exists (select from gone) then
		return null;
	end if;
	select * into v_mark from usage_marks m where m.source = 'requests'
	for no key update;
	perform add_requests(array(select g::requests from gone g
		where (g.settled, g.started_at)
			>= (v_mark.settled, v_mark.started_at)));
	insert into usage_gaps (source, day)
	select distinct 'requests', (g.started_at at time zone 'UTC')::date
	from gone g on conflict do nothing;
	return null;
end $$;

create or replace function keywheel.attempts_deleted()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_mark usage_marks;
begin
	if not exists (select from gone) then
		return null;
	end if;
	select * into v_mark from usage_marks m where m.source = 'attempts'
	for no key update;
	perform add_attempts(array(select g::attempts from gone g
		where (g.settled, g.started_at)
			>= (v_mark.settled, v_mark.started_at)));
	insert into usage_gaps (source, day)
	select distinct 'attempts', (g.started_at at time zone 'UTC')::date
	from gone g on conflict do nothing;
	return null;
end $$;

-- May a day's partition be dropped, in which nobody writes any more? Not before
-- all its rows are summed up.
create or replace function keywheel.day_may_go(p_source text, p_day text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_tail boolean;
begin
	-- Of bodies nothing is summed up.
	if p_source not in ('requests', 'attempts') then
		return true;
	end if;
	-- Who makes the sums anew counts rows that are to stay meanwhile.
	perform from usage_marks m where m.source = p_source
	for no key update skip locked;
	if not found then
		return false;
	end if;
	execute format('select exists (select from keywheel.%I r
		where (r.settled, r.started_at) >= (
			select m.settled, m.started_at from keywheel.usage_marks m
			where m.source = $1))', p_day)
	into v_tail using p_source;
	if not v_tail then
		insert into usage_gaps (source, day)
		values (p_source, to_date(right(p_day, 8), 'YYYYMMDD'))
		on conflict do nothing;
	end if;
	return not v_tail;
end $$;

-- ---- All anew ---------------------------------------------------------------

-- Sums of days of which all rows are there are made again from the rows; of
-- days of which rows have been deleted they stay. For the owner, to be called
-- at any time: requests go on meanwhile. Also what makes a database whole that
-- was restored from a dump: there the rows' places are those of another server.
create or replace function keywheel.recompute_usage()
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	perform recompute_source('requests',
		array['usage_all', 'usage', 'key_usage', 'usage_times']);
	perform recompute_source('attempts', array['key_failures']);
end $$;

create or replace function keywheel.recompute_source(
	p_source text, p_tables text[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_mark usage_marks;
	v_end xid8;
	v_table text;
	v_from timestamptz;
	v_step interval;
begin
	select * into v_mark from usage_marks m where m.source = p_source
	for no key update;
	if v_mark.settled > pg_snapshot_xmax(pg_current_snapshot()) then
		-- Of days without gaps all is counted again. Of the others
		-- what the dump's tail was: nothing else tells those rows
		-- from the ones that it had summed up.
		execute format('lock table keywheel.%I in share row exclusive '
			'mode', p_source);
		execute format('update keywheel.%I r set settled = case when '
			'(r.settled, r.started_at) >= ($1, $2) then %L else %L '
			'end::xid8 where r.settled >= pg_snapshot_xmax('
			'pg_current_snapshot()) or exists (select from '
			'keywheel.usage_gaps g where g.source = %L and g.day = '
			'(r.started_at at time zone ''UTC'')::date)',
			p_source, '4', '3', p_source)
		using v_mark.settled, v_mark.started_at;
		v_mark.settled := '4';
		v_mark.started_at := '-infinity';
	end if;
	v_end := pg_snapshot_xmin(pg_current_snapshot());
	foreach v_table in array p_tables loop
		execute format('delete from keywheel.%I u where not exists (
			select from keywheel.usage_gaps g where g.source = $1
			and g.day = (u.at at time zone ''UTC'')::date)', v_table)
		using p_source;
	end loop;
	-- In pieces that the memory holds, and no more than it takes.
	for v_from, v_step in execute format('select f.at, s.step
		from (select date_bin(''24 hours'', r.started_at,
				''1970-01-01 00:00:00Z'') as day, count(*) as n
			from keywheel.%I r group by 1) d
		cross join lateral (select case when d.n < 20000 then ''24 hours''
			when d.n < 500000 then ''1 hour''
			else ''10 minutes'' end::interval as step) s
		cross join lateral generate_series(d.day,
			d.day + interval ''24 hours'' - s.step, s.step) f (at)',
		p_source)
	loop
		execute format('select keywheel.add_%1$s(array(
			select r from keywheel.%1$I r
			where r.started_at >= $1
				and r.started_at < $1 + $5
				and r.settled < $2
				and ((r.settled, r.started_at) >= ($3, $4)
				or not exists (select from keywheel.usage_gaps g
					where g.source = %1$L and g.day =
					(r.started_at at time zone ''UTC'')::date))))',
			p_source)
		using v_from, v_end, v_mark.settled, v_mark.started_at, v_step;
	end loop;
	update usage_marks m set settled = v_end, started_at = '-infinity',
		summed_at = now()
	where m.source = p_source;
end $$;

do $$
begin
	if keywheel.usage_is_restored() then
		perform keywheel.recompute_usage();
	end if;
end $$;
