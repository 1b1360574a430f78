-- The built-in image host: pictures that clients get by address, for some
-- time. Who has the name may see the picture, so only a hash of it is here.

create table keywheel.pictures (
	id bigint generated always as identity primary key, -- the oldest first
	name_hash bytea not null unique,
	type text not null,
	size bigint not null check (size > 0),     -- bytes
	complete boolean not null default false,   -- all of it is there
	created_at timestamptz not null default now(),
	expires_at timestamptz not null
);

-- In pieces: neither who writes nor who reads has all of it in memory.
create table keywheel.picture_pieces (
	picture_id bigint not null
		references keywheel.pictures on delete cascade,
	n integer not null,                        -- 0, 1 …
	bytes bytea not null,
	primary key (picture_id, n)
);
-- Pictures are compressed as they are.
alter table keywheel.picture_pieces alter column bytes set storage external;
