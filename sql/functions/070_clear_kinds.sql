-- One step of clearing, for each kind: a batch, and what is in use.

-- One of these jobs that runs; null: none does.
create or replace function keywheel.running_job(p_names text[])
returns text
language sql stable
set search_path = keywheel, pg_temp
as $$
	select min(j.name) from jobs j
	where j.name = any (p_names) and j.claimed_until > now();
$$;

-- The tokens that have requests under way which began before that time.
create or replace function keywheel.busy_tokens(p_before timestamptz)
returns bigint[]
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return array(select distinct l.token_id from leases l
	where l.expires_at > now() and l.started_at <= p_before
		and l.token_id is not null
		and not exists (select from requests r
			where r.request_id = l.request_id));
end $$;

create or replace function keywheel.busy_text(p_tokens bigint[])
returns text
language sql immutable
as $$
	select format('requests of %s token%s are under way',
		cardinality(p_tokens),
		case when cardinality(p_tokens) <> 1 then 's' end);
$$;

-- ---- Logs -------------------------------------------------------------------

-- Drop one day of the account, if nobody uses the tables this instant; the
-- number of its rows (without p_count: about), null if it could not be. A lease whose request is known
-- by its row only goes with it, or the request would seem to be open again.
create or replace function keywheel.drop_day(
	p_table text, p_day text, p_count boolean default true)
returns bigint
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_rows bigint;
begin
	execute format('lock table keywheel.%I in share mode nowait', p_day);
	if p_count then
		execute format('select count(*) from keywheel.%I', p_day)
		into v_rows;
	else
		select greatest(c.reltuples, 0) into v_rows from pg_class c
		where c.oid = ('keywheel.' || p_day)::regclass;
	end if;
	if not day_may_go(p_table, p_day) then
		return null;
	end if;
	if p_table = 'requests' then
		-- A lease that is held goes or changes by itself; who holds
		-- it may be about to write into this day.
		execute format('delete from keywheel.leases l '
			'where l.responder = any (array('
			'select o.responder from keywheel.leases o '
			'join keywheel.%I r on r.request_id = o.request_id '
			'for update of o skip locked))', p_day);
	end if;
	execute format('lock table keywheel.%I in access exclusive mode '
		'nowait', p_day);
	execute format('lock table only keywheel.%I in access exclusive mode '
		'nowait', p_table);
	-- Dropping would wait for it, before the eyes of all.
	execute format('lock table keywheel.%I in access exclusive mode '
		'nowait', p_table || '_default');
	execute format('drop table keywheel.%I', p_day);
	return v_rows;
exception when lock_not_available then
	return null;
end $$;

-- The oldest day of that table which ended before that time; null: none. A day
-- with requests under way is not over.
create or replace function keywheel.oldest_day(
	p_table text, p_before timestamptz)
returns text
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select min(d.name) from (
		select c.relname::text as name,
			(to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp
				at time zone 'UTC' as until
		from pg_inherits i join pg_class c on c.oid = i.inhrelid
		where i.inhparent = ('keywheel.' || p_table)::regclass
			and c.relname ~ '_[0-9]{8}$') d
	where d.until <= p_before
		and not exists (select from leases l
			where l.expires_at > now() and l.started_at < d.until
				and not exists (select from requests r
					where r.request_id = l.request_id)));
end $$;

-- Delete a batch of rows of the account, and the leases of such requests.
-- p_part: only of that partition.
create or replace function keywheel.clear_rows(
	p_table text, p_before timestamptz, p_batch bigint,
	p_part text default null)
returns bigint
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_rows bigint;
begin
	execute format('with old as (
			select o.request_id, o.started_at from keywheel.%3$I o
			where o.started_at < $1 limit $2 for update skip locked),
		gone as (delete from keywheel.%1$I r using old o
			where r.request_id = o.request_id
				and r.started_at = o.started_at
			returning r.request_id),
		closed as (delete from keywheel.leases l using gone g
			where l.request_id = g.request_id and %2$L)
		select count(*) from gone', p_table, p_table = 'requests',
		coalesce(p_part, p_table))
	into v_rows using p_before, p_batch;
	return v_rows;
end $$;

-- Whole days are dropped; what is left of days, and what could not be dropped,
-- goes row by row. The last thing that happened to a key stays.
create or replace function keywheel.clear_logs(
	p_before timestamptz, p_batch bigint,
	out removed jsonb, out more boolean, out busy text)
language plpgsql
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_table text;
	v_day text;
	v_rows bigint;
begin
	removed := '{}';
	more := true;
	busy := 'the job ' || running_job('{deadlines,trim}') || ' runs';
	if busy is not null then
		return;
	end if;
	foreach v_table in array
			'{requests,attempts,request_bodies}'::text[] loop
		v_day := oldest_day(v_table, p_before);
		continue when v_day is null;
		-- Between two requests, if there is such an instant.
		for i in 1..20 loop
			v_rows := drop_day(v_table, v_day);
			exit when v_rows is not null;
			perform pg_sleep(0.005);
		end loop;
		if v_rows is not null then
			removed := jsonb_build_object(v_table, v_rows);
			return;
		end if;
	end loop;
	foreach v_table in array
			'{requests,attempts,request_bodies}'::text[] loop
		v_rows := clear_rows(v_table, p_before, p_batch);
		if v_rows > 0 then
			removed := jsonb_build_object(v_table, v_rows);
			return;
		end if;
	end loop;
	delete from key_events d where d.event_id in (
		select e.event_id from key_events e
		where e.at < p_before
			and (e.key_id is null or exists (
				select from key_events n
				where n.key_id = e.key_id
					and n.event_id > e.event_id))
		limit p_batch for update skip locked);
	get diagnostics v_rows = row_count;
	removed := jsonb_build_object('key_events', v_rows);
	more := v_rows > 0;
