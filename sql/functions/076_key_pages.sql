-- Which keys a page shows: the filter, its order, and how many there are. What
-- is shown of them is 076_key_rows.sql.

-- The scopes of which something rests now, and (p_model) that model.
create or replace function keywheel.resting_scopes(p_model text)
returns setof text
language sql stable
as $$
	select c.scope from keywheel.key_cooldown c
	where c.until > now() and (p_model is null
		or c.model in ('*', p_model, 'vertex/' || p_model));
$$;

-- The keys that a filter finds, with what lists are sorted by: {q, hash, state,
-- pool, project, faults, code, model, model_is}. What is absent does not matter;
-- all of the others must be true.
--
--   q         its number, or a part of its hint, project or note
--   hash      hex: it is this key
--   state     active, ready (nothing rests), resting, disabled, removed; if
--             absent all but removed ones
--   faults    at least so many in a row
--   code      an attempt failed with this status of upstream's in the last
--             24 hours
--   model     the key may serve it; with model_is `rests` it rests for it
--
-- Written so that it becomes a part of the query that calls it, which then
-- reads no more than it wants.
create or replace function keywheel.filtered_keys(p_filter jsonb)
returns table (key_id bigint, scope text, state text, state_reason text,
	project text, uses bigint, faults integer, last_used_at timestamptz,
	rests_until timestamptz)
language sql stable
as $$
	select k.key_id, k.scope, k.state, k.state_reason, k.project,
		coalesce(r.uses, k.uses), r.faults, r.last_used_at,
		r.rests_until
	from keywheel.keys k
	left join keywheel.key_rotation r on r.key_id = k.key_id
	where case p_filter ->> 'state'
		when 'disabled' then k.state = 'disabled'
		when 'removed' then k.state = 'removed'
		when 'active' then k.state = 'active'
		when 'ready' then k.state = 'active' and (r.rests_until <= now()
			or k.scope not in (
				select keywheel.resting_scopes(null))
			and 'key/' || k.key_id not in (
				select keywheel.resting_scopes(null)))
		when 'resting' then k.state = 'active'
			and r.rests_until > now()
			and (k.scope in (select keywheel.resting_scopes(null))
			or 'key/' || k.key_id in (
				select keywheel.resting_scopes(null)))
		else k.state <> 'removed' end
	and (p_filter ->> 'pool' is null or k.pool = p_filter ->> 'pool')
	and (p_filter ->> 'project' is null
		or k.project = p_filter ->> 'project')
	and (p_filter ->> 'hash' is null
		or k.hash = decode(p_filter ->> 'hash', 'hex'))
	and (p_filter ->> 'faults' is null
		or coalesce(r.faults, 0) >= (p_filter ->> 'faults')::integer)
	and (p_filter ->> 'q' is null
		or k.key_id::text = ltrim(p_filter ->> 'q', '#')
		or position(lower(p_filter ->> 'q') in lower(k.hint || E'\n'
			|| coalesce(k.project, '') || E'\n' || k.note)) > 0)
	and (p_filter ->> 'code' is null or k.key_id in (
		select a.key_id from keywheel.attempts a
		where a.started_at > now() - interval '24 hours'
			and a.status = (p_filter ->> 'code')::smallint))
	and (p_filter ->> 'model' is null
		or case p_filter ->> 'model_is' when 'rests' then
			r.rests_until > now() and (k.scope in (
				select keywheel.resting_scopes(
					p_filter ->> 'model'))
			or 'key/' || k.key_id in (
				select keywheel.resting_scopes(
					p_filter ->> 'model')))
		else k.state = 'active' and (k.models is null
			or keywheel.may_serve(
				k.models, p_filter ->> 'model')) end);
$$;

-- Only their numbers.
create or replace function keywheel.matching_keys(p_filter jsonb)
returns setof bigint
language sql stable
as $$
	select f.key_id from keywheel.filtered_keys(p_filter) f;
$$;

-- How many keys are in which state: {all, active, disabled, removed, resting,
-- ready, pools: {POOL: n}}; all and pools without the removed ones.
create or replace function keywheel.key_totals()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with states as materialized (
		select k.state, k.pool, count(*) as n
		from keys k group by k.state, k.pool),
	resting as (
		-- Their own rests, too, from before a project was known.
		select count(*) as n from key_rotation r
		where r.rests_until > now()
			and (r.scope in (select resting_scopes(null))
			or 'key/' || r.key_id in (
				select resting_scopes(null)))),
	sums as (
		select coalesce(sum(s.n) filter (where s.state <> 'removed'), 0)
				as all_keys,
			coalesce(sum(s.n) filter (where s.state = 'active'), 0)
				as active,
			coalesce(sum(s.n) filter (where s.state = 'disabled'),
				0) as disabled,
			coalesce(sum(s.n) filter (where s.state = 'removed'), 0)
				as removed,
			(select r.n from resting r) as resting
		from states s)
	select jsonb_build_object('all', s.all_keys, 'active', s.active,
		'disabled', s.disabled, 'removed', s.removed,
		'resting', s.resting, 'ready', s.active - s.resting,
		'pools', (select coalesce(jsonb_object_agg(p.pool, p.n), '{}')
			from (select t.pool, sum(t.n) as n from states t
				where t.state <> 'removed'
				group by t.pool) p))
	from sums s;
$$;

-- One page of the keys that a filter finds, in order: their numbers. p_sort:
-- number, state, last_use, faults, uses, project, added. Keys of which there
-- is nothing to sort by come last. By number no more is read than is wanted.
create or replace function keywheel.sorted_keys(
	p_filter jsonb, p_sort text, p_down boolean,
	p_offset bigint, p_limit bigint)
returns bigint[]
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
	if p_sort in ('number', 'added') and not p_down then
		return array(select m from matching_keys(p_filter) m
			order by m limit p_limit offset p_offset);
	elsif p_sort in ('number', 'added') then
		return array(select m from matching_keys(p_filter) m
			order by m desc limit p_limit offset p_offset);
	elsif p_sort in ('state', 'project') then
		return array(select f.key_id from filtered_keys(p_filter) f
			cross join lateral (select case p_sort
				when 'project' then f.project
				when 'state' then f.state
					|| case when f.state <> 'active'
						then ' ' || f.state_reason
					when f.rests_until > now() and (
						f.scope in (select
							resting_scopes(null))
						or 'key/' || f.key_id in (select
							resting_scopes(null)))
						then ' resting' else '' end
				end) s (word)
			order by case when not p_down then s.word end,
				case when p_down then s.word end
					desc nulls last,
				f.key_id
			limit p_limit offset p_offset);
	end if;
	return array(select f.key_id from filtered_keys(p_filter) f
		order by case when p_down then -1 else 1 end * case p_sort
				when 'faults' then f.faults
				when 'uses' then f.uses
				when 'last_use' then extract(
					epoch from f.last_used_at)::float8
				end nulls last,
			f.key_id
		limit p_limit offset p_offset);
end $$;

-- How many keys a filter finds; p_most if there are more.
create or replace function keywheel.count_matching_keys(
	p_filter jsonb, p_most bigint default null)
returns bigint
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
	return (select count(*)
		from (select from matching_keys(p_filter) limit p_most) m);
end $$;
