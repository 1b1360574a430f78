-- What requests cost, by the prices that the operator has put in. Exact: no
-- sum of it has a rounding.

-- The price of a model that was in force at a time (days are those of UTC):
-- that of its own name, else that of the longest beginning, and of those the
-- newest. A row of nulls: there is none.
create or replace function keywheel.price_of(p_model text, p_at timestamptz)
returns keywheel.prices
language plpgsql stable
as $$
declare
	v keywheel.prices;
begin
	select p.* into v from keywheel.prices p
	where p.valid_from <= (p_at at time zone 'UTC')::date
		and (p.model = p_model or right(p.model, 1) = '*'
			and starts_with(p_model, left(p.model, -1)))
	order by p.model = p_model desc, length(p.model) desc,
		p.valid_from desc
	limit 1;
	return v;
end $$;

-- What so many tokens cost, in the currency of the price; null: not known, since
-- there is no price for some of them. The cached ones, a part of the prompt, are
-- charged as such where that price is known; thoughts are charged as answers.
create or replace function keywheel.cost_of(
	p_price keywheel.prices, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint)
returns numeric
language plpgsql immutable
as $$
declare
	v_cached bigint := least(p_cached, p_prompt);
	v_given bigint := p_thought + p_answer;
begin
	return (case when p_prompt > v_cached
			then (p_prompt - v_cached) * p_price.prompt else 0 end
		+ case when v_cached > 0 then v_cached
			* coalesce(p_price.cached, p_price.prompt) else 0 end
		+ case when v_given > 0 then v_given * p_price.answer
			else 0 end) * 0.000001;
end $$;
