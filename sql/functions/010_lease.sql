-- Picking a key of a ring. Names are written in full: these functions are
-- called with whatever search path there is, and setting one costs on the hot
-- path.

-- Is this key free for the model? The long way, for keys of which some rest is
-- in force.
create or replace function keywheel.is_resting(
	p_scope text, p_key bigint, p_model text)
returns boolean
language sql stable
as $$
	select exists (select from keywheel.key_cooldown c
		where c.scope in (p_scope, 'key/' || p_key)
			and c.model in (p_model, '*') and c.until > now());
$$;

-- Which cursor a model draws from in a ring: another one in each ring, or who
-- draws by turns in two of them would pass over keys for ever.
create or replace function keywheel.cursor_of(p_ring text, p_model text)
returns integer
language sql immutable
as $$
	select (hashtext(p_model) # case p_ring when 'gemini' then 0
		when 'gemini/reserve' then 1 when 'paid' then 2
		when 'paid/reserve' then 3 when 'vertex' then 4
		when 'vertex/reserve' then 5
		else hashtext(split_part(p_ring, '/', 1)) & 30
			| (p_ring like '%/reserve')::integer end) & 31;
$$;

-- Does a key's list of models have this one? `-` stands for requests that
-- name no model; Vertex's models are listed by the name that Google has for
-- them.
create or replace function keywheel.may_serve(p_models text[], p_model text)
returns boolean
language sql immutable
as $$
	select p_model = '-' or exists (select from unnest(p_models) m (name),
			regexp_replace(p_model, '^vertex/', '') own (name)
		where m.name = own.name or right(m.name, 1) = '*'
			and starts_with(own.name, left(m.name, -1)));
$$;

-- What a pick gives, and what begin_request and retry_request return.
do $$ begin
	if to_regtype('keywheel.lease') is null then
		create type keywheel.lease as (answer text, key_id bigint,
			secret bytea, hint text, faults integer,
			wait_ms bigint, long_rest boolean, scope text,
			pool text, why text, metered boolean);
	end if;
end $$;

-- Take this key if it does not rest: answer is `leased` then, else null.
create or replace function keywheel.take_key(
	p_key bigint, p_ring text, p_model text)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
begin
	update keywheel.key_rotation r set uses = r.uses + 1,
		last_used_at = clock_timestamp()
	where r.key_id = p_key and r.pool = p_ring
		and (r.rests_until <= now() or not keywheel.is_resting(
			r.scope, r.key_id, p_model))
	returning 'leased', r.key_id, r.secret, r.hint,
		keywheel.held_against(r.faults, r.stumbles, r.rests_until),
		r.scope
	into v.answer, v.key_id, v.secret, v.hint, v.faults, v.scope;
	return v;
end $$;

-- The same where there are limits of the model: the ledger comes last, and if
-- it has no room any more the key is given back as if nothing had been. Only
-- a null answer of this function leaves no row locked.
create or replace function keywheel.take_metered(
	p_key bigint, p_ring text, p_model text, p_tokens bigint)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_nothing keywheel.lease;
begin
	v := keywheel.take_key(p_key, p_ring, p_model);
	v.metered := keywheel.take_room(v.scope, p_model, p_tokens);
	if v.answer is null or v.metered is null then
		raise exception using errcode = 'KW001';
	end if;
	return v;
exception when sqlstate 'KW001' then
	return v_nothing;
end $$;

-- Take the least recently used free key that nobody holds. With very few keys
-- each may be held for the instant; that is no reason to say that there is
-- none, so it waits a millisecond and looks again. It does not wait for a row
-- of the rotation: it may hold one.
create or replace function keywheel.lease_unheld(
	p_ring text, p_model text, p_tried bigint[], p_tokens bigint,
	p_limited boolean)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_key bigint;
	v_passed bigint[] := p_tried;
begin
	for i in 1..50 loop
		select r.key_id into v_key from keywheel.key_rotation r
		where r.pool = p_ring and r.key_id <> all (v_passed)
			and (r.models is null
				or keywheel.may_serve(r.models, p_model))
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
			and not (p_limited and keywheel.is_full(
				r.scope, p_model, p_tokens))
		order by r.last_used_at nulls first, r.key_id limit 1
		for no key update skip locked;
		if found then
			v := case when p_limited then keywheel.take_metered(
					v_key, p_ring, p_model, p_tokens)
				else keywheel.take_key(
					v_key, p_ring, p_model) end;
			exit when v.answer is not null;
			v_passed := v_passed || v_key;
			continue;
		end if;
		exit when not exists (select from keywheel.key_rotation r
			where r.pool = p_ring and r.key_id <> all (v_passed)
				and (r.models is null
					or keywheel.may_serve(
						r.models, p_model))
				and (r.rests_until <= now()
					or not keywheel.is_resting(
						r.scope, r.key_id, p_model))
				and not (p_limited and keywheel.is_full(
					r.scope, p_model, p_tokens)));
		perform pg_sleep(0.001);
	end loop;
	return v;
