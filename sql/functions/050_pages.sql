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
			k.state_reason, k.state_at, k.note, k.weight, k.models,
			k.reserve, coalesce(r.faults, 0) as faults,
			coalesce(r.uses, k.uses) as uses, r.last_used_at,
			k.state = 'active' as active,
			coalesce(r.rests_until, '-infinity') <= now() as rested
		from keys k
		left join key_rotation r on r.key_id = k.key_id
		where k.state <> 'removed'
		order by active, rested, faults desc, k.key_id limit 100)
	select coalesce(jsonb_agg(jsonb_build_object(
			'key_id', s.key_id, 'pool', s.pool, 'hint', s.hint,
			'project', s.project, 'state', s.state,
			'state_reason', s.state_reason,
			'state_at', utc_text(s.state_at), 'note', s.note,
			'weight', nullif(s.weight, 1),
			'models', array_to_string(s.models, ', '),
			'reserve', s.reserve,
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
		order by s.active, s.rested, s.faults desc, s.key_id), '[]')
	from shown s;
$$;

-- How many keys are in which state. Resting: some model rests. empty: the
-- pools that have keys, and none of them active.
create or replace function keywheel.overview_states()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with pool as materialized (
		select k.pool, count(*) as keys,
			count(*) filter (where k.state = 'active') as active,
			count(*) filter (where r.rests_until > now()
				and exists (select from key_cooldown c
					where c.scope in (k.scope, 'key/' || k.key_id)
						and c.until > now())) as resting
		from keys k
		left join key_rotation r on r.key_id = k.key_id
		where k.state <> 'removed' group by k.pool)
	select jsonb_build_object('all', coalesce(sum(p.keys), 0),
		'active', coalesce(sum(p.active), 0),
		'disabled', coalesce(sum(p.keys - p.active), 0),
		'resting', coalesce(sum(p.resting), 0),
		'empty', coalesce(jsonb_agg(p.pool order by p.pool)
			filter (where p.active = 0), '[]'))
	from pool p;
$$;

-- What rests for everybody: a model, or (model *) all of them.
create or replace function keywheel.overview_rests()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('model', c.model,
			'reason', c.reason, 'since', utc_text(c.since),
			'until', utc_text(c.until))
			order by c.until desc, c.model), '[]')
	from (select * from key_cooldown c
		where c.scope = '*' and c.until > now()
		order by c.until desc, c.model limit 50) c;
$$;

create or replace function keywheel.overview_alarms()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('kind', a.kind,
			'subject', a.subject, 'text', a.text, 'times', a.times,
			'since', utc_text(a.since),
			'last_at', utc_text(a.last_at))
			order by a.last_at desc, a.alarm_id desc), '[]')
	from (select * from list_alarms() limit 50) a;
$$;

-- The limits that most is used of, and how many there are.
create or replace function keywheel.overview_limits()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with limits as materialized (select * from list_limits()),
	busiest as (
		select l.* from limits l where l.used > 0
		order by l.used::numeric / greatest(l.value, 1) desc,
			l.scope, l.model, l.kind
		limit 10)
	select jsonb_build_object('all', (select count(*) from limits),
		'busiest', (select coalesce(jsonb_agg(jsonb_build_object(
				'scope', b.scope, 'model', b.model,
				'kind', b.kind, 'value', b.value, 'used', b.used,
				'source', b.source,
				'resets_at', utc_text(b.resets_at))
				order by b.used::numeric / greatest(b.value, 1)
					desc, b.scope, b.model, b.kind), '[]')
			from busiest b));
$$;

-- When each job ran last, and will run next.
create or replace function keywheel.overview_jobs()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('name', j.name,
		'last_at', utc_text(coalesce(j.last_ended, j.last_started)),
		'running', j.claimed_until > now(),
		'failed', not coalesce(j.last_ok, false),
		'message', j.last_message,
		'next_at', case when j.every_s > 0
			then utc_text(j.next_at) end)
		order by j.name), '[]')
	from jobs j;
$$;

-- How many hours the page looks back: a day, or where a day has more requests
-- than can be summed up at once (by the statistics), one.
create or replace function keywheel.overview_hours()
returns integer
language sql stable
set search_path = keywheel, pg_temp
as $$
	select case when sum(c.reltuples) > 500000 then 1 else 24 end
	from pg_inherits i join pg_class c on c.oid = i.inhrelid
	where i.inhparent = 'keywheel.requests'::regclass and c.relname >=
		to_char((now() - interval '1 day') at time zone 'UTC',
			'"requests_"YYYYMMDD');
$$;

-- The overview page. The account of the last hours is read once.
create or replace function keywheel.overview()
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_hours integer := overview_hours();
	v_since timestamptz := now() - make_interval(hours => v_hours);
begin
	return (with day as materialized (
		select r.outcome, r.token_id, count(*) as requests,
			max(r.started_at) as last_at,
			sum(r.prompt_tokens) as prompt,
			sum(r.cached_tokens) as cached,
			sum(r.thought_tokens) as thought,
			sum(r.answer_tokens) as answer
		from requests r
		where r.started_at > v_since
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
		'hours', v_hours,
		'schema', (select max(version) from schema_migrations),
		'settings_version', (select settings from revision),
		'states', overview_states(),
		'keys', overview_keys(),
		'alarms', overview_alarms(),
		'everybody', overview_rests(),
		'limits', overview_limits(),
		'jobs', overview_jobs(),
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
			where t.revoked_at is null)));
end $$;
