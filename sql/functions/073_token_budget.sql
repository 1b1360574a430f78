-- The budgets of tokens: what a month of UTC may cost, by the prices.
--
-- What a request's input costs, by the estimate, counts when it is let in, and
-- what the account says at its end: in the month in which it began. What has no
-- price in the budget's currency counts as nothing. What answers cost is known when
-- they end, so those that are under way may take a month beyond its budget.
--
-- The account is what counts: from it the month's cost is taken when the token
-- has changed, and now and then (keywheel.recount_budget), since prices may have
-- changed too, and of some requests nobody could tell the end.

-- What a request of so many tokens of input is thought to cost; null: it has no
-- price.
create or replace function keywheel.budget_estimate(
	p_token keywheel.tokens, p_model text, p_tokens bigint, p_at timestamptz)
returns numeric
language plpgsql stable
as $$
declare
	v_price keywheel.prices;
begin
	if p_model is null then
		return null;
	end if;
	v_price := keywheel.price_of(p_model, p_at);
	if v_price.currency is distinct from p_token.budget_currency then
		return null;
	end if;
	return coalesce(keywheel.cost_of(v_price, p_tokens, 0, 0, 0), 0);
end $$;

-- What this month's requests of a token have cost by the account, in that
-- currency.
create or replace function keywheel.token_month_cost(
	p_token bigint, p_currency text, p_at timestamptz)
returns numeric
language plpgsql stable
as $$
declare
	v_from timestamptz := keywheel.utc_month(p_at)::timestamp
		at time zone 'UTC';
begin
	return (with used as materialized (
		select u.model, u.at, sum(u.prompt)::bigint as prompt,
			sum(u.cached)::bigint as cached,
			sum(u.thought)::bigint as thought,
			sum(u.answer)::bigint as answer
		from keywheel.usage_now(v_from) u
		where u.token_id = p_token and u.span = 'day' and u.at >= v_from
		group by u.model, u.at)
	select coalesce(sum(keywheel.cost_of(
		p, u.prompt, u.cached, u.thought, u.answer)), 0)
	from used u cross join lateral keywheel.price_of(u.model, u.at) p
	where p.currency = p_currency);
end $$;

-- The row, which the caller has locked, with what the account says, and what is
-- estimated of requests that are under way.
create or replace function keywheel.budget_recounted(
	p_use keywheel.token_use, p_token keywheel.tokens)
returns keywheel.token_use
language plpgsql
as $$
declare
	v keywheel.token_use := p_use;
begin
	v.month_cost := keywheel.token_month_cost(p_token.token_id,
			p_token.budget_currency, v.month::timestamp
			at time zone 'UTC')
		+ (select coalesce(sum(a.cost), 0) from keywheel.admissions a
			where a.token_id = p_token.token_id
				and a.open_until > clock_timestamp()
				and keywheel.utc_month(a.at) = v.month);
	v.version := p_token.version;
	return v;
end $$;

-- The same, if the token has changed since.
create or replace function keywheel.budget_counted(
	p_use keywheel.token_use, p_token keywheel.tokens)
returns keywheel.token_use
language plpgsql
as $$
begin
	if p_use.version = p_token.version then
		return p_use;
	end if;
	return keywheel.budget_recounted(p_use, p_token);
end $$;

-- The row, which the caller has locked, with what a request cost in the place of
-- what was estimated.
create or replace function keywheel.budget_settled(
	p_use keywheel.token_use, p_mine keywheel.admissions,
	p_model text, p_started timestamptz, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint)
returns keywheel.token_use
language plpgsql
as $$
declare
	v keywheel.token_use := p_use;
	v_currency text;
	v_price keywheel.prices;
begin
	select t.budget_currency into v_currency from keywheel.tokens t
	where t.token_id = p_mine.token_id;
	if v_currency is null then
		return v;
	end if;
	if keywheel.utc_month(p_mine.at) = v.month then
		v.month_cost := v.month_cost - coalesce(p_mine.cost, 0);
	end if;
	v_price := keywheel.price_of(p_model, p_started);
	if keywheel.utc_month(p_started) = v.month
			and v_price.currency = v_currency then
		v.month_cost := v.month_cost + coalesce(keywheel.cost_of(
			v_price, p_prompt, p_cached, p_thought, p_answer), 0);
	end if;
	v.month_cost := greatest(0, v.month_cost);
	return v;
end $$;

-- What a token has used of its month's budget by now.
create or replace function keywheel.budget_used(p_token keywheel.tokens)
returns numeric
language plpgsql stable
as $$
declare
	v keywheel.token_use;
begin
	select * into v from keywheel.token_use u
	where u.token_id = p_token.token_id;
	v := keywheel.token_use_at(v, clock_timestamp());
	if v.version = p_token.version then
		return v.month_cost;
	end if;
	return keywheel.token_month_cost(p_token.token_id,
		p_token.budget_currency, clock_timestamp());
end $$;

-- Take the next token's month from the account, of those behind p_after that have
-- a budget: its number; null: there is none. One a transaction.
create or replace function keywheel.recount_budget(p_after bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_token tokens;
	v_use token_use;
begin
	select t.* into v_token from tokens t
	where t.token_id > p_after and t.budget is not null
		and t.revoked_at is null
	order by t.token_id limit 1;
	if not found then
		return null;
	end if;
	v_use := hold_token_use(v_token.token_id);
	v_use := token_use_at(v_use, clock_timestamp());
	perform write_token_use(budget_recounted(v_use, v_token));
	return v_token.token_id;
end $$;
