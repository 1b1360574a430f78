-- The ledger: what has been used of the limits of a project and model. Names
-- are written in full where picks call.
--
-- A row of the ledger is the last lock that anyone takes: whoever holds one
-- waits for nothing more. Whoever takes several takes them by scope.

-- One row; all of it null where there are no limits.
create or replace function keywheel.allowance_of(p_scope text, p_model text)
returns setof keywheel.allowance
language sql stable
as $$
	-- What is set or learned for the scope goes before what is for all.
	select coalesce(max(l.value) filter (
				where l.kind = 'rpm' and l.scope = p_scope),
			max(l.value) filter (where l.kind = 'rpm')),
		coalesce(max(l.value) filter (
				where l.kind = 'tpm' and l.scope = p_scope),
			max(l.value) filter (where l.kind = 'tpm')),
		coalesce(max(l.value) filter (
				where l.kind = 'rpd' and l.scope = p_scope),
			max(l.value) filter (where l.kind = 'rpd')),
		coalesce(max(l.value) filter (
				where l.kind = 'tpd' and l.scope = p_scope),
			max(l.value) filter (where l.kind = 'tpd'))
	from keywheel.limits l
	where l.scope in (p_scope, '*') and l.model = p_model;
$$;

-- Is there no room in a scope for a request of so many tokens, and until when?
-- Nothing is locked.
create or replace function keywheel.scope_full(
	p_scope text, p_model text, p_tokens bigint,
	out until timestamptz, out why text)
language plpgsql stable
as $$
declare
	v_may keywheel.allowance;
	v_row keywheel.ledger;
	v_at timestamptz := clock_timestamp();
	v_full record;
begin
	select a.* into v_may from keywheel.allowance_of(p_scope, p_model) a;
	if v_may is null then
		return;
	end if;
	select l.* into v_row from keywheel.ledger l
	where l.scope = p_scope and l.model = p_model;
	if not found then
		v_row.step := 0;
		v_row.day := '-infinity';
		v_row.requests := array_fill(0::bigint, array[13]);
		v_row.tokens := v_row.requests;
		v_row.day_requests := 0;
		v_row.day_tokens := 0;
	end if;
	v_full := keywheel.ledger_full(keywheel.ledger_at(v_row, v_at),
		v_may, p_tokens, v_at);
	until := v_full.until;
	why := v_full.why;
end $$;

-- Mostly the row tells by itself; only else it is reckoned. take_room has the
-- last word.
create or replace function keywheel.is_full(
	p_scope text, p_model text, p_tokens bigint)
returns boolean
language plpgsql stable
as $$
declare
	v_full_until timestamptz;
	v_room bigint;
	v_full record;
begin
	select l.full_until, l.room_tokens into v_full_until, v_room
	from keywheel.ledger l
	where l.scope = p_scope and l.model = p_model;
	if v_full_until > clock_timestamp() then
		return true;
	elsif greatest(p_tokens, 1) <= v_room then
		return false;
	end if;
	v_full := keywheel.scope_full(p_scope, p_model, p_tokens);
	return v_full.until is not null;
end $$;

-- Put the row, which the caller has locked, in the place of the one that is
-- there.
create or replace function keywheel.ledger_write(
	p_row keywheel.ledger, p_may keywheel.allowance, p_at timestamptz)
returns void
language plpgsql
as $$
declare
	v keywheel.ledger := keywheel.ledger_marked(p_row, p_may, p_at);
begin
	update keywheel.ledger l set step = v.step, requests = v.requests,
		tokens = v.tokens, day = v.day,
		day_requests = v.day_requests, day_tokens = v.day_tokens,
		full_until = v.full_until, used_at = v.used_at,
		room_tokens = v.room_tokens
	where l.scope = v.scope and l.model = v.model;
end $$;

-- Does somebody hold the row of the ledger this instant? If not, it is ours
-- now, where there is one.
create or replace function keywheel.ledger_busy(p_scope text, p_model text)
returns boolean
language plpgsql
as $$
begin
	perform from keywheel.ledger l
	where l.scope = p_scope and l.model = p_model
	for no key update skip locked;
	return not found and exists (select from keywheel.ledger l
		where l.scope = p_scope and l.model = p_model);
end $$;

-- Count a request of so many tokens if there is room for it. True: counted;
-- false: this scope has no limits; null: no room.
create or replace function keywheel.take_room(
	p_scope text, p_model text, p_tokens bigint)
returns boolean
language plpgsql
as $$
declare
	v_may keywheel.allowance;
	v_row keywheel.ledger;
	v_at timestamptz;
	v_full record;
begin
	select a.* into v_may from keywheel.allowance_of(p_scope, p_model) a;
	if v_may is null or p_scope is null then
		return false;
	end if;
	loop
		select l.* into v_row from keywheel.ledger l
		where l.scope = p_scope and l.model = p_model
		for no key update;
		exit when found;
		insert into keywheel.ledger (scope, model)
		values (p_scope, p_model) on conflict do nothing;
	end loop;

	-- The clock is read while nobody else can count.
	v_at := clock_timestamp();
	v_row := keywheel.ledger_at(v_row, v_at);
	v_full := keywheel.ledger_full(v_row, v_may, p_tokens, v_at);
	if v_full.until is not null then
		-- A limit may be new, and nobody has marked the row by it.
		perform keywheel.ledger_write(v_row, v_may, v_at);
		return null;
	end if;
	v_row.requests[13] := v_row.requests[13] + 1;
	v_row.tokens[13] := v_row.tokens[13] + p_tokens;
	v_row.day_requests := v_row.day_requests + 1;
	v_row.day_tokens := v_row.day_tokens + p_tokens;
	v_row.used_at := v_at;
	perform keywheel.ledger_write(v_row, v_may, v_at);
	return true;