end $$;

-- Most keys are not free: the next one of those that are, by a cursor of their
-- own, so that none is favoured for standing behind a row of resting ones. If
-- that one has been put to rest this very moment: whichever nobody holds.
create or replace function keywheel.lease_among_few(
	p_ring text, p_model text, p_tried bigint[],
	p_tokens bigint, p_limited boolean)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_cursor regclass := 'keywheel.cursor_few_'
		|| keywheel.cursor_of(p_ring, p_model);
	v_free bigint[];
	v_key bigint;
begin
	-- What is full for everybody is left out first, by an index.
	with idle as materialized (
		select s.slot, r.key_id, r.scope
		from keywheel.key_slots s
		join keywheel.key_rotation r on r.key_id = s.key_id
		where s.pool = p_ring and r.key_id <> all (p_tried)
			and (r.models is null
				or keywheel.may_serve(r.models, p_model))
			and (r.rests_until <= now() or not exists (
				select from keywheel.key_cooldown c
				where c.scope in (r.scope, 'key/' || r.key_id)
					and c.model in (p_model, '*')
					and c.until > now()))
			and not (p_limited and exists (
				select from keywheel.ledger l
				where l.scope = r.scope and l.model = p_model
					and l.full_until > now())))
	select array_agg(i.key_id order by i.slot) into v_free
	from idle i
	where not (p_limited and keywheel.is_full(i.scope, p_model, p_tokens));
	if v_free is null then
		return v;
	end if;
	v_key := v_free[1 + nextval(v_cursor) % cardinality(v_free)];
	v := case when p_limited then keywheel.take_metered(
			v_key, p_ring, p_model, p_tokens)
		else keywheel.take_key(v_key, p_ring, p_model) end;
	if v.answer is not null then
		return v;
	end if;
	return keywheel.lease_unheld(
		p_ring, p_model, p_tried, p_tokens, p_limited);
end $$;

-- Pick the next key of a ring for a model.
--
-- A cursor is drawn, and the key of that slot is locked by the UPDATE that
-- counts the use: two responders never hold the same row at once, and the
-- counts stay even because each value of the cursor is used by exactly one
-- pick. A key that rests, may not serve, has used up its limits, or that this
-- request has tried, is passed over without a lock; after some of those the
-- free ones are searched.
--
-- Nobody waits for a row while he holds one: an UPDATE that had to wait, and
-- then finds that the row does not fit any more, keeps it locked, so there is
-- no second draw after that.
--
-- answer: leased | held (none, and a row is locked) | null (none)
create or replace function keywheel.lease_ring(
	p_ring text, p_size integer, p_model text,
	p_tried bigint[], p_tokens bigint, p_limited boolean)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_cursor regclass := 'keywheel.cursor_'
		|| keywheel.cursor_of(p_ring, p_model);
	v_slot integer;
	v_key bigint;
begin
	for i in 1..least(p_size, 16) loop
		v_slot := nextval(v_cursor) % p_size;
		select r.key_id into v_key
		from keywheel.key_slots s
		join keywheel.key_rotation r on r.key_id = s.key_id
		where s.pool = p_ring and s.slot = v_slot
			and r.key_id <> all (p_tried)
			and (r.models is null
				or keywheel.may_serve(r.models, p_model))
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
			and not (p_limited and keywheel.is_full(
				r.scope, p_model, p_tokens));
		continue when not found;
		if p_limited then
			v := keywheel.take_metered(
				v_key, p_ring, p_model, p_tokens);
			continue when v.answer is null;
			return v;
		end if;
		-- take_key, without the cost of calling it.
		update keywheel.key_rotation r set uses = r.uses + 1,
			last_used_at = clock_timestamp()
		where r.key_id = v_key and r.pool = p_ring
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
		returning 'leased', r.key_id, r.secret, r.hint,
			keywheel.held_against(
				r.faults, r.stumbles, r.rests_until),
			r.scope
		into v.answer, v.key_id, v.secret, v.hint, v.faults, v.scope;
		if not found then
			v := keywheel.lease_unheld(
				p_ring, p_model, p_tried, p_tokens, false);
			v.answer := coalesce(v.answer, 'held');
		end if;
		return v;
	end loop;
	return keywheel.lease_among_few(p_ring, p_model, p_tried,
		p_tokens, p_limited);
end $$;

-- The rings of those pools behind the first one's own, in the order in which
-- they are asked.
create or replace function keywheel.further_rings(p_pool text, p_more text[])
returns text[]
language sql immutable
as $$
	select array_agg(n.pool || r.ending order by n.place, r.ending)
	from unnest(p_pool || p_more) with ordinality n (pool, place)
	cross join (values (''), ('/reserve')) r (ending)
	where n.place > 1 or r.ending <> '';
