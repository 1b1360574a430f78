-- Retention: how long, and how large, the account may be. Whole days go, as
-- partitions; the sums of what happened in them stay. What nobody has a day
-- for, in the default partition, goes row by row.

-- The partitions of the account, each with its day (UTC; null: of rows without
-- a day) and the room that it takes.
create or replace function keywheel.account_parts()
returns table (source text, part text, day date, rows bigint, bytes bigint)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select s.name, c.relname::text,
		case when c.relname ~ '_[0-9]{8}$'
			then to_date(right(c.relname, 8), 'YYYYMMDD') end,
		greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
	from (values ('requests'), ('attempts'), ('request_bodies')) s (name)
	join pg_inherits i on i.inhparent = ('keywheel.' || s.name)::regclass
	join pg_class c on c.oid = i.inhrelid;
$$;

-- The room that each day of the account takes, for people: {day, ago: so many
-- days (both null: rows without one), requests, attempts, bodies: bytes, rows:
-- about so many requests}, the oldest first.
create or replace function keywheel.account_days()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(to_jsonb(d) order by d.day), '[]')
	from (select p.day, (now() at time zone 'UTC')::date - p.day as ago,
			coalesce(sum(p.rows) filter (
				where p.source = 'requests'), 0) as rows,
			coalesce(sum(p.bytes) filter (
				where p.source = 'requests'), 0) as requests,
			coalesce(sum(p.bytes) filter (
				where p.source = 'attempts'), 0) as attempts,
			coalesce(sum(p.bytes) filter (
				where p.source = 'request_bodies'), 0) as bodies
		from account_parts() p
		where p.day <= (now() at time zone 'UTC')::date
			or p.day is null and (exists (
					select from requests_default)
				or exists (select from attempts_default)
				or exists (select from request_bodies_default))
		group by p.day) d;
$$;

-- From when on each table is kept, by days; null: for ever. A body is only of
-- use with its request, and a secret of somebody's: it goes with the first.
create or replace function keywheel.kept_since(
	p_source text, p_attempt_days bigint, p_request_days bigint)
returns timestamptz
language sql stable
as $$
	select now() - interval '1 day' * case p_source
		when 'requests' then p_request_days
		when 'attempts' then p_attempt_days
		else least(p_attempt_days, p_request_days) end;
$$;

-- The next partition that is to go; null: none. Of what is too large the oldest
-- day goes, but never today's; when there is none, rows without a day go, up to
-- today.
create or replace function keywheel.next_to_go(
	p_attempt_days bigint, p_request_days bigint, p_max_bytes bigint,
	out source text, out part text, out too_large boolean)
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_source text;
	v_since timestamptz;
	v_today timestamptz := date_trunc('day', now(), 'UTC');
begin
	too_large := false;
	-- Requests before attempts, as whoever deletes rows does.
	foreach v_source in array
			'{requests,attempts,request_bodies}'::text[] loop
		v_since := kept_since(v_source, p_attempt_days, p_request_days);
		continue when v_since is null;
		part := oldest_day(v_source, least(v_today, v_since));
		if part is not null then
			source := v_source;
			return;
		end if;
	end loop;
	if (select sum(p.bytes) from account_parts() p) > p_max_bytes then
		too_large := true;
		select o.source, o.part into source, part
		from (select s.name as source, s.place,
				oldest_day(s.name, v_today) as part
			from (values (1, 'requests'), (2, 'attempts'),
				(3, 'request_bodies')) s (place, name)) o
		where o.part is not null
		order by right(o.part, 8), o.place limit 1;
	end if;
end $$;

-- One step of retention. The days are null for what is kept for ever, p_max
-- bytes for an account that may have any size. What went: rows of source; with
-- part the whole day, about so many, which took so many bytes. source is null if
-- nothing is to go any more. busy: that part could not go, since somebody reads or writes
-- this instant. Nobody ever waits for a step: it takes the locks that it can
-- have at once, or none.
create or replace function keywheel.retire(
	p_attempt_days bigint, p_request_days bigint, p_max_bytes bigint,
	p_batch bigint, out source text, out part text, out rows bigint,
	out bytes bigint, out busy boolean)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_source text;
	v_rows bigint;
	v_today timestamptz;        -- null: it is not too large
begin
	busy := false;
	rows := 0;
	select n.source, n.part,
		case when n.too_large then date_trunc('day', now(), 'UTC') end
	into source, part, v_today
	from next_to_go(p_attempt_days, p_request_days, p_max_bytes) n;
	if part is not null then
		bytes := pg_total_relation_size(('keywheel.' || part)::regclass);
		v_rows := drop_day(source, part, false);
		busy := v_rows is null;
		rows := coalesce(v_rows, 0);
		return;
	end if;
	foreach v_source in array
			'{requests,attempts,request_bodies}'::text[] loop
		v_rows := clear_rows(v_source, greatest(v_today,
				kept_since(v_source, p_attempt_days,
					p_request_days)),
			p_batch, v_source || '_default');
		if v_rows > 0 then
			source := v_source;
			rows := v_rows;
			return;
		end if;
	end loop;
end $$;
