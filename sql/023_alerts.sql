-- Alerts: who is told of alarms, and what is on its way.

-- Since when dead keys are alarms: those that died before this was there are
-- no news. The row is also what two looks at the same time wait for.
create table keywheel.alert_watch (
	only_row boolean primary key default true check (only_row),
	since timestamptz not null default now()
);
insert into keywheel.alert_watch default values;

-- One row a receiver of ALERT_WEBHOOKS, by the keyed hash of its element; the
-- name is its form and host. Whoever sends to it holds the claim until that
-- expires: one message at a time, in order.
create table keywheel.alert_receivers (
	receiver text primary key,
	name text not null,
	since timestamptz not null,     -- alarms before it are not told
	removed_at timestamptz,         -- it is not in the setting any more
	claim uuid,
	claimed_until timestamptz not null default '-infinity',
	message_id bigint,              -- what the claim is for
	paused_until timestamptz not null default '-infinity',
	failures integer not null default 0,       -- in a row
	failing_since timestamptz,      -- null: it works, for all we know
	error text not null default '', -- the last one; holds no secret
	sent_at timestamptz             -- the last time that it took a message
);

-- The outbox: one row for an alarm, what is told of it, and a receiver.
create table keywheel.alert_messages (
	message_id bigint generated always as identity primary key,
	alarm_id bigint not null
		references keywheel.alarms on delete cascade,
	receiver text not null
		references keywheel.alert_receivers on delete cascade,
	state text not null check (state in ('raised', 'ended')),
	made_at timestamptz not null default now(),
	tries integer not null default 0,
	sent_at timestamptz,
	given_up_at timestamptz,
	error text not null default '',
	unique (alarm_id, receiver, state)
);
create index alert_messages_open on keywheel.alert_messages
	(receiver, message_id) where sent_at is null and given_up_at is null;
create index alert_messages_by_time on keywheel.alert_messages (made_at);
