-- One request's page.

-- When an id was made, by its own word (UUID version 7).
create or replace function keywheel.uuid_time(p_id uuid)
returns timestamptz
language sql immutable
as $$
	select timestamptz 'epoch' + interval '1 millisecond'
		* ('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint;
$$;

-- The account of a request; all null if there is none. An id tells its day, or
-- else all days are looked through.
create or replace function keywheel.find_request(p_id uuid)
returns keywheel.requests
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	v_at constant timestamptz := uuid_time(p_id);
	v requests;
begin
	select * into v from requests r
	where r.request_id = p_id and r.started_at
		between v_at - interval '1 hour' and v_at + interval '1 hour';
	if not found then
		select * into v from requests r where r.request_id = p_id
		limit 1;
	end if;
	return v;
end $$;

-- What happened to these keys in that time, the oldest first.
create or replace function keywheel.events_between(
	p_keys bigint[], p_from timestamptz, p_to timestamptz)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object(
			'at', utc_text(e.at), 'key_id', e.key_id,
			'hint', k.hint, 'event', e.event, 'model', e.model,
			'until', utc_text(e.until), 'cause', e.cause,
			'evidence', e.evidence) order by e.event_id), '[]')
	from (select * from key_events n
		where n.key_id = any (p_keys)
			and n.at between p_from and p_to
		order by n.event_id limit 100) e
	left join keys k on k.key_id = e.key_id;
$$;

-- The failed attempts of a request, in order.
create or replace function keywheel.attempts_of(
	p_id uuid, p_started timestamptz)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object(
			'attempt', a.attempt, 'key_id', a.key_id,
			'hint', k.hint, 'model', a.model,
			'verdict', a.verdict, 'status', a.status,
			'total_ms', a.total_ms, 'evidence', a.evidence,
			'error', a.error, 'prompt_tokens', a.prompt_tokens,
			'cached_tokens', a.cached_tokens,
			'thought_tokens', a.thought_tokens,
			'answer_tokens', a.answer_tokens)
			order by a.attempt), '[]')
	from attempts a left join keys k on k.key_id = a.key_id
	where a.request_id = p_id and a.started_at = p_started;
$$;

-- One that is under way: what its lease tells. Null: there is none.
create or replace function keywheel.request_under_way(p_id uuid)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('at', utc_text(l.started_at),
		'request_id', l.request_id, 'lost', l.expires_at < now(),
		'for_ms', (extract(epoch from now() - l.started_at)
			* 1000)::bigint,
		'token_id', l.token_id, 'token', t.name, 'key_id', l.key_id,
		'hint', k.hint, 'model', l.model, 'route', l.route,
		'streamed', l.streamed, 'client_id', nullif(l.client_id, ''))
	from leases l
	left join tokens t on t.token_id = l.token_id
	left join keys k on k.key_id = l.key_id
	where l.request_id = p_id;
$$;

-- All of it: {request, attempts, events, body: {size}}, or {under_way}; null:
-- nobody knows of such a request.
create or replace function keywheel.request_page(p_id uuid)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	r requests := find_request(p_id);
	v_lease jsonb;
	v_attempts jsonb;
begin
	if r.request_id is null then
		v_lease := request_under_way(p_id);
		return case when v_lease is not null
			then jsonb_build_object('under_way', v_lease) end;
	end if;
	v_attempts := attempts_of(p_id, r.started_at);
	return jsonb_build_object(
		'request', requests_at(array[row(r.started_at, p_id,
			0)::log_place]) -> 0 || jsonb_build_object(
			'upstream_first_ms', r.upstream_first_ms,
			'longest_gap_ms', r.longest_gap_ms,
			'fetched_whole', r.fetched_whole,
			'own_us', r.own_us, 'db_us', r.db_us,
			'client_id', nullif(r.client_id, '')),
		'attempts', v_attempts,
		-- A verdict is put in force with the account at the latest.
		'events', events_between(array(
				select (e ->> 'key_id')::bigint
				from jsonb_array_elements(v_attempts) e
				union select r.key_id),
			r.started_at, r.started_at + interval '5 seconds'
				+ r.total_ms * interval '1 millisecond'),
		'body', (select jsonb_build_object('size', b.size)
			from request_bodies b where b.request_id = p_id
				and b.started_at = r.started_at));
end $$;

-- The sealed body that was recorded of it.
create or replace function keywheel.request_body(p_id uuid)
returns table (body bytea)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select b.body from find_request(p_id) r
	join request_bodies b on b.request_id = p_id
		and b.started_at = r.started_at;
$$;
