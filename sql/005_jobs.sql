-- Jobs: what is done now and then, by whoever comes first; and the probing of
-- disabled keys.

-- One row a job. The programs tell its times (declare_jobs); who runs it holds
-- the claim until that expires.
create table keywheel.jobs (
	name text primary key,
	every_s bigint not null check (every_s >= 0),  -- 0: off
	daily_at time,             -- once a day instead, in that time zone
	zone text not null default 'UTC',
	next_at timestamptz not null default now(),
	claim uuid,                -- null: it does not run
	claimed_by text not null default '',           -- host and process
	claimed_until timestamptz,
	last_started timestamptz,
	last_ended timestamptz,
	last_ok boolean,           -- null: the last run was never heard of
	last_message text not null default '',
	runs bigint not null default 0,
	failures integer not null default 0            -- in a row
) with (fillfactor = 50);

create table keywheel.job_runs (
	run_id bigint generated always as identity primary key,
	name text not null,
	claim uuid not null,
	by text not null,
	started_at timestamptz not null default now(),
	ended_at timestamptz,
	ok boolean,                -- null: it runs, or was never heard of again
	message text not null default ''
);
create index job_runs_by_name on keywheel.job_runs (name, run_id);

-- When somebody last looked for a job that is due. A table of its own, because
-- all responders look, and rows that each request reads must stay still.
create table keywheel.job_look (
	only_row boolean primary key default true check (only_row),
	looked_at timestamptz not null default '-infinity'
);
insert into keywheel.job_look default values;

-- Probes of a disabled key. probe_since is the state_at that the others belong
-- to: a key that was disabled anew begins anew.
alter table keywheel.keys
	add column probe_since timestamptz,
	add column probe_at timestamptz,           -- the next one; null: none
	add column probes integer not null default 0,  -- that found it dead
	add column probed_at timestamptz,          -- the last one
	add column probe_result text not null default '';
create index keys_by_probe on keywheel.keys (probe_at)
	where probe_at is not null;
