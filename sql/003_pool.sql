-- Keys that differ: weight, models, a reserve; limits of a project and model.

alter table keywheel.keys
	-- Turns in each round of the rotation.
	add column weight smallint not null default 1
		check (weight between 1 and 100),
	-- The models it may serve: names, or beginnings with a * behind. Null:
	-- all.
	add column models text[] check (cardinality(models) > 0),
	-- Only where no other key of the pool is free.
	add column reserve boolean not null default false;

-- What a project may use of a model. Scope '*': each project that has no limit
-- of its own.
create table keywheel.limits (
	scope text not null,
	model text not null,
	-- Requests and input tokens a minute and a day (Pacific).
	kind text not null check (kind in ('rpm', 'tpm', 'rpd', 'tpd')),
	value bigint not null check (value >= 0),
	source text not null check (source in ('learned', 'set')),
	at timestamptz not null default now(),
	primary key (scope, model, kind)
);
