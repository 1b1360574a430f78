-- Signing in to the pages: sessions, and the brake on guessing.
--
-- A session is good while its token may use the pages, it has been used lately
-- (ADMIN_SESSION_EXPIRE), and not for longer than thirty days.

create or replace function keywheel.session_expire()
returns interval
language sql stable
set search_path = keywheel, pg_temp
as $$
	select interval '1 second' * coalesce((
		select greatest(300, least(86400, s.value::integer))
		from settings s where s.name = 'ADMIN_SESSION_EXPIRE'
			and s.value ~ '^[0-9]{1,9}$'), 3600);
$$;

-- Sessions that are over, and tries that are long ago.
create or replace function keywheel.trim_sessions()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	delete from sessions s using (
		select o.session_id from sessions o
		join tokens t on t.token_id = o.token_id
		where o.ends_at <= now()
			or o.seen_at <= now() - session_expire()
			or t.revoked_at is not null
		for update of o skip locked) past
	where s.session_id = past.session_id;
	delete from sign_in_faults f using (
		select o.source from sign_in_faults o
		where o.forget_at <= now()
		for update skip locked) old
	where f.source = old.source;
$$;

-- How long an address is refused after so many wrong tokens in a row: two are
-- typing errors, then it is 1, 2, 4 … 64 seconds, from the tenth on a quarter
-- of an hour.
create or replace function keywheel.sign_in_wait(p_faults integer)
returns interval
language sql immutable
as $$
	select interval '1 second' * case when p_faults < 3 then 0
		when p_faults < 10 then 2 ^ (p_faults - 3)
		else 900 end;
$$;

-- One more wrong token from there; it is forgotten after an hour without
-- another. However many addresses try, the table stays small: those that would
-- be forgotten first are.
create or replace function keywheel.note_sign_in_fault(
	p_source text, out wait_s bigint)
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_room constant integer := 10000;
	v_now timestamptz := clock_timestamp();
	v_wait interval;
begin
	update sign_in_faults f set faults = f.faults + 1,
		refused_until = v_now + sign_in_wait(f.faults + 1),
		forget_at = v_now + interval '1 hour'
	where f.source = p_source
	returning sign_in_wait(f.faults) into v_wait;
	wait_s := extract(epoch from v_wait);
	delete from sign_in_faults f using (
		select o.source from sign_in_faults o
		where o.source in (select i.source from sign_in_faults i
			order by i.forget_at desc offset v_room)
		for update skip locked) much
	where f.source = much.source and f.source <> p_source;
end $$;

-- Somebody gives a token. answer: in | wrong | no_admin | wait; wait_s: how
-- long that address is refused from now on. While it is, tokens are not even
-- looked at, and that is not counted: whoever shares the address with somebody
-- who guesses waits, but not for ever.
create or replace function keywheel.try_admin_token(
	p_token bytea, p_source text, p_address text,
	out answer text, out wait_s bigint,
	out token_id bigint, out settings_version bigint)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_admin boolean;
	v_until timestamptz;
begin
	-- Others from this address wait here: a hundred tries at once are a
	-- hundred tries.
	insert into sign_in_faults as f
		(source, faults, refused_until, forget_at)
	values (p_source, 0, '-infinity', now() + interval '1 hour')
	on conflict (source) do update set faults =
		case when f.forget_at <= now() then 0 else f.faults end
	returning f.refused_until into v_until;
	select c.token_id, c.admin, c.settings_version
	into token_id, v_admin, settings_version
	from check_token(p_token, inet_of(p_address)) c;
	wait_s := case when v_until > clock_timestamp() then ceil(extract(
		epoch from v_until - clock_timestamp())) else 0 end;
	answer := case when wait_s > 0 then 'wait'
		when token_id is null then 'wrong'
		when not v_admin then 'no_admin'
		else 'in' end;
	if answer = 'wrong' then
		wait_s := note_sign_in_fault(p_source);
	elsif answer = 'no_admin' then
		delete from sign_in_faults f
		where f.source = p_source and f.faults = 0;
	elsif answer = 'in' then
		delete from sign_in_faults f where f.source = p_source;
	end if;
