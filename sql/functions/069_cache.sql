-- The response cache: looking, keeping, making room.

-- Is there an answer for this hash? Only with a good token, and only if the
-- caller's settings are those in force: else he is to come again with what they
-- make of the request. p_max_age_s: no older one will do; null: any.
--
-- keep: there was none, and it has been asked for often enough that the answer
-- to come is to be kept; the p_admit-th time within p_ttl_s. counted, rates: as
-- begin_request tells them.
create or replace function keywheel.cache_look(
	p_token bytea, p_settings_version bigint, p_hash bytea,
	p_ttl_s bigint, p_admit bigint, p_max_age_s bigint,
	p_address inet default null, p_model text default null,
	p_responder bigint default null, p_request uuid default null,
	p_ttl_ms bigint default 600000,
	out settings_version bigint, out token_id bigint, out answer bytea,
	out age_s bigint, out keep boolean, out counted boolean,
	out rates bigint[])
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_times integer;
	v_plain boolean;
begin
	perform set_config('synchronous_commit', 'off', true);
	select r.settings, t.token_id, t.plain
	into settings_version, token_id, v_plain
	from revision r
	left join tokens t on t.hash = p_token and t.revoked_at is null;
	if settings_version <> p_settings_version then
		return;
	end if;
	-- Whoever may not is told so by begin_request. It counts no second time.
	if v_plain is not true then
		select case when a.answer is null then a.token_id end,
			a.counted, a.rates
		into token_id, counted, rates
		from admit(p_token, null, p_address, p_model, false, 0,
			p_responder, p_request, p_ttl_ms) a;
	end if;
	if token_id is null then
		return;
	end if;

	select c.answer, extract(epoch from now() - c.stored_at)::bigint
	into answer, age_s
	from cached_answers c
	where c.hash = p_hash and c.expires_at > now()
		and (c.token_id is null or c.token_id = cache_look.token_id)
		and (p_max_age_s is null or c.stored_at
			> now() - p_max_age_s * interval '1 second');
	if answer is not null then
		keep := false;
		return;
	end if;

	v_times := 1;
	if p_admit > 1 then
		insert into cache_asked as a (hash, times, until)
		values (p_hash, 1, now() + p_ttl_s * interval '1 second')
		on conflict (hash) do update set
			times = case when a.until > now()
				then a.times + 1 else 1 end,
			until = case when a.until > now()
				then a.until else excluded.until end
		returning a.times into v_times;
	end if;
	keep := v_times >= p_admit;
end $$;

-- The number of bytes, held until the end of the transaction.
create or replace function keywheel.cache_hold()
returns keywheel.cache_state
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v cache_state;
begin
	insert into cache_state (bytes, floor) values (0, 0)
	on conflict do nothing;
	select * into v from cache_state for no key update;
	return v;
end $$;

-- Delete until no more than p_bytes are left, but at most p_most answers: what
-- has expired, then what is worth least. All in one statement: one that looks
-- for the least each time steps over all that the others have deleted. The
-- caller holds the number of bytes. An answer that is being counted this
-- instant is waited for: who counts waits for nobody who waits for this.
create or replace function keywheel.cache_shrink(
	p_bytes bigint, p_most integer)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_bytes bigint := (select s.bytes from cache_state s);
	v_freed bigint;
	v_floor double precision;
begin
	if v_bytes > p_bytes then
		v_bytes := v_bytes - cache_drop_expired(p_most);
	end if;
	if v_bytes <= p_bytes then
		return;
	end if;
	with least as materialized (
		select o.hash, sum(o.size) over (order by o.worth, o.hash)
			- o.size as before
		from (select c.hash, c.size, c.worth from cached_answers c
			order by c.worth limit p_most) o),
	gone as (
		delete from cached_answers c using least l
		where c.hash = l.hash and l.before < v_bytes - p_bytes
		returning c.size, c.worth)
	select sum(g.size), max(g.worth) into v_freed, v_floor from gone g;
	-- Nothing is left: the number was wrong.
	update cache_state s set bytes = coalesce(v_bytes - v_freed, 0),
		floor = greatest(s.floor, v_floor);
end $$;

-- Delete at most p_most answers that have expired; their bytes. The caller
-- holds the number of bytes.
create or replace function keywheel.cache_drop_expired(p_most integer)
returns bigint
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_bytes bigint;
begin
	with gone as (
		delete from cached_answers c where c.hash = any (array(
			select o.hash from cached_answers o
			where o.expires_at <= now()
			order by o.expires_at limit p_most))
		returning c.size)
	select coalesce(sum(g.size), 0) into v_bytes from gone g;
	update cache_state s set bytes = s.bytes - v_bytes where v_bytes > 0;
	return v_bytes;
end $$;

-- Keep a complete answer. Room is made for it within p_max_bytes; not if very
-- many would have to go, since the ceiling was lowered: trim_cache does that.
create or replace function keywheel.cache_keep(
	p_hash bytea, p_token bigint, p_model text, p_answer bytea,
	p_ttl_s bigint, p_max_bytes bigint)
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	-- What a row and its places in the indexes take besides.
	v_size bigint := octet_length(p_answer) + 300;
	v_old bigint;
	v_floor double precision;
