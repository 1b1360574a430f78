-- Waiting for a key, in order of arrival. Names are written in full where
-- requests call.

-- How many wait before this ticket; null: before one who comes now. Who has
-- not looked again in time has gone, and is not before anyone.
create or replace function keywheel.waiting_before(
	p_pool text, p_model text, p_ticket bigint)
returns bigint
language plpgsql stable
as $$
begin
	return (select count(*) from keywheel.waiting w
	where w.pool = p_pool and w.model = p_model
		and w.alive_until > clock_timestamp()
		and (p_ticket is null or w.ticket < p_ticket));
end $$;

-- How many may pick now, counted up to p_most: as many as there are free keys;
-- where limits are counted one for each scope, for that may be all its room. The
-- ledger is taken at its word, not reckoned anew, and of very many free keys
-- only some are looked at: in doubt it is too few, and newcomers stand in line.
create or replace function keywheel.count_free(
	p_pool text, p_model text, p_more text[], p_tokens bigint,
	p_limited boolean, p_most bigint, p_owner bigint default null)
returns bigint
language plpgsql stable
as $$
declare
	v_rings text[] := p_pool || keywheel.further_rings(p_pool, p_more);
	v_only bigint[] := keywheel.keys_beside(p_owner);
begin
	return (select case when p_limited then count(distinct f.scope)
		else count(*) end
	from (select r.scope from keywheel.key_rotation r
		where r.pool = any (v_rings)
			and (v_only is null or r.key_id = any (v_only))
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
					and l.full_until > clock_timestamp()))
		limit p_most * case when p_limited then 10 else 1 end) f);
end $$;

-- Google is in trouble with the model, or does not serve our address: one
-- request a second may see whether that is still so.
create or replace function keywheel.may_try(p_model text)
returns boolean
language plpgsql
as $$
begin
	insert into keywheel.trials (model, at)
	values (p_model, clock_timestamp()) on conflict do nothing;
	if found then
		return true;
	end if;
	update keywheel.trials t set at = clock_timestamp()
	where t.model = (select o.model from keywheel.trials o
		where o.model = p_model
			and o.at < clock_timestamp() - interval '1 second'
		for no key update skip locked);
	return found;
end $$;

-- A key that was leased although the model rests for everybody: if it answers
-- the rest is over, so its success must be told as that of one with faults is.
create or replace function keywheel.note_trial(
	p_lease keywheel.lease, p_model text)
returns keywheel.lease
language plpgsql stable
as $$
declare
	v keywheel.lease := p_lease;
begin
	if v.answer = 'leased' and exists (
			select from keywheel.key_cooldown c
			where c.scope = '*' and c.model in (p_model, '*')
				and c.until > now()) then
		v.faults := greatest(v.faults, 1);
	end if;
	return v;
end $$;

-- May the holder of this ticket (null: one who comes now) not pick, because
-- the model rests for everybody or others were first? What to tell him then;
-- a null answer: he may. As many may go on as there are free keys. p_stands:
-- does he stand in line at all? p_owner: he wants a key of that one's project.
create or replace function keywheel.hold_back(
	p_pool text, p_model text, p_more text[], p_tokens bigint,
	p_limited boolean, p_ticket bigint, p_stands boolean default true,
	p_try boolean default true, p_owner bigint default null)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_rest record;
	v_ms bigint;
	v_before bigint := 0;
begin
	if p_stands then
		v_before := keywheel.waiting_before(
			keywheel.line_of(p_pool, p_owner), p_model, p_ticket);
	end if;
	select c.until, c.reason, c.long_rest into v_rest
	from keywheel.key_cooldown c
	where c.scope = '*' and c.model in (p_model, '*') and c.until > now()
	order by c.until desc limit 1;
	if p_try and v_rest.reason in ('storm', 'overloaded', 'location')
			and keywheel.may_try(p_model) then
		v_rest.until := null;
	end if;
	if v_rest.until is null and (v_before = 0 or keywheel.count_free(
			p_pool, p_model, p_more, p_tokens, p_limited,
			v_before + 1, p_owner) > v_before) then
		return v;
	end if;
	v := keywheel.explain_no_lease(
		p_pool, p_model, '{}', p_more, p_tokens, p_limited, p_owner);
	if v_rest.until is not null and v.answer <> 'none' then
		v_ms := ceil(extract(epoch
			from v_rest.until - clock_timestamp()) * 1000);
		if v_ms > v.wait_ms then
			v.wait_ms := v_ms;
			v.why := v_rest.reason;
			v.long_rest := v_rest.long_rest;
		end if;
	end if;
	return v;
end $$;

