-- The ledger: what has been used of the limits of a project and model. Names
-- are written in full where picks call.
--
-- A row of the ledger is the last lock that anyone takes: whoever holds one
-- waits for nothing more. Whoever takes several takes them by scope.

-- How long a minute is, and when a day is. Simulations have other ones.
create or replace function keywheel.quota_minute()
returns interval
language sql immutable
as $$
	select interval '60 seconds';
$$;

create or replace function keywheel.quota_day(p_at timestamptz)
returns date
language sql immutable
as $$
	select (p_at at time zone 'America/Los_Angeles')::date;
$$;

-- The midnight at the end of that day.
create or replace function keywheel.quota_day_end(p_at timestamptz)
returns timestamptz
language sql immutable
as $$
	select (keywheel.quota_day(p_at) + 1)::timestamp
		at time zone 'America/Los_Angeles';
$$;

-- The step of a time, and when a step begins.
create or replace function keywheel.quota_step(p_at timestamptz)
returns bigint
language sql immutable
as $$
	select floor(extract(epoch from p_at) * 12
		/ extract(epoch from keywheel.quota_minute()))::bigint;
$$;

create or replace function keywheel.quota_step_start(p_step bigint)
returns timestamptz
language sql immutable
as $$
	select to_timestamp(p_step
		* extract(epoch from keywheel.quota_minute()) / 12);
$$;

-- What a project may use of a model; null: no limit. A limit that was learned
-- from a refusal begins to count with it: until the window is known, the rest
-- that Google named says how long to stay away.
do $$ begin
	if to_regtype('keywheel.allowance') is null then
		create type keywheel.allowance as (
			rpm bigint, tpm bigint, rpd bigint, tpd bigint);
	end if;
end $$;

create or replace function keywheel.allowance_of(p_scope text, p_model text)
returns keywheel.allowance
language sql stable
as $$
	select row(max(m.value) filter (where m.kind = 'rpm'),
		max(m.value) filter (where m.kind = 'tpm'),
		max(m.value) filter (where m.kind = 'rpd'),
		max(m.value) filter (where m.kind = 'tpd')
		)::keywheel.allowance
	from (select distinct on (l.kind) l.kind, l.value
		from keywheel.limits l
		where l.scope in (p_scope, '*') and l.model = p_model
		order by l.kind, l.scope = '*') m;
$$;

-- The counts as they stand so many steps later.
create or replace function keywheel.counts_later(
	p_counts bigint[], p_steps bigint)
returns bigint[]
language sql immutable
as $$
	select case when p_steps <= 0 then p_counts
		when p_steps >= 13 then array_fill(0::bigint, array[13])
		else p_counts[p_steps + 1:13]
			|| array_fill(0::bigint, array[p_steps::integer]) end;
$$;

-- The ledger's row as it stands at a time. A clock that has gone back changes
-- nothing.
create or replace function keywheel.ledger_at(
	p_row keywheel.ledger, p_at timestamptz)
returns keywheel.ledger
language plpgsql immutable
as $$
declare
	v keywheel.ledger := p_row;
	v_steps bigint := keywheel.quota_step(p_at) - p_row.step;
	v_day date := keywheel.quota_day(p_at);
begin
	if v_steps > 0 then
		v.requests := keywheel.counts_later(v.requests, v_steps);
		v.tokens := keywheel.counts_later(v.tokens, v_steps);
		v.step := v.step + v_steps;
	end if;
	if v_day > v.day then
		v.day := v_day;
		v.day_requests := 0;
		v.day_tokens := 0;
	end if;
	return v;
end $$;

-- When a window whose newest step is p_step has room for so much more; null:
-- now.
create or replace function keywheel.window_full_until(
	p_counts bigint[], p_step bigint, p_more bigint, p_limit bigint)
returns timestamptz
language plpgsql immutable
as $$
declare
	v_over bigint := p_more - p_limit;
	v_count bigint;
	v_leaves bigint := p_step;
begin
	if p_limit is null then
		return null;
	end if;
	foreach v_count in array p_counts loop
		v_over := v_over + v_count;
	end loop;
	if v_over <= 0 then
		return null;
	end if;
	foreach v_count in array p_counts loop
		v_leaves := v_leaves + 1;
		v_over := v_over - v_count;
		exit when v_over <= 0;
	end loop;
	return keywheel.quota_step_start(v_leaves);
end $$;

-- Is there no room for a request of so many tokens, and until when? p_row is
-- as it stands at p_at.
--
-- The tokens are an estimate, so a request larger than a limit needs the whole
-- of it and no more. Only one that is eight times as large, thirty bytes a
-- token, is too large for certain: limit_tokens.
create or replace function keywheel.ledger_full(
	p_row keywheel.ledger, p_may keywheel.allowance, p_tokens bigint,
	p_at timestamptz, out until timestamptz, out why text)
language plpgsql immutable
as $$
declare
	v_day timestamptz := keywheel.quota_day_end(p_at);
	v_minute timestamptz;
begin
	if p_tokens / 8 > p_may.tpm then
		until := v_day;
		why := 'limit_tokens';
		return;
	end if;
	if p_row.day_requests + 1 > p_may.rpd
			or p_row.day_tokens + greatest(1, least(
				p_tokens, p_may.tpd)) > p_may.tpd then
		until := v_day;
		why := 'limit_day';
		return;
	end if;
	v_minute := greatest(
		keywheel.window_full_until(p_row.requests, p_row.step, 1,
			p_may.rpm),
		keywheel.window_full_until(p_row.tokens, p_row.step,
			greatest(1, least(p_tokens, p_may.tpm)), p_may.tpm));
	if v_minute is not null then
		until := v_minute;
		why := 'limit_minute';
	end if;
