-- The limits of tokens, for their pages.

-- Models that a token has used this month and that have no price in the currency
-- of its budget: they count as nothing. At most twenty.
create or replace function keywheel.unpriced_models(p_token keywheel.tokens)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_from timestamptz := utc_month(now())::timestamp at time zone 'UTC';
begin
	return (select coalesce(jsonb_agg(m.model order by m.model), '[]')
	from (select u.model from usage_now(v_from) u
		where u.token_id = p_token.token_id and u.span = 'day'
			and u.at >= v_from
		group by u.model
		having sum(u.prompt + u.thought + u.answer) > 0
			and (price_of(u.model, now())).currency
				is distinct from p_token.budget_currency
		order by u.model limit 20) m);
end $$;

-- What is used of a token's limits by now: {requests_per_minute, …, concurrent,
-- budget (a text, in millionths), budget_full, unpriced}.
create or replace function keywheel.token_limits_used(p_token keywheel.tokens)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v token_use;
	v_cost numeric;
begin
	select n.* into v from token_use u
	cross join token_use_at(u, clock_timestamp()) n
	where u.token_id = p_token.token_id;
	if p_token.budget is not null then
		v_cost := budget_used(p_token);
	end if;
	return jsonb_build_object(
		'requests_per_minute', counts_sum(v.requests),
		'requests_per_day', v.day_requests,
		'tokens_per_minute', counts_sum(v.tokens),
		'tokens_per_day', v.day_tokens)
		|| case when p_token.concurrent is null then '{}'
			else jsonb_build_object('concurrent', open_places(
				p_token.token_id, null)) end
		|| case when p_token.budget is null then '{}'
			else jsonb_build_object(
				'budget', trim_scale(round(v_cost, 6))::text,
				'budget_full', v_cost >= p_token.budget,
				'unpriced', unpriced_models(p_token)) end;
end $$;

-- What would have been refused in the last 24 hours: {all, more (there are more:
-- only the newest are counted), limits: [{limit, requests, last_at}], the most
-- first}.
create or replace function keywheel.token_shadow(p_token bigint)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_most constant integer := 10000;
begin
	return (with newest as (
		select r.shadow_limit, r.started_at from requests r
		where r.token_id = p_token and r.shadow_limit is not null
			and r.started_at > now() - interval '24 hours'
		order by r.started_at desc limit v_most),
	noted as (
		select n.shadow_limit as limit, count(*) as requests,
			max(n.started_at) as last_at
		from newest n group by n.shadow_limit)
	select jsonb_build_object('all', coalesce(sum(d.requests), 0),
		'more', coalesce(sum(d.requests), 0) >= v_most,
		'limits', coalesce(jsonb_agg(jsonb_build_object(
			'limit', d.limit, 'requests', d.requests,
			'last_at', utc_text(d.last_at))
			order by d.requests desc, d.limit), '[]'))
	from noted d);
end $$;
