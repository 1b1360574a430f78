-- One scrape of /metrics: an object of what each metric says, by its name
-- without `keywheel_`. An array has a sample an element, {LABEL: text, value};
-- of a histogram {LABEL: text, octaves, total_us}, where octaves has how many
-- took from 2^n to 2^(n+1) milliseconds under the key n. A number is a metric
-- without labels. Names, types and helps are in src/gateway/metrics_table.c.
-- In plpgsql, which keeps its plans: to make them takes longer than the rest.

create or replace function keywheel.token_kinds(
	p_prompt numeric, p_cached numeric, p_thought numeric, p_answer numeric)
returns table (kind text, n numeric)
language sql immutable parallel safe
as $$
	values ('prompt', p_prompt), ('cached', p_cached),
		('thought', p_thought), ('answer', p_answer);
$$;

-- ---- What has happened ------------------------------------------------------

-- Totals and the tail (requests_tail) together: one statement, so that a row is
-- in one of both. unnamed: who is in the tail and may have a series, but has
-- none yet.
create or replace function keywheel.metric_counts()
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (with tail as materialized (select * from requests_tail()),
	part as materialized (
		select t.token_id, t.model, t.outcome, utc_day(t.started_at)
				as day, count(*) as requests,
			sum(t.from_cache) as from_cache,
			sum(t.attempts) as attempts, sum(t.prompt) as prompt,
			sum(t.cached) as cached, sum(t.thought) as thought,
			sum(t.answer) as answer
		from tail t group by 1, 2, 3, 4),
	who as materialized (
		select 'model' as kind, p.model as name, p.day,
			metric_label('model', p.model, p.day) as label
		from part p group by p.model, p.day
		union all
		select 'token', p.token_id::text, p.day,
			metric_label('token', p.token_id::text, p.day)
		from part p group by p.token_id, p.day),
	shown as materialized (
		select distinct n.kind, n.name as label from metric_names n
		-- Long enough for its last sample.
		where n.until >= utc_day(now()) - 1
		union
		select k.kind, 'other' from metric_kinds k),
	request as materialized (
		select coalesce(nullif(r.model, ''), 'none') as model,
			r.outcome, sum(r.requests) as requests,
			sum(r.from_cache) as from_cache,
			sum(r.attempts) as attempts, sum(r.prompt) as prompt,
			sum(r.cached) as cached, sum(r.thought) as thought,
			sum(r.answer) as answer
		from (select m.* from metric_requests m
			where m.model in (select s.label from shown s
				where s.kind = 'model')
			union all
			select w.label, p.outcome, p.requests, p.from_cache,
				p.attempts, p.prompt, p.cached, p.thought,
				p.answer
			from part p join who w on w.kind = 'model'
				and w.name = p.model and w.day = p.day) r
		group by 1, 2),
	model as materialized (
		select r.model,
			sum(r.from_cache) as from_cache,
			sum(r.attempts) as attempts, sum(r.prompt) as prompt,
			sum(r.cached) as cached, sum(r.thought) as thought,
			sum(r.answer) as answer
		from request r group by r.model),
	token as materialized (
		select case t.token when 'other' then '' when '0' then ''
				else t.token end as token_id,
			case t.token when 'other' then 'other' when '0' then
				'none' else coalesce((select o.name from tokens o
				where o.token_id::text = t.token), '') end
				as token,
			t.class, sum(t.requests) as requests,
			sum(t.prompt) as prompt, sum(t.cached) as cached,
			sum(t.thought) as thought, sum(t.answer) as answer
		from (select m.* from metric_tokens m
			where m.token in (select s.label from shown s
				where s.kind = 'token')
			union all
			select w.label, outcome_class(p.outcome), p.requests,
				p.prompt, p.cached, p.thought, p.answer
			from part p join who w on w.kind = 'token'
				and w.name = p.token_id::text and w.day = p.day) t
		group by t.token, t.class),
	failure as materialized (
		select f.verdict, sum(f.attempts) as attempts,
			sum(f.prompt) as prompt, sum(f.cached) as cached,
			sum(f.thought) as thought, sum(f.answer) as answer
		from (select m.* from metric_failures m
			union all
			select t.verdict, 1, t.prompt, t.cached, t.thought,
				t.answer
			from attempts_tail() t) f
		group by f.verdict),
	time as materialized (
		select v.measure, t.model, utc_day(t.started_at) as day,
			time_step_us(v.us) >> 3 as octave,
			count(*) as requests, sum(v.us) as total_us
		from tail t
		cross join lateral (values
			('first_byte', t.first_byte_ms * 1000::bigint),
			('total', t.total_ms * 1000::bigint),
			('own', t.own_us::bigint),
			('db', t.db_us::bigint)) v (measure, us)
		where v.us is not null
			and outcome_class(t.outcome) = 'answered'
		group by 1, 2, 3, 4),
	octave as materialized (
		select t.measure, coalesce(nullif(t.model, ''), 'none')
				as model, t.octave, sum(t.requests) as requests,
			sum(t.total_us) as total_us
		from (select m.measure, m.model, m.step >> 3 as octave,
				m.requests, m.total_us
			from metric_times m
			where m.measure in ('own', 'db')
				or m.model in (select s.label from shown s
					where s.kind = 'model')
			union all
			select o.measure, case when o.measure in ('own', 'db')
					then '' else w.label end, o.octave,
				o.requests, o.total_us
			from time o join who w on w.kind = 'model'
				and w.name = o.model and w.day = o.day) t
		group by 1, 2, 3),
	histogram as materialized (
		select o.measure, jsonb_agg(o.sample order by o.model) as samples
		from (select t.measure, t.model, jsonb_build_object(
				'model', t.model, 'octaves', jsonb_object_agg(
					t.octave, t.requests),
				'total_us', sum(t.total_us)) as sample
			from octave t group by t.measure, t.model) o
		group by o.measure)
	select jsonb_build_object(
		'requests_total', (select jsonb_agg(jsonb_build_object(
				'model', r.model, 'outcome', r.outcome, 'value', r.requests)
				order by r.model, r.outcome) from request r),
		'requests_from_cache_total', (select jsonb_agg(
				jsonb_build_object('model', m.model,
				'value', m.from_cache) order by m.model)
			from model m),
		'attempts_total', (select jsonb_agg(jsonb_build_object(
				'model', m.model, 'value', m.attempts)
				order by m.model) from model m),
		'tokens_total', (select jsonb_agg(jsonb_build_object(
				'model', m.model, 'kind', k.kind,
				'value', k.n) order by m.model, k.kind)
			from model m, token_kinds(m.prompt, m.cached, m.thought,
				m.answer) k),
		'token_requests_total', (select jsonb_agg(jsonb_build_object(
				'token_id', t.token_id, 'token', t.token,
				'class', t.class, 'value', t.requests)
				order by t.token_id, t.token, t.class)
			from token t),
		'token_tokens_total', (select jsonb_agg(jsonb_build_object(
				'token_id', t.token_id, 'token', t.token,
				'kind', t.kind, 'value', t.n)
				order by t.token_id, t.token, t.kind)
			from (select o.token_id, o.token, k.kind, sum(k.n) as n
				from token o, token_kinds(o.prompt, o.cached,
					o.thought, o.answer) k
				group by 1, 2, 3) t),
		'attempts_failed_total', (select jsonb_agg(jsonb_build_object(
				'verdict', f.verdict, 'value', f.attempts)
				order by f.verdict) from failure f),
		'attempts_failed_tokens_total', (select jsonb_agg(
				jsonb_build_object('kind', f.kind, 'value', f.n)
				order by f.kind)
			from (select k.kind, sum(k.n) as n from failure o,
				token_kinds(o.prompt, o.cached, o.thought,
					o.answer) k
				group by k.kind) f),
		'first_byte_seconds', (select h.samples from histogram h
			where h.measure = 'first_byte'),
		'request_duration_seconds', (select h.samples from histogram h
			where h.measure = 'total'),
		'overhead_seconds', (select h.samples from histogram h
			where h.measure = 'own'),
		'database_seconds', (select h.samples from histogram h
			where h.measure = 'db'),
		'account_unsummed_requests', (select count(*) from tail),
		'unnamed', (select jsonb_agg(w) from who w
			where w.label = 'other'
				and metric_place(w.kind, w.day)
				and not exists (select from metric_names n
					where n.kind = w.kind and n.name = w.name
						and w.day >= n.since
						and w.day < n.until))));
