-- The lists of requests and of errors, at any number of rows: a list is walked
-- window by window of time from where the last page ended, until the page is
-- full or the time for it is over. p_what: `requests`, or `errors`, which are
-- attempts that failed and requests that failed without one.

-- ---- What is asked for ------------------------------------------------------

-- A time as a form sends it (2026-01-02T03:04), in that zone; null if it is
-- none.
create or replace function keywheel.form_time(p_text text, p_zone text)
returns timestamptz
language plpgsql stable
as $$
begin
	return p_text::timestamp at time zone p_zone;
exception when data_exception then
	return null;
end $$;

-- What somebody has typed as a pattern of LIKE, in which * stands for
-- anything.
create or replace function keywheel.like_text(p_text text)
returns text
language sql immutable
as $$
	select replace(regexp_replace(p_text, '([\\%_])', '\\\1', 'g'),
		'*', '%');
$$;

-- The keys of that number, or whose hints hold that text.
create or replace function keywheel.keys_like(p_text text)
returns bigint[]
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_number bigint := case when p_text ~ '^[0-9]{1,18}$' then p_text end;
begin
	-- A short number is not part of a hint.
	return array(select k.key_id from keys k where k.key_id = v_number
		union
		(select k.key_id from keys k
		where (v_number is null or length(p_text) > 3)
			and position(p_text in k.hint) > 0
		limit 1000));
end $$;

-- The filter that a page sends, each member absent or text: range (1h, 24h,
-- 7d) or from and to (of form_time, in `zone`) and until (microseconds since
-- the epoch), token (its number), key (keys_like), model and route (with *),
-- outcome (or `failed`), streamed (yes, no), shadow (yes), status (429, or
-- 4xx), verdict, text.
create or replace function keywheel.read_log_filter(p jsonb)
returns keywheel.log_filter
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	f log_filter;
	v_zone text := coalesce(p ->> 'zone', 'UTC');
	v_status text := p ->> 'status';
begin
	f.from_at := coalesce(form_time(p ->> 'from', v_zone), now() -
		case p ->> 'range' when '1h' then interval '1 hour'
			when '24h' then interval '24 hours'
			when '7d' then interval '7 days' end);
	f.to_at := least(form_time(p ->> 'to', v_zone),
		us_time((p ->> 'until')::bigint));
	f.token_id := (p ->> 'token')::bigint;
	if p ? 'key' then
		f.key_ids := keys_like(p ->> 'key');
	end if;
	if position('*' in p ->> 'model') > 0 then
		f.model_like := like_text(p ->> 'model');
	else
		f.model := p ->> 'model';
	end if;
	f.route_like := like_text(p ->> 'route');
	f.outcomes := case p ->> 'outcome' when 'failed' then failed_outcomes()
		else array[(p ->> 'outcome')::outcome] end;
	if not p ? 'outcome' then
		f.outcomes := null;
	end if;
	f.streamed := p ->> 'streamed' = 'yes';
	f.shadow := nullif(p ->> 'shadow' = 'yes', false);
	f.status_from := replace(v_status, 'x', '0')::smallint;
	f.status_to := replace(v_status, 'x', '9')::smallint;
	f.verdict := p ->> 'verdict';
	f.needle := lower(p ->> 'text');
	return f;
end $$;

create or replace function keywheel.failed_outcomes()
returns keywheel.outcome[]
language sql immutable
as $$
	select '{client_error,unauthorized,limited,no_key,upstream_error,
		timeout_first_byte,timeout_idle,truncated,internal_error}'
		::keywheel.outcome[];
$$;

-- Microseconds since the epoch and times, without a loss.
create or replace function keywheel.us_time(p_us bigint)
returns timestamptz
language sql immutable
as $$
	select timestamptz 'epoch' + p_us * interval '1 microsecond';
$$;

create or replace function keywheel.time_us(p_at timestamptz)
returns bigint
language sql immutable
as $$
	select (extract(epoch from p_at) * 1000000)::bigint;
$$;

-- A place as links and forms carry it, 1763741130123456.UUID.0, and back; null
-- if it is none.
create or replace function keywheel.place_text(p_place keywheel.log_place)
returns text
language sql immutable
as $$
	select keywheel.time_us(p_place.started_at) || '.'
		|| p_place.request_id || '.' || p_place.attempt;
$$;

create or replace function keywheel.text_place(p_text text)
returns keywheel.log_place
language sql immutable
as $$
	select case when p_text ~
			'^[0-9]{1,16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9]{1,4}$'
		then row(keywheel.us_time(split_part(p_text, '.', 1)::bigint),
			split_part(p_text, '.', 2)::uuid,
			split_part(p_text, '.', 3)::smallint)::keywheel.log_place
		end;
$$;

-- ---- Walking ----------------------------------------------------------------

-- The rows of one window. Its text is put in the place of the call, so that
-- the partitions and the index are chosen by what is asked for: it must stay
-- one statement without settings of its own.
create or replace function keywheel.log_window(
	p_what text, p_from timestamptz, p_to timestamptz,
	f keywheel.log_filter)
