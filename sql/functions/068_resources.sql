-- What projects hold at Google: whose it is, and a key of the project that has
-- it. Names are written in full where requests call. A request that names
-- nothing of the kind never comes here.

-- May this token use only what is its own? Not so the operator's.
create or replace function keywheel.sees_only_own(p_token bigint)
returns boolean
language plpgsql stable
as $$
begin
	return not exists (select from keywheel.tokens t
			where t.token_id = p_token and t.admin)
		and not exists (select from keywheel.settings s
			where s.name = 'FILES_USER_ISOLATION_ENABLED'
				and s.value = 'false');
end $$;

-- Which key made what a request names? p_names: an array of texts; what we do
-- not know may have been made past us, and says nothing.
--
-- answer: null (owner is that key, null where nothing is known) | not_yours
-- (why: the name) | apart (why: the names; no project has all of them)
create or replace function keywheel.owner_of(
	p_token bigint, p_names jsonb,
	out answer text, out why text, out owner bigint)
language plpgsql stable
as $$
declare
	v_scopes text[];
	v_names text;
begin
	-- A name that stands for several things is the token's own, else the
	-- newest.
	with known as (
		select distinct on (a.name) a.name, r.key_id,
			coalesce(k.scope, r.scope) as scope,
			r.token_id = p_token or o.all_seen as mine
		from (select distinct e.name
			from jsonb_array_elements_text(p_names) e (name)) a
		join keywheel.resources r on r.name = a.name
			and r.expires_at > now()
		left join keywheel.keys k on k.key_id = r.key_id
		cross join (select not keywheel.sees_only_own(p_token))
			o (all_seen)
		order by a.name, r.token_id = p_token desc, r.created_at desc)
	select min(n.name) filter (where not n.mine), min(n.key_id),
		array_agg(distinct n.scope), string_agg(n.name, ', ')
	into why, owner, v_scopes, v_names
	from known n;

	if why is not null then
		answer := 'not_yours';
		owner := null;
	elsif cardinality(v_scopes) > 1 then
		answer := 'apart';
		why := v_names;
		owner := null;
	end if;
end $$;

-- The key to prefer for something new of that kind: that of what the token has
-- made last (its last hundred are looked at); else of the keys that are free the one that this token's name
-- draws, so that what is made side by side gets into one project.
create or replace function keywheel.home_of(
	p_token bigint, p_kind text, p_pool text, p_model text)
returns bigint
language plpgsql stable
as $$
declare
	v_key bigint;
begin
	select r.key_id into v_key
	from (select n.key_id, n.created_at from keywheel.resources n
		where n.token_id = p_token and n.kind = p_kind
			and n.expires_at > now()
		order by n.created_at desc limit 100) r
	join keywheel.key_rotation o on o.key_id = r.key_id
		and o.pool = p_pool
	where o.rests_until <= now() or not keywheel.is_resting(
		o.scope, o.key_id, p_model)
	order by r.created_at desc limit 1;
	return coalesce(v_key, (select r.key_id
		from keywheel.key_rotation r
		where r.pool = p_pool and (r.models is null
				or keywheel.may_serve(r.models, p_model))
			and (r.rests_until <= now() or not keywheel.is_resting(
				r.scope, r.key_id, p_model))
		order by hashtextextended(r.scope, p_token), r.key_id limit 1));
end $$;

-- What a request's wishes mean (keywheel.begin_request, p_recall):
-- {"resources": [names], "sticky": kind}. answer, why and owner as owner_of
-- says; home: a key to prefer.
create or replace function keywheel.resource_wishes(
	p_token bigint, p_wishes jsonb, p_pool text, p_model text,
	out answer text, out why text, out owner bigint, out home bigint)
language plpgsql stable
as $$
begin
	if p_wishes ? 'resources' then
		select o.answer, o.why, o.owner into answer, why, owner
		from keywheel.owner_of(p_token, p_wishes -> 'resources') o;
	end if;
	if answer is null and owner is null and p_wishes ? 'sticky' then
		home := keywheel.home_of(
			p_token, p_wishes ->> 'sticky', p_pool, p_model);
	end if;
end $$;

-- Who has begun an upload? Its id is all that is asked for, as long as the
-- token is good.
create or replace function keywheel.uploader(p_wishes jsonb)
returns bigint
language plpgsql stable
as $$
begin
	return (select r.token_id
	from keywheel.resources r
	join keywheel.tokens t on t.token_id = r.token_id
		and t.revoked_at is null
	where r.name = p_wishes ->> 'upload' and r.expires_at > now()
	limit 1);
