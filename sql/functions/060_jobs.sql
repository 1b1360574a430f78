-- Jobs: who runs what when, and what came of it.

-- When a job is due that is due every so often, or once a day at that time. A
-- time zone that this server does not know (any more) counts as UTC.
create or replace function keywheel.next_job_time(
	p_every_s bigint, p_daily_at time, p_zone text, p_now timestamptz)
returns timestamptz
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_today timestamp;
	v_next timestamptz;
begin
	if p_daily_at is null then
		return p_now + p_every_s * interval '1 second';
	end if;
	v_today := date_trunc('day', p_now at time zone p_zone) + p_daily_at;
	v_next := v_today at time zone p_zone;
	if v_next <= p_now then
		v_next := (v_today + interval '1 day') at time zone p_zone;
	end if;
	return v_next;
exception when invalid_parameter_value then
	return next_job_time(p_every_s, p_daily_at, 'UTC', p_now);
end $$;

-- Does this server know the time zone? Only names that it lists count: `at time
-- zone` takes typing errors such as Berlin5 for zones of their own. Slow, the
-- list is read from files. Null for null.
create or replace function keywheel.is_time_zone(p_zone text)
returns boolean
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select case when p_zone is not null then exists (
		select from pg_timezone_names
		where lower(name) = lower(p_zone)) end;
$$;

-- The jobs of a program, with their times: [{"name", "every_s", "daily_at"}].
-- A job whose times have changed is due by the new ones, counted from its last
-- run; a new one is due at once, a daily one at its time.
create or replace function keywheel.declare_jobs(p_jobs jsonb, p_zone text)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	insert into jobs as j (name, every_s, daily_at, zone, next_at)
	select d.name, d.every_s, d.daily_at, p_zone,
		case when d.daily_at is null then now()
			else next_job_time(d.every_s, d.daily_at, p_zone, now())
			end
	from jsonb_to_recordset(p_jobs) as d
		(name text, every_s bigint, daily_at time)
	order by d.name
	on conflict (name) do update set every_s = excluded.every_s,
		daily_at = excluded.daily_at, zone = excluded.zone,
		next_at = case when j.failures > 0 then j.next_at
			else next_job_time(excluded.every_s, excluded.daily_at,
				excluded.zone, coalesce(j.last_ended, now()))
			end
	where (j.every_s, j.daily_at, j.zone) is distinct from
		(excluded.every_s, excluded.daily_at, excluded.zone);
$$;

-- Is a job due? One of all responders gets an answer, at most once a minute;
-- the others, and those who come sooner, are told no. A little less than the
-- minute, so that who looks every minute is not a moment early each time.
create or replace function keywheel.look_for_jobs()
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	perform set_config('synchronous_commit', 'off', true);
	update job_look set looked_at = now()
	where looked_at < now() - interval '55 seconds'
		and only_row = (select only_row from job_look
			for no key update skip locked);
	return found and (not exists (select from jobs)
		or exists (select from jobs j
			where j.every_s > 0 and j.next_at <= now()
				and coalesce(j.claimed_until, '-infinity')
					<= now()));
end $$;

-- Take one of these jobs that is due (p_now: or any), for p_hold_ms; name is
-- null if there is none. What a run left that was never heard of again is
-- taken up.
create or replace function keywheel.claim_job(
	p_names text[], p_by text, p_hold_ms bigint, p_now boolean,
	out name text, out claim uuid)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
begin
	update jobs j set claim = gen_random_uuid(), claimed_by = p_by,
		claimed_until = now() + p_hold_ms * interval '1 millisecond',
		last_started = now(), last_ended = null, last_ok = null,
		last_message = '', runs = j.runs + 1
	where j.name = (select d.name from jobs d
		where d.name = any (p_names)
			and coalesce(d.claimed_until, '-infinity') <= now()
			and (p_now or (d.every_s > 0 and d.next_at <= now()))
		order by d.next_at, d.name limit 1
		for no key update skip locked)
	returning j.name, j.claim into name, claim;
	if name is not null then
		insert into job_runs (name, claim, by)
		values (claim_job.name, claim_job.claim, p_by);
	end if;
end $$;

