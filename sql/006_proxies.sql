-- Egress proxies: what is known of how they are. Which ones there are is a
-- setting (PROXIES); a row is made when there is something to say.

-- Functions that get other results; functions/ brings them back.
drop function if exists keywheel.keys_to_probe;

create table keywheel.proxies (
	-- A keyed hash of its URL, so that no password is in here.
	proxy text primary key check (proxy ~ '^[0-9a-f]{32}$'),
	name text not null,                        -- scheme://host:port
	-- Null: up. Else one request may try it at that time.
	down_until timestamptz,
	since timestamptz not null default '-infinity', -- up or down
	trial_until timestamptz not null default '-infinity',
	strikes integer not null default 0,        -- doubles the next time down
	error text not null default '',            -- the last one, redacted
	error_at timestamptz,
	unserved boolean not null default false,   -- that was Google's refusal
	checked_at timestamptz,
	latency_ms integer                         -- to an answer, when checked
);
