-- The pages of requests and errors: how rows are found among millions, and
-- the bodies of requests that failed, where the operator wants them.

-- A function that gets further arguments; functions/ brings it back.
drop function if exists keywheel.end_request;

-- Block ranges again, since a row costs next to nothing when it is written:
-- each sums up the times of its rows, and tells almost surely which keys,
-- tokens, models and statuses are not among them.
create index requests_by_facts on keywheel.requests using brin (started_at,
	key_id int8_bloom_ops (n_distinct_per_range = 1000),
	token_id int8_bloom_ops (n_distinct_per_range = 50),
	model text_bloom_ops (n_distinct_per_range = 50),
	status int2_bloom_ops (n_distinct_per_range = 20))
	with (pages_per_range = 16, autosummarize = on);
create index attempts_by_facts on keywheel.attempts using brin (started_at,
	key_id int8_bloom_ops (n_distinct_per_range = 1000),
	model text_bloom_ops (n_distinct_per_range = 50),
	verdict text_bloom_ops (n_distinct_per_range = 20),
	status int2_bloom_ops (n_distinct_per_range = 20))
	with (pages_per_range = 16, autosummarize = on);

-- The error object that Google answered with, as JSON, redacted; null if it
-- was none or long.
alter table keywheel.attempts add column error text;

-- What a request that failed had sent, if that is recorded. Sealed with the
-- master key: it is what people have written.
create table keywheel.request_bodies (
	request_id uuid not null,
	started_at timestamptz not null,           -- of the request
	size bigint not null,                      -- as it came
	body bytea not null,                       -- shortened, redacted, sealed
	primary key (request_id, started_at)
) partition by range (started_at);
create table keywheel.request_bodies_default
	partition of keywheel.request_bodies default;

-- The place of a row in a list: of an attempt, or (0) of the request.
create type keywheel.log_place as (
	started_at timestamptz,
	request_id uuid,
	attempt smallint
);

-- What a list is to show; null: all.
create type keywheel.log_filter as (
	from_at timestamptz,                       -- and later
	to_at timestamptz,                         -- but earlier than that
	token_id bigint,
	key_ids bigint[],
	model text,                                -- exactly
	model_like text,                           -- a pattern of LIKE
	route_like text,
	outcomes keywheel.outcome[],
	streamed boolean,
	status_from smallint,
	status_to smallint,
	verdict text,                              -- of errors
	needle text                                -- in what was said of it
);
