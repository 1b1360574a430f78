-- May a token be used for this, and is there room for it within its limits?
-- For tokens that have more than a name; names are written in full where
-- requests call.
--
-- A request counts once, when it is let in, whatever becomes of it. Its tokens
-- count by the estimate at first, and by what was used at its end, at that
-- time: what answers take counts when it is known. A minute is the last sixty
-- seconds, counted in steps of five: no sixty seconds have more than a limit,
-- and room comes back up to five seconds later. A day is one of UTC. Requests
-- at once are those of which no end has been told (keywheel.admissions); what
-- a month costs is in 073_token_budget.sql.
--
-- In shadow, nobody is refused by a limit or for a model: what would have been is
-- noted with the request. That one takes no room of a minute and no place, as
-- it would have taken none; days and months have what was really used.

create or replace function keywheel.token_state(
	p_revoked timestamptz, p_disabled timestamptz, p_expires timestamptz)
returns text
language sql stable
as $$
	select case when p_revoked is not null then 'revoked'
		when p_disabled is not null then 'disabled'
		when p_expires <= now() then 'expired' else 'active' end;
$$;

create or replace function keywheel.utc_day(p_at timestamptz)
returns date
language sql immutable
as $$
	select (p_at at time zone 'UTC')::date;
$$;

-- The first of the month.
create or replace function keywheel.utc_month(p_at timestamptz)
returns date
language sql immutable
as $$
	select date_trunc('month', p_at at time zone 'UTC')::date;
$$;

-- The row as it stands at a time. A clock that has gone back changes nothing.
create or replace function keywheel.token_use_at(
	p_row keywheel.token_use, p_at timestamptz)
returns keywheel.token_use
language plpgsql immutable
as $$
declare
	v keywheel.token_use := p_row;
	v_steps bigint := keywheel.quota_step(p_at) - p_row.step;
begin
	if v_steps > 0 then
		v.requests := keywheel.counts_later(v.requests, v_steps);
		v.tokens := keywheel.counts_later(v.tokens, v_steps);
		v.step := v.step + v_steps;
	end if;
	if keywheel.utc_day(p_at) > v.day then
		v.day := keywheel.utc_day(p_at);
		v.day_requests := 0;
		v.day_tokens := 0;
	end if;
	if keywheel.utc_month(p_at) > v.month then
		v.month := keywheel.utc_month(p_at);
		v.month_cost := 0;
	end if;
	return v;
end $$;

-- The row, locked: whoever holds it is the only one who counts for this token,
-- and reads the clock only then. It is the first lock that a transaction takes.
create or replace function keywheel.hold_token_use(p_token bigint)
returns keywheel.token_use
language plpgsql
as $$
declare
	v keywheel.token_use;
begin
	select * into v from keywheel.token_use u
	where u.token_id = p_token for no key update;
	if not found then
		insert into keywheel.token_use (token_id) values (p_token)
		on conflict do nothing;
		select * into v from keywheel.token_use u
		where u.token_id = p_token for no key update;
	end if;
	return v;
end $$;

create or replace function keywheel.write_token_use(p_row keywheel.token_use)
returns void
language sql
as $$
	update keywheel.token_use u set step = p_row.step,
		requests = p_row.requests, tokens = p_row.tokens,
		day = p_row.day, day_requests = p_row.day_requests,
		day_tokens = p_row.day_tokens, month = p_row.month,
		month_cost = p_row.month_cost, version = p_row.version
	where u.token_id = p_row.token_id;
$$;

-- How many requests are under way, besides those of this responder: what it did
-- last has ended.
create or replace function keywheel.open_places(
	p_token bigint, p_responder bigint)
returns bigint
language plpgsql stable
as $$
begin
	return (select count(*) from keywheel.admissions a
	where a.token_id = p_token
		and a.responder is distinct from p_responder
		and a.shadow is null and a.open_until > clock_timestamp());
end $$;

-- A client has its whole answer a moment before the end of the request is told:
-- who asks one thing after the other is not to be refused for that. Nothing is
-- locked meanwhile.
create or replace function keywheel.await_place(
	p_token bigint, p_places integer, p_responder bigint)
returns void
language plpgsql
as $$
begin
	for i in 1..8 loop
		exit when keywheel.open_places(p_token, p_responder)
			< p_places;
		perform pg_sleep(0.005);
	end loop;