$$;

-- Nothing is free: do all rest, or has this request tried those that do not?
-- why and wait_ms are those of the key that is free first.
create or replace function keywheel.explain_no_lease(
	p_pool text, p_model text, p_tried bigint[],
	p_more text[] default '{}', p_tokens bigint default 0,
	p_limited boolean default false)
returns keywheel.lease
language plpgsql stable
as $$
declare
	v keywheel.lease;
	v_rings text[] := p_pool || keywheel.further_rings(p_pool, p_more);
	v_too_large boolean;
begin
	select case when count(*) = 0 then 'none'
		when not bool_or(k.may) then 'none'
		when bool_or(k.may and k.key_id = any (p_tried)) then 'tried'
		else 'resting' end,
		case when not bool_or(k.may) then 'not_offered' else '' end
	into v.answer, v.why
	from (select r.key_id, r.models is null
				or keywheel.may_serve(r.models, p_model) as may
		from keywheel.key_rotation r
		where r.pool = any (v_rings)) k;
	if v.answer = 'none' then
		return v;
	end if;

	-- Of very many only those that may be first are looked at closely.
	with resting as (
		select r.key_id, r.scope, c.until, c.reason, c.long_rest,
			greatest(c.until, l.full_until) as about
		from keywheel.key_rotation r
		left join lateral (select c.until, c.reason, c.long_rest
			from keywheel.key_cooldown c
			where c.scope in (r.scope, 'key/' || r.key_id)
				and c.model in (p_model, '*')
				and c.until > now() and r.rests_until > now()
			order by c.until desc limit 1) c on true
		left join keywheel.ledger l on p_limited
			and l.scope = r.scope and l.model = p_model
			and l.full_until > now()
		where r.pool = any (v_rings) and (r.models is null
			or keywheel.may_serve(r.models, p_model))
		order by about nulls first limit 100),
	ends as (
		select greatest(k.until, f.until) as until,
			case when f.until > k.until or k.until is null
				then f.why else k.reason end as why,
			case when f.until > k.until or k.until is null
				then f.why = 'limit_day'
				else k.long_rest end as long_rest
		from resting k
		left join lateral keywheel.scope_full(
			k.scope, p_model, p_tokens) f on p_limited)
	select greatest(0, coalesce(ceil(extract(epoch
			from e.until - clock_timestamp()) * 1000), 0)),
		coalesce(e.long_rest, false), coalesce(e.why, ''),
		bool_and(coalesce(e.why = 'limit_tokens', false)) over ()
	into v.wait_ms, v.long_rest, v.why, v_too_large
	from ends e
	order by e.until nulls first limit 1;
	if v.why = 'limit_tokens' and not v_too_large then
		v.why := 'limit_day';
	end if;
	return v;
end $$;

-- Pick a key: of the ring of the pool, then of its reserve, then of each
-- further pool the same way. p_size: of the first ring, as far as the caller
-- knows it; p_limited: whether the model has limits, null: not known.
--
-- answer: leased | none (the pools have no active key, or none that may serve
-- the model: why is not_offered) | resting (all of them rest; wait_ms until
-- the first returns, and why it rests) | tried (this request has had all that
-- are free; wait_ms as before, 0 if one is free but tried)
create or replace function keywheel.lease_key(
	p_size integer, p_pool text, p_model text, p_tried bigint[],
	p_more text[] default '{}', p_tokens bigint default 0,
	p_limited boolean default null)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_limited boolean := p_limited;
	v_held boolean := false;
	v_ring text;
	v_size integer;
begin
	if v_limited is null then
		v_limited := exists (
			select from keywheel.limits l where l.model = p_model);
	end if;
	if p_size > 0 then
		v := keywheel.lease_ring(p_pool, p_size, p_model, p_tried,
			p_tokens, v_limited);
		if v.answer = 'leased' then
			v.pool := p_pool;
			return v;
		end if;
	end if;
	v_held := v.answer is not null;

	foreach v_ring in array keywheel.further_rings(p_pool, p_more) loop
		select p.size into v_size from keywheel.pools p
		where p.pool = v_ring;
		continue when coalesce(v_size, 0) = 0;
		v := case when v_held then keywheel.lease_unheld(
				v_ring, p_model, p_tried, p_tokens, v_limited)
			else keywheel.lease_ring(v_ring, v_size,
				p_model, p_tried, p_tokens, v_limited) end;
		if v.answer = 'leased' then
			v.pool := keywheel.pool_of(v_ring);
			return v;
		end if;
		v_held := v_held or v.answer is not null;
	end loop;
	return keywheel.explain_no_lease(p_pool, p_model, p_tried, p_more,
		p_tokens, v_limited);
end $$;
