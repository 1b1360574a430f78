-- The first schema. Times are timestamptz, durations whole milliseconds.
-- Secrets: keys.secret is encrypted and keys.hash, tokens.hash are keyed
-- hashes; the master key lives outside the database.

-- One row: what every request must know in one look.
create table keywheel.revision (
	only_row boolean primary key default true check (only_row),
	settings bigint not null default 1,        -- version of the settings
	maintained_at timestamptz not null default '-infinity'
);
insert into keywheel.revision default values;

create table keywheel.settings (
	name text primary key,
	value text not null,
	updated_at timestamptz not null default now()
);

-- What we issue to clients.
create table keywheel.tokens (
	token_id bigint generated always as identity primary key,
	name text not null check (name <> ''),
	hash bytea not null unique,
	hint text not null,                        -- its last characters
	admin boolean not null default false,      -- may also use the pages
	origin text not null,                      -- cli, env, page, demo
	created_at timestamptz not null default now(),
	revoked_at timestamptz
);
create unique index tokens_name_in_use on keywheel.tokens (name)
	where revoked_at is null;

-- Gemini credentials of ours.
create table keywheel.keys (
	key_id bigint generated always as identity primary key,
	pool text not null default 'gemini',
	hash bytea not null unique,
	secret bytea not null,
	hint text not null,
	project text check (project <> ''),        -- null: not known
	-- What quota is counted by: the project, else the key for itself.
	scope text generated always as
		(coalesce('project/' || project, 'key/' || key_id)) stored,
	state text not null default 'active'
		check (state in ('active', 'disabled', 'removed')),
	state_reason text not null default '',
	state_at timestamptz not null default now(),
	uses bigint not null default 0,            -- before it left the rotation
	origin text not null,
	note text not null default '',
	created_at timestamptz not null default now()
) with (fillfactor = 80);
create index keys_by_project on keywheel.keys (project)
	where project is not null;

-- The rotation: active keys in dense slots 0..size-1 of their pool, with what
-- a lease must know of them, so that a pick is one update of one row. Only
-- columns without an index change at a pick, so every update is HOT and a
-- forgotten long transaction cannot bloat an index.
create table keywheel.pools (
	pool text primary key,
	size integer not null default 0
);
create table keywheel.key_rotation (
	pool text not null,
	slot integer not null,
	key_id bigint not null,
	scope text not null,
	secret bytea not null,
	hint text not null,
	uses bigint not null default 0,
	last_used_at timestamptz,
	-- No rest of this key, of whatever model, is in force after that.
	rests_until timestamptz not null default '-infinity',
	faults integer not null default 0,         -- of its own, in a row
	primary key (pool, slot)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.5);

-- Cursors of the rotation. A model always draws from the same one, so that
-- clients that alternate between models do not beat against the rotation.
-- The second of each pair counts where few keys are free.
do $$
begin
	for i in 0..31 loop
		execute format('create sequence keywheel.cursor_%s '
			'minvalue 0 start 0 cycle', i);
		execute format('create sequence keywheel.cursor_few_%s '
			'minvalue 0 start 0 cycle', i);
	end loop;
end $$;

-- (project or key, model) rests until a time, for a reason. Model '*': all.
create table keywheel.key_cooldown (
	scope text not null,
	model text not null,
	until timestamptz not null,
	since timestamptz not null default now(),
	reason text not null,
	long_rest boolean not null default false,  -- the day's quota, a balance
	strikes integer not null default 0,        -- doubles the next rest
	primary key (scope, model)
) with (fillfactor = 70);

-- What happened to a key, and why.
create table keywheel.key_events (
	event_id bigint generated always as identity primary key,
	at timestamptz not null default now(),
	key_id bigint not null,
	event text not null,     -- rested, disabled, enabled, removed, added
	model text,
	until timestamptz,
	cause text not null,     -- the verdict, or who did it
	evidence text not null default ''          -- upstream's words, redacted
);
create index key_events_by_key on keywheel.key_events (key_id, event_id);

-- The last lease of each responder, reused. It is open while the account has
-- no row of its request, and lost when the responder has died meanwhile. The
-- table may be lost in a crash of the database without harm.
create unlogged table keywheel.leases (
	responder bigint primary key,
	request_id uuid not null,
	started_at timestamptz not null,
	expires_at timestamptz not null,
	token_id bigint,
	key_id bigint,
	model text not null,
	route text not null,
	streamed boolean not null
) with (fillfactor = 20);

-- How a request ended. A type: a check would be parsed anew by each insert.
create type keywheel.outcome as enum ('complete', 'length', 'blocked',
	'client_error', 'unauthorized', 'limited', 'no_key', 'upstream_error',
	'timeout_first_byte', 'timeout_idle', 'truncated', 'client_gone',
	'internal_error');

-- The account: one row a request. Ids are made in the order of time, so a
-- block range index finds a time.
create table keywheel.requests (
	request_id uuid not null,
	started_at timestamptz not null,
	token_id bigint,
	key_id bigint,           -- of the attempt that answered, or the last
	model text not null,
	route text not null,
	streamed boolean not null,
	outcome keywheel.outcome not null,
	status smallint not null,                  -- HTTP, as the client saw it
	attempts smallint not null,
	prompt_tokens integer not null,
	cached_tokens integer not null,            -- part of prompt_tokens
	thought_tokens integer not null,
	answer_tokens integer not null,            -- without thoughts
	first_byte_ms integer,
	total_ms integer not null,
	detail text not null default '',           -- of a failure, redacted
	primary key (request_id, started_at)
) partition by range (started_at);
create table keywheel.requests_default partition of keywheel.requests default;
create index requests_by_time on keywheel.requests using brin (started_at)
	with (pages_per_range = 16);

-- Attempts that failed: what each key was told.
create table keywheel.attempts (
	request_id uuid not null,
	started_at timestamptz not null,           -- of the request
	attempt smallint not null,
	key_id bigint,
	model text not null,
	verdict text not null,
	status smallint not null,                  -- upstream's, 0 if none came
	total_ms integer not null,
	evidence text not null default '',
	primary key (request_id, attempt, started_at)
) partition by range (started_at);
create table keywheel.attempts_default partition of keywheel.attempts default;
create index attempts_by_time on keywheel.attempts using brin (started_at)
	with (pages_per_range = 16);