end $$;

-- What a token's limits of requests and tokens allow, those of a minute or, where
-- there is none, of a day: {allowed, left, milliseconds until all of it is back,
-- the same of tokens}; nulls where it has no limit, null if it has none at all
-- or they refuse nobody.
create or replace function keywheel.token_rates(
	p_use keywheel.token_use, p_token keywheel.tokens, p_at timestamptz)
returns bigint[]
language plpgsql immutable
as $$
declare
	v_day bigint := ceil(extract(epoch from ((p_use.day + 1)::timestamp
		at time zone 'UTC') - p_at) * 1000);
	v bigint[] := array[null, null, null, null, null, null]::bigint[];
begin
	if p_token.shadow or num_nonnulls(
			p_token.requests_per_minute, p_token.requests_per_day,
			p_token.tokens_per_minute, p_token.tokens_per_day) = 0
	then
		return null;
	end if;
	if p_token.requests_per_minute is not null then
		v[1:3] := keywheel.minute_rate(p_use.requests, p_use.step,
			p_token.requests_per_minute, p_at);
	elsif p_token.requests_per_day is not null then
		v[1:3] := array[p_token.requests_per_day, greatest(0,
			p_token.requests_per_day - p_use.day_requests), v_day];
	end if;
	if p_token.tokens_per_minute is not null then
		v[4:6] := keywheel.minute_rate(p_use.tokens, p_use.step,
			p_token.tokens_per_minute, p_at);
	elsif p_token.tokens_per_day is not null then
		v[4:6] := array[p_token.tokens_per_day, greatest(0,
			p_token.tokens_per_day - p_use.day_tokens), v_day];
	end if;
	return v;
end $$;

create or replace function keywheel.minute_rate(
	p_counts bigint[], p_step bigint, p_limit bigint, p_at timestamptz)
returns bigint[]
language sql immutable
as $$
	select array[p_limit,
		greatest(0, p_limit - keywheel.counts_sum(p_counts)),
		greatest(0, coalesce(ceil(extract(epoch
			from keywheel.window_full_until(p_counts, p_step, 0, 0)
				- p_at) * 1000), 0)::bigint)];
$$;

-- Which limit has no room for so many more requests (1, or 0: it has been
-- counted) and tokens (null: none), for one more at once besides p_open (null:
-- it has its place) and for what it costs (null: nothing, or its price is not known), that
-- of them which is in the way for longest; null: none. wait_ms null: it never
-- has.
--
-- The tokens are an estimate: as in keywheel.ledger_full, a request larger than
-- a limit needs the whole of it, and one twice as large is too large.
create or replace function keywheel.token_limit_full(
	p_use keywheel.token_use, p_token keywheel.tokens, p_requests bigint,
	p_tokens bigint, p_open bigint, p_cost numeric,
	out why text, out allowed text, out wait_ms bigint)
language plpgsql stable
as $$
declare
	v_day timestamptz := (p_use.day + 1)::timestamp at time zone 'UTC';
	v_tpm bigint := p_token.tokens_per_minute;
	v_tpd bigint := p_token.tokens_per_day;
	v_budget numeric := p_token.budget;
begin
	select f.why, f.allowed, case when not f.never then ceil(extract(
		epoch from f.until - clock_timestamp()) * 1000) end
	into why, allowed, wait_ms
	from (values
		('requests_per_minute', p_token.requests_per_minute::text,
			false,
			case when p_requests > 0 then
				keywheel.window_full_until(p_use.requests,
					p_use.step, p_requests,
					p_token.requests_per_minute) end),
		('requests_per_day', p_token.requests_per_day::text, false,
			case when p_requests > 0 and p_use.day_requests
				+ p_requests > p_token.requests_per_day
			then v_day end),
		('tokens_per_minute', v_tpm::text, p_tokens / 2 > v_tpm,
			case when p_tokens is not null then
				keywheel.window_full_until(p_use.tokens,
					p_use.step, greatest(1,
						least(p_tokens, v_tpm)),
					v_tpm) end),
		('tokens_per_day', v_tpd::text, p_tokens / 2 > v_tpd,
			case when p_tokens is not null and p_use.day_tokens + greatest(1,
				least(p_tokens, v_tpd)) > v_tpd
			then v_day end),
		('concurrent_requests', p_token.concurrent::text, false,
			case when p_open >= p_token.concurrent
			then clock_timestamp() + interval '1 second' end),
		('budget', trim_scale(v_budget) || ' '
				|| p_token.budget_currency,
			p_cost / 2 > v_budget,
			case when p_cost is not null
				and (p_use.month_cost >= v_budget
					or p_use.month_cost
						+ least(p_cost, v_budget)
						> v_budget)
			then (p_use.month + interval '1 month')
				at time zone 'UTC' end))
		f (why, allowed, never, until)
	where f.never or f.until is not null
	order by f.never desc nulls last, f.until desc limit 1;