end $$;

-- The keys that see what this one has made: those of its project. Null: all,
-- where p_owner is null.
create or replace function keywheel.keys_beside(p_owner bigint)
returns bigint[]
language plpgsql stable
as $$
begin
	if p_owner is null then
		return null;
	end if;
	return p_owner || array(select k.key_id
		from keywheel.keys o
		join keywheel.keys k on k.project = o.project
			and k.key_id <> o.key_id
		where o.key_id = p_owner order by k.key_id);
end $$;

-- In which line does a request wait? Those who want keys of one project stand
-- behind each other and before nobody else.
create or replace function keywheel.line_of(p_pool text, p_owner bigint)
returns text
language plpgsql stable
as $$
begin
	if p_owner is null then
		return p_pool;
	end if;
	return coalesce((select 'of ' || k.scope from keywheel.keys k
		where k.key_id = p_owner), 'of key/' || p_owner);
end $$;

-- Take a free one of those keys, of the rings in their order: the least recently
-- used one that nobody holds. It waits for one only if all are held, and not
-- while it may hold one itself (p_held).
--
-- answer: leased | held (none, and a row may be locked) | null (none)
create or replace function keywheel.lease_beside(
	p_keys bigint[], p_rings text[], p_model text, p_tried bigint[],
	p_tokens bigint, p_limited boolean, p_held boolean)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_held boolean := p_held;
	v_one record;
	v_busy record;
begin
	for v_nap in 1..50 loop
		v_busy := null;
		for v_one in select r.key_id, r.pool from keywheel.key_rotation r
			where r.key_id = any (p_keys) and r.pool = any (p_rings)
				and r.key_id <> all (p_tried)
				and (r.models is null
					or keywheel.may_serve(r.models, p_model))
				and (r.rests_until <= now()
					or not keywheel.is_resting(
						r.scope, r.key_id, p_model))
				and not (p_limited and keywheel.is_full(
					r.scope, p_model, p_tokens))
			order by array_position(p_rings, r.pool),
				r.last_used_at nulls first, r.key_id
		loop
			perform from keywheel.key_rotation r
			where r.key_id = v_one.key_id
			for no key update skip locked;
			if found then
				v := keywheel.take_key(v_one.key_id, v_one.pool,
					p_model, p_tokens, p_limited, true);
				v.pool := keywheel.pool_of(v_one.pool);
				exit when v.answer = 'leased';
				v_held := true;
			end if;
			if not found or v.why = 'busy' then
				v_busy := v_one;
			end if;
		end loop;
		exit when v.answer = 'leased' or v_busy is null;
		if v_held then
			perform pg_sleep(0.001);
		else
			v := keywheel.take_key(v_busy.key_id, v_busy.pool,
				p_model, p_tokens, p_limited);
			v.pool := keywheel.pool_of(v_busy.pool);
			exit when v.answer = 'leased';
			v_held := true;
		end if;
	end loop;
	if v.answer is distinct from 'leased' then
		v := null;
		v.answer := case when v_held then 'held' end;
	end if;
	return v;
end $$;

-- Pick a key that sees what p_owner has made; for the rest as lease_key, and
-- with its answers. `none` with why owner_gone: no key of that project is left
-- in those pools.
create or replace function keywheel.lease_pinned(
	p_owner bigint, p_pool text, p_model text, p_tried bigint[],
	p_more text[] default '{}', p_tokens bigint default 0,
	p_limited boolean default null, p_held boolean default false)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_limited boolean := p_limited;
begin
	if v_limited is null then
		v_limited := exists (
			select from keywheel.limits l where l.model = p_model);
	end if;
	v := keywheel.lease_beside(keywheel.keys_beside(p_owner),
		p_pool || keywheel.further_rings(p_pool, p_more), p_model,
		p_tried, p_tokens, v_limited, p_held);
	if v.answer = 'leased' then
		return v;
	end if;
	return keywheel.explain_no_lease(p_pool, p_model, p_tried, p_more,
		p_tokens, v_limited, p_owner);
end $$;

-- Keep what an answer has made, or shown to be gone. p_resources: [{"name",
-- "kind", "expires_s" (absent: it stays), "facts"}]; p_seen: the same of what
-- was there already, where what is absent stays as it was; p_forget: [names].
-- Rows go by name, so that nobody waits in a circle. What an answer says never
-- takes a thing from the token that has it: answers hold texts that clients
-- have written.
create or replace function keywheel.remember_resources(
	p_token bigint, p_key bigint, p_resources jsonb, p_seen jsonb,
	p_forget jsonb)
