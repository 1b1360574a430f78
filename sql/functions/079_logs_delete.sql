-- Deleting rows of the lists of requests and errors.

-- Delete these rows; how many. A request goes with its attempts and its body,
-- and with a lease that is known to be closed by its row only. What somebody
-- else is just deleting is passed over.
create or replace function keywheel.delete_places(
	p_what text, p_places keywheel.log_place[])
returns bigint
language plpgsql
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	v_low timestamptz;
	v_high timestamptz;
	v_gone uuid[];
	v_n bigint;
begin
	select min(p.started_at), max(p.started_at) into v_low, v_high
	from unnest(p_places) p;
	with held as (
		select r.request_id, r.started_at
		from unnest(p_places) p
		join requests r on r.request_id = p.request_id
			and r.started_at = p.started_at
			and r.started_at between v_low and v_high
		where p.attempt = 0
		for update of r skip locked),
	gone as (
		delete from requests r using held h
		where r.request_id = h.request_id
			and r.started_at = h.started_at
			and r.started_at between v_low and v_high
		returning r.request_id)
	select coalesce(array_agg(g.request_id), '{}') into v_gone from gone g;
	delete from leases l where l.request_id = any (v_gone);
	delete from request_bodies b where b.request_id = any (v_gone)
		and b.started_at between v_low and v_high;
	delete from attempts a where a.request_id = any (v_gone)
		and a.started_at between v_low and v_high;
	with held as (
		select a.request_id, a.started_at, a.attempt
		from unnest(p_places) p
		join attempts a on a.request_id = p.request_id
			and a.attempt = p.attempt
			and a.started_at = p.started_at
			and a.started_at between v_low and v_high
		where p.attempt > 0 and p_what = 'errors'
		for update of a skip locked)
	delete from attempts a using held h
	where a.request_id = h.request_id and a.attempt = h.attempt
		and a.started_at = h.started_at
		and a.started_at between v_low and v_high;
	get diagnostics v_n = row_count;
	return v_n + cardinality(v_gone);
end $$;

-- Delete the rows of these places.
create or replace function keywheel.delete_log_rows(
	p_what text, p_places text[])
returns bigint
language sql security definer
set search_path = keywheel, pg_temp
as $$
	select delete_places(p_what,
		array(select text_place(p) from unnest(p_places) p
			where text_place(p) is not null));
$$;

-- Delete a batch of what a filter finds, behind p_after: how many, and where
-- to go on; next is null when there is no more.
create or replace function keywheel.delete_log(
	p_what text, p_filter jsonb, p_after text, p_batch bigint,
	out deleted bigint, out next text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v record;
begin
	select * into v from log_page(p_what, read_log_filter(p_filter),
		jsonb_build_object('newest', true, 'most', p_batch,
			'budget_ms', 1000, 'after', p_after));
	deleted := delete_places(p_what, v.places);
	next := v.next;
end $$;