end $$;

-- The same, for a session. p_old: the one that the browser had.
create or replace function keywheel.sign_in(
	p_token bytea, p_session bytea, p_old bytea, p_source text,
	p_address text, p_agent text,
	out answer text, out wait_s bigint, out settings_version bigint)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_most constant integer := 20;
	v_token bigint;
begin
	select t.answer, t.wait_s, t.token_id, t.settings_version
	into answer, wait_s, v_token, settings_version
	from try_admin_token(p_token, p_source, p_address) t;
	if answer <> 'in' then
		return;
	end if;

	perform trim_sessions();
	delete from sessions s where s.hash = p_old;
	insert into sessions (hash, token_id, ends_at, address, agent)
	values (p_session, v_token, now() + interval '30 days',
		left(p_address, 100), left(p_agent, 300));
	delete from sessions s using (
		select o.session_id from sessions o
		where o.session_id in (select i.session_id from sessions i
			where i.token_id = v_token
			order by i.session_id desc offset v_most)
		for update skip locked) much
	where s.session_id = much.session_id;
end $$;

-- Whose session is it? session_id is null: nobody's (any more). p_take: what is
-- to be said is being shown.
create or replace function keywheel.check_session(
	p_hash bytea, p_take boolean, p_address text default null,
	out session_id bigint, out token_id bigint, out name text,
	out said text, out settings_version bigint)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v sessions;
	v_token tokens;
	v_admin boolean;
begin
	select * into v from sessions s
	where s.hash = p_hash and s.ends_at > now()
		and s.seen_at > now() - session_expire();
	select * into v_token from tokens t where t.token_id = v.token_id;
	select c.token_id, c.admin, c.settings_version
	into token_id, v_admin, settings_version
	from check_token(coalesce(v_token.hash, ''),
		inet_of(coalesce(p_address, v.address))) c;
	if token_id is null or not v_admin then
		token_id := null;
		return;
	end if;
	session_id := v.session_id;
	name := v_token.name;
	said := case when p_take then v.said else '' end;
	-- Not every page view is a write.
	if said <> '' or v.seen_at < now() - interval '30 seconds' then
		perform set_config('synchronous_commit', 'off', true);
		update sessions s set seen_at = now(),
			said = case when p_take then '' else s.said end
		where s.session_id = v.session_id;
	end if;
end $$;

-- The next page of that session shows it.
create or replace function keywheel.say_in_session(p_hash bytea, p_said text)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	update sessions s set said = left(p_said, 2000) where s.hash = p_hash;
$$;

-- End one of the sessions of that session's token; null: all of them. How many
-- that were.
create or replace function keywheel.end_sessions(
	p_hash bytea, p_session bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_ended bigint;
begin
	delete from sessions s
	where s.token_id = (select o.token_id from sessions o
			where o.hash = p_hash)
		and (p_session is null or s.session_id = p_session);
	get diagnostics v_ended = row_count;
	return v_ended;
end $$;

-- The sessions of that session's token, the newest first.
create or replace function keywheel.session_page(p_hash bytea)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'token', (select t.name from sessions o
			join tokens t on t.token_id = o.token_id
			where o.hash = p_hash),
		'expire_s', extract(epoch from session_expire()),
		'sessions', coalesce(jsonb_agg(jsonb_build_object(
			'session_id', s.session_id,
			'this', s.hash = p_hash,
			'created_at', utc_text(s.created_at),
			'seen_at', utc_text(s.seen_at),
			'ends_at', utc_text(least(s.ends_at,
				s.seen_at + session_expire())),
			'address', s.address,
			'agent', s.agent) order by s.session_id desc), '[]'))
	from sessions s
	where s.token_id = (select o.token_id from sessions o
			where o.hash = p_hash)
		and s.ends_at > now()
		and s.seen_at > now() - session_expire();
$$;