end $$;

-- Let a request in and count it, if there is room. A second look at the same
-- request, with more tokens, its model or another key in view, counts only what
-- is more. p_noted: what else would have refused it, in shadow.
create or replace function keywheel.count_token(
	p_token keywheel.tokens, p_model text, p_tokens bigint,
	p_responder bigint, p_request uuid, p_ttl_ms bigint, p_noted text,
	out why text, out allowed text, out wait_ms bigint,
	out rates bigint[])
language plpgsql
as $$
#variable_conflict use_column
declare
	v_use keywheel.token_use;
	v_mine keywheel.admissions;
	v_requests bigint := 1;
	v_more bigint := p_tokens;
	v_open bigint;
	v_cost numeric;
	v_at timestamptz;
begin
	if p_token.concurrent is not null and not p_token.shadow then
		perform keywheel.await_place(p_token.token_id,
			p_token.concurrent, p_responder);
	end if;
	v_use := keywheel.hold_token_use(p_token.token_id);
	v_at := clock_timestamp();
	v_use := keywheel.token_use_at(v_use, v_at);
	select * into v_mine from keywheel.admissions a
	where a.responder = p_responder and a.request_id = p_request
		and a.token_id = p_token.token_id;
	if found then
		v_requests := 0;
		v_more := greatest(0, p_tokens - v_mine.tokens);
	end if;
	if p_token.concurrent is not null
			and (v_mine.open_until > v_at) is not true then
		v_open := keywheel.open_places(p_token.token_id, p_responder);
	end if;
	if p_token.budget is not null then
		v_use := keywheel.budget_counted(v_use, p_token);
		v_cost := keywheel.budget_estimate(p_token, p_model, p_tokens,
			v_at);
	end if;

	if coalesce(v_mine.shadow, p_noted) is null then
		select f.why, f.allowed, f.wait_ms into why, allowed, wait_ms
		from keywheel.token_limit_full(v_use, p_token, v_requests,
			case when v_requests > 0 or v_more > 0 then v_more end,
			v_open, case when v_mine.cost is null
				or v_cost > v_mine.cost
				then v_cost - coalesce(v_mine.cost, 0) end) f;
	end if;
	if why is not null and not p_token.shadow then
		rates := keywheel.token_rates(v_use, p_token, v_at);
		return;
	end if;
	v_mine.shadow := coalesce(v_mine.shadow, p_noted, why);
	why := null;
	allowed := null;
	wait_ms := null;

	if v_mine.shadow is null then
		v_use.requests[13] := v_use.requests[13] + v_requests;
		v_use.tokens[13] := v_use.tokens[13] + v_more;
	end if;
	v_use.day_requests := v_use.day_requests + v_requests;
	v_use.day_tokens := v_use.day_tokens + v_more;
	v_use.month_cost := v_use.month_cost + greatest(0,
		coalesce(v_cost, 0) - coalesce(v_mine.cost, 0));
	perform keywheel.write_token_use(v_use);
	insert into keywheel.admissions as a (responder, request_id, token_id,
		at, tokens, open_until, cost, shadow)
	values (p_responder, p_request, p_token.token_id, v_at,
		greatest(p_tokens, v_mine.tokens),
		v_at + p_ttl_ms * interval '1 millisecond',
		greatest(v_cost, v_mine.cost), v_mine.shadow)
	on conflict (responder) do update set
		request_id = excluded.request_id,
		token_id = excluded.token_id, at = excluded.at,
		tokens = excluded.tokens, open_until = excluded.open_until,
		cost = excluded.cost, shadow = excluded.shadow;
	rates := keywheel.token_rates(v_use, p_token, v_at);
