-- The lists of requests and errors: a page of each, and what is done with it.

-- The last and the next page have these places at their ends; p: newest,
-- most, budget_ms, and after or before, a place each.
create or replace function keywheel.log_page(
	p_what text, f keywheel.log_filter, p jsonb,
	out places keywheel.log_place[], out next text, out previous text,
	out reached timestamptz)
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_after constant log_place := text_place(p ->> 'after');
	v_before constant log_place := text_place(p ->> 'before');
	v_back constant boolean := v_after is null and v_before is not null;
	v_most constant bigint := (p ->> 'most')::bigint;
	v_more boolean;
begin
	-- One more than the page has, to know whether there is any.
	select w.places, w.reached into places, reached
	from walk_log(p_what, f, coalesce(v_after, v_before),
		(p ->> 'newest')::boolean <> v_back, v_most + 1,
		(p ->> 'budget_ms')::bigint) w;
	v_more := cardinality(places) > v_most;
	places := places[1:v_most];
	if v_back then
		places := array(select q from unnest(places) with ordinality
			u (started_at, request_id, attempt, n),
			lateral (select row(u.started_at, u.request_id,
				u.attempt)::log_place as q) r
			order by u.n desc);
	end if;
	if v_more or v_back then
		next := place_text(places[cardinality(places)]);
	end if;
	if v_after is not null or v_back and v_more then
		previous := place_text(places[1]);
	end if;
	-- Where nothing was found in the time, one goes on from there.
	if reached is not null and not v_back then
		next := place_text(row(reached,
			'00000000-0000-0000-0000-000000000000', 0)::log_place);
	end if;
end $$;

create or replace function keywheel.ms_text(p_at timestamptz)
returns text
language sql stable
as $$
	select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"');
$$;

-- The requests at these places, in their order.
create or replace function keywheel.requests_at(p_places keywheel.log_place[])
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	v_low timestamptz;
	v_high timestamptz;
begin
	select min(p.started_at), max(p.started_at) into v_low, v_high
	from unnest(p_places) p;
	return (select coalesce(jsonb_agg(jsonb_build_object(
			'place', place_text(row(p.started_at, p.request_id,
				p.attempt)::log_place),
			'request_id', r.request_id,
			'at', utc_text(r.started_at),
			'at_ms', ms_text(r.started_at),
			'token_id', r.token_id, 'token', t.name,
			'key_id', r.key_id, 'hint', k.hint,
			'model', r.model, 'route', r.route,
			'streamed', r.streamed, 'outcome', r.outcome,
			'status', r.status, 'attempts', r.attempts,
			'prompt_tokens', r.prompt_tokens,
			'cached_tokens', r.cached_tokens,
			'thought_tokens', r.thought_tokens,
			'answer_tokens', r.answer_tokens,
			'first_byte_ms', r.first_byte_ms,
			'total_ms', r.total_ms,
			'from_cache', coalesce(r.from_cache, false),
			'shadow_limit', r.shadow_limit,
			'detail', r.detail) order by p.n), '[]')
		from unnest(p_places) with ordinality
			p (started_at, request_id, attempt, n)
		join requests r on r.request_id = p.request_id
			and r.started_at = p.started_at
			and r.started_at between v_low and v_high
		left join tokens t on t.token_id = r.token_id
		left join keys k on k.key_id = r.key_id);
end $$;

-- The errors at these places, likewise. code: the verdict on an attempt, or
-- the outcome of a request that failed without one.
create or replace function keywheel.errors_at(p_places keywheel.log_place[])
returns jsonb
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	v_low timestamptz;
	v_high timestamptz;