-- The run goes on: hold it for so much longer. False: it was taken up by
-- somebody else, and is to stop.
create or replace function keywheel.heartbeat_job(
	p_claim uuid, p_hold_ms bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update jobs j set claimed_until =
		now() + p_hold_ms * interval '1 millisecond'
	where j.claim = p_claim;
	return found;
end $$;

-- The run has ended. p_more: it is due again at once, for what is left. A job
-- that fails comes again after a minute, then two, four and so on, up to its
-- own interval or an hour, and is an alarm until it succeeds. False: the run
-- has been taken up by somebody else, whose end will count.
create or replace function keywheel.finish_job(
	p_claim uuid, p_ok boolean, p_message text, p_more boolean)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v jobs;
begin
	update job_runs r set ended_at = clock_timestamp(), ok = p_ok,
		message = left(p_message, 1000)
	where r.claim = p_claim;
	update jobs j set claim = null, claimed_until = null,
		last_ended = clock_timestamp(), last_ok = p_ok,
		last_message = left(p_message, 1000),
		failures = case when p_ok then 0 else j.failures + 1 end,
		next_at = case when p_ok and p_more then now()
			when p_ok then next_job_time(
				j.every_s, j.daily_at, j.zone, now())
			else now() + least(60 * 2 ^ least(j.failures, 20),
				greatest(j.every_s, 3600)) * interval '1 second'
			end
	where j.claim = p_claim
	returning * into v;
	if not found then
		return false;
	end if;
	delete from job_runs r where r.name = v.name and r.run_id <= (
		select o.run_id from job_runs o where o.name = v.name
		order by o.run_id desc offset 200 limit 1);
	perform report_job(v.name, p_ok, v.last_message);
	return true;
end $$;

-- A job that fails is an alarm until it succeeds.
create or replace function keywheel.report_job(
	p_name text, p_ok boolean, p_message text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if p_ok then
		perform end_alarm('job_failed', p_name);
	else
		perform raise_alarm('job_failed', p_name, p_message);
	end if;
end $$;

-- The jobs of the program, for people and programs. running: until when the
-- claim holds, null if it does not run.
create or replace function keywheel.list_jobs(p_names text[])
returns table (name text, every text, last_started timestamptz,
	last_ended timestamptz, result text, message text,
	next_at timestamptz, running_by text, runs bigint, failures integer)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select j.name,
		case when j.every_s = 0 then 'off'
			when j.daily_at is not null then format('day at %s %s',
				to_char(j.daily_at, 'HH24:MI'), j.zone)
			else (j.every_s * interval '1 second')::text end,
		j.last_started, j.last_ended,
		case when j.claimed_until > now() then 'running'
			when j.last_started is null then ''
			when j.last_ok then 'ok'
			when not j.last_ok then 'failed'
			else 'lost' end,
		j.last_message,
		case when j.every_s > 0 then j.next_at end,
		case when j.claimed_until > now() then j.claimed_by end,
		j.runs, j.failures
	from jobs j where j.name = any (p_names) order by j.name;
$$;

-- The last runs, of one job or of all (null), the newest first.
create or replace function keywheel.list_job_runs(p_name text)
returns table (name text, started_at timestamptz, ended_at timestamptz,
	result text, message text, by text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select r.name, r.started_at, r.ended_at,
		case when r.ok then 'ok' when not r.ok then 'failed'
			when j.claim = r.claim and j.claimed_until > now()
				then 'running'
			else 'lost' end,
		r.message, r.by
	from job_runs r left join jobs j on j.name = r.name
	where r.name = p_name or p_name is null
	order by r.run_id desc limit 200;
$$;

-- Forget what happened long ago, but for the last thing of each key; how much,
-- p_most at most.
create or replace function keywheel.trim_key_events(
	p_days bigint, p_most bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_count bigint;
begin
	delete from key_events where event_id in (
		select e.event_id from key_events e
		where e.at < now() - p_days * interval '1 day'
			and (e.key_id is null
				or exists (select from key_events n
					where n.key_id = e.key_id
						and n.event_id > e.event_id))
		order by e.event_id limit p_most);
	get diagnostics v_count = row_count;
	return v_count;
end $$;
