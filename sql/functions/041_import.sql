-- Bringing in many keys at once.
--
-- A load of keys is all its calls of add_keys and then those of enter_keys, in
-- one transaction. The first take no lock that a request waits for; the others
-- hold the pools for as short as can be.

-- p_keys: [{place, hash, secret, hint, pool, project, weight, models, reserve,
-- note}], all from `project` on may be absent. Add those that are new, bring
-- removed ones back, with what is said of them here, and leave the others as
-- they are; with p_dry change nothing. For each what became of it, and its id
-- (null: it would be new). p_cause: for the keys' histories, if it is not the
-- origin. result: added | restored | known
create or replace function keywheel.add_keys(
	p_keys jsonb, p_origin text, p_dry boolean default false,
	p_cause text default null)
returns table (place integer, key_id bigint, result text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
begin
	-- Loads go one after the other: two with the same keys in another order
	-- would wait for each other.
	if not p_dry then
		perform pg_advisory_xact_lock(4751930265);
		insert into pools (pool)
		select distinct e ->> 'pool' from jsonb_array_elements(p_keys) e
		on conflict do nothing;
		-- Who changes keys that others see locks the pools first.
		if exists (select from jsonb_to_recordset(p_keys) as g (hash bytea)
				join keys k using (hash)
				where k.state = 'removed') then
			perform from pools p order by p.pool for update;
		end if;
	end if;

	return query
	with given as materialized (
		select g.*, k.key_id as old_id,
			k.state = 'removed' as was_removed
		from jsonb_to_recordset(p_keys) as g (place integer,
			hash bytea, secret bytea, hint text, pool text,
			project text, weight smallint, models text[],
			reserve boolean, note text)
		left join keys k using (hash)),
	made as (
		insert into keys as k (pool, hash, secret, hint, project, origin,
			weight, models, reserve, note, state_reason)
		select g.pool, g.hash, g.secret, g.hint, g.project, p_origin,
			coalesce(g.weight, 1), g.models,
			coalesce(g.reserve, false), coalesce(g.note, ''), ''
		from given g where g.old_id is null and not p_dry
		order by g.place
		on conflict (hash) do nothing
		returning k.key_id, k.hash),
	back as (
		-- It goes where it is wanted now, as somebody else's.
		update keys k set state = 'active', state_reason = p_origin,
			state_at = now(), origin = p_origin, pool = g.pool,
			project = coalesce(g.project, k.project),
			weight = coalesce(g.weight, k.weight),
			models = coalesce(g.models, k.models),
			reserve = coalesce(g.reserve, k.reserve),
			note = coalesce(g.note, k.note)
		from given g
		where k.key_id = g.old_id and g.was_removed and not p_dry
		returning k.key_id),
	told as (
		insert into key_events (key_id, event, cause)
		select m.key_id, 'added', coalesce(p_cause, p_origin)
		from made m
		union all
		select b.key_id, 'enabled', coalesce(p_cause, p_origin)
		from back b)
	select g.place, coalesce(g.old_id, m.key_id),
		case when g.was_removed then 'restored'
			when g.old_id is not null then 'known'
			else 'added' end
	from given g left join made m using (hash);
end $$;

-- Into the rotation with those of them that are active.
create or replace function keywheel.enter_keys(p_keys bigint[])
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	select rotation_add_many(p_keys);
$$;

-- One key. result: added | restored | known
create or replace function keywheel.add_key(
	p_pool text, p_hash bytea, p_secret bytea, p_hint text,
	p_project text, p_origin text,
	out key_id bigint, out result text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
begin
	select a.key_id, a.result into key_id, result
	from add_keys(jsonb_build_array(jsonb_build_object('place', 0,
		'hash', p_hash, 'secret', p_secret, 'hint', p_hint,
		'pool', p_pool, 'project', p_project)), p_origin) a;
	if result <> 'known' then
		perform rotation_add_many(array[key_id]);
	end if;
end $$;
