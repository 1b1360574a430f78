-- Deadlines that follow what was measured. The arithmetic is in
-- pool/deadline.c; here is what it works on and what comes of it.

-- What the requests of the last seven days tell, the most used first, with the
-- deadlines so far. Of a large account a sample of its pages is read, some
-- 40 MB: the cost does not grow with the account.
create or replace function keywheel.measure_deadlines(
	p_pages integer default 5000)
returns table (model text, size_class smallint, streamed boolean,
	samples bigint, p50 integer, p99 integer, longest integer,
	gaps bigint, gap_p99 integer, gap_longest integer,
	first_byte_ms integer, idle_ms integer)
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_since constant timestamptz := now() - interval '7 days';
	v_share real;
begin
	-- Partitions are named by their day.
	select least(100, 100.0 * p_pages / greatest(1, sum(
		pg_relation_size(i.inhrelid) / current_setting(
			'block_size')::integer))) into v_share
	from pg_inherits i join pg_class c on c.oid = i.inhrelid
	where i.inhparent = 'requests'::regclass
		and (c.relname = 'requests_default' or c.relname >=
			'requests_' || to_char(v_since at time zone 'UTC',
				'YYYYMMDD'));
	return query
	select m.*, d.first_byte_ms, d.idle_ms
	from (select r.model, r.size_class, not r.fetched_whole as streamed,
			count(*),
			percentile_disc(0.5) within group
				(order by r.upstream_first_ms),
			percentile_disc(0.99) within group
				(order by r.upstream_first_ms),
			max(r.upstream_first_ms),
			count(r.longest_gap_ms),
			percentile_disc(0.99) within group
				(order by r.longest_gap_ms),
			max(r.longest_gap_ms)
		from requests r tablesample system (v_share)
		where r.started_at >= v_since and r.model <> '-'
			and r.upstream_first_ms is not null
			and r.size_class is not null
			and r.fetched_whole is not null
		group by 1, 2, 3
		order by 4 desc limit 1000) m
	left join model_deadlines d on d.model = m.model
		and d.size_class = m.size_class and d.streamed = m.streamed;
end $$;

-- Put what follows: an array of rows of the table. Those that it does not have
-- are gone. A deadline that changed is a new version of the settings; true
-- then.
create or replace function keywheel.put_deadlines(p_rows jsonb)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_before jsonb;
	v_changed boolean;
begin
	-- One at a time; who reads does not wait.
	lock table model_deadlines in share row exclusive mode;
	v_before := get_deadlines();
	delete from model_deadlines;
	insert into model_deadlines (model, size_class, streamed,
		first_byte_ms, idle_ms, samples, p50, p99, gap_p99)
	select r.model, r.size_class, r.streamed, r.first_byte_ms, r.idle_ms,
		r.samples, r.p50, r.p99, r.gap_p99
	from jsonb_populate_recordset(null::model_deadlines, p_rows) r;
	v_changed := v_before is distinct from get_deadlines();
	if v_changed then
		update revision set settings = settings + 1;
	end if;
	return v_changed;
end $$;

-- Those in force: {model: {"s0": [first byte, idle], "w4": …}}, s for streamed
-- and w for whole, in milliseconds; 0: not measured.
create or replace function keywheel.get_deadlines()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(m.model, m.classes), '{}')
	from (select d.model, jsonb_object_agg(
			case when d.streamed then 's' else 'w' end
				|| d.size_class,
			jsonb_build_array(coalesce(d.first_byte_ms, 0),
				coalesce(d.idle_ms, 0))) as classes
		from model_deadlines d
		where d.first_byte_ms is not null or d.idle_ms is not null
		group by d.model) m;
$$;

create or replace function keywheel.list_deadlines()
returns setof keywheel.model_deadlines
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select * from model_deadlines
	order by model collate "C", streamed desc, size_class;
$$;
