-- Clearing: logs, cache, signatures, files. Whoever clears claims the kind,
-- goes on in steps, each a transaction of its own that adds what it has removed
-- to the claim, and ends the claim. What died in the middle is complete up to
-- its last step.
--
-- No step waits for a request, and no request waits for longer than it takes to
-- delete a batch of rows that it has no business with: rows that are held are
-- passed over, and tables are locked only if nobody holds them that instant.

-- Claim a kind, for what is older than p_age_s seconds. claim is null if it is
-- being cleared already: by whom, and since when.
create or replace function keywheel.begin_clear(
	p_what text, p_age_s bigint, p_by text,
	out claim uuid, out running_by text, out running_since text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
begin
	update clears c set ended_at = clock_timestamp(),
		remains = 'it was broken off'
	where c.what = p_what and c.ended_at is null and c.alive_until < now();
	insert into clears as c (what, before, by, started_at, alive_until)
	values (p_what, now() - p_age_s * interval '1 second', left(p_by, 200),
		now(), now() + interval '1 minute')
	returning c.claim into claim;
exception when unique_violation then
	select c.by, utc_text(c.started_at) into running_by, running_since
	from clears c where c.what = p_what and c.ended_at is null;
end $$;

-- One more step. more: it is to go on. busy: only what is in use is left, this
-- is by whom; to look again is no harm. Fails if the claim has been lost.
create or replace function keywheel.step_clear(
	p_claim uuid, p_batch bigint,
	out removed jsonb, out more boolean, out busy text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v clears;
begin
	update clears c set alive_until = now() + interval '1 minute'
	where c.claim = p_claim and c.ended_at is null returning * into v;
	if not found then
		raise exception 'somebody else has taken the clearing over';
	end if;
	case v.what
	when 'logs' then
		select * into removed, more, busy
		from clear_logs(v.before, p_batch);
	when 'cache' then
		select * into removed, more, busy
		from clear_cache(v.before, p_batch);
	when 'signatures' then
		select * into removed, more, busy
		from clear_signatures(v.before, v.started_at, p_batch);
	when 'files' then
		select * into removed, more, busy
		from clear_files(v.before, v.started_at, p_batch);
	end case;
	update clears c set removed = add_counts(c.removed, step_clear.removed)
	where c.claim = p_claim;
end $$;

-- It is done, or given up: p_remains says why something was left. What was
-- removed altogether.
create or replace function keywheel.end_clear(p_claim uuid, p_remains text)
returns jsonb
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_removed jsonb;
begin
	update clears c set ended_at = clock_timestamp(),
		remains = left(p_remains, 500)
	where c.claim = p_claim and c.ended_at is null
	returning c.removed into v_removed;
	delete from clears c where c.clear_id <= (
		select o.clear_id from clears o
		order by o.clear_id desc offset 200 limit 1);
	return v_removed;
end $$;

-- {"a": 1} and {"a": 2, "b": 3}: {"a": 3, "b": 3}
create or replace function keywheel.add_counts(p_one jsonb, p_other jsonb)
returns jsonb
language sql immutable
as $$
	select coalesce(jsonb_object_agg(s.name, s.n), '{}')
	from (select e.key as name, sum(e.value::bigint) as n
		from (select * from jsonb_each_text(p_one)
			union all select * from jsonb_each_text(p_other)) e
		group by e.key having sum(e.value::bigint) > 0) s;
$$;

-- ---- What there is ----------------------------------------------------------

-- How much would be removed, had nobody anything in use: {what: how many}.
create or replace function keywheel.count_clear(p_what text, p_age_s bigint)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_before timestamptz := now() - p_age_s * interval '1 second';
begin
	return case p_what
	when 'logs' then jsonb_build_object(
		'requests', (select count(*) from requests r
			where r.started_at < v_before),
		'attempts', (select count(*) from attempts a
			where a.started_at < v_before),
		'request_bodies', (select count(*) from request_bodies b
			where b.started_at < v_before),
		'key_events', (select count(*) from key_events e
			where e.at < v_before and (e.key_id is null
				or exists (select from key_events n
					where n.key_id = e.key_id
						and n.event_id > e.event_id))))
	when 'cache' then (select jsonb_build_object('answers', count(*),
			'bytes', coalesce(sum(c.size), 0))
		from cached_answers c where c.stored_at < v_before)
	when 'signatures' then jsonb_build_object(
		'signatures', (select count(*) from signatures s
			where s.expires_at < memory_end('signatures', v_before,
				p_age_s = 0)),
		'conversations', (select count(*) from conversations c
			where c.expires_at < memory_end('conversations',
				v_before, p_age_s = 0)))
	when 'files' then count_files(v_before) end;
end $$;

-- About how much there is of each kind, and on how much room: by the
-- statistics, since to count what has piled up may take long.
create or replace function keywheel.list_storage()
returns table (what text, item text, about bigint, bytes bigint)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select s.what, s.name, coalesce(sum(u.n_live_tup)::bigint, 0),
		coalesce(sum(pg_total_relation_size(u.relid))::bigint, 0)
	from (values (1, 'logs', 'requests', 'requests'),
		(2, 'logs', 'attempts', 'attempts'),
		(3, 'logs', 'request_bodies', 'request_bodies'),
		(4, 'logs', 'key_events', 'key_events'),
		(5, 'cache', 'answers', 'cached_answers'),
		(6, 'signatures', 'signatures', 'signatures'),
		(7, 'signatures', 'conversations', 'conversations'),
		(8, 'files', 'files', 'resources')) s (place, what, name, rel)
	left join pg_stat_user_tables u on u.schemaname = 'keywheel'
		and u.relname ~ ('^' || s.rel || '(_default|_[0-9]{8})?$')
	group by s.place, s.what, s.name order by s.place;
$$;

-- The last clearings, the newest first. before: null for all that there was.
create or replace function keywheel.list_clears(p_most bigint)
returns table (what text, before text, by text,
	started_at text, ended_at text, removed text, remains text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select c.what, case when c.before < c.started_at
			then utc_text(c.before) end,
		c.by, utc_text(c.started_at), utc_text(c.ended_at),
		c.removed::text,
		case when c.ended_at is null and c.alive_until < now()
			then 'it was broken off' else c.remains end
	from clears c order by c.clear_id desc limit p_most;
$$;
