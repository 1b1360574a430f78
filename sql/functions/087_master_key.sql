-- Who serves, which master key seals, and what is sealed with another one. Only
-- note_host() and sealing_key() are for responders; the master key is changed
-- by the owner.

-- A host serves: it has these master keys. Written once a minute at most, so
-- that any process of it may say so. Who has not been here for a day is gone.
create or replace function keywheel.note_host(
	p_host text, p_program text, p_schema bigint, p_keys text[])
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	if exists (select from hosts h where h.host = p_host
			and h.program = p_program and h.schema = p_schema
			and h.keys = p_keys
			and h.seen_at > now() - interval '50 seconds') then
		return;
	end if;
	insert into hosts as h (host, program, schema, keys)
	values (p_host, p_program, p_schema, p_keys)
	on conflict (host) do update set program = excluded.program,
		schema = excluded.schema, keys = excluded.keys,
		seen_at = now();
	delete from hosts h where h.seen_at < now() - interval '1 day';
end $$;

create or replace function keywheel.sealing_key()
returns text
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select m.sealing from master_key m;
$$;

-- That one seals from the next request on, everywhere: the version of the
-- settings tells it. False: it did already.
create or replace function keywheel.seal_with(p_key text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update master_key m set sealing = p_key, since = now()
	where m.sealing is distinct from p_key;
	if not found then
		return false;
	end if;
	update revision r set settings = r.settings + 1;
	return true;
end $$;

-- Everybody looks at what may have changed, with his next request.
create or replace function keywheel.ask_hosts()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	update revision r set settings = r.settings + 1;
$$;

-- Who has served within a quarter of an hour. Responders of programs before
-- this table say nothing; their number tells them: it lacks a bit that those of
-- later ones have. They are one row without a name.
create or replace function keywheel.list_hosts()
returns table (host text, program text, schema integer, keys text[],
	seen_at timestamptz)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select h.host, h.program, h.schema, h.keys, h.seen_at
	from hosts h where h.seen_at > now() - interval '15 minutes'
	union all
	select '', '', null, '{}', max(l.started_at)
	from leases l
	where l.responder > 0 and l.responder & 32768 = 0
		and l.started_at > now() - interval '15 minutes'
	having count(*) > 0
	order by 1;
$$;

-- What is sealed, in the order of its places, behind one of them ('': from the
-- beginning). A draft of keys is one place: p_most are drafts there.
create or replace function keywheel.sealed_rows(
	p_kind text, p_after text, p_most bigint)
returns table (place text, sealed bytea)
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	case p_kind
	when 'keys' then
		return query select k.key_id::text, k.secret from keys k
		where k.key_id > coalesce(nullif(p_after, '')::bigint, 0)
		order by k.key_id limit p_most;
	when 'bodies' then
		return query select b.request_id::text, b.body
		from request_bodies b
		where p_after = '' or b.request_id > p_after::uuid
		order by b.request_id limit p_most;
	when 'answers' then
		return query select encode(a.hash, 'hex'), a.answer
		from cached_answers a
		where a.hash > decode(p_after, 'hex')
		order by a.hash limit p_most;
	when 'drafts' then
		return query select d.draft_id || ' ' || d.part,
			(g ->> 'secret')::bytea
		from (select o.* from key_drafts o
			where p_after = '' or (o.draft_id, o.part) >
				(split_part(p_after, ' ', 1)::uuid,
				split_part(p_after, ' ', 2)::integer)
			order by o.draft_id, o.part limit p_most) d,
			jsonb_array_elements(d.keys) g
		order by d.draft_id, d.part;
	end case;
end $$;

-- Put what is sealed anew in the place of what it was: [{place, old, new}]. What
-- has changed meanwhile stays, and so does what somebody holds: this waits for
-- nobody while it holds rows, so it stands in nobody's way. Drafts are not
-- changed: they are gone after an hour. The number of rows.
create or replace function keywheel.reseal(p_kind text, p_rows jsonb)
returns bigint
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_count bigint;
begin
	case p_kind
	when 'keys' then
		with given as materialized (
			select g.place::bigint as key_id, g.old, g.new
			from jsonb_to_recordset(p_rows)
				as g (place text, old bytea, new bytea)),
		held as materialized (
			select k.key_id from keys k
			where k.key_id in (select g.key_id from given g)
			order by k.key_id for no key update skip locked)
		update keys k set secret = g.new
		from given g join held h using (key_id)
		where k.key_id = g.key_id and k.secret = g.old;
	when 'bodies' then
		update request_bodies b set body = g.new
		from jsonb_to_recordset(p_rows)
			as g (place uuid, old bytea, new bytea)
		where b.request_id = g.place and b.body = g.old;
	when 'answers' then
		with given as materialized (
			select decode(g.place, 'hex') as hash, g.old, g.new
			from jsonb_to_recordset(p_rows)
				as g (place text, old bytea, new bytea)),
		held as materialized (
			select a.hash from cached_answers a
			where a.hash in (select g.hash from given g)
			order by a.hash for no key update skip locked)
		update cached_answers a set answer = g.new
		from given g join held h using (hash)
		where a.hash = g.hash and a.answer = g.old;
	end case;
	get diagnostics v_count = row_count;
	return v_count;
end $$;

-- The rotation has copies of what keys are sealed as: of the keys with numbers
-- in that range, bring them up to date. How many it has changed, and how many
-- are left because somebody holds them.
create or replace function keywheel.copy_secrets(
	p_from bigint, p_to bigint, out copied bigint, out left_over bigint)
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	with due as materialized (
		select r.key_id, k.secret
		from key_rotation r join keys k using (key_id)
		where r.key_id between p_from and p_to and r.secret <> k.secret
		order by r.key_id
		for no key update of r skip locked)
	update key_rotation r set secret = d.secret
	from due d where r.key_id = d.key_id;
	get diagnostics copied = row_count;
	select count(*) into left_over
	from key_rotation r join keys k using (key_id)
	where r.key_id between p_from and p_to and r.secret <> k.secret;
end $$;
