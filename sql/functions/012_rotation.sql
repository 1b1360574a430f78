-- The shape of the rotation: which keys are in which ring, and their slots. It
-- changes when keys come, go, or get another pool, weight or part.
--
-- The row of the pool in keywheel.pools is the lock of all that, of its reserve
-- too; whoever wants several pools takes them by name.

create or replace function keywheel.ring_of(p_pool text, p_reserve boolean)
returns text
language sql immutable
as $$
	select case when p_reserve then p_pool || '/reserve' else p_pool end;
$$;

create or replace function keywheel.pool_of(p_ring text)
returns text
language sql immutable
as $$
	select split_part(p_ring, '/', 1);
$$;

-- Lock the pools that those keys are in, and those that they belong to.
create or replace function keywheel.lock_pools_of(p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	insert into pools (pool)
	select distinct k.pool from keys k where k.key_id = any (p_keys)
	order by k.pool on conflict do nothing;
	perform from pools p
	where p.pool in (select k.pool from keys k
			where k.key_id = any (p_keys)
			union
			select pool_of(r.pool) from key_rotation r
			where r.key_id = any (p_keys))
	order by p.pool for update;
	-- The rings are under the locks of their pools.
	insert into pools (pool)
	select distinct ring_of(k.pool, true) from keys k
	where k.key_id = any (p_keys) and k.reserve
	order by 1 on conflict do nothing;
end $$;

-- Is this key in the slot, or in one next to it?
create or replace function keywheel.stands_beside(
	p_ring text, p_size integer, p_slot integer, p_key bigint)
returns boolean
language sql stable
set search_path = keywheel, pg_temp
as $$
	select exists (select from key_slots s
		where s.pool = p_ring and s.key_id = p_key
			and s.slot in (p_slot, (p_slot + 1) % p_size,
				(p_slot + p_size - 1) % p_size));
$$;

-- Give the keys of a ring the slots that their weights say, at its end. Turns
-- after a key's first one change places with slots all around the ring, so that
-- they do not stand one behind the other, as far as others are there to stand
-- between.
create or replace function keywheel.slots_add(p_ring text, p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_start integer;
	v_size integer;
	v_one record;
	v_goal integer;
	v_many boolean := (select sum(k.weight - 1) > 200 from keys k
		where k.key_id = any (p_keys));
begin
	select p.size into v_start from pools p where p.pool = p_ring;
	insert into key_slots (pool, slot, key_id)
	select p_ring, v_start - 1 + row_number() over (
		order by case when v_many then n.turn - floor(n.turn) end,
			n.turn, n.key_id), n.key_id
	from (select k.key_id, case when v_many then
			(row_number() over (order by k.key_id, t.turn))
				::float8 / k.weight / count(*) over ()
				+ t.turn::float8 / k.weight
			else t.turn end as turn
		from keys k cross join generate_series(1, k.weight) t (turn)
		where k.key_id = any (p_keys)) n;
	get diagnostics v_size = row_count;
	v_size := v_size + v_start;
	update pools p set size = v_size where p.pool = p_ring;
	if v_many then
		return;
	end if;

	for v_one in
		select n.* from (
			select s.slot, s.key_id, k.weight,
				min(s.slot) over mine as first,
				row_number() over mine - 1 as turn
			from key_slots s join keys k using (key_id)
			where s.pool = p_ring and s.key_id = any (p_keys)
				and k.weight > 1
			window mine as (partition by s.key_id order by s.slot))
			n
		where n.turn > 0 order by n.slot
	loop
		-- Among those that have their place: what stands before it.
		v_goal := v_one.first
			+ v_one.turn::bigint * v_one.slot / v_one.weight;
		v_goal := coalesce((
			select o.slot from generate_series(0, 15) i
			join key_slots o on o.pool = p_ring
				and o.slot = (v_goal + i) % v_one.slot
			where not stands_beside(
					p_ring, v_size, o.slot, v_one.key_id)
				and not stands_beside(p_ring, v_size,
					v_one.slot, o.key_id)
			order by i limit 1), v_goal % v_one.slot);
		update key_slots s set key_id = o.key_id
		from key_slots o
		where s.pool = p_ring and o.pool = p_ring
			and (s.slot, o.slot) in ((v_one.slot, v_goal),
				(v_goal, v_one.slot));
	end loop;
end $$;

-- Take the keys' slots out of a ring, keeping it dense: the last ones move into
-- the holes.
create or replace function keywheel.slots_remove(p_ring text, p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_holes integer[];
	v_size integer;
begin
	with gone as (
		delete from key_slots s
		where s.pool = p_ring and s.key_id = any (p_keys)
		returning s.slot)
	select array_agg(g.slot order by g.slot) into v_holes from gone g;
	update pools p set size = p.size - coalesce(cardinality(v_holes), 0)
	where p.pool = p_ring
	returning p.size into v_size;
	update key_slots s set slot = h.slot
	from (select hole as slot, row_number() over (order by hole) as n
			from unnest(v_holes) hole where hole < v_size) h
	join (select l.slot as old_slot, row_number() over (order by l.slot)
				as n
			from key_slots l
			where l.pool = p_ring and l.slot >= v_size) m
		using (n)
	where s.pool = p_ring and s.slot = m.old_slot;
end $$;

-- The end of the last rest that touches a key, of whatever model.
create or replace function keywheel.rests_until(p_scope text, p_key bigint)
returns timestamptz
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select coalesce(max(c.until), '-infinity') from key_cooldown c
	where c.scope in (p_scope, 'key/' || p_key));
end $$;

-- Put keys that are in the rotation where their rows in keys say: pool, part,
-- weight, models, and whose quota they count for. Uses, faults and rests stay.
--
-- A key whose project has become known goes on with its own rests, which are
-- looked at besides the project's, and takes along its limits as far as the
-- project has none. What its own ledger had counted lapses: moving it would
-- mean to hold a row of the ledger while others are still to be locked, and
-- Google's next refusal, if it comes to that, is a rest of the project's.
create or replace function keywheel.place_keys(p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_moved bigint[];
	v_ring text;
begin
	perform lock_pools_of(p_keys);
	insert into limits (scope, model, kind, value, source, at)
	select distinct on (k.scope, l.model, l.kind) k.scope, l.model, l.kind,
		l.value, l.source, l.at
	from keys k join limits l on l.scope = 'key/' || k.key_id
	where k.key_id = any (p_keys) and k.scope <> l.scope
	order by k.scope, l.model, l.kind, l.value
	on conflict do nothing;
	delete from limits l using keys k
	where k.key_id = any (p_keys) and l.scope = 'key/' || k.key_id
		and k.scope <> l.scope;

	select array_agg(r.key_id) into v_moved
	from key_rotation r join keys k using (key_id)
	where r.key_id = any (p_keys)
		and (r.pool <> ring_of(k.pool, k.reserve) or k.weight <>
			(select count(*) from key_slots s
			where s.key_id = r.key_id));
	for v_ring in select distinct r.pool from key_rotation r
		where r.key_id = any (v_moved) order by r.pool
	loop
		perform slots_remove(v_ring, v_moved);
	end loop;
	update key_rotation r set pool = ring_of(k.pool, k.reserve),
		scope = k.scope, models = k.models,
		rests_until = rests_until(k.scope, k.key_id)
	from keys k
	where r.key_id = any (p_keys) and k.key_id = r.key_id;
	for v_ring in select distinct r.pool from key_rotation r
		where r.key_id = any (v_moved) order by r.pool
	loop
		perform slots_add(v_ring, array(select r.key_id
			from key_rotation r
			where r.pool = v_ring and r.key_id = any (v_moved)));
	end loop;
end $$;

create or replace function keywheel.place_key(p_key bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select place_keys(array[p_key]);
$$;

-- Take those of the keys that are active into the rotation, at its end; those
-- that are there already are put where they belong.
create or replace function keywheel.rotation_add_many(p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_there bigint[] := array(select r.key_id from key_rotation r
		where r.key_id = any (p_keys));
	v_ring text;
	v_come bigint[];
begin
	perform lock_pools_of(p_keys);
	if v_there <> '{}' then
		perform place_keys(v_there);
	end if;
	for v_ring, v_come in
		select ring_of(k.pool, k.reserve), array_agg(k.key_id)
		from keys k
		where k.key_id = any (p_keys) and k.state = 'active'
			and not exists (select from key_rotation r
				where r.key_id = k.key_id)
		group by 1 order by 1
	loop
		-- All rests at once: there may be very many keys.
		insert into key_rotation (pool, key_id, scope, secret, hint,
			uses, models, rests_until)
		with rests as (select c.scope, max(c.until) as until
			from key_cooldown c group by c.scope)
		select v_ring, k.key_id, k.scope, k.secret, k.hint, k.uses,
			k.models, coalesce(greatest(s.until, o.until),
				'-infinity')
		from keys k
		left join rests s on s.scope = k.scope
		left join rests o on o.scope = 'key/' || k.key_id
		where k.key_id = any (v_come);
		perform slots_add(v_ring, v_come);
	end loop;
end $$;

-- Take keys out of the rotation, wherever they are; their uses go to the keys'
-- rows.
create or replace function keywheel.rotation_remove_many(p_keys bigint[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_ring text;
begin
	perform lock_pools_of(p_keys);
	for v_ring in select distinct r.pool from key_rotation r
		where r.key_id = any (p_keys) order by r.pool
	loop
		perform slots_remove(v_ring, p_keys);
	end loop;
	with gone as (
		delete from key_rotation r where r.key_id = any (p_keys)
		returning r.key_id, r.uses)
	update keys k set uses = g.uses from gone g where k.key_id = g.key_id;
end $$;

create or replace function keywheel.rotation_add(p_key bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select rotation_add_many(array[p_key]);
$$;

create or replace function keywheel.rotation_remove(p_key bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select rotation_remove_many(array[p_key]);
$$;
