-- What the command line and the pages do: keys, tokens, settings.

-- Remove what an earlier load of this origin brought and this one does not
-- name any more; the number of keys removed.
create or replace function keywheel.remove_keys_except(
	p_pool text, p_origin text, p_hashes bytea[])
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_gone bigint[];
begin
	perform from pools p order by p.pool for update;
	with gone as (
		update keys k set state = 'removed',
			state_reason = 'no longer listed', state_at = now()
		where k.pool = p_pool and k.origin = p_origin
			and k.state <> 'removed' and k.hash <> all (p_hashes)
		returning k.key_id),
	told as (
		insert into key_events (key_id, event, cause)
		select g.key_id, 'removed', 'no longer listed' from gone g
		order by g.key_id)
	select array_agg(g.key_id) into v_gone from gone g;
	perform rotation_remove_many(v_gone);
	return coalesce(cardinality(v_gone), 0);
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
		update key_rotation r set rests_until = '-infinity',
			faults = 0, stumbles = 0
		where r.key_id = p_key;
	end if;
	-- Somebody's own word goes before Google's: such a key is not probed.
	if p_state = 'disabled' then
		update keys k set state_reason = p_cause, state_at = now()
		where k.key_id = p_key and k.state = 'disabled'
			and k.state_reason <> p_cause;
		if found then
			insert into key_events (key_id, event, cause)
			values (p_key, 'disabled', p_cause);
			return true;
		end if;
	end if;
	return change_key_state(p_key, p_state, p_cause, '') or v_rests > 0;
end $$;

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
	-- What was somebody's secret before is this one's now.
	delete from token_secrets s where s.hash = p_hash;
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
