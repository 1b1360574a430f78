-- Keys one by one: what is known of them, and editing them.

-- The keys that are not removed. p_state: active, disabled, resting (active,
-- but something of it rests), ready (the other active ones), or null for all;
-- p_pool, p_project: null for all. until: when its last rest ends. Of
-- more than a few rests of a key only the longest are named.
create or replace function keywheel.list_keys(
	p_state text default null, p_pool text default null,
	p_project text default null)
returns table (key_id bigint, pool text, hint text, project text,
	state text, state_reason text, faults integer, uses bigint,
	last_used_at timestamptz, resting text, origin text, note text,
	until timestamptz, weight smallint, models text, reserve boolean,
	state_at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select k.key_id, k.pool, k.hint, k.project, k.state, k.state_reason,
		coalesce(r.faults, 0), coalesce(r.uses, k.uses), r.last_used_at,
		c.resting, k.origin, k.note, c.until, k.weight,
		array_to_string(k.models, ','), k.reserve, k.state_at
	from keys k
	left join key_rotation r on r.key_id = k.key_id
	left join lateral (
		select max(n.until) as until,
			string_agg(format('%s until %s (%s)', n.model,
				to_char(n.until at time zone 'UTC',
					'YYYY-MM-DD"T"HH24:MI:SS"Z"'), n.reason),
				', ' order by n.until) as resting
		from (select c.model, c.until, c.reason from key_cooldown c
			-- Most keys have none: nobody looks for theirs.
			where r.rests_until > now()
				and c.scope in (k.scope, 'key/' || k.key_id)
				and c.until > now()
			order by c.until desc limit 5) n) c on true
	where k.state <> 'removed'
		and k.pool = coalesce(p_pool, k.pool)
		and (p_project is null or k.project = p_project)
		and (p_state is null or p_state = k.state
			or (k.state = 'active' and p_state =
				case when c.until is null then 'ready'
					else 'resting' end))
	order by k.key_id;
$$;

-- The ids of those keys, or of all (null), that are not removed.
create or replace function keywheel.find_keys(p_keys bigint[])
returns setof bigint
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select k.key_id from keys k
	where k.state <> 'removed'
		and (p_keys is null or k.key_id = any (p_keys))
	order by k.key_id;
$$;

-- What happened to a key, the newest last; at most p_limit of them, the
-- newest.
create or replace function keywheel.list_key_events(
	p_key bigint, p_limit integer default 200)
returns table (at timestamptz, event text, model text, until timestamptz,
	cause text, evidence text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select n.at, n.event, n.model, n.until, n.cause, n.evidence
	from (select e.* from key_events e where e.key_id = p_key
		order by e.event_id desc limit p_limit) n
	order by n.event_id;
$$;

-- What an edit says, in words, for the history.
create or replace function keywheel.describe_edit(p_change jsonb)
returns text
language sql immutable
as $$
	select string_agg(format('%s: %s', e.key,
		case jsonb_typeof(e.value) when 'null' then 'none'
			when 'array' then (select string_agg(m, ',')
				from jsonb_array_elements_text(e.value) m)
			else e.value #>> '{}' end), '; ' order by e.key)
	from jsonb_each(p_change) e;
$$;

-- Change keys that are not removed: {project, weight, models, reserve, pool,
-- note}; what is absent stays, null takes it away. The ids of those that are
-- different now.
create or replace function keywheel.edit_keys(
	p_keys bigint[], p_change jsonb, p_cause text)
returns setof bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_changed bigint[];
	v_models text[] := (select array_agg(m)
		from jsonb_array_elements_text(
			nullif(p_change -> 'models', 'null')) m);
begin
	if p_change ? 'pool' then
		insert into pools (pool) values (p_change ->> 'pool')
		on conflict do nothing;
	end if;
	perform from pools p order by p.pool for update;
	with n as (
		select k.key_id,
			case when p_change ? 'project'
				then p_change ->> 'project'
				else k.project end as project,
			coalesce((p_change ->> 'weight')::smallint,
				k.weight) as weight,
			case when p_change ? 'models' then v_models
				else k.models end as models,
			coalesce((p_change ->> 'reserve')::boolean,
				k.reserve) as reserve,
			coalesce(p_change ->> 'pool', k.pool) as pool,
			case when p_change ? 'note'
				then coalesce(p_change ->> 'note', '')
				else k.note end as note
		from keys k
		where k.key_id = any (p_keys) and k.state <> 'removed'),
	changed as (
		update keys k set project = n.project, weight = n.weight,
			models = n.models, reserve = n.reserve, pool = n.pool,
			note = n.note
		from n
		where k.key_id = n.key_id and (k.project, k.weight, k.models,
				k.reserve, k.pool, k.note)
			is distinct from (n.project, n.weight, n.models,
				n.reserve, n.pool, n.note)
		returning k.key_id),
	told as (
		insert into key_events (key_id, event, cause, evidence)
		select c.key_id, 'edited', p_cause, describe_edit(p_change)
		from changed c)
	select array_agg(c.key_id) into v_changed from changed c;
	-- A note alone is nothing to the rotation.
	if p_change - 'note' <> '{}' then
		perform place_keys(v_changed);
	end if;
	return query select unnest(v_changed);
end $$;
