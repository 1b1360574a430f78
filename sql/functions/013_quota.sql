-- The reckoning of the ledger: windows, days, and whether there is room. Pure;
-- names are written in full where picks call.

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

create or replace function keywheel.counts_sum(p_counts bigint[])
returns bigint
language sql immutable
as $$
	-- By hand: each pick asks, and unnest costs ten times as much.
	select p_counts[1] + p_counts[2] + p_counts[3] + p_counts[4]
		+ p_counts[5] + p_counts[6] + p_counts[7] + p_counts[8]
		+ p_counts[9] + p_counts[10] + p_counts[11] + p_counts[12]
		+ p_counts[13];
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
	v_over bigint := keywheel.counts_sum(p_counts) + p_more - p_limit;
	v_count bigint;
	v_leaves bigint := p_step;
begin
	if p_limit is null or v_over <= 0 then
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
-- of it and no more. Only one that is twice as large, eight bytes a token, is
-- too large for certain: limit_tokens.
create or replace function keywheel.ledger_full(
	p_row keywheel.ledger, p_may keywheel.allowance, p_tokens bigint,
	p_at timestamptz, out until timestamptz, out why text)
language plpgsql immutable
as $$
declare
	v_day timestamptz := keywheel.quota_day_end(p_at);
	v_minute timestamptz;
begin
	if p_tokens / 2 > p_may.tpm then
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

-- The row with what later picks can go by without reckoning: full_until, and
-- how large a request may be that certainly has room.
create or replace function keywheel.ledger_marked(
	p_row keywheel.ledger, p_may keywheel.allowance, p_at timestamptz)
returns keywheel.ledger
language plpgsql immutable
as $$
declare
	v keywheel.ledger := p_row;
	v_full record;
begin
	v_full := keywheel.ledger_full(p_row, p_may, 1, p_at);
	v.full_until := coalesce(v_full.until, '-infinity');
	v.room_tokens := greatest(0, coalesce(least(
		p_may.tpm - keywheel.counts_sum(p_row.tokens),
		p_may.tpd - p_row.day_tokens), 9223372036854775807));
	return v;
end $$;
