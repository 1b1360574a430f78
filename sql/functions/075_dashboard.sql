-- What the dashboard shows.

-- ---- What was used most -----------------------------------------------------

-- The models, tokens and keys that were used most in a range, a few of each:
-- {models: [{model, requests, failed, tokens}], tokens: [{token_id, name, hint,
-- …}], keys: [{key_id, hint, project, …}]}. Of keys calls are counted.
create or replace function keywheel.usage_top(p_range text)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v record;
begin
	select * into v from usage_range(p_range);
	return (with used as materialized (
		select n.token_id, n.model, sum(n.requests) as requests,
			coalesce(sum(n.requests) filter (where outcome_class(
				n.outcome) = 'failed'), 0) as failed,
			sum(n.prompt + n.thought + n.answer) as tokens
		from usage_now(v.since) n
		where n.span = v.span and n.at >= v.since
		group by n.token_id, n.model),
	model as (
		select u.model, sum(u.requests) as requests,
			sum(u.failed) as failed, sum(u.tokens) as tokens
		from used u where u.model <> '' group by u.model
		order by requests desc, u.model limit 6),
	token as (
		select u.token_id, sum(u.requests) as requests,
			sum(u.failed) as failed, sum(u.tokens) as tokens
		from used u where u.token_id <> 0 group by u.token_id
		order by requests desc, u.token_id limit 6),
	key as (
		select n.key_id, sum(n.calls) as requests,
			sum(n.failed) as failed,
			sum(n.prompt + n.thought + n.answer) as tokens
		from key_usage_now(v.since) n
		where n.span = v.span and n.at >= v.since
		group by n.key_id
		order by requests desc, n.key_id limit 6)
	select jsonb_build_object(
		'models', (select coalesce(jsonb_agg(to_jsonb(m)
				order by m.requests desc, m.model), '[]')
			from model m),
		'tokens', (select coalesce(jsonb_agg(to_jsonb(t)
				|| jsonb_build_object('name', o.name,
					'hint', o.hint)
				order by t.requests desc, t.token_id), '[]')
			from token t left join tokens o using (token_id)),
		'keys', (select coalesce(jsonb_agg(to_jsonb(k)
				|| jsonb_build_object('hint', o.hint,
					'project', o.project)
				order by k.requests desc, k.key_id), '[]')
			from key k join keys o using (key_id)
			where o.state <> 'removed')));
end $$;

-- Are there too many sums of that range to look through them for a page?
create or replace function keywheel.usage_is_much(p_range text)
returns boolean
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_most constant integer := 3000;
	v record;
begin
	select * into v from usage_range(p_range);
	return (select count(*) from (select from key_usage u
			where u.span = v.span and u.at >= v.since
			limit v_most) u) = v_most
		or (select count(*) from (select from usage u
			where u.span = v.span and u.at >= v.since
			limit v_most) u) = v_most;
end $$;

-- For ranges of which there is much, what a page will show, now and then: for
-- an hour each minute, for days every half hour.
create or replace function keywheel.keep_tops()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	delete from usage_tops t where t.made_at < now() - interval '2 hours';
	insert into usage_tops as t (range, tops, made_at)
	select r.range, usage_top(r.range), now()
	from (values ('1h', interval '55 seconds'),
		('24h', interval '5 minutes'), ('7d', interval '30 minutes'),
		('30d', interval '30 minutes')) r (range, every)
	where not exists (select from usage_tops o
			where o.range = r.range
				and o.made_at > now() - r.every)
		and usage_is_much(r.range)
	on conflict (range) do update set
		tops = excluded.tops, made_at = excluded.made_at;
$$;

-- The same as usage_top; made_at if it is not of this moment.
create or replace function keywheel.dashboard_tops(p_range text)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	if usage_is_much(p_range) then
		return (select t.tops || jsonb_build_object(
				'made_at', utc_text(t.made_at))
			from usage_tops t where t.range = p_range);
	end if;
	return usage_top(p_range);
end $$;

-- ---- Now, today, this month -------------------------------------------------

-- The last p_minutes, the present one among them: {requests, answered, client,
-- failed, first_p50_ms, first_p95_ms}, the latter of what was answered.
create or replace function keywheel.dashboard_minutes(p_minutes integer)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_since timestamptz := date_trunc('minute', now())
		- (p_minutes - 1) * interval '1 minute';
