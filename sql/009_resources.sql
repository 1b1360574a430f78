-- What projects of ours hold at Google, so that a request which names it gets
-- a key of that project, and no other token's.

-- Functions that get other arguments; functions/ brings them back.
drop function if exists keywheel.retry_request;
drop function if exists keywheel.lease_more;
drop function if exists keywheel.wait_request;
drop function if exists keywheel.when_free;
drop function if exists keywheel.hold_back;
drop function if exists keywheel.count_free;
drop function if exists keywheel.explain_no_lease;
drop function if exists keywheel.first_end;

-- One row for each thing under the name that Google has given it: files/abc,
-- cachedContents/x, batches/y; uploads/HASH is a session of an upload, by the
-- keyed hash of its id. A client may choose a name, so two projects may have
-- the same.
create table keywheel.resources (
	name text not null,
	scope text not null,                       -- of the key, at that time
	kind text not null,
	key_id bigint not null,
	token_id bigint not null,
	created_at timestamptz not null default now(),
	expires_at timestamptz not null default 'infinity',
	facts jsonb not null default '{}',         -- for lists: what Google told
	primary key (name, scope)
) with (autovacuum_vacuum_scale_factor = 0.1);
-- For lists, in the order in which they are told: one token's, and those of
-- all, who are the operator, and the job that cleans up.
create index resources_by_token on keywheel.resources
	(token_id, kind, created_at, name);
create index resources_by_kind on keywheel.resources
	(kind, created_at, name);
create index resources_by_end on keywheel.resources (expires_at);
