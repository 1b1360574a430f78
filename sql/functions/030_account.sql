-- The account: how requests ended.

-- What is counted, as the account keeps it: a count that is beyond all reason
-- must not cost the row.
create or replace function keywheel.account_count(p bigint)
returns integer
language sql immutable strict parallel safe
as $$
	select greatest(least(p, 2147483647), 0)::integer;
$$;

-- … of tokens: the sum of three of them is a number of the same kind.
create or replace function keywheel.account_tokens(p bigint)
returns integer
language sql immutable strict parallel safe
as $$
	select greatest(least(p, 700000000), 0)::integer;
$$;

-- The last call of a request: its row, its failed attempts, what is to be
-- remembered (keywheel.remember), the verdict on the last key, what the ledger
-- had only estimated (keywheel.settle; its member counted: the same for the
-- limits of the token, keywheel.settle_token), and p_body, the sealed body of
-- one that failed, which had p_body_size bytes. A second report
-- of the same request is a unique violation and changes nothing. A request
-- that never leased a key has p_key null. p_own_us: what of the time was ours
-- (of it p_db_us the database's, before this call); p_client_id: the client's
-- own id of it. Not waiting for the disk may lose
-- the last fraction of a second when the database machine crashes.
create or replace function keywheel.end_request(
	p_responder bigint, p_request uuid, p_started_ms bigint,
	p_token bigint, p_key bigint, p_model text, p_route text,
	p_streamed boolean, p_outcome text, p_status bigint,
	p_attempts bigint, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint, p_first_byte_ms bigint,
	p_total_ms bigint, p_detail text, p_failed jsonb, p_verdict jsonb,
	p_remember jsonb default null, p_charged jsonb default null,
	p_size_class bigint default null,
	p_fetched_whole boolean default null,
	p_upstream_first_ms bigint default null,
	p_longest_gap_ms bigint default null,
	p_body bytea default null, p_body_size bigint default null,
	p_own_us bigint default null, p_db_us bigint default null,
	p_client_id text default '')
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_started timestamptz := to_timestamp(p_started_ms / 1000.0);
begin
	perform set_config('synchronous_commit', 'off', true);
	-- Who holds the lease is the only one to report.
	perform from leases l
	where l.responder = p_responder and l.request_id = p_request
	for key share;
	if not found then
		perform retract_lost(p_request, v_started);
	end if;
	insert into requests (request_id, started_at, token_id, key_id,
		model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms, detail, size_class, fetched_whole,
		upstream_first_ms, longest_gap_ms, own_us, db_us, client_id,
		shadow_limit)
	values (p_request, v_started, p_token, p_key, p_model, p_route,
		p_streamed, p_outcome::outcome, p_status, p_attempts,
		account_tokens(p_prompt), account_tokens(p_cached),
		account_tokens(p_thought), account_tokens(p_answer),
		p_first_byte_ms, p_total_ms, p_detail, p_size_class,
		p_fetched_whole, p_upstream_first_ms, p_longest_gap_ms,
		account_count(p_own_us), account_count(p_db_us), p_client_id,
		case when p_charged ? 'counted' then
			shadow_of(p_responder, p_request) end);

	if p_failed is not null then
		insert into attempts (request_id, started_at, attempt, key_id,
			model, verdict, status, total_ms, evidence, error,
			prompt_tokens, cached_tokens, thought_tokens,
			answer_tokens)
		select p_request, v_started, f.attempt, f.key, p_model,
			f.verdict, f.status, f.total_ms, f.evidence, f.error,
			coalesce(account_tokens(f.prompt), 0),
			coalesce(account_tokens(f.cached), 0),
			coalesce(account_tokens(f.thought), 0),
			coalesce(account_tokens(f.answer), 0)
		from jsonb_to_recordset(p_failed) as f (attempt smallint,
			key bigint, verdict text, status smallint,
			total_ms integer, evidence text, error text,
			prompt bigint, cached bigint, thought bigint,
			answer bigint);
	end if;
	if p_body is not null then
		insert into request_bodies (request_id, started_at, size, body)
		values (p_request, v_started, p_body_size, p_body);
	end if;
	-- The first lock of all, as in begin_request.
	if p_charged ? 'counted' then
		perform settle_token(p_responder, p_request,
			(p_charged ->> 'counted')::bigint, p_model, v_started,
			account_tokens(p_prompt), account_tokens(p_cached),
			account_tokens(p_thought), account_tokens(p_answer));
	end if;
	-- Before the verdict, which holds rows that others wait for.
	if p_remember is not null then
		perform remember(p_token, p_key, p_model, p_remember);
	end if;
	if p_verdict is not null then
		perform apply_verdict(p_model, p_verdict);
	end if;
	if p_charged is not null then
		perform settle(p_model, p_charged);
	end if;
end $$;

-- One day's partition of a table. Rows that came before it was there wait
-- in the default partition and are moved in. It is made days ahead, so it does
-- not wait for who is reading: others would wait behind it. False: it is there,
-- or could not be made now.
create or replace function keywheel.ensure_partition(p_table text, p_day date)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
set lock_timeout = '200ms'
as $$
declare
	v_name text := p_table || '_' || to_char(p_day, 'YYYYMMDD');
	v_from timestamptz := p_day::timestamp at time zone 'UTC';
	v_to timestamptz := (p_day + 1)::timestamp at time zone 'UTC';
begin
	if to_regclass('keywheel.' || v_name) is not null then
		return false;
	end if;
	execute format('create table keywheel.%I (like keywheel.%I '
		'including defaults including constraints)', v_name, p_table);
	execute format('with moved as (delete from keywheel.%I '
		'where started_at >= %L and started_at < %L returning *) '
		'insert into keywheel.%I select * from moved',
		p_table || '_default', v_from, v_to, v_name);
	execute format('alter table keywheel.%I attach partition keywheel.%I '
		'for values from (%L) to (%L)', p_table, v_name, v_from, v_to);
	return true;
exception when lock_not_available then
	return false;
end $$;

-- Delete what is not to be remembered any more; true if more is left for the
-- next time than one call should do. The caller holds the row of the revision.
create or replace function keywheel.forget()
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_batch constant integer := 50000;
	v_most integer;
begin
	v_most := greatest(
		trim_memory('signatures', 50000, 100000, v_batch),
		trim_memory('conversations', 50000, 100000, v_batch),
		trim_memory('resources', 100000, 1000000, v_batch),
		trim_cache(v_batch));
	delete from model_quirks where learned_at < now() - interval '7 days';
	if found then
		update revision set settings = settings + 1;
	end if;
	-- What somebody is just looking at or changing stays for another time.
	delete from key_cooldown c using (
		select o.scope, o.model from key_cooldown o
		where o.until < now() - interval '1 day'
		for update skip locked) old
	where c.scope = old.scope and c.model = old.model;
	-- A project may have moved to another tier, of which nothing would tell:
	-- a limit that is kept is not refused.
	delete from limits l where l.source = 'learned'
		and (l.at < now() - interval '7 days' or not exists (
			select from keys k where k.scope = l.scope
				and k.state <> 'removed'));
	-- A Pacific day may have twenty-five hours.
	-- Whoever holds a row of the ledger waits for nobody, so nobody shall be
	-- waited for who may hold one.
	delete from ledger l using (
		select o.scope, o.model from ledger o
		where o.used_at < now() - interval '2 days'
		for update skip locked) idle
	where l.scope = idle.scope and l.model = idle.model;
	delete from waiting where alive_until < now() - interval '1 minute';
	perform forget_places();
	return v_most >= v_batch;
end $$;

-- What somebody must do now and then; whoever calls first does it, at most
-- once a minute. True if this call did.
create or replace function keywheel.maintain()
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_responder bigint;
	v_more boolean;
begin
	update revision set maintained_at = now()
	where maintained_at < now() - interval '1 minute'
		and only_row = (select only_row from revision
			for no key update skip locked);
	if not found then
		return false;
	end if;
	v_more := forget();
	perform trim_sessions();

	-- Responders that died and were not replaced. Their rows are held, as
	-- one that was not dead may take another lease this instant; who is
	-- just reporting holds the row itself.
	for v_responder in select l.responder from leases l
		where l.expires_at < now()
		for update skip locked
	loop
		perform close_lost_lease(v_responder);
	end loop;

	-- Today's and the next days' partitions.
	for i in 0..7 loop
		perform ensure_partition(t, (now() at time zone 'UTC')::date + i)
		from unnest(array['requests', 'attempts',
			'request_bodies']) t;
	end loop;
	-- Whoever comes next goes on.
	if v_more then
		update revision set maintained_at = '-infinity';
	end if;
	return true;
end $$;

-- Programs that know a schema before this one cannot be served any more.
create or replace function keywheel.least_schema()
returns integer
language sql immutable
as $$
	select 25;
$$;

-- Is the database there, and does it know what this version needs?
create or replace function keywheel.health(
	out schema_version integer, out settings_version bigint,
	out keys_active bigint, out keys_all bigint,
	out least_schema integer, out sealing text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select (select max(version) from schema_migrations),
		(select settings from revision),
		(select count(*) from keys where state = 'active'),
		(select count(*) from keys where state <> 'removed'),
		keywheel.least_schema(), (select sealing from master_key);
$$;

-- What a request will call, tried and undone, so that this connection has
-- its plans before the first client waits for them.
create or replace function keywheel.warm_up()
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_nobody constant bytea := '\x00';
	v_request uuid := gen_random_uuid();
begin
	perform begin_request(
		-1, v_request, v_nobody, '', '', '', false, 0);
	perform lease_key(0, '', '', '{}');
	perform lease_ring('', 1, '', '{}', 0, false, false);
	perform take_key(-1, '', '', 0, false);
	perform lease_preferred('', -1, '');
	perform recall(-1, '{"conversation": "00", "calls": ["-"]}');
	begin
		insert into leases (responder, request_id, started_at,
			expires_at, model, route, streamed)
		values (-1, v_request, now(), now(), '', '', false);
		perform end_request(-1, v_request,
			(extract(epoch from now()) * 1000)::bigint, null, null,
			'', '', false, 'internal_error', 500, 0, 0, 0, 0, 0,
			null, 0, '', null, null, null);
		perform remember(-1, -1, '', '{"conversation": "00",
			"signatures": {"-": "-"}}');
		raise exception using errcode = 'KW000';
	exception when sqlstate 'KW000' then
		null;
	end;
end $$;
