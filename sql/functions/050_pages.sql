-- What the pages show, one call a page.

-- A time as pages and lists show it; HTML's datetime takes it as it is.
create or replace function keywheel.utc_text(p_at timestamptz)
returns text
language sql stable
as $$
	select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"');
$$;

-- The keys that need attention most, a hundred of them, and what rests of
-- each: disabled ones, resting ones, those with faults, the others.
create or replace function keywheel.overview_keys()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with shown as (
		select k.key_id, k.pool, k.hint, k.project, k.scope, k.state,
			k.state_reason, k.state_at, k.note,
			coalesce(r.faults, 0) as faults,
			coalesce(r.uses, k.uses) as uses, r.last_used_at,
			row_number() over (order by k.state = 'active',
				coalesce(r.rests_until, '-infinity') <= now(),
				coalesce(r.faults, 0) desc, k.key_id) as place
		from keys k
		left join key_rotation r on r.key_id = k.key_id
		where k.state <> 'removed'
		order by place limit 100)
	select coalesce(jsonb_agg(jsonb_build_object(
			'key_id', s.key_id, 'pool', s.pool, 'hint', s.hint,
			'project', s.project, 'state', s.state,
			'state_reason', s.state_reason,
			'state_at', utc_text(s.state_at), 'note', s.note,
			'faults', s.faults, 'uses', s.uses,
			'last_used_at', utc_text(s.last_used_at),
			'rests', (
				select jsonb_agg(jsonb_build_object(
					'model', c.model, 'reason', c.reason,
					'until', utc_text(c.until))
					order by c.until desc, c.model)
				from key_cooldown c
				where c.scope in (s.scope, 'key/' || s.key_id)
					and c.until > now()))
		order by s.place), '[]')
	from shown s;
$$;

-- How many keys are in which state. Resting: some model rests.
create or replace function keywheel.overview_states()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('all', count(*),
		'active', count(*) filter (where k.state = 'active'),
		'disabled', count(*) filter (where k.state = 'disabled'),
		'resting', count(*) filter (where r.rests_until > now()
			and exists (select from key_cooldown c
				where c.scope in (k.scope, 'key/' || k.key_id)
					and c.until > now())))
	from keys k
	left join key_rotation r on r.key_id = k.key_id
	where k.state <> 'removed';
$$;

-- The overview page. The account of the last 24 hours is read once.
create or replace function keywheel.overview()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	with day as materialized (
		select r.outcome, r.token_id, count(*) as requests,
			max(r.started_at) as last_at,
			sum(r.prompt_tokens) as prompt,
			sum(r.cached_tokens) as cached,
			sum(r.thought_tokens) as thought,
			sum(r.answer_tokens) as answer
		from requests r
		where r.started_at > now() - interval '24 hours'
		group by r.outcome, r.token_id),
	outcomes as (
		select d.outcome, sum(d.requests) as requests,
			sum(d.prompt) as prompt, sum(d.cached) as cached,
			sum(d.thought) as thought, sum(d.answer) as answer
		from day d group by d.outcome),
	uses as (
		select d.token_id, sum(d.requests) as requests,
			max(d.last_at) as last_at
		from day d group by d.token_id),
	shown as (
		select t.token_id, t.name, t.hint, t.admin, t.origin,
			t.created_at, u.requests, u.last_at
		from tokens t left join uses u using (token_id)
		where t.revoked_at is null
		order by t.token_id limit 100)
	select jsonb_build_object(
		'now', utc_text(now()),
		'schema', (select max(version) from schema_migrations),
		'settings_version', (select settings from revision),
		'states', overview_states(),
		'keys', overview_keys(),
		'requests', (
			select coalesce(jsonb_agg(jsonb_build_object(
				'outcome', o.outcome, 'requests', o.requests,
				'prompt', o.prompt, 'cached', o.cached,
				'thought', o.thought, 'answer', o.answer)
				order by o.outcome), '[]')
			from outcomes o),
		'tokens', (
			select coalesce(jsonb_agg(jsonb_build_object(
				'name', s.name, 'hint', s.hint,
				'admin', s.admin, 'origin', s.origin,
				'created_at', utc_text(s.created_at),
				'requests', coalesce(s.requests, 0),
				'last_used_at', utc_text(s.last_at))
				order by s.token_id), '[]')
			from shown s),
		'tokens_all', (select count(*) from tokens t
			where t.revoked_at is null));
$$;