begin
	select min(p.started_at), max(p.started_at) into v_low, v_high
	from unnest(p_places) p;
	return (select coalesce(jsonb_agg(jsonb_build_object(
			'place', place_text(row(p.started_at, p.request_id,
				p.attempt)::log_place),
			'request_id', p.request_id,
			'at', utc_text(p.started_at),
			'at_ms', ms_text(p.started_at),
			'attempt', p.attempt, 'is_attempt', p.attempt > 0,
			'token_id', r.token_id, 'token', t.name,
			'key_id', k.key_id, 'hint', k.hint,
			'model', coalesce(a.model, r.model), 'route', r.route,
			'code', coalesce(a.verdict, r.outcome::text),
			'status', coalesce(a.status, r.status),
			'total_ms', coalesce(a.total_ms, r.total_ms),
			'outcome', r.outcome,
			'text', coalesce(a.evidence, r.detail)) order by p.n),
			'[]')
		from unnest(p_places) with ordinality
			p (started_at, request_id, attempt, n)
		left join requests r on r.request_id = p.request_id
			and r.started_at = p.started_at
			and r.started_at between v_low and v_high
		left join attempts a on a.request_id = p.request_id
			and a.attempt = p.attempt
			and a.started_at = p.started_at
			and a.started_at between v_low and v_high
		left join tokens t on t.token_id = r.token_id
		left join keys k on k.key_id = case when p.attempt > 0
			then a.key_id else r.key_id end
		where r.request_id is not null or a.request_id is not null);
end $$;

-- One page: rows, next and previous (places to go on from), reached, and what
-- of the filter was not understood. With `choices` also what its fields offer.
create or replace function keywheel.log_list(
	p_what text, p_filter jsonb, p_page jsonb)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	f log_filter := read_log_filter(p_filter);
	v record;
begin
	select * into v from log_page(p_what, f, p_page);
	return jsonb_build_object(
		'rows', case p_what when 'requests' then requests_at(v.places)
			else errors_at(v.places) end,
		'next', v.next, 'previous', v.previous,
		'reached', utc_text(v.reached),
		'bad_from', p_filter ? 'from' and f.from_at is null,
		'bad_to', p_filter ? 'to' and form_time(p_filter ->> 'to',
			coalesce(p_filter ->> 'zone', 'UTC')) is null,
		'until', time_us(now()),
		'tokens', case when p_page ? 'choices' then (
			select coalesce(jsonb_agg(jsonb_build_object(
				'token_id', n.token_id, 'name', n.name)
				order by n.name, n.token_id), '[]')
			from (select t.token_id, t.name from tokens t
				where t.revoked_at is null
					or t.token_id = f.token_id
				order by t.token_id = f.token_id desc,
					t.token_id desc limit 200) n) end);
end $$;

-- How many rows a filter finds: {n, more: and that is not all, there was no
-- time for the rest}.
create or replace function keywheel.count_log(
	p_what text, p_filter jsonb, p_budget_ms bigint)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
	f log_filter := read_log_filter(p_filter);
	v_begun constant timestamptz := clock_timestamp();
	v_low timestamptz := greatest(f.from_at, log_begin());
	v_to timestamptz := least(f.to_at, now() + interval '1 day');
	v_from timestamptz;
	v_n bigint := 0;
begin
	while v_to > v_low loop
		if clock_timestamp() - v_begun
				> p_budget_ms * interval '1 millisecond' then
			return jsonb_build_object('n', v_n, 'more', true);
		end if;
		v_from := greatest(v_low, v_to - interval '1 day');
		v_n := v_n + (select count(*)
			from log_window(p_what, v_from, v_to, f));
		v_to := v_from;
	end loop;
	return jsonb_build_object('n', v_n, 'more', false);
end $$;

-- The keys of these rows, each once.
create or replace function keywheel.log_keys(
	p_what text, p_places text[])
returns bigint[]
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select array(select distinct (e ->> 'key_id')::bigint
		from jsonb_array_elements(case p_what
			when 'requests' then requests_at(p.places)
			else errors_at(p.places) end) e
		where e ->> 'key_id' is not null order by 1)
	from (select array(select text_place(t) from unnest(p_places) t
		where text_place(t) is not null) as places) p;
$$;
