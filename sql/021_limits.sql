-- A budget of money, requests at once, and limits that are only counted.

-- Their results or arguments change; functions/ brings the new forms.
drop function if exists keywheel.admit, keywheel.judge_token,
	keywheel.count_token, keywheel.settle_token, keywheel.check_token,
	keywheel.token_limit_full, keywheel.cache_look, keywheel.begin_request;

alter table keywheel.tokens
	-- What it may cost in a month (UTC), by the prices; null: no limit.
	add column budget numeric check (budget > 0 and budget < 1000000000000),
	add column budget_currency text check (budget_currency ~ '^[A-Z]{3}$'),
	add column concurrent integer check (concurrent > 0),
	-- Is it only noted what its limits would have refused?
	add column shadow boolean not null default false,
	add check ((budget is null) = (budget_currency is null));

-- Is there nothing to look at but that it is not revoked?
alter table keywheel.tokens drop column plain;
alter table keywheel.tokens add column plain boolean not null
	generated always as (disabled_at is null and expires_at is null
		and models is null and addresses is null
		and requests_per_minute is null and requests_per_day is null
		and tokens_per_minute is null and tokens_per_day is null
		and budget is null and concurrent is null)
	stored;

alter table keywheel.token_use
	add column month date not null default '-infinity',   -- the first, UTC
	-- In the currency of the budget; of what began in that month.
	add column month_cost numeric not null default 0,
	-- The version of the token when that was last taken from the account.
	add column version bigint not null default 0;

alter table keywheel.admissions
	-- The request is under way, until its end is told or this time.
	add column open_until timestamptz not null default '-infinity',
	-- What of it token_use.month_cost has: an estimate; null: its model has
	-- no price, or is not known yet.
	add column cost numeric,
	-- The limit that would have refused it; it takes nothing of a minute
	-- then, and no place.
	add column shadow text;

-- The limit of its token that would have refused it; null: none.
alter table keywheel.requests add column shadow_limit text;
alter type keywheel.log_filter add attribute shadow boolean;
create index requests_by_shadow on keywheel.requests (token_id, started_at)
	where shadow_limit is not null;
