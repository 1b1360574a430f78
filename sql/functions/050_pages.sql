-- What the pages show, one call a page.

-- A time as pages and lists show it; HTML's datetime takes it as it is.
create or replace function keywheel.utc_text(p_at timestamptz)
returns text
language sql stable
as $$
	select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"');
$$;

-- What rests for everybody: a model, or (model *) all of them.
create or replace function keywheel.overview_rests()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('model', c.model,
			'reason', c.reason, 'since', utc_text(c.since),
			'until', utc_text(c.until))
			order by c.until desc, c.model), '[]')
	from (select * from key_cooldown c
		where c.scope = '*' and c.until > now()
		order by c.until desc, c.model limit 50) c;
$$;

create or replace function keywheel.overview_alarms()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('kind', a.kind,
			'subject', a.subject, 'text', a.text, 'times', a.times,
			'since', utc_text(a.since),
			'last_at', utc_text(a.last_at))
			order by a.last_at desc, a.alarm_id desc), '[]')
	from (select * from list_alarms() limit 50) a;
$$;

-- The limits that most is used of, and how many there are.
create or replace function keywheel.overview_limits()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with limits as materialized (select * from list_limits()),
	busiest as (
		select l.* from limits l where l.used > 0
		order by l.used::numeric / greatest(l.value, 1) desc,
			l.scope, l.model, l.kind
		limit 10)
	select jsonb_build_object('all', (select count(*) from limits),
		'busiest', (select coalesce(jsonb_agg(jsonb_build_object(
				'scope', b.scope, 'model', b.model,
				'kind', b.kind, 'value', b.value, 'used', b.used,
				'source', b.source,
				'resets_at', utc_text(b.resets_at))
				order by b.used::numeric / greatest(b.value, 1)
					desc, b.scope, b.model, b.kind), '[]')
			from busiest b));
$$;
