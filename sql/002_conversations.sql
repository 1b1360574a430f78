-- What the gateway remembers between requests: conversations and the thought
-- signatures of their tool calls, what models have refused, and the list of
-- models.

-- Functions that get other arguments or results; functions/ brings them back.
drop function if exists keywheel.begin_request;
drop function if exists keywheel.end_request;
drop type if exists keywheel.lease cascade;

-- A conversation's key is looked for without the rotation's slot. No pick
-- changes key_id, so picks stay HOT.
create unique index key_rotation_by_key on keywheel.key_rotation (key_id);

-- The next two hold what may be lost in a crash of the database without harm.
-- They are kept small by maintain(), which deletes in batches what expires
-- first; vacuum is to give that room back soon. A token sees its own rows and
-- no others.

-- Thought signatures of tool calls, and the key that they were made with.
create unlogged table keywheel.signatures (
	token_id bigint not null,
	call_id text not null,
	key_id bigint not null,
	scope text not null,                       -- of that key, at that time
	model text not null,
	signature text not null,
	expires_at timestamptz not null,
	primary key (token_id, call_id)
) with (autovacuum_vacuum_scale_factor = 0.05);
-- Random text: nothing to be gained by compressing it.
alter table keywheel.signatures alter column signature set storage external;
create index signatures_by_end on keywheel.signatures (expires_at);

-- The key that a conversation had last. Expires a day after its last use.
create unlogged table keywheel.conversations (
	token_id bigint not null,
	hash bytea not null,
	key_id bigint not null,
	bypass boolean not null,                   -- sends no real signatures
	expires_at timestamptz not null,
	primary key (token_id, hash)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index conversations_by_end on keywheel.conversations (expires_at);

-- What a model has refused before.
create table keywheel.model_quirks (
	model text not null,
	quirk text not null
		check (quirk ~ '^([a-z_]{1,40}|drop:[A-Za-z0-9_.]{1,64})$'),
	learned_at timestamptz not null default now(),
	primary key (model, quirk)
);

-- The models that Gemini lists, the union over the keys, as Gemini describes
-- them; and one row about the lists.
create table keywheel.models (
	model text primary key,                    -- without `models/`
	data jsonb not null,
	seen_at timestamptz not null
);
create table keywheel.model_lists (
	only_row boolean primary key default true check (only_row),
	fetched_at timestamptz not null default '-infinity',
	key_id bigint,                             -- the last list's
	claimed_at timestamptz not null default '-infinity',
	error text not null default '',            -- why the last try failed
	error_at timestamptz
);
insert into keywheel.model_lists default values;