end $$;

-- ---- How things stand -------------------------------------------------------

-- Keys by pool and state; pools without keys too.
create or replace function keywheel.metric_keys()
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (with key as materialized (
		select k.pool, case when k.state <> 'active' then k.state
			when r.rests_until > now()
				and (r.scope in (select resting_scopes(null))
				or 'key/' || k.key_id in (
					select resting_scopes(null)))
			then 'resting' else 'ready' end as state,
			count(*) as n
		from keys k left join key_rotation r using (key_id)
		where k.state <> 'removed' group by 1, 2)
	select jsonb_agg(jsonb_build_object('pool', p.pool, 'state', s.state,
		'value', coalesce(k.n, 0)) order by p.pool, s.state)
	from (select o.pool from pools o where o.pool not like '%/%'
		union select k.pool from key k) p
	cross join unnest(array['ready', 'resting', 'disabled']) s (state)
	left join key k on k.pool = p.pool and k.state = s.state);
end $$;

-- Jobs that are not off. A job that runs is not overdue.
create or replace function keywheel.metric_jobs()
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (with job as materialized (
		select j.name, j.last_ok, case when j.last_ok then j.last_ended
			else (select r.ended_at from job_runs r
				where r.name = j.name and r.ok
				order by r.run_id desc limit 1) end as success,
			case when coalesce(j.claimed_until, '-infinity') > now()
				then 0 else greatest(extract(epoch from
					now() - j.next_at), 0) end as overdue
		from jobs j where j.every_s > 0)
	select jsonb_build_object(
		'job_last_success_timestamp_seconds', jsonb_agg(
			jsonb_build_object('name', j.name, 'value',
				extract(epoch from j.success)) order by j.name)
			filter (where j.success is not null),
		'job_overdue_seconds', jsonb_agg(jsonb_build_object(
			'name', j.name, 'value', j.overdue) order by j.name),
		'job_last_run_failed', jsonb_agg(jsonb_build_object(
			'name', j.name, 'value',
			(not coalesce(j.last_ok, true))::integer)
			order by j.name))
	from job j);