end $$;

-- Put what Google has counted in the place of what was estimated. p_charged:
-- {"estimate": tokens, "keys": [{"scope", "ago_ms", "tokens", "again"}]}, for
-- each key that was leased whose quota it was for, how long ago that was, the
-- tokens it was really used for (absent: not known), and how often it was called
-- again (absent: never; -1: no call counts). The last thing that a transaction does.
create or replace function keywheel.settle(p_model text, p_charged jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_one record;
	v_may allowance;
	v_row ledger;
	v_at timestamptz := clock_timestamp();
	v_place integer;
begin
	for v_one in
		select c.scope, coalesce(c.again, 0) as again, coalesce(
			c.tokens - (p_charged ->> 'estimate')::bigint, 0)
				as more,
			v_at - c.ago_ms * interval '1 millisecond' as at
		from jsonb_to_recordset(p_charged -> 'keys')
			as c (scope text, ago_ms bigint, tokens bigint,
				again bigint)
		order by c.scope
	loop
		select * into v_row from ledger l
		where l.scope = v_one.scope and l.model = p_model
		for no key update;
		continue when not found or v_one.more = 0 and v_one.again = 0;
		v_row := ledger_at(v_row, v_at);
		v_place := 13 - least(13, greatest(0,
			v_row.step - quota_step(v_one.at)));
		if v_place > 0 then
			v_row.tokens[v_place] := greatest(0,
				v_row.tokens[v_place] + v_one.more);
			v_row.requests[v_place] := greatest(0,
				v_row.requests[v_place] + v_one.again);
		end if;
		if quota_day(v_one.at) = v_row.day then
			v_row.day_tokens := greatest(0,
				v_row.day_tokens + v_one.more);
			v_row.day_requests := greatest(0,
				v_row.day_requests + v_one.again);
		end if;
		select a.* into v_may from allowance_of(v_one.scope, p_model) a;
		perform ledger_write(v_row, v_may, v_at);
	end loop;
end $$;

-- Google has told a limit by refusing: it is used up now. What the operator has
-- set for this scope is not touched, nor what is known already. It locks
-- nothing of the ledger, so picks may follow.
create or replace function keywheel.learn_limit(
	p_scope text, p_model text, p_kind text, p_value bigint)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if p_value is null or p_value <= 0
			or p_kind not in ('rpm', 'tpm', 'rpd', 'tpd')
			or exists (select from limits l
				where l.scope = p_scope and l.model = p_model
					and l.kind = p_kind
					and l.source = 'set') then
		return;
	end if;
	insert into limits as l (scope, model, kind, value, source)
	values (p_scope, p_model, p_kind, p_value, 'learned')
	on conflict (scope, model, kind) do update
		set value = excluded.value, at = now()
		where l.source = 'learned';
end $$;

-- Set a limit, or (null) take it away. True if that changed anything.
create or replace function keywheel.set_limit(
	p_scope text, p_model text, p_kind text, p_value bigint)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if p_value is null then
		delete from limits l
		where l.scope = p_scope and l.model = p_model
			and l.kind = p_kind;
	else
		insert into limits as l (scope, model, kind, value, source)
		values (p_scope, p_model, p_kind, p_value, 'set')
		on conflict (scope, model, kind) do update
			set value = excluded.value, source = 'set', at = now()
			where l.value <> excluded.value or l.source <> 'set';
	end if;
	if not found then
		return false;
	end if;
	-- What was full by the old one may have room now.
	perform from ledger l
	where l.model = p_model and p_scope in (l.scope, '*')
	order by l.scope for no key update;
	update ledger l set full_until = '-infinity', room_tokens = 0
	where l.model = p_model and p_scope in (l.scope, '*');
	return true;
end $$;

-- Each limit that somebody counts for or that is of a scope's own, what has
-- been used of it, and when the first of that comes back.
create or replace function keywheel.ledger_state()
returns table (scope text, model text, kind text, value bigint, source text,
	used bigint, resets_at timestamptz)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with counted as (
		select n.* from ledger l
		cross join lateral ledger_at(l, clock_timestamp()) n),
	known as (
		select l.* from limits l
		union all
		select c.scope, l.model, l.kind, l.value, l.source, l.at
		from limits l join counted c on c.model = l.model
		where l.scope = '*' and not exists (select from limits o
			where o.scope = c.scope and o.model = l.model
				and o.kind = l.kind))
	select k.scope, k.model, k.kind, k.value, k.source, u.used,
		case when k.kind in ('rpd', 'tpd')
				then quota_day_end(clock_timestamp())
			when u.used > 0 then window_full_until(
				case k.kind when 'rpm' then c.requests
					else c.tokens end, c.step, 1, u.used)
			end
	from known k
	left join counted c on c.scope = k.scope and c.model = k.model
	cross join lateral (select coalesce(case k.kind
		when 'rpm' then (select sum(n) from unnest(c.requests) n)
		when 'tpm' then (select sum(n) from unnest(c.tokens) n)
		when 'rpd' then c.day_requests
		else c.day_tokens end, 0)::bigint as used) u;
$$;
