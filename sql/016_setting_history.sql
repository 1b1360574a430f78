-- What was changed of the settings, by whom, when.

-- They tell more than they did; functions/ brings the new forms.
drop function if exists keywheel.put_settings(jsonb);

-- Values of secrets are not kept. What is oldest goes first (trim_history).
create table keywheel.setting_history (
	change_id bigint generated always as identity primary key,
	at timestamptz not null default now(),
	version bigint not null,           -- of the settings, since this change
	by text not null,                  -- who
	source text not null,              -- page, import, undo, cli, env, sql
	name text not null,
	secret boolean not null,           -- its values are not here
	old_value text,                    -- null: none, the default was in force
	new_value text                     -- null: likewise
);
create index setting_history_name
	on keywheel.setting_history (name, change_id desc);