returns setof keywheel.log_place
language sql stable
as $$
	select r.started_at, r.request_id, 0::smallint
	from keywheel.requests r
	where r.started_at >= p_from and r.started_at < p_to
		and (p_what = 'requests'
			or r.outcome = any (keywheel.failed_outcomes())
				and (r.attempts = 0
					or r.outcome = 'internal_error'))
		and ((f).token_id is null or r.token_id = (f).token_id)
		and ((f).key_ids is null or r.key_id = any ((f).key_ids))
		and ((f).model is null or r.model = (f).model)
		and ((f).model_like is null or r.model like (f).model_like)
		and ((f).route_like is null or r.route like (f).route_like)
		and ((f).outcomes is null or r.outcome = any ((f).outcomes))
		and ((f).streamed is null or r.streamed = (f).streamed)
		and ((f).shadow is null or r.shadow_limit is not null)
		and ((f).status_from is null or r.status >= (f).status_from)
		and ((f).status_to is null or r.status <= (f).status_to)
		and ((f).status_from <> (f).status_to or (f).status_from is null
			or r.status = (f).status_from)
		and ((f).verdict is null or r.outcome::text = (f).verdict)
		and ((f).needle is null
			or position((f).needle in lower(r.detail)) > 0
			or position((f).needle in lower(r.client_id)) > 0
			or p_what = 'requests' and r.request_id in (
				select a.request_id from keywheel.attempts a
				where a.started_at >= p_from
					and a.started_at < p_to
					and position((f).needle
						in lower(a.evidence)) > 0))
	union all
	select a.started_at, a.request_id, a.attempt
	from keywheel.attempts a
	where p_what = 'errors'
		and a.started_at >= p_from and a.started_at < p_to
		and ((f).key_ids is null or a.key_id = any ((f).key_ids))
		and ((f).model is null or a.model = (f).model)
		and ((f).model_like is null or a.model like (f).model_like)
		and ((f).status_from is null or a.status >= (f).status_from)
		and ((f).status_to is null or a.status <= (f).status_to)
		and ((f).status_from <> (f).status_to or (f).status_from is null
			or a.status = (f).status_from)
		and ((f).verdict is null or a.verdict = (f).verdict)
		and ((f).needle is null
			or position((f).needle in lower(a.evidence)) > 0
			or position((f).needle in a.verdict) > 0)
		and ((f).token_id is null and (f).route_like is null
				and (f).outcomes is null and (f).streamed is null
			or a.request_id in (
				select r.request_id from keywheel.requests r
				where r.started_at >= p_from
					and r.started_at < p_to
					and ((f).token_id is null
						or r.token_id = (f).token_id)
					and ((f).route_like is null
						or r.route like (f).route_like)
					and ((f).outcomes is null
						or r.outcome = any ((f).outcomes))
					and ((f).streamed is null
						or r.streamed = (f).streamed)));
$$;

-- Before that there is nothing.
create or replace function keywheel.log_begin()
returns timestamptz
language sql stable
set search_path = keywheel, pg_temp
as $$
	select least((select min(to_date(right(c.relname, 8), 'YYYYMMDD'))
				::timestamp at time zone 'UTC'
			from pg_inherits i join pg_class c on c.oid = i.inhrelid
			where i.inhparent in ('keywheel.requests'::regclass,
					'keywheel.attempts'::regclass)
				and c.relname ~ '_[0-9]{8}$'),
		(select min(r.started_at) from requests_default r),
		(select min(a.started_at) from attempts_default a), now());
$$;

-- The next p_most places behind p_after (null: from the end of the list where
-- it begins), the newest or the oldest first. reached: the time was over
-- before the page was full, and so far it had come; go on there.
create or replace function keywheel.walk_log(
	p_what text, f keywheel.log_filter, p_after keywheel.log_place,
	p_newest boolean, p_most bigint, p_budget_ms bigint,
	out places keywheel.log_place[], out reached timestamptz)
language plpgsql stable
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
	v_start constant timestamptz := clock_timestamp();
	v_low timestamptz := greatest(f.from_at, log_begin());
	v_high timestamptz := least(f.to_at, now() + interval '1 day');
	v_from timestamptz;
	v_to timestamptz;
	v_step interval := interval '15 minutes';
	v_at timestamptz;
	v_began timestamptz;
	v_some log_place[];
begin
	places := '{}';
	-- Rows of the same time as p_after are on both sides of it.
	if p_newest then
		v_high := least(v_high, p_after.started_at
			+ interval '1 microsecond');
	else
		v_low := greatest(v_low, p_after.started_at);
	end if;
	v_at := case when p_newest then v_high else v_low end;
	while v_low < v_high and cardinality(places) < p_most loop
		exit when case when p_newest then v_at <= v_low
			else v_at >= v_high end;
		if clock_timestamp() - v_start
				> p_budget_ms * interval '1 millisecond' then
			reached := v_at;
			return;
		end if;
		v_began := clock_timestamp();
		v_from := case when p_newest
			then greatest(v_low, least(v_at, now()) - v_step)
			else v_at end;
		v_to := case when p_newest
			then v_at else least(v_high, v_from + v_step) end;
		if p_newest then
			v_some := array(
				select w from log_window(p_what, v_from, v_to, f) w
				where p_after is null or w < p_after
				order by w.started_at desc, w.request_id desc,
					w.attempt desc
				limit p_most - cardinality(places));
		else
			v_some := array(
				select w from log_window(p_what, v_from, v_to, f) w
				where p_after is null or w > p_after
				order by w.started_at, w.request_id, w.attempt
				limit p_most - cardinality(places));
		end if;
		places := places || v_some;
		v_at := case when p_newest then v_from else v_to end;
		-- As much as the rest of the page should need, but not much
		-- at a time.
		v_step := v_step * least(case when clock_timestamp() - v_began
				> interval '50 milliseconds' then 1 else 4 end,
			greatest(0.5, 1.25 * (p_most - cardinality(places))
				/ greatest(cardinality(v_some), 1)));
	end loop;
end $$;
