-- What models cost: filled in by the operator. The page of a model shows them.

create table keywheel.prices (
	model text not null check (model ~ '^[A-Za-z0-9._:@/-]{1,128}[*]?$'),
	valid_from date not null,
	currency text not null check (currency ~ '^[A-Z]{3}$'),
	-- For a million tokens; null: not known. Cached is a part of the prompt,
	-- answer is of thoughts too.
	prompt numeric check (prompt >= 0 and prompt < 1000000),
	cached numeric check (cached >= 0 and cached < 1000000),
	answer numeric check (answer >= 0 and answer < 1000000),
	by text not null default '',
	at timestamptz not null default now(),
	primary key (model, valid_from)
);
