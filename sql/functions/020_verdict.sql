-- What an upstream answer does to a key. The verdict itself is C's
-- (src/pool/verdict.c); here it is put in force.

-- Whoever will lock more than one row of a rotation locks its pool's row
-- first, the pools by name: those of the key, and of all keys that share its
-- quota or are of that project; with p_all all pools. A pick locks one row and
-- waits for no other, so nobody waits in a circle.
create or replace function keywheel.lock_pools(
	p_key bigint, p_project text default null, p_all boolean default false)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	perform from pools p
	where p_all and p.pool not like '%/%'
		or p.pool in (select k.pool from keys k
			where k.key_id = p_key or k.project = p_project
				or k.project = (select o.project from keys o
					where o.key_id = p_key))
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
		perform end_alarm('no_key', k.pool)
		from keys k where k.key_id = p_key;
	else
		perform rotation_remove(p_key);
	end if;
	-- Whoever takes it away, or uses it again, has seen the alarm.
	if p_state <> 'disabled' then
		perform end_alarm('leaked_key', 'key ' || p_key);
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

-- Is anything held against a key that a success would clear? For what a lease
-- says of faults. Rests that are over count for ten minutes, as rest() does;
-- while one is in force there is nothing to clear but faults.
create or replace function keywheel.held_against(
	p_faults integer, p_stumbles integer, p_rests_until timestamptz)
returns integer
language sql stable
as $$
	select p_faults + p_stumbles + (p_rests_until <= now()
		and p_rests_until > now() - interval '10 minutes')::integer;
$$;

