-- Silences of Gemini, measured with each request, and the deadlines that
-- follow from them.

-- A function that gets further arguments; functions/ brings it back.
drop function if exists keywheel.end_request;

-- Null where nothing was measured, which is so for all rows from before: none
-- is written again.
alter table keywheel.requests
	add column size_class smallint,    -- of the prompt (pool/deadline.h)
	add column fetched_whole boolean,  -- from Gemini: not as a stream
	add column upstream_first_ms integer,      -- silence before an answer
	add column longest_gap_ms integer;         -- … in the middle of it

create table keywheel.model_deadlines (
	model text not null,
	size_class smallint not null,
	streamed boolean not null,                 -- by Gemini
	first_byte_ms integer,                     -- null: the setting holds
	idle_ms integer,
	samples bigint not null,
	p50 integer not null,                      -- of the first silence
	p99 integer not null,
	gap_p99 integer,                           -- of the longest ones later
	computed_at timestamptz not null default now(),
	primary key (model, size_class, streamed)
);