end $$;

-- ---- Cache ------------------------------------------------------------------

create or replace function keywheel.clear_cache(
	p_before timestamptz, p_batch bigint,
	out removed jsonb, out more boolean, out busy text)
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_rows bigint;
	v_bytes bigint;
begin
	perform cache_hold();
	with gone as (
		delete from cached_answers c where c.hash = any (array(
			select o.hash from cached_answers o
			where o.stored_at < p_before limit p_batch))
		returning c.size)
	select count(*), coalesce(sum(g.size), 0) into v_rows, v_bytes
	from gone g;
	update cache_state s set bytes = s.bytes - v_bytes;
	more := v_rows >= p_batch;
	removed := jsonb_build_object('answers', v_rows, 'bytes', v_bytes);
	-- Without its answers nobody's question is the second one.
	if not more then
		delete from cache_asked a where a.ctid = any (array(
			select o.ctid from cache_asked o
			where not exists (select from cached_answers c
				where c.stored_at >= p_before)
			for update skip locked));
	end if;
end $$;

-- ---- Signatures -------------------------------------------------------------

-- When rows of that table expire which were made before that time, as well as
-- that is known; p_all: all of them.
create or replace function keywheel.memory_end(
	p_table text, p_before timestamptz, p_all boolean)
returns timestamptz
language sql stable
set search_path = keywheel, pg_temp
as $$
	select case when p_all then 'infinity' else p_before
		+ case when p_table = 'signatures' then coalesce((
			select s.value::integer from settings s
			where s.name = 'SIGNATURE_HOURS'
				and s.value ~ '^[0-9]{1,4}$'), 24)
		else 24 end * interval '1 hour' end;
$$;

-- Thought signatures, and which key a conversation had. Those of a token whose
-- requests were under way when the clearing began wait until they have ended:
-- a retry may need them.
create or replace function keywheel.clear_signatures(
	p_before timestamptz, p_began timestamptz, p_batch bigint,
	out removed jsonb, out more boolean, out busy text)
language plpgsql
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_busy bigint[] := busy_tokens(p_began);
	v_table text;
	v_end timestamptz;
	v_rows bigint;
	v_left boolean;
begin
	removed := '{}';
	more := false;
	foreach v_table in array '{signatures,conversations}'::text[] loop
		v_end := memory_end(v_table, p_before, p_before = p_began);
		execute format('delete from keywheel.%1$I d
			where d.ctid = any (array(select m.ctid
				from keywheel.%1$I m
				where m.expires_at < $1 and m.token_id <> all ($2)
				limit $3 for update skip locked))', v_table)
		using v_end, v_busy, p_batch;
		get diagnostics v_rows = row_count;
		removed := removed || jsonb_build_object(v_table, v_rows);
		more := more or v_rows >= p_batch;
		execute format('select exists (select from keywheel.%I m
			where m.expires_at < $1 and m.token_id = any ($2))',
			v_table)
		into v_left using v_end, v_busy;
		busy := coalesce(busy,
			case when v_left then busy_text(v_busy) end);
	end loop;
	if more then
		busy := null;
	end if;
	more := more or busy is not null;
end $$;

-- ---- Files ------------------------------------------------------------------

-- The files that tokens have uploaded, and the sessions of uploads that came to
-- nothing. An upload that may still go on is in use, and so are the files of a
-- token whose requests were under way when the clearing began.
create or replace function keywheel.clear_files(
	p_before timestamptz, p_began timestamptz, p_batch bigint,
	out removed jsonb, out more boolean, out busy text)
language plpgsql
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_busy bigint[] := busy_tokens(p_began);
	v_uploads bigint;
begin
	removed := '{}';
	more := true;
	busy := 'the job ' || running_job('{files}') || ' runs';
	if busy is not null then
		return;
	end if;
	with gone as (
		delete from resources d where d.ctid = any (array(
			select r.ctid from resources r
			where r.created_at < p_before
				and (r.name like 'files/%'
					and r.token_id <> all (v_busy)
				or r.name like 'uploads/%'
					and r.expires_at <= now())
			limit p_batch for update skip locked))
		returning d.name)
	select jsonb_build_object(
		'files', count(*) filter (where g.name like 'files/%'),
		'uploads', count(*) filter (where g.name like 'uploads/%')),
		count(*) >= p_batch
	into removed, more from gone g;
	if more then
		return;
	end if;
	select count(*) into v_uploads from resources r
	where r.created_at < p_before and r.name like 'uploads/%'
		and r.expires_at > now();
	busy := case when exists (select from resources r
			where r.created_at < p_before and r.name like 'files/%'
				and r.token_id = any (v_busy))
			then busy_text(v_busy)
		when v_uploads > 0 then format('%s upload%s not complete',
			v_uploads, case when v_uploads = 1 then ' is'
				else 's are' end) end;
	more := busy is not null;
end $$;

create or replace function keywheel.count_files(p_before timestamptz)
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select jsonb_build_object(
		'files', count(*) filter (where r.name like 'files/%'),
		'uploads', count(*) filter (where r.name like 'uploads/%'))
	from resources r
	where r.created_at < p_before and (r.name like 'files/%'
		or r.name like 'uploads/%' and r.expires_at <= now()));
end $$;
