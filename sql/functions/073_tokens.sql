-- Tokens as their pages and the command line have them.

-- How sure it is that somebody can sign in: 2, an admin token that is good
-- until it is revoked; 1, one that is good now; 0, none.
create or replace function keywheel.admin_rank()
returns integer
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(max(case when t.expires_at is null then 2 else 1 end), 0)
	from tokens t
	where t.admin and token_state(
		t.revoked_at, t.disabled_at, t.expires_at) = 'active';
$$;

-- One at a time may change what admin tokens there are, so that two cannot each
-- take the other one for the last.
create or replace function keywheel.lock_admins()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select from revision for no key update;
	select from tokens t where t.admin and t.revoked_at is null
	order by t.token_id for update;
$$;

-- The texts of a JSON array; null where there are none.
create or replace function keywheel.texts_of(p_list jsonb)
returns text[]
language sql immutable
as $$
	select array_agg(e.text order by e.place)
	from jsonb_array_elements_text(case jsonb_typeof(p_list)
		when 'array' then p_list else '[]' end)
		with ordinality e (text, place);
$$;

-- Put what p_rules has in its members, nulls too: name, note, admin, expires_at,
-- models, addresses, disabled, revoked, cache, the limits, and shadow.
create or replace function keywheel.put_token_rules(
	p_token bigint, p_rules jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v tokens;
	w tokens;
begin
	select * into v from tokens t where t.token_id = p_token for update;
	w := jsonb_populate_record(v, p_rules
		- array['token_id', 'hash', 'hint', 'plain', 'version', 'form',
			'models', 'addresses', 'origin', 'created_at',
			'revoked_at', 'disabled_at']);
	if p_rules ? 'models' then
		w.models := texts_of(p_rules -> 'models');
	end if;
	if p_rules ? 'addresses' then
		w.addresses := (select array_agg(network(a.text::inet)
				order by a.place)
			from unnest(texts_of(p_rules -> 'addresses'))
				with ordinality a (text, place));
	end if;
	if p_rules ? 'disabled' then
		w.disabled_at := case when (p_rules ->> 'disabled')::boolean
			then coalesce(v.disabled_at, now()) end;
	end if;
	if (p_rules ->> 'revoked')::boolean then
		w.revoked_at := now();
	end if;
	update tokens t set name = w.name, note = w.note, admin = w.admin,
		expires_at = w.expires_at, models = w.models,
		addresses = w.addresses, disabled_at = w.disabled_at,
		revoked_at = w.revoked_at, cache = w.cache,
		requests_per_minute = w.requests_per_minute,
		requests_per_day = w.requests_per_day,
		tokens_per_minute = w.tokens_per_minute,
		tokens_per_day = w.tokens_per_day, concurrent = w.concurrent,
		budget = w.budget, budget_currency = w.budget_currency,
		shadow = w.shadow, version = t.version + 1
	where t.token_id = p_token;
	if v.cache is distinct from w.cache then
		update revision set settings = settings + 1;
	end if;
end $$;

-- A new token with what put_token_rules has. p_form: of what asks for it; the
-- same again makes no second one.
-- result: added | again | name_taken
create or replace function keywheel.create_token(
	p_form uuid, p_hash bytea, p_hint text, p_origin text, p_rules jsonb,
	out token_id bigint, out result text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_name text := p_rules ->> 'name';
begin
	-- One at a time, so that a form that is sent twice at once finds itself.
	perform from revision for no key update;
	select t.token_id into token_id from tokens t where t.form = p_form;
	if token_id is not null then
		result := 'again';
		return;
	end if;
	if exists (select from tokens t
			where t.name = v_name and t.revoked_at is null) then
		result := 'name_taken';
		return;
	end if;
	insert into tokens as t (name, hash, hint, origin, form)
	values (v_name, p_hash, p_hint, p_origin, p_form)
	returning t.token_id into token_id;
	perform put_token_rules(token_id, p_rules);
	result := 'added';
end $$;

-- Change a token that is not revoked, by its members of p_rules. p_version: of
-- what has been looked at; null: whatever it is. p_from: where the one is who
-- asks; he does not shut himself out.
-- result: changed | gone | stale | name_taken | last_admin | own_address
create or replace function keywheel.change_token(
	p_token bigint, p_version bigint, p_rules jsonb,
	p_from inet default null)
returns text
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v tokens;
	v_rank integer;
begin
	perform lock_admins();
	select * into v from tokens t where t.token_id = p_token for update;
	if v.token_id is null or v.revoked_at is not null then
		return 'gone';
	elsif v.version <> p_version then
		return 'stale';
	elsif exists (select from tokens t where t.name = p_rules ->> 'name'
			and t.revoked_at is null and t.token_id <> p_token) then
		return 'name_taken';
	end if;
	v_rank := admin_rank();
	perform put_token_rules(p_token, p_rules);
	if admin_rank() < v_rank then
		raise exception 'the last admin token' using errcode = 'KW001';
	end if;
	if p_from is not null and exists (select from tokens t
			where t.token_id = p_token and t.admin
				and t.addresses is not null
				and not p_from <<= any (t.addresses)) then
		raise exception 'its own address' using errcode = 'KW002';
	end if;
	return 'changed';
exception
	when sqlstate 'KW001' then return 'last_admin';
	when sqlstate 'KW002' then return 'own_address';
end $$;

-- A new secret for a token; the old one stays good for so long: 0, whoever has
-- signed in with it is signed out, but p_session (a hash). One of .env is changed
-- there.
-- result: rotated | again | gone | stale | from_env
create or replace function keywheel.rotate_token(
	p_token bigint, p_version bigint, p_form uuid, p_hash bytea,
	p_hint text, p_keep_s bigint, p_session bytea default null)
returns text
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v tokens;
begin
	perform from revision for no key update;
	select * into v from tokens t where t.token_id = p_token for update;
	if v.token_id is null or v.revoked_at is not null then
		return 'gone';
	elsif v.form = p_form then
		return 'again';
	elsif v.version <> p_version then
		return 'stale';
	elsif v.origin = 'env' then
		return 'from_env';
	end if;
	insert into token_secrets (hash, token_id, hint, ends_at)
	values (v.hash, p_token, v.hint,
		now() + p_keep_s * interval '1 second');
	update tokens t set hash = p_hash, hint = p_hint, form = p_form,
		version = t.version + 1
	where t.token_id = p_token;
	if p_keep_s = 0 then
		delete from sessions s where s.token_id = p_token
			and s.hash is distinct from p_session;
	end if;
	-- What is told of a token by its secret.
	if v.cache is not null then
		update revision set settings = settings + 1;
	end if;
	return 'rotated';
end $$;

-- The token in use of that name; null: there is none.
create or replace function keywheel.token_named(p_name text)
returns bigint
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select t.token_id from tokens t
	where t.name = p_name and t.revoked_at is null;
$$;

create or replace function keywheel.token_row(t keywheel.tokens)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('token_id', t.token_id, 'name', t.name,
		'hint', t.hint, 'admin', t.admin, 'origin', t.origin,
		'note', t.note, 'state', token_state(
			t.revoked_at, t.disabled_at, t.expires_at),
		'created_at', utc_text(t.created_at),
		'expires_at', utc_text(t.expires_at),
		'disabled_at', utc_text(t.disabled_at),
		'revoked_at', utc_text(t.revoked_at),
		'models', to_jsonb(t.models),
		'addresses', to_jsonb(t.addresses::text[]),
		'requests_per_minute', t.requests_per_minute,
		'requests_per_day', t.requests_per_day,
		'tokens_per_minute', t.tokens_per_minute,
		'tokens_per_day', t.tokens_per_day,
		'concurrent', t.concurrent, 'budget', trim_scale(t.budget)::text,
		'budget_currency', t.budget_currency, 'shadow', t.shadow,
		'version', t.version);
$$;

create or replace function keywheel.list_tokens()
returns table (token_id bigint, name text, hint text, admin boolean,
	origin text, created_at timestamptz, revoked_at timestamptz,
	cache text, state text, expires_at timestamptz, models text,
	addresses text, limits text, note text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select token_id, name, hint, admin, origin, created_at, revoked_at,
		case cache when true then 'on' when false then 'off' end,
		token_state(revoked_at, disabled_at, expires_at), expires_at,
		array_to_string(models, ','),
		array_to_string(addresses, ','),
		nullif(concat_ws(' ', 'rpm=' || requests_per_minute,
			'rpd=' || requests_per_day,
			'tpm=' || tokens_per_minute,
			'tpd=' || tokens_per_day,
			'concurrent=' || concurrent,
			'budget=' || trim_scale(budget) || budget_currency,
			case when shadow then 'shadow' end), ''), note
	from tokens order by revoked_at nulls first, token_id;
$$;
