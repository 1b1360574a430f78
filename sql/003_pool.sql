-- Keys that differ: weight, models, a reserve; limits of a project and model,
-- and what has been used of them; those who wait for a key.

-- Functions that get other arguments or results; functions/ brings them back.
drop function if exists keywheel.begin_request;
drop function if exists keywheel.retry_request;
drop function if exists keywheel.lease_more;
drop function if exists keywheel.lease_preferred;
drop function if exists keywheel.end_request;
drop type if exists keywheel.lease cascade;

alter table keywheel.keys
	-- Turns in each round of the rotation.
	add column weight smallint not null default 1
		check (weight between 1 and 100),
	-- The models it may serve: names, or beginnings with a * behind. Null:
	-- all.
	add column models text[] check (cardinality(models) > 0),
	-- Only where no other key of the pool is free.
	add column reserve boolean not null default false;

-- The rotation has a ring for the ordinary keys of a pool, by the pool's name,
-- and one for its reserve, `pool/reserve`. keywheel.pools has a row for each
-- ring; the row of the pool itself is the lock for the shape of both.
--
-- A ring's slots are dense, 0..size-1; a key of weight n has n of them. They
-- change only when the keys do.
create table keywheel.key_slots (
	pool text not null,                        -- the ring
	slot integer not null,
	key_id bigint not null,
	primary key (pool, slot)
);
insert into keywheel.key_slots (pool, slot, key_id)
select pool, slot, key_id from keywheel.key_rotation;
create index key_slots_by_key on keywheel.key_slots (key_id);

-- One row an active key; its pool is the ring. A pick changes no column that
-- has an index.
alter table keywheel.key_rotation
	drop constraint key_rotation_pkey,
	drop column slot,
	add primary key using index key_rotation_by_key,
	add column models text[],
	add column stumbles integer not null default 0;
alter index keywheel.key_rotation_by_key rename to key_rotation_pkey;

-- What a project may use of a model. Scope '*': each project that has no limit
-- of its own.
create table keywheel.limits (
	scope text not null,
	model text not null,
	-- Requests and input tokens a minute and a day (Pacific).
	kind text not null check (kind in ('rpm', 'tpm', 'rpd', 'tpd')),
	value bigint not null check (value >= 0),
	source text not null check (source in ('learned', 'set')),
	at timestamptz not null default now(),
	primary key (scope, model, kind)
);
-- Requests for other models need to know no more than that.
create index limits_by_model on keywheel.limits (model);

-- What has been used of limits; only what has a limit has a row. The minute is
-- counted in steps, a twelfth of it each: the one of the last use and the
-- twelve before it, the newest last, so that whatever minute one looks at lies
-- within them.
create table keywheel.ledger (
	scope text not null,
	model text not null,
	step bigint not null default 0,            -- since the epoch
	requests bigint[] not null default array_fill(0::bigint, array[13]),
	tokens bigint[] not null default array_fill(0::bigint, array[13]),
	day date not null default '-infinity',     -- Pacific
	day_requests bigint not null default 0,
	day_tokens bigint not null default 0,
	-- No room for even the smallest request before that.
	full_until timestamptz not null default '-infinity',
	used_at timestamptz not null default now(),
	-- So many tokens there is room for, whatever comes; 0: not known.
	room_tokens bigint not null default 0,
	primary key (scope, model)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);

-- Requests that wait for a key, in order of arrival. One who does not look
-- again in time has gone. The table may be lost in a crash of the database:
-- who waits then gets a new ticket.
create sequence keywheel.tickets;
create unlogged table keywheel.waiting (
	responder bigint primary key,
	request_id uuid not null,
	pool text not null,
	model text not null,
	ticket bigint not null,
	alive_until timestamptz not null
) with (fillfactor = 50);
create index waiting_in_line on keywheel.waiting (pool, model, ticket);

-- One row: is there anything that a pick has to look for besides its key? A
-- request that finds nothing here opens no further table: each one costs, and
-- past sixteen of them and their indexes PostgreSQL's locks cost several times
-- as much.
create table keywheel.notices (
	only_row boolean primary key default true check (only_row),
	limited boolean not null default false,    -- there are limits
	-- Until then somebody may wait, or a model rest for everybody.
	busy_until timestamptz not null default '-infinity'
) with (fillfactor = 50);
insert into keywheel.notices default values;