end $$;

-- A request that has been let in is over: what it used (null: not known, the
-- estimate stays) in the place of what was estimated. p_started: when it began
-- by the account; the tokens of the answer are those of the account's row.
create or replace function keywheel.settle_token(
	p_responder bigint, p_request uuid, p_used bigint,
	p_model text, p_started timestamptz, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint)
returns void
language plpgsql
as $$
declare
	v_use keywheel.token_use;
	v_mine keywheel.admissions;
	v_place integer;
begin
	select * into v_mine from keywheel.admissions a
	where a.responder = p_responder and a.request_id = p_request;
	if not found then
		return;
	end if;
	if p_used is not null then
		v_use := keywheel.hold_token_use(v_mine.token_id);
		v_use := keywheel.token_use_at(v_use, clock_timestamp());
		if v_mine.shadow is null then
			v_place := 13 - least(13, greatest(0,
				v_use.step - keywheel.quota_step(v_mine.at)));
			if v_place > 0 then
				v_use.tokens[v_place] := greatest(0,
					v_use.tokens[v_place] - v_mine.tokens);
			end if;
			v_use.tokens[13] := v_use.tokens[13] + p_used;
		end if;
		if keywheel.utc_day(v_mine.at) = v_use.day then
			v_use.day_tokens := greatest(0,
				v_use.day_tokens - v_mine.tokens);
		end if;
		v_use.day_tokens := v_use.day_tokens + p_used;
		v_use := keywheel.budget_settled(v_use, v_mine, p_model,
			p_started, p_prompt, p_cached, p_thought, p_answer);
		perform keywheel.write_token_use(v_use);
	end if;
	-- Its place is free.
	update keywheel.admissions a set open_until = '-infinity'
	where a.responder = p_responder and a.request_id = p_request;
end $$;

-- What would have refused a request that has been let in; null: nothing.
create or replace function keywheel.shadow_of(
	p_responder bigint, p_request uuid)
returns text
language plpgsql stable
as $$
begin
	return (select a.shadow from keywheel.admissions a
		where a.responder = p_responder and a.request_id = p_request);
end $$;

-- A responder has died: its request, or (p_request) only this one, takes no place
-- any more. What it is thought to have used stays. Whose row is locked lives,
-- and is not waited for.
create or replace function keywheel.leave_place(
	p_responder bigint, p_request uuid)
returns void
language sql
as $$
	delete from keywheel.admissions a using (
		select o.responder from keywheel.admissions o
		where o.responder = p_responder
			and (p_request is null or o.request_id = p_request)
		for update skip locked) dead
	where a.responder = dead.responder;
$$;

-- What responders that are not there any more have left.
create or replace function keywheel.forget_places()
returns void
language sql
as $$
	delete from keywheel.admissions a using (
		select o.responder from keywheel.admissions o
		where greatest(o.at, o.open_until) < now() - interval '1 hour'
		for update skip locked) old
	where a.responder = old.responder;
$$;

-- What a token that is good and has more to look at may do. p_model null: no
-- model is asked for, only who it is; p_unnamed: some model that is not named.
-- why null: it may.
create or replace function keywheel.judge_token(
	p_token keywheel.tokens, p_address inet, p_model text,
	p_unnamed boolean, p_tokens bigint, p_responder bigint,
	p_request uuid, p_ttl_ms bigint,
	out why text, out allowed text, out wait_ms bigint,
	out counted boolean, out rates bigint[])
language plpgsql
as $$
#variable_conflict use_column
declare
	v_noted text;
begin
	counted := false;
	if p_token.addresses is not null and (p_address is null
			or not exists (select from unnest(p_token.addresses) a
				where p_address <<= a)) then
		why := 'address';
		return;
	end if;
	if p_token.models is not null and p_model is not null
			and (p_unnamed or not keywheel.may_serve(
				p_token.models, p_model)) then
		if not p_token.shadow then
			why := 'model';
			return;
		end if;
		v_noted := 'model';
	end if;
	if p_request is not null and (v_noted is not null or num_nonnulls(
			p_token.requests_per_minute, p_token.requests_per_day,
			p_token.tokens_per_minute, p_token.tokens_per_day,
			p_token.concurrent, p_token.budget) > 0)
	then
		select c.why, c.allowed, c.wait_ms, c.rates
		into why, allowed, wait_ms, rates
		from keywheel.count_token(p_token, p_model, p_tokens,
			p_responder, p_request, p_ttl_ms, v_noted) c;
		counted := why is null;
	end if;