-- May one more wait? Each holds a responder: if all of them waited, requests that
-- need no key and models that have keys would stand behind them, outside.
create or replace function keywheel.line_is_full()
returns boolean
language plpgsql stable
as $$
begin
	return (select count(*) from keywheel.waiting w
			where w.alive_until > clock_timestamp())
		>= coalesce((select t.value::bigint from keywheel.settings t
			where t.name = 'MAX_WAITING_REQUESTS'), 32);
end $$;

-- Wait, if the first key is free within p_left_ms: the answer becomes `wait`,
-- and wait_ms the time until one is to look again. One who has no ticket gets
-- the last. Where nobody is to wait, p_lease as it was, and the ticket given
-- back.
create or replace function keywheel.wait_or_not(
	p_responder bigint, p_request uuid, p_pool text, p_model text,
	p_left_ms bigint, p_ticket bigint, p_lease keywheel.lease)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease := p_lease;
	v_before bigint;
begin
	if p_lease.answer not in ('resting', 'tried') or p_left_ms <= 0
			or p_lease.wait_ms > p_left_ms
			or p_lease.answer = 'tried' and p_lease.wait_ms = 0
			or p_ticket is null and keywheel.line_is_full() then
		if p_ticket is not null then
			delete from keywheel.waiting w
			where w.responder = p_responder
				and w.request_id = p_request;
		end if;
		return v;
	end if;

	-- Those behind look a little later, so that not all come at once; and
	-- everyone looks each second, for keys that come back before their time.
	v_before := keywheel.waiting_before(p_pool, p_model, p_ticket);
	v.answer := 'wait';
	v.wait_ms := greatest(10, least(p_left_ms, 1000,
		greatest(20, v.wait_ms) + 2 * least(v_before, 50)));
	insert into keywheel.waiting as w (responder, request_id, pool, model,
		ticket, alive_until)
	values (p_responder, p_request, p_pool, p_model,
		coalesce(p_ticket, nextval('keywheel.tickets')),
		clock_timestamp() + (v.wait_ms + 1000)
			* interval '1 millisecond')
	on conflict (responder) do update set
		request_id = excluded.request_id, pool = excluded.pool,
		model = excluded.model, ticket = excluded.ticket,
		alive_until = excluded.alive_until;
	-- Newcomers are to know. If somebody else is just writing that, the
	-- next look will do.
	update keywheel.notices n
	set busy_until = clock_timestamp() + interval '10 seconds'
	where n.only_row = (select o.only_row from keywheel.notices o
		where o.busy_until < clock_timestamp() + interval '5 seconds'
		for no key update skip locked);
	return v;
end $$;

-- One who waits looks again: a key if it is his turn and one is free; `wait`,
-- and when to come next, while one is free within p_left_ms; else `resting`
-- with the true time, and he waits no more. What he has tried has had its rest.
create or replace function keywheel.wait_request(
	p_responder bigint, p_request uuid, p_pool text, p_model text,
	p_left_ms bigint, p_more_pools text[] default '{}',
	p_tokens bigint default 0, p_owner bigint default null)
returns keywheel.lease
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v lease;
	v_limited boolean := exists (
		select from limits l where l.model = p_model);
	v_ticket bigint;
begin
	perform set_config('synchronous_commit', 'off', true);
	select w.ticket into v_ticket from waiting w
	where w.responder = p_responder and w.request_id = p_request;
	v := hold_back(p_pool, p_model, p_more_pools, p_tokens, v_limited,
		v_ticket, p_owner => p_owner);
	if v.answer is null and p_owner is not null then
		v := lease_pinned(p_owner, p_pool, p_model, '{}', p_more_pools,
			p_tokens, v_limited);
		v := note_trial(v, p_model);
	elsif v.answer is null then
		v := lease_key((select p.size from pools p
			where p.pool = p_pool), p_pool, p_model, '{}',
			p_more_pools, p_tokens, v_limited);
		v := note_trial(v, p_model);
	end if;
	v := wait_or_not(p_responder, p_request, line_of(p_pool, p_owner),
		p_model, p_left_ms, v_ticket, v);
	update leases l set key_id = v.key_id
	where l.responder = p_responder and l.request_id = p_request
		and v.key_id is not null;
	return v;
end $$;

-- One who waits has gone.
create or replace function keywheel.leave_line(
	p_responder bigint, p_request uuid)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	delete from waiting w
	where w.responder = p_responder and w.request_id = p_request;
$$;

-- A rest of everybody, and the first limit, are noticed.
create or replace function keywheel.notice_rest()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update notices n set busy_until = new.until
	where n.busy_until < new.until;
	return null;
end $$;
create or replace trigger notice_rest
after insert or update of until on keywheel.key_cooldown
for each row when (new.scope = '*')
execute function keywheel.notice_rest();

create or replace function keywheel.notice_limit()
returns trigger
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update notices n set limited = true where not n.limited;
	return null;
end $$;
create or replace trigger notice_limit
after insert on keywheel.limits
for each row execute function keywheel.notice_limit();
