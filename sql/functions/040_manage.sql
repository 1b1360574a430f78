-- What the command line and the pages do: keys, tokens, settings.

-- Add a key, or bring a removed one back. result: added | restored | known
create or replace function keywheel.add_key(
	p_pool text, p_hash bytea, p_secret bytea, p_hint text,
	p_project text, p_origin text,
	out key_id bigint, out result text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_state text;
begin
	insert into pools (pool) values (p_pool) on conflict do nothing;
	perform from pools p where p.pool = p_pool for update;
	insert into keys as k (pool, hash, secret, hint, project, origin)
	values (p_pool, p_hash, p_secret, p_hint, p_project, p_origin)
	on conflict (hash) do nothing
	returning k.key_id into key_id;
	if key_id is not null then
		perform rotation_add(key_id);
		insert into key_events (key_id, event, cause)
		values (key_id, 'added', p_origin);
		result := 'added';
		return;
	end if;

	select k.key_id, k.state into key_id, v_state
	from keys k where k.hash = p_hash for update;
	result := 'known';
	if v_state = 'removed' then
		-- It goes where it is wanted now, as somebody else's.
		update keys k set origin = p_origin, pool = p_pool
		where k.key_id = add_key.key_id;
		perform change_key_state(key_id, 'active', p_origin, '');
		result := 'restored';
	end if;
end $$;

-- Remove what an earlier load of this origin brought and this one does not
-- name any more; the number of keys removed.
create or replace function keywheel.remove_keys_except(
	p_pool text, p_origin text, p_hashes bytea[])
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_key bigint;
	v_count bigint := 0;
begin
	perform from pools p where p.pool = p_pool for update;
	for v_key in select k.key_id from keys k
		where k.pool = p_pool and k.origin = p_origin
			and k.state <> 'removed' and k.hash <> all (p_hashes)
		order by k.key_id
	loop
		perform change_key_state(
			v_key, 'removed', 'no longer listed', '');
		v_count := v_count + 1;
	end loop;
	return v_count;
end $$;

-- enable, disable or remove one key by hand. False: there is none, or it is
-- in that state already. Enabling also ends its rests.
create or replace function keywheel.set_key_state(
	p_key bigint, p_state text, p_cause text)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_rests bigint := 0;
begin
	perform lock_pools(p_key);
	if p_state = 'active' then
		delete from key_cooldown c using keys k
		where k.key_id = p_key and k.state <> 'removed'
			and c.scope in (k.scope, 'key/' || k.key_id);
		get diagnostics v_rests = row_count;
		update key_rotation r set rests_until = '-infinity', faults = 0
		where r.key_id = p_key;
	end if;
	return change_key_state(p_key, p_state, p_cause, '') or v_rests > 0;
end $$;

create or replace function keywheel.list_keys()
returns table (key_id bigint, pool text, hint text, project text,
	state text, state_reason text, faults integer, uses bigint,
	last_used_at timestamptz, resting text, origin text, note text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select k.key_id, k.pool, k.hint, k.project, k.state, k.state_reason,
		coalesce(r.faults, 0), coalesce(r.uses, k.uses), r.last_used_at,
		(select string_agg(format('%s until %s (%s)', c.model,
				to_char(c.until at time zone 'UTC',
					'YYYY-MM-DD"T"HH24:MI:SS"Z"'), c.reason),
				', ' order by c.until)
			from key_cooldown c
			where c.scope in (k.scope, 'key/' || k.key_id)
				and c.until > now()),
		k.origin, k.note
	from keys k
	left join key_rotation r on r.pool = k.pool and r.key_id = k.key_id
	where k.state <> 'removed'
	order by k.key_id;
$$;

-- The sealed secrets of the active keys, for `keywheel check`.
create or replace function keywheel.keys_to_probe(p_pool text)
returns table (key_id bigint, hint text, secret bytea, scope text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select k.key_id, k.hint, k.secret, k.scope from keys k
	where k.pool = p_pool and k.state = 'active' order by k.key_id;
$$;

-- Add a token, or bring a revoked one back under this name.
-- result: added | restored | known | name_taken
create or replace function keywheel.add_token(
	p_name text, p_hash bytea, p_hint text, p_admin boolean,
	p_origin text, out token_id bigint, out result text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_revoked timestamptz;
	v_admin boolean;
begin
	select t.token_id, t.revoked_at, t.admin
	into token_id, v_revoked, v_admin
	from tokens t where t.hash = p_hash for update;
	if token_id is not null and v_revoked is null then
		-- The same token for both roles: it may do both.
		update tokens t set admin = true
		where t.token_id = add_token.token_id and p_admin and not v_admin;
		result := 'known';
		return;
	end if;
	if exists (select from tokens t
			where t.name = p_name and t.revoked_at is null) then
		result := 'name_taken';
		return;
	end if;
	if token_id is not null then
		update tokens t set revoked_at = null, name = p_name,
			admin = p_admin, origin = p_origin
		where t.token_id = add_token.token_id;
		result := 'restored';
		return;
	end if;
	insert into tokens as t (name, hash, hint, admin, origin)
	values (p_name, p_hash, p_hint, p_admin, p_origin)
	returning t.token_id into token_id;
	result := 'added';
end $$;

create or replace function keywheel.revoke_token(p_name text)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update tokens set revoked_at = now()
	where name = p_name and revoked_at is null;
	return found;
end $$;

-- Revoke what an earlier load of this origin brought and this one does not
-- name any more; the number revoked.
create or replace function keywheel.revoke_tokens_except(
	p_origin text, p_admin boolean, p_hashes bytea[])
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_count bigint;
begin
	update tokens set revoked_at = now()
	where origin = p_origin and admin = p_admin and revoked_at is null
		and hash <> all (p_hashes);
	get diagnostics v_count = row_count;
	return v_count;
end $$;

create or replace function keywheel.list_tokens()
returns table (token_id bigint, name text, hint text, admin boolean,
	origin text, created_at timestamptz, revoked_at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select token_id, name, hint, admin, origin, created_at, revoked_at
	from tokens order by revoked_at nulls first, token_id;
$$;

-- Who holds this token? Null: nobody. For requests that lease no key.
create or replace function keywheel.check_token(p_token bytea,
	out token_id bigint, out admin boolean, out settings_version bigint)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select t.token_id, t.admin, r.settings from revision r
	left join tokens t on t.hash = p_token and t.revoked_at is null;
$$;

create or replace function keywheel.get_settings(
	out settings_version bigint, out settings jsonb)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select r.settings,
		(select coalesce(jsonb_object_agg(s.name, s.value), '{}')
			from settings s)
	from revision r;
$$;

-- Put {"NAME": "value"} in force, all at once; a null takes the row away,
-- so that the default is in force. The number of rows that changed.
create or replace function keywheel.put_settings(p_settings jsonb)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_put bigint;
	v_gone bigint;
begin
	insert into settings as s (name, value)
	select e.key, e.value from jsonb_each_text(p_settings) e
	where e.value is not null
	on conflict (name) do update
		set value = excluded.value, updated_at = now()
		where s.value <> excluded.value;
	get diagnostics v_put = row_count;
	delete from settings s using jsonb_each(p_settings) e
	where s.name = e.key and jsonb_typeof(e.value) = 'null';
	get diagnostics v_gone = row_count;
	if v_put + v_gone > 0 then
		update revision set settings = settings + 1;
	end if;
	return v_put + v_gone;
end $$;