begin
	return (with step as (
		select t.step, sum(t.requests) as n from (
			select u.step, u.requests from usage_times u
			where u.span = 'minute' and u.at >= v_since
				and u.measure = 'first_byte'
			union all
			select time_step(r.first_byte_ms), 1
			from requests_tail(v_since) r
			where r.first_byte_ms is not null
				and outcome_class(r.outcome) = 'answered') t
		group by t.step),
	place as (
		select s.step, sum(s.n) over (order by s.step) as upto,
			sum(s.n) over () as n
		from step s)
	select jsonb_build_object(
		'requests', coalesce(sum(a.requests), 0),
		'answered', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'answered'), 0),
		'client', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'client'), 0),
		'failed', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'failed'), 0),
		'first_p50_ms', (select step_ms(min(p.step)) from place p
			where p.upto >= p.n * 0.5),
		'first_p95_ms', (select step_ms(min(p.step)) from place p
			where p.upto >= p.n * 0.95))
	from usage_all_now(v_since) a
	where a.span = 'minute' and a.at >= v_since);
end $$;

-- Days (UTC) since then: {requests, answered, client, failed, prompt, cached,
-- thought, answer}.
create or replace function keywheel.dashboard_days(p_since timestamptz)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select jsonb_build_object(
		'requests', coalesce(sum(a.requests), 0),
		'answered', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'answered'), 0),
		'client', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'client'), 0),
		'failed', coalesce(sum(a.requests) filter (where
			outcome_class(a.outcome) = 'failed'), 0),
		'prompt', coalesce(sum(a.prompt), 0),
		'cached', coalesce(sum(a.cached), 0),
		'thought', coalesce(sum(a.thought), 0),
		'answer', coalesce(sum(a.answer), 0))
	from usage_all_now(p_since) a
	where a.span = 'day' and a.at >= p_since);
end $$;

-- Requests under way: leases that are alive and have no row of their request.
create or replace function keywheel.requests_in_flight()
returns bigint
language sql stable
set search_path = keywheel, pg_temp
as $$
	select count(*) from leases l
	where l.expires_at > now()
		and not exists (select from requests r
			where r.request_id = l.request_id);
$$;

-- ---- What is wrong ----------------------------------------------------------

-- The pools that have keys, and none of them active.
create or replace function keywheel.empty_pools()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(p.pool order by p.pool), '[]')
	from (select k.pool from keys k where k.state <> 'removed'
		group by k.pool
		having count(*) filter (where k.state = 'active') = 0) p;
$$;

-- Jobs that failed last, or are late by more than ten minutes.
create or replace function keywheel.dashboard_jobs()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('name', j.name,
		'failed', not coalesce(j.last_ok, true), 'message',
		j.last_message, 'due', utc_text(j.next_at))
		order by j.name), '[]')
	from jobs j
	where j.every_s > 0 and coalesce(j.claimed_until, '-infinity') <= now()
		and (not coalesce(j.last_ok, true)
			or j.next_at < now() - interval '10 minutes');
$$;

-- The database's size, and what the account of the last whole day takes of it.
create or replace function keywheel.dashboard_room()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'database', pg_database_size(current_database()),
		'day', coalesce(sum(pg_total_relation_size(to_regclass(
			'keywheel.' || t || to_char((now() at time zone 'UTC')
				::date - 1, '_YYYYMMDD')))), 0))
	from unnest(array['requests', 'attempts']) t;
$$;

-- Rows that wait to be summed up; null: few enough, for not too long.
create or replace function keywheel.dashboard_lag()
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_most constant integer := 50000;
	v_rows bigint := (select count(*) from (
		select from requests_tail() limit v_most) t);
	v_summed timestamptz := (select min(m.summed_at) from usage_marks m);
begin
	if v_rows = v_most or (v_rows > 0
			and v_summed < now() - interval '10 minutes') then
		return jsonb_build_object('rows', v_rows,
			'more', v_rows = v_most,
			'since', utc_text(v_summed));
	end if;
	return null;
end $$;

-- ---- The page ---------------------------------------------------------------

create or replace function keywheel.dashboard(p_range text)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
begin
	return jsonb_build_object(
		'now', utc_text(now()),
		'in_flight', requests_in_flight(),
		'waiting', (select count(*) from waiting w
			where w.alive_until > now()),
		'minute', (select count(*) from requests r
			where r.started_at > now() - interval '1 minute'),
		'five', dashboard_minutes(5),
		'fifteen', dashboard_minutes(15),
		'today', dashboard_days(date_trunc('day', now(), 'UTC')),
		'month', dashboard_days(date_trunc('month', now(), 'UTC')),
		'states', key_totals() || jsonb_build_object(
			'empty', empty_pools()),
		'alarms', overview_alarms(),
		'everybody', overview_rests(),
		'limits', overview_limits(),
		'jobs', dashboard_jobs(),
		'room', dashboard_room(),
		'lag', dashboard_lag(),
		'series', usage_series(p_range),
		'tops', dashboard_tops(p_range),
		'any', exists (select from usage_all)
			or exists (select from requests));
end $$;
