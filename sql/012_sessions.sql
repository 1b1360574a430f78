-- Who has signed in to the pages, and who has tried in vain.

-- One of a browser that has signed in with a token. The browser has the id;
-- here is its keyed hash.
create table keywheel.sessions (
	session_id bigint generated always as identity primary key,
	hash bytea not null unique,
	token_id bigint not null references keywheel.tokens on delete cascade,
	created_at timestamptz not null default now(),
	seen_at timestamptz not null default now(), -- within half a minute
	ends_at timestamptz not null,               -- however much it is used
	address text not null,
	agent text not null,
	said text not null default ''               -- for the next page to show
) with (fillfactor = 70);
create index sessions_by_token on keywheel.sessions (token_id, session_id);

-- Wrong tokens, by where they came from: an IPv4 address, or the /64 of an
-- IPv6 one.
create table keywheel.sign_in_faults (
	source text primary key,
	faults integer not null,
	refused_until timestamptz not null,
	forget_at timestamptz not null
) with (fillfactor = 70);
create index sign_in_faults_by_end on keywheel.sign_in_faults (forget_at);