end $$;

create or replace function keywheel.metric_states()
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select metric_jobs() || jsonb_build_object(
		'requests_in_flight', requests_in_flight(),
		'requests_waiting', (select count(*) from waiting w
			where w.alive_until > now()),
		'keys', metric_keys(),
		'cooldowns', (select jsonb_agg(jsonb_build_object(
				'reason', c.reason, 'value', c.n)
				order by c.reason)
			from (select o.reason, count(*) as n from key_cooldown o
				where o.until > now() and o.scope <> '*'
				group by o.reason) c),
		'model_rest_seconds', (select jsonb_agg(jsonb_build_object(
				'model', c.model, 'reason', c.reason, 'value',
				extract(epoch from c.until - now()))
				order by c.model)
			from (select * from key_cooldown o
				where o.until > now() and o.scope = '*'
				order by o.until desc, o.model limit 20) c),
		'alarms_open', (select jsonb_agg(jsonb_build_object(
				'kind', a.kind, 'value', a.n) order by a.kind)
			from (select o.kind, count(*) as n from alarms o
				where o.ended_at is null group by o.kind) a),
		'proxies_down', (select count(*) from proxies p
			where p.down_until is not null),
		-- Those that have used most of it: fifty.
		'token_budget_used_ratio', (select jsonb_agg(jsonb_build_object(
				'token_id', b.token_id::text, 'token', b.name,
				'value', round(budget_used(b) / b.budget, 6))
				order by b.token_id)
			from (select t.* from tokens t
				left join token_use u on u.token_id = t.token_id
					and u.month = utc_month(now())
				where t.budget is not null
					and t.revoked_at is null
				order by coalesce(u.month_cost, 0) / t.budget
					desc, t.token_id
				limit 50) b),
		'account_summed_timestamp_seconds', (select extract(epoch from
			min(m.summed_at)) from usage_marks m),
		'database_size_bytes', pg_database_size(current_database()),
		'schema_version', (select max(m.version)
			from schema_migrations m),
		'settings_version', (select r.settings from revision r)));
end $$;

-- ---- A scrape ---------------------------------------------------------------

create or replace function keywheel.metrics()
returns jsonb
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v jsonb;
	v_kind text;
begin
	perform rank_metrics('model'), rank_metrics('token');
	v := metric_counts();
	for v_kind in select distinct w ->> 'kind'
		from jsonb_array_elements(nullif(v -> 'unnamed', 'null')) w
		order by 1      -- as keywheel.add_totals locks them
	loop
		perform name_metrics(v_kind, array_agg(w ->> 'name'),
			array_agg((w ->> 'day')::date))
		from jsonb_array_elements(v -> 'unnamed') w
		where w ->> 'kind' = v_kind;
	end loop;
	if found then
		v := metric_counts();
	end if;
	return v - 'unnamed' || metric_states();
end $$;
