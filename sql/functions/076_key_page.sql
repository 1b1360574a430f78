-- One key's page.

-- The limits that hold for a scope, and what is used of them.
create or replace function keywheel.limits_of(p_scope text)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with known as (
		select distinct on (l.model, l.kind) l.model, l.kind, l.value,
			l.source, l.scope = '*' as for_all
		from limits l where l.scope in (p_scope, '*')
		order by l.model, l.kind, l.scope = '*'),
	counted as (
		select n.* from ledger l
		cross join lateral ledger_at(l, clock_timestamp()) n
		where l.scope = p_scope)
	select coalesce(jsonb_agg(jsonb_build_object('model', k.model,
			'kind', k.kind, 'value', k.value, 'source', k.source,
			'for_all', k.for_all, 'used', u.used,
			'resets_at', utc_text(case
				when k.kind in ('rpd', 'tpd') then
					quota_day_end(clock_timestamp())
				when u.used > 0 then window_full_until(
					case k.kind when 'rpm' then c.requests
						else c.tokens end,
					c.step, 1, u.used) end))
			order by k.model, k.kind), '[]')
	from (select * from known limit 200) k
	left join counted c on c.model = k.model
	cross join lateral (select coalesce(case k.kind
		when 'rpm' then (select sum(n) from unnest(c.requests) n)
		when 'tpm' then (select sum(n) from unnest(c.tokens) n)
		when 'rpd' then c.day_requests
		else c.day_tokens end, 0)::bigint as used) u;
$$;

-- What happened to a key before that event (null: the newest), newest first.
create or replace function keywheel.key_history(
	p_key bigint, p_before bigint, p_limit integer)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('event_id', e.event_id,
			'at', utc_text(e.at), 'event', e.event,
			'model', e.model, 'until', utc_text(e.until),
			'cause', e.cause, 'evidence', e.evidence)
			order by e.event_id desc), '[]')
	from (select * from key_events e
		where e.key_id = p_key
			and (p_before is null or e.event_id < p_before)
		order by e.event_id desc limit p_limit) e;
$$;

-- When it was used (p_failed: when attempts with it failed), the newest first:
-- days, or the hours of a day with more than p_many of them. The account has no
-- order by keys: it is read by these, and no further than is wanted.
create or replace function keywheel.key_times(
	p_key bigint, p_failed boolean, p_many integer)
returns table (since timestamptz, until timestamptz)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with part as materialized (
		select n.span, n.at, sum(n.calls) as calls
		from key_usage_now() n
		where n.key_id = p_key and n.span in ('day', 'hour')
			and (n.failed > 0) = p_failed
		group by n.span, n.at),
	day as materialized (
		select d.at, d.calls, exists (select from part h
			where h.span = 'hour' and h.at >= d.at
				and h.at < d.at + interval '1 day') as has_hours
		from part d where d.span = 'day' order by d.at desc limit 30)
	select t.at, t.at + t.length
	from (select d.at, interval '1 day' as length from day d
		where d.calls <= p_many or not d.has_hours
		union all
		select h.at, interval '1 hour'
		from part h join day d on h.span = 'hour' and h.at >= d.at
			and h.at < d.at + interval '1 day'
		where d.calls > p_many) t
	order by t.at desc limit 60;
$$;

-- Its last requests: those that it answered, or that ended with it.
create or replace function keywheel.key_calls(p_key bigint, p_limit integer)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set enable_seqscan = off
as $$
declare
	v record;
	v_rows requests[] := '{}';
begin
	for v in select * from key_times(p_key, false, 2 * p_limit) loop
		v_rows := v_rows || array(select r from requests r
			where r.key_id = p_key and r.started_at >= v.since
				and r.started_at < v.until
			order by r.started_at desc
			limit p_limit - cardinality(v_rows));
		exit when cardinality(v_rows) >= p_limit;
	end loop;
	return (select coalesce(jsonb_agg(jsonb_build_object(
			'request_id', r.request_id, 'at', utc_text(r.started_at),
			'model', r.model, 'outcome', r.outcome,
			'status', r.status, 'attempts', r.attempts,
			'tokens', r.prompt_tokens::bigint + r.thought_tokens
				+ r.answer_tokens,
			'first_byte_ms', r.first_byte_ms,
			'total_ms', r.total_ms, 'token', t.name)
			order by r.started_at desc, r.request_id), '[]')
		from unnest(v_rows) r left join tokens t using (token_id));
