-- What was used, by the prices that the operator has put in (price_of): that
-- of the model that was in force on the day. A cost is null where there is no
-- price, never 0. A day's prices are looked up once for each model.

-- By day, token and model, in the price's currency.
create or replace view keywheel.report_cost_daily as
select u.day, u.token, u.model, p.currency, u.requests, u.prompt_tokens,
	u.cached_tokens, u.thought_tokens, u.answer_tokens, u.total_tokens,
	case when p.currency is not null then keywheel.cost_of(p.price,
		u.prompt_tokens, u.cached_tokens, u.thought_tokens,
		u.answer_tokens) end as cost, u.token_id
from keywheel.report_usage_daily u
left join lateral (
	select m.model, q.currency, q as price
	from (select distinct o.model from keywheel.report_outcomes o
		where o.span = 'day'
			and o.at = u.day::timestamp at time zone 'UTC') m
	cross join lateral keywheel.report_price(m.model, u.day) q) p
	on p.model = u.model;

-- By day, key and model: what clients got for it, and apart what calls that
-- failed had used.
create or replace view keywheel.report_cost_keys as
select u.day, u.key_id, u.key_hint, u.pool, u.project, u.model, p.currency,
	u.calls, u.prompt_tokens, u.cached_tokens, u.thought_tokens,
	u.answer_tokens, u.total_tokens,
	case when p.currency is not null then keywheel.cost_of(p.price,
		u.prompt_tokens, u.cached_tokens, u.thought_tokens,
		u.answer_tokens) end as cost,
	u.failed, u.failed_total_tokens,
	case when p.currency is not null then keywheel.cost_of(p.price,
		u.failed_prompt_tokens, u.failed_cached_tokens,
		u.failed_thought_tokens, u.failed_answer_tokens) end
		as failed_cost
from keywheel.report_usage_keys u
left join lateral (
	select m.model, q.currency, q as price
	from (select o.model from keywheel.report_outcomes_keys o
		where o.span = 'day'
			and o.at = u.day::timestamp at time zone 'UTC'
		union
		select f.model from keywheel.report_failures f
		where f.span = 'day'
			and f.at = u.day::timestamp at time zone 'UTC') m
	cross join lateral keywheel.report_price(m.model, u.day) q) p
	on p.model = u.model;

-- By day, project and model: as Google's bill.
create or replace view keywheel.report_cost_projects as
select u.day, u.project, u.model, p.currency, u.keys, u.calls, u.answered,
	u.client_gone, u.prompt_tokens, u.cached_tokens, u.thought_tokens,
	u.answer_tokens, u.total_tokens,
	case when p.currency is not null then keywheel.cost_of(p.price,
		u.prompt_tokens, u.cached_tokens, u.thought_tokens,
		u.answer_tokens) end as cost,
	u.failed, u.failed_total_tokens,
	case when p.currency is not null then keywheel.cost_of(p.price,
		u.failed_prompt_tokens, u.failed_cached_tokens,
		u.failed_thought_tokens, u.failed_answer_tokens) end
		as failed_cost
from keywheel.report_usage_projects u
left join lateral (
	select m.model, q.currency, q as price
	from (select o.model from keywheel.report_outcomes_keys o
		where o.span = 'day'
			and o.at = u.day::timestamp at time zone 'UTC'
		union
		select f.model from keywheel.report_failures f
		where f.span = 'day'
			and f.at = u.day::timestamp at time zone 'UTC') m
	cross join lateral keywheel.report_price(m.model, u.day) q) p
	on p.model = u.model;

-- The prices: what a million tokens cost from a day on. A model that ends with
-- an asterisk is for all that begin so.
create or replace view keywheel.report_prices as
select p.model, p.valid_from, p.currency, p.prompt, p.cached, p.answer, p.at
from keywheel.prices p;
