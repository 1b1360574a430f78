-- Answers that are given again, and the clearing of what has piled up.

-- Its list shows more than it did; functions/040_manage.sql brings the new form.
drop function if exists keywheel.list_tokens();

-- Are this token's answers kept? Null: those of RESPONSE_CACHE_MODELS.
alter table keywheel.tokens add column cache boolean;

-- Answered from the cache: no key was asked, and no token used. Null where
-- that is not so: no row from before is written again.
alter table keywheel.requests add column from_cache boolean;

-- The next three may be lost in a crash of the database without harm. Whoever
-- changes the number of bytes holds the row of cache_state, and holds it
-- first.

-- The hash is keyed, and over all that shapes the answer; the answer is sealed
-- with the master key: neither question nor answer can be read or guessed
-- here, in a dump, or in a backup.
create unlogged table keywheel.cached_answers (
	hash bytea primary key,
	token_id bigint,           -- whose it is; null: anybody's with a token
	model text not null,
	answer bytea not null,     -- Gemini's, and its type; sealed
	size integer not null,     -- of the row, about
	stored_at timestamptz not null default now(),
	expires_at timestamptz not null,
	hits bigint not null default 0,
	-- Hits for its size, above the floor of its time: what is worth least
	-- goes first (GreedyDual-Size-Frequency).
	worth double precision not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
-- Random bytes: nothing to be gained by compressing them.
alter table keywheel.cached_answers alter column answer set storage external;
create index cached_answers_by_worth on keywheel.cached_answers (worth);
create index cached_answers_by_end on keywheel.cached_answers (expires_at);

-- What was asked lately and has no answer here: only what is asked again is
-- worth its room.
create unlogged table keywheel.cache_asked (
	hash bytea primary key,
	times integer not null,
	until timestamptz not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index cache_asked_by_end on keywheel.cache_asked (until);

create unlogged table keywheel.cache_state (
	only_row boolean primary key default true check (only_row),
	bytes bigint not null,
	-- What the last one that had to go was worth.
	floor double precision not null
) with (fillfactor = 50);

-- Clearing. One of a kind at a time; who has not been heard of until
-- alive_until has died, and what he removed is told here all the same.
create table keywheel.clears (
	clear_id bigint generated always as identity primary key,
	claim uuid not null unique default gen_random_uuid(),
	what text not null
		check (what in ('logs', 'cache', 'signatures', 'files')),
	before timestamptz not null,               -- what is older goes
	by text not null,
	started_at timestamptz not null default clock_timestamp(),
	alive_until timestamptz not null,
	ended_at timestamptz,                      -- null: it runs, or died
	removed jsonb not null default '{}',       -- {what: how many}
	remains text not null default ''           -- why something was left
);
create unique index clears_running on keywheel.clears (what)
	where ended_at is null;