end $$;

-- The same for a scope, without a lock.
create or replace function keywheel.scope_full(
	p_scope text, p_model text, p_tokens bigint,
	out until timestamptz, out why text)
language plpgsql stable
as $$
declare
	v_may keywheel.allowance := keywheel.allowance_of(p_scope, p_model);
	v_row keywheel.ledger;
	v_at timestamptz := clock_timestamp();
begin
	if v_may is null then
		return;
	end if;
	select * into v_row from keywheel.ledger l
	where l.scope = p_scope and l.model = p_model;
	if not found then
		v_row.step := 0;
		v_row.day := '-infinity';
		v_row.requests := array_fill(0::bigint, array[13]);
		v_row.tokens := v_row.requests;
		v_row.day_requests := 0;
		v_row.day_tokens := 0;
	end if;
	v_row := keywheel.ledger_at(v_row, v_at);
	select f.until, f.why into until, why
	from keywheel.ledger_full(v_row, v_may, p_tokens, v_at) f;
end $$;

create or replace function keywheel.is_full(
	p_scope text, p_model text, p_tokens bigint)
returns boolean
language sql stable
as $$
	select f.until is not null
	from keywheel.scope_full(p_scope, p_model, p_tokens) f;
$$;

-- Count a request of so many tokens if there is room for it. True: counted;
-- false: this scope has no limits; null: no room.
create or replace function keywheel.take_room(
	p_scope text, p_model text, p_tokens bigint)
returns boolean
language plpgsql
as $$
declare
	v_may keywheel.allowance := keywheel.allowance_of(p_scope, p_model);
	v_row keywheel.ledger;
	v_at timestamptz;
begin
	if v_may is null or p_scope is null then
		return false;
	end if;
	loop
		select * into v_row from keywheel.ledger l
		where l.scope = p_scope and l.model = p_model
		for no key update;
		exit when found;
		insert into keywheel.ledger (scope, model)
		values (p_scope, p_model) on conflict do nothing;
	end loop;

	-- The clock is read while nobody else can count.
	v_at := clock_timestamp();
	v_row := keywheel.ledger_at(v_row, v_at);
	if (select f.until from keywheel.ledger_full(
			v_row, v_may, p_tokens, v_at) f) is not null then
		return null;
	end if;
	v_row.requests[13] := v_row.requests[13] + 1;
	v_row.tokens[13] := v_row.tokens[13] + p_tokens;
	v_row.day_requests := v_row.day_requests + 1;
	v_row.day_tokens := v_row.day_tokens + p_tokens;
	update keywheel.ledger l set step = v_row.step,
		requests = v_row.requests, tokens = v_row.tokens,
		day = v_row.day, day_requests = v_row.day_requests,
		day_tokens = v_row.day_tokens, used_at = v_at,
		full_until = coalesce((select f.until from keywheel.ledger_full(
			v_row, v_may, 1, v_at) f), '-infinity')
	where l.scope = p_scope and l.model = p_model;
	return true;
end $$;

-- Put what Google has counted in the place of what was estimated. p_charged:
-- {"estimate": tokens, "keys": [{"key", "ago_ms", "tokens"}]}, for each key
-- that was leased how long ago that was, and the tokens it was really used for.
-- The last thing that a transaction does.
create or replace function keywheel.settle(p_model text, p_charged jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_one record;
	v_row ledger;
	v_at timestamptz := clock_timestamp();
	v_place integer;
begin
	for v_one in
		select k.scope, c.tokens - (p_charged ->> 'estimate')::bigint
				as more,
			v_at - c.ago_ms * interval '1 millisecond' as at
		from jsonb_to_recordset(p_charged -> 'keys')
			as c (key bigint, ago_ms bigint, tokens bigint)
		join keys k on k.key_id = c.key
		order by k.scope
	loop
		select * into v_row from ledger l
		where l.scope = v_one.scope and l.model = p_model
		for no key update;
		continue when not found or v_one.more = 0;
		v_row := ledger_at(v_row, v_at);
		v_place := 13 - least(13, greatest(0,
			v_row.step - quota_step(v_one.at)));
		if v_place > 0 then
			v_row.tokens[v_place] := greatest(0,
				v_row.tokens[v_place] + v_one.more);
		end if;
		if quota_day(v_one.at) = v_row.day then
			v_row.day_tokens := greatest(0,
				v_row.day_tokens + v_one.more);
		end if;
		update ledger l set step = v_row.step,
			requests = v_row.requests, tokens = v_row.tokens,
			day = v_row.day, day_requests = v_row.day_requests,
			day_tokens = v_row.day_tokens,
			full_until = coalesce((select f.until from ledger_full(
				v_row, allowance_of(v_one.scope, p_model), 1,
				v_at) f), '-infinity')
		where l.scope = v_one.scope and l.model = p_model;
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
					and (l.source = 'set'
						or l.value = p_value)) then
		return;
	end if;
	insert into limits as l (scope, model, kind, value, source)
	values (p_scope, p_model, p_kind, p_value, 'learned')
	on conflict (scope, model, kind) do update
		set value = excluded.value, at = now()
		where l.source = 'learned' and l.value <> excluded.value;
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
	update ledger l set full_until = '-infinity'
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
