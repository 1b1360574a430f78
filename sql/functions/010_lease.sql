-- Picking a key. The first and the later calls of a request's way; one round
-- trip each. Names are written in full: the inner functions are called with
-- whatever search path there is, and setting one costs on the hot path.

-- Is this slot's key free for the model? The long way, for keys of which
-- some rest is in force.
create or replace function keywheel.is_resting(
	p_scope text, p_key bigint, p_model text)
returns boolean
language sql stable
as $$
	select exists (select from keywheel.key_cooldown c
		where c.scope in (p_scope, 'key/' || p_key)
			and c.model in (p_model, '*') and c.until > now());
$$;

-- What a pick gives, and what begin_request and retry_request return.
do $$ begin
	if to_regtype('keywheel.lease') is null then
		create type keywheel.lease as (answer text, key_id bigint,
			secret bytea, hint text, faults integer,
			wait_ms bigint, long_rest boolean, scope text,
			why text);
	end if;
end $$;

-- Nothing is free: do all rest, or has this request tried those that do not?
create or replace function keywheel.explain_no_lease(
	p_pool text, p_model text, p_tried bigint[])
returns keywheel.lease
language plpgsql stable
as $$
declare
	v keywheel.lease;
begin
	select case when count(*) = 0 then 'none'
		when bool_or(k.key_id = any (p_tried)) then 'tried'
		else 'resting' end
	into v.answer
	from keywheel.key_rotation k where k.pool = p_pool;

	-- The one that is free first; null: not resting, only tried.
	select coalesce(ceil(extract(epoch from k.until - now()) * 1000), 0),
		coalesce(k.long_rest, false), coalesce(k.reason, '')
	into v.wait_ms, v.long_rest, v.why
	from (
		select max(c.until) as until,
			(array_agg(c.reason order by c.until desc))[1]
				as reason,
			(array_agg(c.long_rest order by c.until desc))[1]
				as long_rest
		from keywheel.key_rotation r
		left join keywheel.key_cooldown c
			on c.scope in (r.scope, 'key/' || r.key_id, '*')
			and c.model in (p_model, '*') and c.until > now()
		where r.pool = p_pool
		group by r.slot) k
	order by k.until nulls first limit 1;
	return v;
end $$;

-- Take the key of this slot if it is free for the model: answer is `leased`
-- then, else null.
create or replace function keywheel.lease_slot(
	p_pool text, p_slot integer, p_model text, p_tried bigint[])
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
begin
	update keywheel.key_rotation r set uses = r.uses + 1,
		last_used_at = clock_timestamp()
	where r.pool = p_pool and r.slot = p_slot
		and r.key_id <> all (p_tried)
		and (r.rests_until <= now() or not keywheel.is_resting(
			r.scope, r.key_id, p_model))
	returning 'leased', r.key_id, r.secret, r.hint,
		keywheel.held_against(r.faults, r.stumbles, r.rests_until),
		r.scope
	into v.answer, v.key_id, v.secret, v.hint, v.faults, v.scope;
	return v;
end $$;

-- Most keys rest: the next one of those that do not, by a cursor of their own,
-- so that none is favoured for standing behind a row of resting ones.
--
-- If that one has been put to rest this very moment: the least recently used
-- free one that nobody holds. With very few keys each may be held for the
-- instant; that is no reason to say that there is none, so it waits a
-- millisecond and looks again. It must not wait for a row: it may hold one.
create or replace function keywheel.lease_among_few(
	p_pool text, p_model text, p_tried bigint[])
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_cursor regclass :=
		'keywheel.cursor_few_' || (hashtext(p_model) & 31);
	v_free integer[];
	v_slot integer;
begin
	select array_agg(r.slot order by r.slot) into v_free
	from keywheel.key_rotation r
	where r.pool = p_pool and r.key_id <> all (p_tried)
		and (r.rests_until <= now() or not exists (
			select from keywheel.key_cooldown c
			where c.scope in (r.scope, 'key/' || r.key_id)
				and c.model in (p_model, '*')
				and c.until > now()));
	if v_free is null then
		return keywheel.explain_no_lease(p_pool, p_model, p_tried);
	end if;
	v_slot := v_free[1 + nextval(v_cursor) % cardinality(v_free)];
	v := keywheel.lease_slot(p_pool, v_slot, p_model, p_tried);
	if v.answer is not null then
		return v;
	end if;

	for i in 1..50 loop
		select r.slot into v_slot from keywheel.key_rotation r
		where r.pool = p_pool and r.key_id <> all (p_tried)
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
		order by r.last_used_at nulls first, r.slot limit 1
		for no key update skip locked;
		if found then
			return keywheel.lease_slot(
				p_pool, v_slot, p_model, p_tried);
		end if;
		exit when not exists (select from keywheel.key_rotation r
			where r.pool = p_pool and r.key_id <> all (p_tried)
				and (r.rests_until <= now()
					or not keywheel.is_resting(
						r.scope, r.key_id, p_model)));
		perform pg_sleep(0.001);
	end loop;
	return keywheel.explain_no_lease(p_pool, p_model, p_tried);
