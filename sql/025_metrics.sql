-- What /metrics tells: totals of the account since its beginning, and which
-- models and tokens have series of their own.
--
-- A counter never goes back, so a total is the sum of all days that there ever
-- were (keywheel.usage and its like, whose days stay for ever). It is kept by
-- triggers of those tables, so that it is that sum at any moment, whoever
-- changes them, and nobody has to add up years for a scrape.

-- Series are few: of the models and tokens beyond the first so many all is
-- counted as `other`. Who has a series on a day (UTC) has it for the whole day,
-- and nothing of that changes once the day has begun, but that who is seen for
-- the first time takes a free place: so no series ever loses what it had.
create table keywheel.metric_kinds (
	kind text primary key check (kind in ('model', 'token')),
	most integer not null,
	-- Who has a series is settled up to the day after this one.
	ranked date not null default '-infinity'
);
insert into keywheel.metric_kinds (kind, most)
values ('model', 20), ('token', 50);

create table keywheel.metric_names (
	kind text not null references keywheel.metric_kinds,
	name text not null,                        -- a model; a token's number
	since date not null,                       -- the first day with a series
	until date not null default 'infinity',    -- the first without
	primary key (kind, name, since)
);

-- model and token: a name as above, or `other`.
create table keywheel.metric_requests (
	model text not null,
	outcome keywheel.outcome not null,
	requests bigint not null,
	from_cache bigint not null,
	attempts bigint not null,
	prompt bigint not null,
	cached bigint not null,
	thought bigint not null,
	answer bigint not null,
	primary key (model, outcome)
) with (fillfactor = 50);

create table keywheel.metric_tokens (
	token text not null,
	class text not null,                       -- keywheel.outcome_class
	requests bigint not null,
	prompt bigint not null,
	cached bigint not null,
	thought bigint not null,
	answer bigint not null,
	primary key (token, class)
) with (fillfactor = 50);

create table keywheel.metric_failures (
	verdict text primary key,
	attempts bigint not null,
	prompt bigint not null,
	cached bigint not null,
	thought bigint not null,
	answer bigint not null
) with (fillfactor = 50);

create table keywheel.metric_times (
	model text not null,
	measure text not null,
	step smallint not null,
	requests bigint not null,
	total_us bigint not null,
	primary key (model, measure, step)
) with (fillfactor = 50);

-- The triggers; what they do is in functions/084_metrics.sql.
create function keywheel.total_usage() returns trigger
language plpgsql as $$ begin return null; end $$;
create function keywheel.total_failures() returns trigger
language plpgsql as $$ begin return null; end $$;
create function keywheel.total_times() returns trigger
language plpgsql as $$ begin return null; end $$;

create trigger total_came after insert on keywheel.usage
referencing new table as came
for each statement execute function keywheel.total_usage();
create trigger total_changed after update on keywheel.usage
referencing old table as went new table as came
for each statement execute function keywheel.total_usage();
create trigger total_went after delete on keywheel.usage
referencing old table as went
for each statement execute function keywheel.total_usage();
create trigger total_emptied after truncate on keywheel.usage
for each statement execute function keywheel.total_usage();

create trigger total_came after insert on keywheel.key_failures
referencing new table as came
for each statement execute function keywheel.total_failures();
create trigger total_changed after update on keywheel.key_failures
referencing old table as went new table as came
for each statement execute function keywheel.total_failures();
create trigger total_went after delete on keywheel.key_failures
referencing old table as went
for each statement execute function keywheel.total_failures();
create trigger total_emptied after truncate on keywheel.key_failures
for each statement execute function keywheel.total_failures();

create trigger total_came after insert on keywheel.usage_times
referencing new table as came
for each statement execute function keywheel.total_times();
create trigger total_changed after update on keywheel.usage_times
referencing old table as went new table as came
for each statement execute function keywheel.total_times();
create trigger total_went after delete on keywheel.usage_times
referencing old table as went
for each statement execute function keywheel.total_times();
create trigger total_emptied after truncate on keywheel.usage_times
for each statement execute function keywheel.total_times();
