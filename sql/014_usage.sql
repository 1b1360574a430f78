-- Sums of the account: by token, by key, by time, for pages and reports.
--
-- Rows of the account come in when a request ends, from many responders at
-- once, and may have begun long ago. A row's place in the order of transactions
-- says what has been summed up: all rows below a mark have been, those at it or
-- above it (the tail) have not, and a mark only moves to where every
-- transaction has ended. What is shown is sums plus tail, so it is exact at
-- any moment.

-- The page that this replaces.
drop function if exists keywheel.overview(), keywheel.overview_keys(),
	keywheel.overview_jobs(), keywheel.overview_hours(),
	keywheel.overview_states();

-- Rows from before have this transaction's place: none is written again.
alter table keywheel.requests
	add column settled xid8 not null default pg_current_xact_id();
alter table keywheel.attempts
	add column settled xid8 not null default pg_current_xact_id();
create index requests_by_settling on keywheel.requests (settled, started_at);
create index attempts_by_settling on keywheel.attempts (settled, started_at);

-- The marks. Who holds a row sums up, or removes rows of that table.
create table keywheel.usage_marks (
	source text primary key check (source in ('requests', 'attempts')),
	settled xid8 not null,
	started_at timestamptz not null default '-infinity',
	summed_at timestamptz not null default now()
) with (fillfactor = 50);
insert into keywheel.usage_marks (source, settled)
values ('requests', '3'), ('attempts', '3');

-- Days (UTC) of which rows have been deleted: what was summed up of them
-- cannot be computed again.
create table keywheel.usage_gaps (
	source text not null,
	day date not null,
	primary key (source, day)
);

-- Minutes are kept for some hours, hours for some weeks, days for ever.
create type keywheel.usage_span as enum ('minute', 'hour', 'day');

create table keywheel.usage_all (
	span keywheel.usage_span not null,
	at timestamptz not null,                   -- when it began, in UTC
	outcome keywheel.outcome not null,
	requests bigint not null,
	from_cache bigint not null,                -- of the requests
	attempts bigint not null,
	prompt bigint not null,
	cached bigint not null,                    -- of prompt
	thought bigint not null,
	answer bigint not null,
	primary key (span, at, outcome)
) with (fillfactor = 80);

create table keywheel.usage (
	span keywheel.usage_span not null,
	at timestamptz not null,
	token_id bigint not null,                  -- 0: none
	model text not null,
	outcome keywheel.outcome not null,
	requests bigint not null,
	from_cache bigint not null,
	attempts bigint not null,
	prompt bigint not null,
	cached bigint not null,
	thought bigint not null,
	answer bigint not null,
	primary key (span, at, token_id, model, outcome)
) with (fillfactor = 80);
create index usage_by_token on keywheel.usage (token_id, span, at);

-- By the key that answered, or was the last to be tried.
create table keywheel.key_usage (
	key_id bigint not null,
	span keywheel.usage_span not null,
	at timestamptz not null,
	model text not null,
	outcome keywheel.outcome not null,
	requests bigint not null,
	prompt bigint not null,
	cached bigint not null,
	thought bigint not null,
	answer bigint not null,
	primary key (key_id, span, at, model, outcome)
) with (fillfactor = 80);
create index key_usage_by_time on keywheel.key_usage (span, at);

-- Attempts that failed.
create table keywheel.key_failures (
	key_id bigint not null,
	span keywheel.usage_span not null,
	at timestamptz not null,                   -- of the request's beginning
	model text not null,
	verdict text not null,
	attempts bigint not null,
	primary key (key_id, span, at, model, verdict)
) with (fillfactor = 80);
create index key_failures_by_time on keywheel.key_failures (span, at);

-- How long answers took: how many of them lie in which step of a scale with
-- eight steps to the doubling (keywheel.time_step). Only what was answered.
create table keywheel.usage_times (
	span keywheel.usage_span not null,
	at timestamptz not null,
	model text not null,
	measure text not null check (measure in ('first_byte', 'total')),
	step smallint not null,
	requests bigint not null,
	primary key (span, at, model, measure, step)
) with (fillfactor = 80);

-- What was used most in a range: {models, tokens, keys}. Where that is too much
-- to be found out while somebody waits for the page, it is this.
create table keywheel.usage_tops (
	range text primary key,
	tops jsonb not null,
	made_at timestamptz not null
);

-- Whoever deletes rows: what of them was not summed up yet is, and the days are
-- known for which rows are missing. Rows that move into a day's partition are
-- deleted from another table, and dropping a day tells it by itself (day_may_go).
create function keywheel.requests_deleted() returns trigger
language plpgsql as $$ begin return null; end $$;
create function keywheel.attempts_deleted() returns trigger
language plpgsql as $$ begin return null; end $$;
create trigger usage after delete on keywheel.requests
referencing old table as gone
for each statement execute function keywheel.requests_deleted();
create trigger usage after delete on keywheel.attempts
referencing old table as gone
for each statement execute function keywheel.attempts_deleted();