end $$;

-- Whoever has this secret: may he? answer: null (he may) | unauthorized | refused,
-- and why: '' (nobody has it), expired, disabled, revoked, rotated; or address,
-- model, or the name of a limit with what it allows and the time until it
-- has room (null: never). p_token: whose it is, where no secret is asked for
-- (p_hash null): what goes on is not counted again. p_request null: nothing is
-- counted. counted: its end is to be told (keywheel.settle_token), after at most
-- p_ttl_ms. rates: keywheel.token_rates.
create or replace function keywheel.admit(
	p_hash bytea, p_token bigint, p_address inet, p_model text,
	p_unnamed boolean, p_tokens bigint, p_responder bigint,
	p_request uuid, p_ttl_ms bigint,
	out answer text, out token_id bigint, out why text,
	out allowed text, out wait_ms bigint, out counted boolean,
	out rates bigint[])
language plpgsql
as $$
#variable_conflict use_column
declare
	v_token keywheel.tokens;
	v_ends timestamptz;
begin
	token_id := p_token;
	if token_id is null then
		select t.token_id into token_id from keywheel.tokens t
		where t.hash = p_hash;
	end if;
	if token_id is null then
		select s.token_id, s.ends_at into token_id, v_ends
		from keywheel.token_secrets s where s.hash = p_hash;
	end if;
	answer := 'unauthorized';
	why := '';
	if token_id is null then
		return;
	end if;
	select t.* into v_token from keywheel.tokens t
	where t.token_id = admit.token_id;
	why := keywheel.token_state(v_token.revoked_at,
		v_token.disabled_at, v_token.expires_at);
	if why = 'active' and v_ends <= now() then
		why := 'rotated';
	end if;
	if why <> 'active' then
		return;
	end if;
	select j.why, j.allowed, j.wait_ms, j.counted, j.rates
	into why, allowed, wait_ms, counted, rates
	from keywheel.judge_token(v_token, p_address, p_model, p_unnamed,
		p_tokens, p_responder,
		case when p_token is null then p_request end, p_ttl_ms) j;
	answer := case when why is not null then 'refused' end;
end $$;

-- An address; null where the text is none.
create or replace function keywheel.inet_of(p_text text)
returns inet
language plpgsql immutable
as $$
begin
	return regexp_replace(p_text, '^::ffff:(\d+\.)', '\1', 'i')::inet;
exception when invalid_text_representation then
	return null;
end $$;

-- Who holds this token, and may he come in? For requests that lease no key, and
-- before the bodies of others; a request counts as one, however often that
-- is asked for it (p_request null: not at all). token_id null: he may not, and
-- answer and why say so; whose is the account's. models: those that it may
-- use, null: all. counted, rates: as keywheel.admit tells them.
create or replace function keywheel.check_token(
	p_token bytea, p_address inet default null,
	p_responder bigint default null, p_request uuid default null,
	p_model text default null, p_ttl_ms bigint default 600000,
	out token_id bigint, out admin boolean, out settings_version bigint,
	out answer text, out why text, out allowed text, out wait_ms bigint,
	out whose bigint, out models jsonb, out counted boolean,
	out rates bigint[])
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_plain boolean;
begin
	select t.token_id, t.admin, r.settings, t.plain
	into token_id, admin, settings_version, v_plain
	from revision r
	left join tokens t on t.hash = p_token and t.revoked_at is null;
	whose := token_id;
	if v_plain then
		return;
	end if;
	perform set_config('synchronous_commit', 'off', true);
	select a.answer, a.token_id, a.why, a.allowed, a.wait_ms, a.counted,
		a.rates
	into answer, whose, why, allowed, wait_ms, counted, rates
	from admit(p_token, null, p_address, p_model, false, 0, p_responder,
		p_request, p_ttl_ms) a;
	token_id := case when answer is null then whose end;
	select t.admin, case when not t.shadow then to_jsonb(t.models) end
	into admin, models
	from tokens t where t.token_id = check_token.token_id;
end $$;
