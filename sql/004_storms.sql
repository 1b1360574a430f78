-- What several keys are told at once, and what the operator must know.

-- Events may be everybody's: a rest of all keys, an alarm.
alter table keywheel.key_events alter column key_id drop not null;

-- What may be a sign of trouble that is not the key's, by whom it was told:
-- one row for each, counted anew after a window of its own. May be lost.
create unlogged table keywheel.signs (
	kind text not null,        -- storm, location, model
	model text not null,
	scope text not null,
	since timestamptz not null,
	at timestamptz not null,
	times integer not null default 1,
	verdict text not null,                     -- the last one
	primary key (kind, model, scope)
) with (fillfactor = 50);

-- When the account was last looked through for a model.
create unlogged table keywheel.storm_checks (
	model text primary key,
	at timestamptz not null
) with (fillfactor = 50);

-- While a model rests for everybody, one request a second tries it. May be
-- lost.
create unlogged table keywheel.trials (
	model text primary key,
	at timestamptz not null
) with (fillfactor = 50);

-- What somebody should look at.
create table keywheel.alarms (
	alarm_id bigint generated always as identity primary key,
	kind text not null,        -- storm, location, leaked_key, no_key, …
	subject text not null,     -- the model, key, pool, job … it is about
	text text not null,
	since timestamptz not null default now(),
	last_at timestamptz not null default now(),
	times integer not null default 1,
	ended_at timestamptz
);
create unique index alarms_open on keywheel.alarms (kind, subject)
	where ended_at is null;
drop function if exists keywheel.lock_pools(bigint);

-- The newest rows are those that are asked for: whether somebody was answered
-- since. An index that sums up only when a vacuum comes does not know them.
drop index keywheel.requests_by_time;
create index requests_by_time on keywheel.requests using brin (started_at)
	with (pages_per_range = 16, autosummarize = on);
drop index keywheel.attempts_by_time;
create index attempts_by_time on keywheel.attempts using brin (started_at)
	with (pages_per_range = 16, autosummarize = on);
