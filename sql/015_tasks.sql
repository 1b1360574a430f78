-- Long work that somebody has begun on a page, and keys that were pasted but
-- are not added yet.

create table keywheel.tasks (
	task_id bigint generated always as identity primary key,
	kind text not null,
	arguments jsonb not null default '{}',
	-- asked: shown to somebody who has not said yes yet.
	state text not null default 'asked'
		check (state in ('asked', 'going', 'done', 'cancelled')),
	made_by text not null,
	made_at timestamptz not null default now(),
	started_at timestamptz,
	worked_at timestamptz,     -- when it last came forward
	ended_at timestamptz,
	total integer not null default 0,
	done integer not null default 0,           -- with those that failed
	failed integer not null default 0,
	check (done <= total and failed <= done)
) with (fillfactor = 50);
create index tasks_going on keywheel.tasks (worked_at)
	where state = 'going';

-- What a task is about, one by one. What is claimed is being worked on by
-- somebody until the claim expires. No foreign key: a hundred thousand checks
-- would be most of the time that making a task takes; who deletes a task
-- deletes these, too.
create table keywheel.task_items (
	task_id bigint not null,
	item bigint not null,      -- the number of a key, for tasks on keys
	claimed_until timestamptz,
	ended_at timestamptz,      -- null: not done
	code text,                 -- what came of it, a word
	failed boolean,
	words text not null default '',            -- … in Google's words
	primary key (task_id, item)
) with (fillfactor = 70);
create index task_items_open on keywheel.task_items (task_id, item)
	where ended_at is null;
create index task_items_by_code on keywheel.task_items (task_id, code, item)
	where ended_at is not null;

-- Keys between their preview and their being added: sealed, as add_keys takes
-- them, some thousands in a part. They are forgotten after an hour.
create table keywheel.key_drafts (
	draft_id uuid not null,
	part integer not null,
	made_at timestamptz not null default now(),
	keys jsonb not null,
	primary key (draft_id, part)
);

-- It tells who did it: functions/041_import.sql brings its new form.
drop function if exists keywheel.add_keys(jsonb, text, boolean);
