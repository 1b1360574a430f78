-- The account knows more: what of a request's time was ours, the client's own
-- id of it, and what attempts that failed had used.

-- All that requests touch and this or a later migration changes, in the order in
-- which they do: tokens first, so that none goes on that would wait for a lease
-- while it holds the token that 021_limits.sql waits for. They wait until the end.
lock table keywheel.tokens, keywheel.leases, keywheel.requests,
	keywheel.attempts, keywheel.token_use, keywheel.admissions
	in access exclusive mode;

-- Functions that get further arguments or results; functions/ brings them back.
drop function if exists keywheel.begin_request, keywheel.end_request, keywheel.cache_hit,
	keywheel.requests_tail, keywheel.attempts_tail;

-- Constant defaults: no row is written again.
alter table keywheel.requests
	add column own_us integer,     -- all but waiting for others; null: not known
	add column db_us integer,      -- of it: the database's, before the account
	add column client_id text not null default '';   -- as the client sent it
alter table keywheel.leases
	add column client_id text not null default '';   -- … for close_lost_lease
alter table keywheel.attempts
	add column prompt_tokens integer not null default 0,
	add column cached_tokens integer not null default 0,
	add column thought_tokens integer not null default 0,
	add column answer_tokens integer not null default 0;
alter table keywheel.key_failures
	add column prompt bigint not null default 0,
	add column cached bigint not null default 0,
	add column thought bigint not null default 0,
	add column answer bigint not null default 0;

-- When a request was last marked as lost; what was before, nobody knows.
create table keywheel.lost_watch (
	only_row boolean primary key default true check (only_row),
	lost_at timestamptz not null default now()
);
insert into keywheel.lost_watch default values;

-- Steps below that of a millisecond are negative. What was summed up before
-- has the middles of its steps for sums, as near as can be told.
alter table keywheel.usage_times
	drop constraint usage_times_measure_check,
	add constraint usage_times_measure_check
		check (measure in ('first_byte', 'total', 'own', 'db')),
	add column total_us bigint not null default 0;
update keywheel.usage_times
set total_us = requests * round(1000 * 2 ^ ((step + 0.5::float8) / 8));
