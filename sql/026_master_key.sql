-- Changing the master key while requests are served, and who serves them.

-- Which master key seals: its id, which tells nothing of it. Null: the first
-- of everybody's file, as long as none was ever changed.
create table keywheel.master_key (
	only_row boolean primary key default true check (only_row),
	sealing text,
	since timestamptz not null default now()
);
insert into keywheel.master_key default values;

-- Who serves requests, or has lately: a row for each host, which its programs
-- keep up.
create table keywheel.hosts (
	host text primary key,
	program text not null,             -- its version
	schema integer not null,           -- the newest that it knows
	keys text[] not null,              -- ids of the master keys in its file
	seen_at timestamptz not null default now()
);

-- The next days of tables that have come since they were last made.
update keywheel.revision set maintained_at = '-infinity';

-- It tells more: functions/030_account.sql brings its new form.
drop function if exists keywheel.health();
