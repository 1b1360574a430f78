-- What an upstream answer does to a key. The verdict itself is C's
-- (src/pool/verdict.c); here it is put in force.

-- Whoever will lock more than one row of a rotation locks its pool's row
-- first, the pools by name: those of the key, and of all keys that share its
-- quota. A pick locks one row and waits for no other, so nobody waits in a
-- circle.
create or replace function keywheel.lock_pools(p_key bigint)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	perform from pools p
	where p.pool in (select k.pool from keys k
		where k.key_id = p_key or k.project =
			(select o.project from keys o where o.key_id = p_key))
	order by p.pool for update;
end $$;

-- Change the state of a key, with the reason, once; the rotation follows.
create or replace function keywheel.change_key_state(
	p_key bigint, p_state text, p_cause text, p_evidence text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update keys k set state = p_state, state_reason = p_cause,
		state_at = now()
	where k.key_id = p_key and k.state <> p_state;
	if not found then
		return false;
	end if;
	if p_state = 'active' then
		perform rotation_add(p_key);
	else
		perform rotation_remove(p_key);
	end if;
	insert into key_events (key_id, event, cause, evidence)
	values (p_key, case p_state when 'active' then 'enabled'
		else p_state end, p_cause, p_evidence);
	return true;
end $$;

-- Let (scope, model) rest. A rest that is in force is never shortened. With
-- a cap the rest doubles each time it is imposed again within ten minutes
-- of its end.
create or replace function keywheel.rest(
	p_key bigint, p_scope text, p_model text, p_ms bigint, p_cap_ms bigint,
	p_long boolean, p_cause text, p_evidence text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_until timestamptz;
	v_was timestamptz;
begin
	select c.until into v_was from key_cooldown c
	where c.scope = p_scope and c.model = p_model;
	insert into key_cooldown as c
		(scope, model, until, reason, long_rest, strikes)
	values (p_scope, p_model, now() + p_ms * interval '1 millisecond',
		p_cause, p_long, 1)
	on conflict (scope, model) do update set
		strikes = case
			when c.until > now() then c.strikes
			when c.until > now() - interval '10 minutes'
				then c.strikes + 1
			else 1 end,
		until = greatest(c.until, now() + interval '1 millisecond' *
			case when p_cap_ms > 0
				and c.until <= now()
				and c.until > now() - interval '10 minutes'
			then least(p_cap_ms,
				p_ms * 2 ^ least(c.strikes, 20))
			else p_ms end),
		since = case when c.until > now() then c.since else now() end,
		reason = case when c.until < excluded.until
			then excluded.reason else c.reason end,
		long_rest = case when c.until < excluded.until
			then excluded.long_rest else c.long_rest end
	returning c.until into v_until;
	-- Picks look at the rests only of keys that have one.
	update key_rotation r set rests_until = v_until
	where (r.scope = p_scope or r.key_id = p_key)
		and r.rests_until < v_until;
	-- Many responders may learn the same at once: one event tells it.
	if v_was is null or v_was <= now() then
		insert into key_events
			(key_id, event, model, until, cause, evidence)
		values (p_key, 'rested', p_model, v_until, p_cause, p_evidence);
	end if;
end $$;

-- p_verdict: {key, name, evidence, rest: none|key|project, all_models,
-- rest_ms, cap_ms, long, disable_after, disable_project, clear, project}.
-- Absent members mean no. Null: nothing to do.
create or replace function keywheel.apply_verdict(p_model text, p_verdict jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_key bigint := (p_verdict ->> 'key')::bigint;
	v_name text := p_verdict ->> 'name';
	v_evidence text := coalesce(p_verdict ->> 'evidence', '');
	v_rest text := coalesce(p_verdict ->> 'rest', 'none');
	v_after integer := coalesce((p_verdict ->> 'disable_after')::integer, 0);
	v_scope text;
	v_project text;
	v_faults integer;
	v_victim bigint;
begin
	if v_key is null then
		return;
	end if;
	if coalesce((p_verdict ->> 'clear')::boolean, false) then
		update key_rotation r set faults = 0
		where r.key_id = v_key and r.faults > 0;
		return;
	end if;

	select k.scope, k.project into v_scope, v_project
	from keys k where k.key_id = v_key;
	if not found then
		return;
	end if;
	perform lock_pools(v_key);
	if v_rest <> 'none' then
		perform rest(v_key,
			case v_rest when 'key' then 'key/' || v_key
				else v_scope end,
			case when (p_verdict ->> 'all_models')::boolean
				then '*' else p_model end,
			(p_verdict ->> 'rest_ms')::bigint,
			coalesce((p_verdict ->> 'cap_ms')::bigint, 0),
			coalesce((p_verdict ->> 'long')::boolean, false),
			v_name, v_evidence);
	end if;

	if v_after > 0 then
		update key_rotation r set faults = r.faults + 1
		where r.key_id = v_key
		returning r.faults into v_faults;
		if v_faults >= v_after then
			perform change_key_state(
				v_key, 'disabled', v_name, v_evidence);
		end if;
	end if;
	if coalesce((p_verdict ->> 'disable_project')::boolean, false)
			and v_project is not null then
		for v_victim in select k.key_id from keys k
			where k.project = v_project and k.state = 'active'
			order by k.key_id
		loop
			perform change_key_state(
				v_victim, 'disabled', v_name, v_evidence);
		end loop;
	end if;
end $$;