-- A success: forget the key's faults, and the strikes of rests that are over.
create or replace function keywheel.clear_key(p_key bigint, p_model text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if exists (select from key_cooldown c
			where c.scope = '*' and c.model in (p_model, '*')
				and c.until > now()) then
		-- Somebody was answered: nobody need rest any more.
		perform lock_pools(null, null, true);
		update key_cooldown c set until = now(), strikes = 0
		where c.scope = '*' and c.model in (p_model, '*')
			and c.until > now();
	end if;
	if exists (select from key_rotation r
			join key_cooldown c
				on c.scope in (r.scope, 'key/' || p_key)
			where r.key_id = p_key and r.rests_until <= now()
				and r.rests_until
					> now() - interval '10 minutes'
				and c.model in (p_model, '*')
				and c.until <= now() and c.strikes > 0) then
		perform lock_pools(p_key);
		update key_cooldown c set strikes = 0
		from key_rotation r
		where r.key_id = p_key and c.until <= now() and c.strikes > 0
			and c.scope in (r.scope, 'key/' || p_key)
			and c.model in (p_model, '*');
		update key_rotation r set rests_until = coalesce((
			select max(c.until) from key_cooldown c
			where c.scope in (r.scope, 'key/' || p_key)
				and (c.strikes > 0 or c.until > now())),
			'-infinity')
		where r.key_id = p_key;
	end if;
	update key_rotation r set faults = 0, stumbles = 0
	where r.key_id = p_key and (r.faults > 0 or r.stumbles > 0);
end $$;

-- An internal error of Google's, which may be the request's: five in a row on
-- one key, and it rests for the model.
create or replace function keywheel.stumble(
	p_key bigint, p_model text, p_evidence text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_count integer;
begin
	update key_rotation r set stumbles = (r.stumbles + 1) % 5
	where r.key_id = p_key
	returning r.stumbles into v_count;
	if v_count = 0 then
		perform rest(p_key, 'key/' || p_key, p_model, 30000, 0, false,
			'stumbles', p_evidence);
	end if;
end $$;

-- Let rest whom the verdict names.
create or replace function keywheel.rest_by_verdict(
	p_scope text, p_model text, p_verdict jsonb)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select rest((p_verdict ->> 'key')::bigint,
		case p_verdict ->> 'rest'
			when 'key' then 'key/' || (p_verdict ->> 'key')
			else p_scope end,
		case when (p_verdict ->> 'all_models')::boolean
			then '*' else p_model end,
		(p_verdict ->> 'rest_ms')::bigint,
		coalesce((p_verdict ->> 'cap_ms')::bigint, 0),
		coalesce((p_verdict ->> 'long')::boolean, false),
		p_verdict ->> 'name', coalesce(p_verdict ->> 'evidence', ''))
	where p_verdict ->> 'rest' in ('key', 'project');
$$;

-- Count a fault of the key, and disable it, or all of its project, when there
-- have been enough of them in a row.
create or replace function keywheel.blame(
	p_key bigint, p_project text, p_verdict jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_name text := p_verdict ->> 'name';
	v_evidence text := coalesce(p_verdict ->> 'evidence', '');
	v_faults integer;
	v_victim bigint;
begin
	update key_rotation r set faults = r.faults + 1
	where r.key_id = p_key
	returning r.faults into v_faults;
	if v_faults >= (p_verdict ->> 'disable_after')::integer
			and change_key_state(p_key, 'disabled', v_name,
				v_evidence)
			and v_name = 'leaked_key' then
		perform raise_leak_alarm(p_key);
	end if;
	if (p_verdict ->> 'disable_project')::boolean
			and p_project is not null then
		for v_victim in select k.key_id from keys k
			where k.project = p_project and k.state = 'active'
			order by k.key_id
		loop
			perform change_key_state(
				v_victim, 'disabled', v_name, v_evidence);
		end loop;
	end if;
end $$;

-- Put a verdict in force. p_verdict: {key, name, evidence, clear} or {key,
-- name, evidence, rest: key|project, all_models, rest_ms, cap_ms, long,
-- disable_after, disable_project, stumble, sign: storm|location|model,
-- project: its number, limits: {rpm|tpm|rpd|tpd: size}, model: whose limits
-- these are}. Absent members mean no. Null: nothing to do.
--
-- The rows of pools come first, by name; then rests and the rotation.
create or replace function keywheel.apply_verdict(p_model text, p_verdict jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_key bigint := (p_verdict ->> 'key')::bigint;
	v_name text := p_verdict ->> 'name';
	v_evidence text := coalesce(p_verdict ->> 'evidence', '');
	v_sign text := p_verdict ->> 'sign';
	v_told boolean;
	v keys;
begin
	if (p_verdict ->> 'clear')::boolean then
		perform clear_key(v_key, p_model);
		return;
	end if;
	select * into v from keys k where k.key_id = v_key;
	if not found then
		return;
	end if;
	perform lock_pools(v_key, p_verdict ->> 'project', v_sign is not null);
	if p_verdict ? 'project' and v.project is null then
		perform join_project(v_key, p_verdict ->> 'project', v_name);
		select * into v from keys k where k.key_id = v_key;
	end if;
	perform learn_limit(v.scope, m.model, l.key, l.value::bigint)
	from jsonb_each_text(p_verdict -> 'limits') l,
		(select p_model as model union
			select p_verdict ->> 'model') m
	where m.model is not null;

	-- What is everybody's trouble is not the key's.
	if v_sign is not null and all_rest(p_model) is not null then
		return;
	end if;
	if p_verdict ? 'stumble' then
		perform stumble(v_key, p_model, v_evidence);
	end if;
	if v_sign is not null and note_sign(v_sign, v.pool, v.scope, p_model,
			v_name, v_evidence) then
		return;
	end if;
	-- Requests that were under way together are told the same at once: that
	-- is not twice in a row.
	v_told := exists (select from key_cooldown c
		where c.scope = 'key/' || v_key and c.model = p_model
			and c.until > now() and c.reason = v_name);
	perform rest_by_verdict(v.scope, p_model, p_verdict);
	if (p_verdict ->> 'disable_after')::integer > 0 and not v_told then
		perform blame(v_key, v.project, p_verdict);
	end if;
end $$;

-- No more attempts of a request: the last verdict is put in force, and then,
-- when is the first key free? wait_ms 0: one is, unless answer is `none`.
create or replace function keywheel.when_free(
	p_pool text, p_model text, p_verdict jsonb,
	p_more_pools text[] default '{}', p_tokens bigint default 0,
	p_owner bigint default null,
	out answer text,
	out wait_ms bigint, out long_rest boolean, out why text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_limited boolean;
	v keywheel.lease;
begin
	perform set_config('synchronous_commit', 'off', true);
	perform apply_verdict(p_model, p_verdict);
	v_limited := exists (select from limits l where l.model = p_model);
	v := hold_back(p_pool, p_model, p_more_pools, p_tokens, v_limited,
		null, true, false, p_owner);
	if v.answer is null then
		v := explain_no_lease(p_pool, p_model, '{}', p_more_pools,
			p_tokens, v_limited, p_owner);
	end if;
	answer := v.answer;
	wait_ms := v.wait_ms;
	long_rest := v.long_rest;
	why := v.why;
end $$;