end $$;

-- … and the last attempts with it that failed.
create or replace function keywheel.key_failures_of(
	p_key bigint, p_limit integer)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set enable_seqscan = off
as $$
declare
	v record;
	v_rows attempts[] := '{}';
begin
	for v in select * from key_times(p_key, true, 2 * p_limit) loop
		v_rows := v_rows || array(select a from attempts a
			where a.key_id = p_key and a.started_at >= v.since
				and a.started_at < v.until
			order by a.started_at desc, a.attempt desc
			limit p_limit - cardinality(v_rows));
		exit when cardinality(v_rows) >= p_limit;
	end loop;
	return (select coalesce(jsonb_agg(jsonb_build_object(
			'request_id', a.request_id, 'at', utc_text(a.started_at),
			'attempt', a.attempt, 'model', a.model,
			'verdict', a.verdict, 'status', a.status,
			'total_ms', a.total_ms, 'evidence', a.evidence)
			order by a.started_at desc, a.attempt desc), '[]')
		from unnest(v_rows) a);
end $$;

-- What it holds at Google, as far as we know: {all, rows}.
create or replace function keywheel.key_resources(
	p_key bigint, p_scope text, p_limit integer)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with held as materialized (
		select * from resources r
		where r.key_id = p_key and r.scope = p_scope
			and r.expires_at > now() and r.kind <> 'uploads')
	select jsonb_build_object('all', (select count(*) from held),
		'rows', (select coalesce(jsonb_agg(jsonb_build_object(
				'name', h.name, 'kind', h.kind,
				'token', t.name,
				'created_at', utc_text(h.created_at),
				'expires_at', case when isfinite(h.expires_at)
					then utc_text(h.expires_at) end)
				order by h.created_at desc, h.name), '[]')
			from (select * from held h
				order by h.created_at desc, h.name
				limit p_limit) h
			left join tokens t using (token_id)));
$$;

-- By model, the last 30 days (UTC). wasted: tokens of attempts that failed.
create or replace function keywheel.key_models(p_key bigint)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with wasted as (
		select f.model, sum(f.prompt + f.thought + f.answer) as tokens
		from key_failures_now() f
		where f.key_id = p_key and f.span = 'day'
			and f.at > now() - interval '30 days'
		group by f.model)
	select coalesce(jsonb_agg(to_jsonb(m)
			|| jsonb_build_object('wasted', coalesce(w.tokens, 0))
		order by m.calls desc, m.model), '[]')
	from (select n.model, sum(n.calls) as calls, sum(n.failed) as failed,
			sum(n.prompt) as prompt,
			sum(n.thought + n.answer) as answer
		from key_usage_now() n
		where n.key_id = p_key and n.span = 'day'
			and n.at > now() - interval '30 days'
		group by n.model order by 2 desc, 1 limit 50) m
	left join wasted w on w.model = m.model;
$$;

-- All of a key's page; {} if there never was one of that number. Probes are
-- told as far as they are about the time since it was disabled.
create or replace function keywheel.key_page(
	p_key bigint, p_before bigint, p_events integer, p_range text)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
	v keys;
begin
	select * into v from keys k where k.key_id = p_key;
	if not found then
		return '{}';
	end if;
	return jsonb_build_object('now', utc_text(now()),
		'key', key_rows(array[p_key]) -> 0,
		'beside', case when v.project is not null then (
			select count(*) - 1 from keys k
			where k.project = v.project and k.state <> 'removed')
			end,
		'rests', rests_of(v.scope, p_key, 100),
		'probes', case when v.state = 'disabled'
			and v.probe_since = v.state_at then jsonb_build_object(
				'next_at', utc_text(v.probe_at),
				'dead', v.probes,
				'last_at', utc_text(v.probed_at),
				'result', v.probe_result) end,
		'limits', limits_of(v.scope),
		'models', key_models(p_key),
		'series', usage_series(p_range,
			jsonb_build_object('key_id', p_key)),
		'history', key_history(p_key, p_before, p_events + 1),
		'calls', key_calls(p_key, 20),
		'failures', key_failures_of(p_key, 20),
		'resources', key_resources(p_key, v.scope, 20));
end $$;
