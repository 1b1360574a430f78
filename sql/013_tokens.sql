-- What tokens may do, how much of it, from where and for how long.

-- Their results or arguments change; functions/ brings the new forms.
drop function if exists keywheel.list_tokens();
drop function if exists keywheel.check_token(bytea);
drop function if exists keywheel.begin_request(bigint, uuid, bytea, text, text,
	text, boolean, bigint, jsonb, text[], bigint, bigint);
drop function if exists keywheel.cache_look(
	bytea, bigint, bytea, bigint, bigint, bigint);

drop function if exists keywheel.cache_hit;

alter table keywheel.tokens
	add column note text not null default '',
	add column expires_at timestamptz,
	add column disabled_at timestamptz,
	-- Names, or beginnings of names with an asterisk; null: all.
	add column models text[] check (models <> '{}'),
	-- Where it may be used; null: everywhere.
	add column addresses cidr[] check (addresses <> '{}'),
	-- Null: no limit.
	add column requests_per_minute bigint check (requests_per_minute > 0),
	add column requests_per_day bigint check (requests_per_day > 0),
	add column tokens_per_minute bigint check (tokens_per_minute > 0),
	add column tokens_per_day bigint check (tokens_per_day > 0),
	-- Counts the changes: whoever has seen another one is told.
	add column version bigint not null default 1,
	-- The form that made its secret: sent again, it makes no other one.
	add column form uuid unique;

-- Is there nothing to look at but that it is not revoked?
alter table keywheel.tokens add column plain boolean not null
	generated always as (disabled_at is null and expires_at is null
		and models is null and addresses is null
		and requests_per_minute is null and requests_per_day is null
		and tokens_per_minute is null and tokens_per_day is null)
	stored;

-- What a token was before it was rotated. It is good for a while; then who
-- comes with it is told so.
create table keywheel.token_secrets (
	hash bytea primary key,
	token_id bigint not null references keywheel.tokens,
	hint text not null,
	rotated_at timestamptz not null default now(),
	ends_at timestamptz not null
);
create index token_secrets_by_token on keywheel.token_secrets (token_id);

-- What has been used of the limits of tokens; only what has a limit has a
-- row. The minute is counted in steps as that of the ledger (003_pool.sql).
create table keywheel.token_use (
	token_id bigint primary key,
	step bigint not null default 0,
	requests bigint[] not null default array_fill(0::bigint, array[13]),
	tokens bigint[] not null default array_fill(0::bigint, array[13]),
	day date not null default '-infinity',     -- UTC
	day_requests bigint not null default 0,
	day_tokens bigint not null default 0
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);

-- What each responder has counted for its request, the last one of a token
-- that has limits. May be lost in a crash of the database: then an estimate
-- stays.
create unlogged table keywheel.admissions (
	responder bigint primary key,
	request_id uuid not null,
	token_id bigint not null,
	at timestamptz not null,
	tokens bigint not null
) with (fillfactor = 20);