returns void
language plpgsql
as $$
begin
	perform from keywheel.resources r
	where (r.name, r.scope) in (
		select e.name, k.scope
		from keywheel.keys k
		cross join (select o ->> 'name'
			from jsonb_array_elements(p_resources || p_seen) o
			union select jsonb_array_elements_text(p_forget))
			e (name)
		where k.key_id = p_key)
	order by r.name for update;
	delete from keywheel.resources r
	using keywheel.keys k, jsonb_array_elements_text(p_forget) e (name)
	where k.key_id = p_key and r.scope = k.scope and r.name = e.name;

	update keywheel.resources r
	set facts = r.facts || coalesce(e.facts, '{}'),
		expires_at = coalesce(now() + e.expires_s
			* interval '1 second', r.expires_at)
	from keywheel.keys k, jsonb_to_recordset(p_seen) e (name text,
		expires_s bigint, facts jsonb)
	where k.key_id = p_key and r.scope = k.scope and r.name = e.name
		and (r.token_id = p_token
			or not keywheel.sees_only_own(p_token));

	insert into keywheel.resources as r (name, scope, kind, key_id,
		token_id, expires_at, facts)
	select distinct on (e.name) e.name, k.scope, e.kind, p_key, p_token,
		case when e.expires_s is null then 'infinity'
			else now() + e.expires_s * interval '1 second' end,
		coalesce(e.facts, '{}')
	from keywheel.keys k
	cross join jsonb_to_recordset(p_resources) e (name text, kind text,
		expires_s bigint, facts jsonb)
	where k.key_id = p_key
		and octet_length(e.name) between 1 and 256
		and octet_length(e.kind) between 1 and 64
	order by e.name
	on conflict (name, scope) do update set
		kind = excluded.kind, key_id = excluded.key_id,
		token_id = excluded.token_id,
		created_at = excluded.created_at,
		expires_at = excluded.expires_at, facts = excluded.facts
	where r.token_id = p_token or r.expires_at <= now();
end $$;

-- What a token has made of a kind and may see, those first that were made
-- last, or (p_oldest) first; at most p_limit, behind the one of that name. Names
-- of secrets are not shown.
--
-- Planned for each call as its arguments are: which index is right, and in
-- which direction, is in them.
create or replace function keywheel.list_resources(
	p_token bigint, p_kind text, p_limit bigint, p_after text default null,
	p_oldest boolean default false, p_facts jsonb default '{}')
returns table (name text, facts jsonb)
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
	v_only bigint := case when sees_only_own(p_token) then p_token end;
	v_after timestamptz := (select max(r.created_at) from resources r
		where r.name = p_after and r.kind = p_kind);
begin
	return query
	select r.name, r.facts from resources r
	where r.kind = p_kind and r.expires_at > now()
		and (v_only is null or r.token_id = v_only)
		and starts_with(r.name, p_kind || '/')
		and (p_facts = '{}' or r.facts @> p_facts)
		and (p_after is null or case when p_oldest
			then (r.created_at, r.name) > (v_after, p_after)
			else (r.created_at, r.name) < (v_after, p_after) end)
	order by case when p_oldest then r.created_at end, case
		when p_oldest then r.name end, r.created_at desc, r.name desc
	limit p_limit;
end $$;

-- Things of a kind that were made so long ago, with a key that can delete them
-- at Google: at most p_limit, the oldest first, behind p_skip of them.
create or replace function keywheel.old_resources(
	p_kind text, p_age_s bigint, p_limit bigint, p_skip bigint default 0)
returns table (name text, key_id bigint, scope text, pool text, secret bytea)
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
begin
	return query
	select r.name, o.key_id, r.scope, pool_of(o.pool), o.secret
	from resources r
	join key_rotation o on o.key_id = r.key_id
	where r.kind = p_kind and r.expires_at > now()
		and r.created_at < now() - p_age_s * interval '1 second'
		and starts_with(r.name, p_kind || '/')
	order by r.created_at, r.name limit p_limit offset p_skip;
end $$;

-- They are gone at Google. p_gone: [{"name", "scope"}].
create or replace function keywheel.forget_resources(p_gone jsonb)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_count bigint;
begin
	delete from resources r where (r.name, r.scope) in (
		select o.name, o.scope from resources o
		join jsonb_to_recordset(p_gone) e (name text, scope text)
			on e.name = o.name and e.scope = o.scope
		order by o.name for update of o);
	get diagnostics v_count = row_count;
	return v_count;
end $$;
