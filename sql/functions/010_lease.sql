-- Picking a key of a ring. Names are written in full: these functions are
-- called with whatever search path there is, and setting one costs on the hot
-- path. What has a query in it is plpgsql even where it is one expression: that
-- keeps its plan, a function in SQL is planned anew by each statement.

-- Is this key free for the model? The long way, for keys of which some rest is
-- in force.
create or replace function keywheel.is_resting(
	p_scope text, p_key bigint, p_model text)
returns boolean
language plpgsql stable
as $$
begin
	return exists (select from keywheel.key_cooldown c
		where c.scope in (p_scope, 'key/' || p_key)
			and c.model in (p_model, '*') and c.until > now());
end $$;

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
language plpgsql immutable
as $$
begin
	return p_model = '-' or exists (select from unnest(p_models) m (name),
			regexp_replace(p_model, '^vertex/', '') own (name)
		where m.name = own.name or right(m.name, 1) = '*'
			and starts_with(own.name, left(m.name, -1)));
end $$;

-- What a pick gives, and what begin_request and retry_request return.
do $$ begin
	if to_regtype('keywheel.lease') is null then
		create type keywheel.lease as (answer text, key_id bigint,
			secret bytea, hint text, faults integer,
			wait_ms bigint, long_rest boolean, scope text,
			pool text, why text, metered boolean);
	end if;
end $$;

-- Take this key, if it does not rest and its limits, if there are any of the
-- model, have room. The ledger comes last: whoever holds a row of it waits for
-- nothing more.
--
-- answer: leased | held (no, and its row or that of the ledger may be locked
-- now: who waits for another might wait for one who waits for these). p_held:
-- that is so already, so nothing is waited for; why is `busy` if it would be.
create or replace function keywheel.take_key(
	p_key bigint, p_ring text, p_model text, p_tokens bigint,
	p_limited boolean, p_held boolean default false)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
begin
	if p_limited then
		select r.scope into v.scope from keywheel.key_rotation r
		where r.key_id = p_key and r.pool = p_ring
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
		for no key update;
		v.answer := 'held';
		if not found then
			return v;
		end if;
		if p_held and keywheel.ledger_busy(v.scope, p_model) then
			v.why := 'busy';
			return v;
		end if;
		v.metered := keywheel.take_room(v.scope, p_model, p_tokens);
		if v.metered is null then
			return v;
		end if;
	end if;
	update keywheel.key_rotation r set uses = r.uses + 1,
		last_used_at = clock_timestamp()
	where r.key_id = p_key and r.pool = p_ring
		and (p_limited or r.rests_until <= now()
			or not keywheel.is_resting(
				r.scope, r.key_id, p_model))
	returning 'leased', r.key_id, r.secret, r.hint,
		keywheel.held_against(r.faults, r.stumbles, r.rests_until),
		r.scope
	into v.answer, v.key_id, v.secret, v.hint, v.faults, v.scope;
	v.answer := coalesce(v.answer, 'held');
	return v;
end $$;

-- Take the least recently used free key that nobody holds. With very few keys
-- each may be held for the instant; that is no reason to say that there is
-- none, so it waits a millisecond and looks again. It does not wait for a row:
-- it may hold one. answer: leased | held.
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
	v_naps integer := 0;
begin
	v.answer := 'held';
	while v_naps < 50 loop
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
			v := keywheel.take_key(v_key, p_ring, p_model,
				p_tokens, p_limited, true);
			exit when v.answer = 'leased';
			if v.why is null then
				v_passed := v_passed || v_key;
				continue;
			end if;
		else
			exit when not exists (select from keywheel.key_rotation r
				where r.pool = p_ring
					and r.key_id <> all (v_passed)
					and (r.models is null
						or keywheel.may_serve(
							r.models, p_model))
					and (r.rests_until <= now()
						or not keywheel.is_resting(
							r.scope, r.key_id,
							p_model))
					and not (p_limited and keywheel.is_full(
						r.scope, p_model, p_tokens)));
		end if;
		perform pg_sleep(0.001);
		v_naps := v_naps + 1;
	end loop;
	return v;
end $$;

-- Most keys are not free: the next one of those that are, by a cursor of their
-- own, so that none is favoured for standing behind a row of resting ones. If
-- that one has been put to rest this very moment: whichever nobody holds.
-- answer: leased | held | null (none)
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
	v := keywheel.take_key(v_key, p_ring, p_model, p_tokens, p_limited);
	if v.answer = 'held' then
		v := keywheel.lease_unheld(
			p_ring, p_model, p_tried, p_tokens, p_limited);
	end if;
	return v;
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
-- Nobody waits for a row while he holds one (p_held): an UPDATE that had to
-- wait, and then finds that the row does not fit any more, keeps it locked, so
-- there is no second draw after that.
--
-- answer: leased | held (none, and a row may be locked) | null (none)
create or replace function keywheel.lease_ring(
	p_ring text, p_size integer, p_model text,
	p_tried bigint[], p_tokens bigint, p_limited boolean,
	p_held boolean)
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
	if p_held then
		return keywheel.lease_unheld(
			p_ring, p_model, p_tried, p_tokens, p_limited);
	end if;
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
		v := keywheel.take_key(
			v_key, p_ring, p_model, p_tokens, p_limited);
		if v.answer = 'held' then
			v := keywheel.lease_unheld(p_ring, p_model, p_tried,
				p_tokens, p_limited);
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
language plpgsql immutable
as $$
begin
	return (select array_agg(n.pool || r.ending order by n.place, r.ending)
	from unnest(p_pool || p_more) with ordinality n (pool, place)
	cross join (values (''), ('/reserve')) r (ending)
	where n.place > 1 or r.ending <> '');
end $$;

-- Pick a key: of the ring of the pool, then of its reserve, then of each
-- further pool the same way. p_size: of the first ring, as far as the caller
-- knows it; p_limited: whether the model has limits, null: not known; p_held:
-- may a row of the rotation be locked already?
--
-- answer: leased | none (the pools have no active key, or none that may serve
-- the model: why is not_offered) | resting (all of them rest; wait_ms until
-- the first returns, and why it rests) | tried (this request has had all that
-- are free; wait_ms as before, 0 if one is free but tried)
create or replace function keywheel.lease_key(
	p_size integer, p_pool text, p_model text, p_tried bigint[],
	p_more text[] default '{}', p_tokens bigint default 0,
	p_limited boolean default null, p_held boolean default false)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_limited boolean := p_limited;
	v_held boolean := p_held;
	v_ring text;
	v_size integer;
begin
	if v_limited is null then
		v_limited := exists (
			select from keywheel.limits l where l.model = p_model);
	end if;
	-- The first ring, by itself: mostly no other is asked for.
	if p_size > 0 then
		v := keywheel.lease_ring(p_pool, p_size, p_model, p_tried,
			p_tokens, v_limited, v_held);
	end if;
	if v.answer = 'leased' then
		v.pool := p_pool;
		return v;
	end if;
	v_held := v_held or v.answer is not null;

	foreach v_ring in array keywheel.further_rings(p_pool, p_more) loop
		select p.size into v_size from keywheel.pools p
		where p.pool = v_ring;
		continue when coalesce(v_size, 0) = 0;
		v := keywheel.lease_ring(v_ring, v_size, p_model, p_tried,
			p_tokens, v_limited, v_held);
		if v.answer = 'leased' then
			v.pool := keywheel.pool_of(v_ring);
			return v;
		end if;
		v_held := v_held or v.answer is not null;
	end loop;
	return keywheel.explain_no_lease(p_pool, p_model, p_tried, p_more,
		p_tokens, v_limited);
end $$;
