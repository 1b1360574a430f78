-- Keys worth attention.

-- The keys that had most attempts fail with that status of upstream's in the
-- last 24 hours: {now, keys and attempts (how many there are in all), codes:
-- the statuses that came up: [{code, attempts}], rows: those of the list, and
-- failed, last_at, verdict (the last one)}. Removed keys are left out.
create or replace function keywheel.key_attention(
	p_code bigint, p_limit bigint)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
	v_since timestamptz := now() - interval '24 hours';
	v_codes jsonb := (select coalesce(jsonb_agg(jsonb_build_object(
			'code', c.status, 'attempts', c.attempts)
			order by c.attempts desc, c.status), '[]')
		from (select a.status, count(*) as attempts from attempts a
			where a.started_at > v_since and a.key_id is not null
			group by a.status order by 2 desc, 1 limit 20) c);
begin
	return (with failed as materialized (
		select a.key_id, count(*) as n, max(a.started_at) as last_at
		from attempts a
		where a.started_at > v_since and a.status = p_code::smallint
			and a.key_id not in (select k.key_id from keys k
				where k.state = 'removed')
		group by a.key_id),
	worst as materialized (
		select w.*, row_number() over (order by w.n desc,
			w.last_at desc, w.key_id) as place
		from (select * from failed f
			order by f.n desc, f.last_at desc, f.key_id
			limit p_limit) w),
	last as materialized (
		select distinct on (a.key_id) a.key_id, a.verdict
		from attempts a join worst w using (key_id)
		where a.started_at > v_since and a.status = p_code::smallint
		order by a.key_id, a.started_at desc)
	select jsonb_build_object('now', utc_text(now()),
		'keys', (select count(*) from failed),
		'attempts', (select coalesce(sum(f.n), 0) from failed f),
		'codes', v_codes,
		'rows', (select coalesce(jsonb_agg(e.value
				|| jsonb_build_object('failed', w.n,
					'last_at', utc_text(w.last_at),
					'verdict', l.verdict)
				order by w.place), '[]')
			from jsonb_array_elements(key_rows(array(
				select w.key_id from worst w
				order by w.place))) with ordinality
				e (value, place)
			join worst w using (place)
			left join last l using (key_id))));
end $$;