end $$;

-- Pick the next key of a pool for a model.
--
-- A cursor is drawn, and the row of that slot is locked by the UPDATE that
-- counts the use: two responders never hold the same row at once, and the
-- counts stay even because each value of the cursor is used by exactly one
-- pick. A slot that rests, or that this request has tried, is passed over
-- without a lock; after some of those the free ones are searched.
--
-- Nobody waits for a row while he holds one: an UPDATE that had to wait, and
-- then finds that the row does not fit any more, keeps it locked, so there is
-- no second draw after that.
--
-- answer: leased | none (the pool has no active key) | resting (all of them
-- rest; wait_ms until the first returns) | tried (this request has had all
-- that are free; wait_ms as before, 0 if one is free but tried)
create or replace function keywheel.lease_key(
	p_size integer, p_pool text, p_model text, p_tried bigint[])
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_cursor regclass := 'keywheel.cursor_' || (hashtext(p_model) & 31);
	v_slot integer;
begin
	if coalesce(p_size, 0) = 0 then
		v.answer := 'none';
		return v;
	end if;
	for i in 1..least(p_size, 16) loop
		v_slot := nextval(v_cursor) % p_size;
		continue when not exists (select from keywheel.key_rotation r
			where r.pool = p_pool and r.slot = v_slot
				and r.key_id <> all (p_tried)
				and (r.rests_until <= now()
					or not keywheel.is_resting(
						r.scope, r.key_id, p_model)));
		v := keywheel.lease_slot(p_pool, v_slot, p_model, p_tried);
		exit when v.answer is null;
		return v;
	end loop;
	return keywheel.lease_among_few(p_pool, p_model, p_tried);
end $$;

-- The first call of a request: is the token good, which version do the
-- settings have, and a key; with p_recall (keywheel.recall) what is remembered
-- too, and the key that goes with it if that one is to be had. answer is that
-- of lease_key, or `unauthorized`.
create or replace function keywheel.begin_request(
	p_responder bigint, p_request uuid, p_token bytea, p_pool text,
	p_model text, p_route text, p_streamed boolean, p_ttl_ms bigint,
	p_recall jsonb default null,
	out settings_version bigint, out token_id bigint, out answer text,
	out key_id bigint, out secret bytea, out hint text,
	out faults integer, out wait_ms bigint, out long_rest boolean,
	out scope text, out recalled jsonb, out why text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_size integer;
	v_preferred bigint;
	v keywheel.lease;
begin
	-- A lease may be lost in a crash of the database without harm.
	perform set_config('synchronous_commit', 'off', true);

	select r.settings, t.token_id, p.size
	into settings_version, token_id, v_size
	from revision r
	left join tokens t on t.hash = p_token and t.revoked_at is null
	left join pools p on p.pool = p_pool;
	if token_id is null then
		answer := 'unauthorized';
		return;
	end if;

	if all_rest(p_model) is not null then
		v := explain_no_lease(p_pool, p_model, '{}');
	elsif p_recall is not null then
		select r.key_id, r.recalled into v_preferred, recalled
		from keywheel.recall(token_id, p_recall) r;
		v := keywheel.lease_preferred(p_pool, v_preferred, p_model);
	end if;
	if v.answer is null then
		v := keywheel.lease_key(v_size, p_pool, p_model, '{}');
	end if;
	answer := v.answer;
	key_id := v.key_id;
	secret := v.secret;
	hint := v.hint;
	faults := v.faults;
	wait_ms := v.wait_ms;
	long_rest := v.long_rest;
	scope := v.scope;
	why := v.why;
	if answer = 'none' then
		perform raise_alarm('no_key', p_pool, format(
			'The pool %s has no active key', p_pool));
	end if;

	-- What a responder that dies leaves behind.
	insert into leases as l (responder, request_id, started_at,
		expires_at, token_id, key_id, model, route, streamed)
	values (p_responder, p_request, now(),
		now() + p_ttl_ms * interval '1 millisecond',
		token_id, key_id, p_model, p_route, p_streamed)
	on conflict (responder) do update set
		request_id = excluded.request_id,
		started_at = excluded.started_at,
		expires_at = excluded.expires_at,
		token_id = excluded.token_id, key_id = excluded.key_id,
		model = excluded.model, route = excluded.route,
		streamed = excluded.streamed;
end $$;

-- A later attempt: what the last answer meant for its key is put in force,
-- then another key is picked among those that p_tried does not name.
create or replace function keywheel.retry_request(
	p_responder bigint, p_request uuid, p_pool text, p_model text,
	p_tried bigint[], p_verdict jsonb)
returns keywheel.lease
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v keywheel.lease;
begin
	perform set_config('synchronous_commit', 'off', true);
	perform apply_verdict(p_model, p_verdict);
	v := lease_key((select p.size from pools p where p.pool = p_pool),
		p_pool, p_model, p_tried);
	update leases l set key_id = v.key_id
	where l.responder = p_responder and l.request_id = p_request
		and v.key_id is not null;
	return v;
end $$;
