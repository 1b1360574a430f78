-- The built-in image host.

-- Room for a picture of that size: its id, for put_picture_piece(). The oldest
-- are removed for it if all together would be more than p_max_bytes, but not
-- those that are being written. Null: there is no room.
create or replace function keywheel.open_picture(p_name_hash bytea,
	p_type text, p_size bigint, p_hours integer, p_max_bytes bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_over bigint;
	v_id bigint;
begin
	-- One after the other, or each would take the same room.
	perform pg_advisory_xact_lock(4751930267);
	select coalesce(sum(size), 0) + p_size - p_max_bytes into v_over
	from pictures where name_hash <> p_name_hash;
	if p_size > p_max_bytes then
		return null;
	end if;
	-- Where the ceiling was lowered the job does the rest.
	with oldest as materialized (
		select id, size from pictures
		where name_hash <> p_name_hash
			and (complete or created_at < now() - interval '1 hour')
		order by id limit 100 for update skip locked),
	removed as (
		delete from pictures where id in (
			select id from (
				select id, sum(size) over (order by id) - size
					as freed from oldest) o
			where freed < v_over)
		returning size)
	select v_over - coalesce(sum(size), 0) into v_over from removed;
	if v_over > 0 then
		return null;
	end if;
	insert into pictures (name_hash, type, size, expires_at)
	values (p_name_hash, p_type, p_size,
		now() + p_hours * interval '1 hour')
	on conflict (name_hash) do update set type = excluded.type
	returning id into v_id;
	return v_id;
end $$;

-- The nth piece. With the last one the picture is there for whoever has its
-- name. False if it is not, or has been removed.
create or replace function keywheel.put_picture_piece(
	p_id bigint, p_n integer, p_bytes bytea, p_last boolean)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	perform from pictures where id = p_id for key share;
	if not found then
		return false;
	end if;
	insert into picture_pieces values (p_id, p_n, p_bytes)
	on conflict do nothing;
	if not p_last then
		return true;
	end if;
	update pictures set complete = true
	where id = p_id and size = (select sum(octet_length(bytes))
		from picture_pieces where picture_id = p_id);
	return found;
end $$;

-- The picture of that name, while it lasts.
create or replace function keywheel.get_picture(p_name_hash bytea)
returns table (id bigint, type text, size bigint, seconds_left bigint)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select p.id, p.type, p.size,
		ceil(extract(epoch from p.expires_at - now()))::bigint
	from pictures p
	where p.name_hash = p_name_hash and p.complete
		and p.expires_at > now();
$$;

-- Its nth piece; null: there is none.
create or replace function keywheel.get_picture_piece(p_id bigint, p_n integer)
returns bytea
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select bytes from picture_pieces where picture_id = p_id and n = p_n;
$$;

-- Remove pictures whose time is over, those that were never completed, and the
-- oldest of what is beyond the ceiling; p_batch at most. Their number.
create or replace function keywheel.trim_pictures(
	p_max_bytes bigint, p_batch integer)
returns bigint
language sql security definer
set search_path = keywheel, pg_temp
as $$
	with old as materialized (
		select id from (
			select id, expires_at <= now() or (not complete
				and created_at < now() - interval '1 hour')
				as over, complete,
				sum(size) over (order by id desc) as newer
			from pictures) p
		where over or (complete and newer > p_max_bytes)
		order by id limit p_batch),
	free as materialized (
		select id from pictures where id in (select id from old)
		for update skip locked),
	removed as (
		delete from pictures where id in (select id from free)
		returning 1)
	select count(*) from removed;
$$;
