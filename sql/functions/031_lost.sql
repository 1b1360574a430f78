-- Requests whose responder died: found and marked, not guessed.

-- What such a row says of itself; nobody else writes that.
create or replace function keywheel.lost_words()
returns text
language sql immutable parallel safe
as $$
	select 'the responder could not report its end';
$$;

-- Account for a lease whose responder died: it harms no key. False: its
-- request has been reported.
create or replace function keywheel.close_lost_lease(p_responder bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v leases;
begin
	-- Who is just reporting it holds the lease until that is done.
	delete from leases l where l.responder = p_responder returning * into v;
	-- Who has an old lease may be doing something else by now.
	perform leave_place(p_responder,
		case when v.expires_at < now() then v.request_id end);
	-- The id's time is the request's; the account's may differ by a little.
	if v.request_id is null or exists (select from requests r
			where r.request_id = v.request_id) then
		return false;
	end if;
	insert into requests (request_id, started_at, token_id, key_id,
		model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms, detail, client_id)
	values (v.request_id, v.started_at, v.token_id, v.key_id, v.model,
		v.route, v.streamed, 'internal_error', 500,
		(v.key_id is not null)::integer, 0, 0, 0, 0, null,
		account_count((extract(epoch from now() - v.started_at)
			* 1000)::bigint),
		lost_words(), v.client_id);
	update lost_watch w set lost_at = now();
	return true;
end $$;

-- A row that was marked as lost is taken out of the sums. The caller holds the
-- mark. It has no tokens and no times.
create or replace function keywheel.subtract_lost(p keywheel.requests)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update usage_all u set requests = u.requests - 1,
		attempts = u.attempts - p.attempts
	from spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at and u.outcome = p.outcome;
	delete from usage_all u using spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at and u.requests = 0;
	update usage u set requests = u.requests - 1,
		attempts = u.attempts - p.attempts
	from spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at
		and u.outcome = p.outcome and u.model = left(p.model, 200)
		and u.token_id = coalesce(p.token_id, 0);
	delete from usage u using spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at and u.requests = 0;
	update key_usage u set requests = u.requests - 1
	from spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at and u.key_id = p.key_id
		and u.outcome = p.outcome and u.model = left(p.model, 200);
	delete from key_usage u using spans_of(p.started_at) s
	where u.span = s.span and u.at = s.at and u.key_id = p.key_id
		and u.requests = 0;
end $$;

-- The row of a request that began in that time; all null if there is none. The
-- plan is made for these days; one for all days would lock all of them.
create or replace function keywheel.request_between(
	p_id uuid, p_from timestamptz, p_until timestamptz)
returns keywheel.requests
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
	v requests;
begin
	select * into v from requests r
	where r.request_id = p_id
		and r.started_at > p_from and r.started_at < p_until;
	return v;
end $$;

-- A request is reported that has no lease any more: it had none, or was taken
-- for lost, since its responder could not reach the database for long or its
-- client took very long. Then what it reports takes the place of that mark. A
-- unique violation: it has been reported. All requests that lease no key come
-- here: they look for no mark if none can be there.
create or replace function keywheel.retract_lost(
	p_request uuid, p_started timestamptz)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_from constant timestamptz := p_started - interval '1 hour';
	v requests;
	v_day regclass;
	v_mark usage_marks;
	v_rows integer;
begin
	if (select w.lost_at from lost_watch w) < v_from then
		return;
	end if;
	v := request_between(p_request, v_from, p_started + interval '1 day');
	if v.request_id is null then
		return;
	end if;
	if v.outcome <> 'internal_error' or v.detail <> lost_words() then
		raise unique_violation using message =
			'the request has been reported';
	end if;
	select * into v_mark from usage_marks m
	where m.source = 'requests' for no key update;
	-- Not by its parent's name, as what has happened is deleted.
	select r.tableoid::regclass into v_day from requests r
	where r.request_id = p_request and r.started_at = v.started_at;
	execute format('delete from %s r where r.request_id = $1 '
		'and r.started_at = $2',
		coalesce(v_day, 'keywheel.requests_default'))
	using p_request, v.started_at;
	get diagnostics v_rows = row_count;
	if v_rows = 0 then
		raise serialization_failure using message =
			'the row of the lost request has just gone';
	end if;
	if (v.settled, v.started_at) < (v_mark.settled, v_mark.started_at) then
		perform subtract_lost(v);
	end if;
	-- A counter never goes back: that it was taken for lost has happened.
	perform add_totals(array[row('day', span_start('day', v.started_at),
		coalesce(v.token_id, 0), left(v.model, 200), v.outcome, 1, 0,
		v.attempts, 0, 0, 0, 0)::usage], null);
end $$;