begin
	if v_size > p_max_bytes then
		return;
	end if;
	perform set_config('synchronous_commit', 'off', true);
	perform cache_hold();
	delete from cached_answers c where c.hash = p_hash
	returning c.size into v_old;
	update cache_state s set bytes = s.bytes - coalesce(v_old, 0);
	perform cache_shrink(p_max_bytes - v_size, 1000);
	update cache_state s set bytes = s.bytes + v_size
	where s.bytes <= p_max_bytes - v_size
	returning s.floor into v_floor;
	if not found then
		return;
	end if;
	insert into cached_answers (hash, token_id, model, answer, size,
		expires_at, worth)
	values (p_hash, p_token, p_model, p_answer, v_size,
		now() + p_ttl_s * interval '1 second',
		v_floor + 1024.0 / v_size);
	delete from cache_asked a where a.hash = p_hash;
end $$;

-- The only row of a request that was answered from the cache, the hit's worth to
-- the answer, unless somebody else is just counting one, and what a lease had
-- counted for nothing (as in end_request). A second
-- report of the same request is a unique violation.
create or replace function keywheel.cache_hit(
	p_request uuid, p_started_ms bigint, p_token bigint, p_model text,
	p_route text, p_streamed boolean, p_outcome text, p_status bigint,
	p_first_byte_ms bigint, p_total_ms bigint, p_hash bytea,
	p_charged jsonb default null, p_responder bigint default null,
	p_own_us bigint default null, p_db_us bigint default null,
	p_client_id text default '')
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	perform set_config('synchronous_commit', 'off', true);
	insert into requests (request_id, started_at, token_id, model, route,
		streamed, outcome, status, attempts, prompt_tokens,
		cached_tokens, thought_tokens, answer_tokens, first_byte_ms,
		total_ms, from_cache, own_us, db_us, client_id, shadow_limit)
	values (p_request, to_timestamp(p_started_ms / 1000.0), p_token,
		p_model, p_route, p_streamed, p_outcome::outcome, p_status, 0,
		0, 0, 0, 0, p_first_byte_ms, p_total_ms, true,
		account_count(p_own_us), account_count(p_db_us), p_client_id,
		case when p_charged ? 'counted' then
			shadow_of(p_responder, p_request) end);
	if p_charged ? 'counted' then
		perform settle_token(p_responder, p_request,
			(p_charged ->> 'counted')::bigint, p_model,
			to_timestamp(p_started_ms / 1000.0), 0, 0, 0, 0);
	end if;
	update cached_answers c set hits = c.hits + 1,
		worth = coalesce((select s.floor from cache_state s), 0)
			+ (c.hits + 2) * 1024.0 / c.size
	where c.hash = (select h.hash from cached_answers h
		where h.hash = p_hash for no key update skip locked);
	if p_charged is not null then
		perform settle(p_model, p_charged);
	end if;
end $$;

-- Delete what has expired, and what is too much by the settings (the default
-- is that of C's table); at most p_batch of each. The number deleted; p_batch:
-- there may be more.
create or replace function keywheel.trim_cache(p_batch integer)
returns integer
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_before bigint;
	v_gone integer;
begin
	delete from cache_asked a where a.ctid = any (array(
		select o.ctid from cache_asked o where o.until <= greatest(now(),
			(select n.until from cache_asked n
				order by n.until desc offset 200000 limit 1))
		order by o.until limit p_batch for update skip locked));
	get diagnostics v_gone = row_count;
	if exists (select from cache_state) then
		perform cache_hold();
		v_before := (select count(*) from cached_answers);
		perform cache_drop_expired(p_batch);
		perform cache_shrink(1024 * 1024 * coalesce((
			select t.value::bigint from settings t
			where t.name = 'RESPONSE_CACHE_MAX_MB'
				and t.value ~ '^[0-9]{1,9}$'), 64), p_batch);
		v_gone := greatest(v_gone, v_before
			- (select count(*) from cached_answers));
	end if;
	return v_gone;
end $$;

-- The tokens that do not go by the models: {hash in hex: boolean}.
create or replace function keywheel.get_cache_tokens()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(encode(t.hash, 'hex'), t.cache), '{}')
	from (select k.hash, k.cache, k.revoked_at from tokens k
		union all
		select s.hash, k.cache, k.revoked_at from token_secrets s
		join tokens k using (token_id) where s.ends_at > now()) t
	where t.cache is not null and t.revoked_at is null;
$$;

-- Is a token's every answer kept (true), none (false), or by its model (null)?
-- In force for the next request. False: there is no such token in use.
create or replace function keywheel.set_token_cache(
	p_name text, p_cache boolean)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_is boolean;
begin
	-- In the order of those who change tokens.
	perform from revision for no key update;
	select t.cache into v_is from tokens t
	where t.name = p_name and t.revoked_at is null for update;
	if not found then
		return false;
	end if;
	if v_is is distinct from p_cache then
		update tokens t set cache = p_cache
		where t.name = p_name and t.revoked_at is null;
		update revision set settings = settings + 1;
	end if;
	return true;
end $$;
