-- The pages of operation: jobs, proxies, files.

-- A job as the page shows it. late_s: for how long it has been due and nobody
-- has come; a few minutes are nothing, whoever comes next does it.
create or replace function keywheel.job_facts(j keywheel.jobs)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('name', j.name, 'every_s', j.every_s,
		'daily_at', to_char(j.daily_at, 'HH24:MI'), 'zone', j.zone,
		'started_at', utc_text(j.last_started),
		'took_s', round(extract(epoch from
			j.last_ended - j.last_started), 1)::text,
		'state', case when j.every_s = 0 and j.claim is null then 'off'
			when j.claimed_until > now() then 'running'
			when j.last_started is null then 'new'
			when j.last_ok then 'ok'
			when not j.last_ok then 'failed'
			else 'lost' end,
		'message', j.last_message, 'failures', j.failures,
		'next_at', case when j.every_s > 0
			then utc_text(j.next_at) end,
		'late_s', case when j.every_s > 0
				and coalesce(j.claimed_until, '-infinity')
					<= now()
				and j.next_at < now() - interval '5 minutes'
			then extract(epoch from
				now() - j.next_at)::bigint else 0 end,
		'runs', j.runs);
$$;

-- All jobs; and the last runs, of one of them or of all (null), before a
-- number, the newest first.
create or replace function keywheel.job_page(
	p_job text, p_before bigint, p_limit bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'now', utc_text(now()),
		'jobs', (select coalesce(jsonb_agg(
				job_facts(j) order by j.name), '[]')
			from jobs j),
		'runs', (select coalesce(jsonb_agg(jsonb_build_object(
				'run_id', r.run_id, 'name', r.name,
				'started_at', utc_text(r.started_at),
				'took_s', round(extract(epoch from
					r.ended_at - r.started_at), 1)::text,
				'state', case when r.ok then 'ok'
					when not r.ok then 'failed'
					when j.claim = r.claim
						and j.claimed_until > now()
						then 'running'
					else 'lost' end,
				'message', r.message, 'by', r.by)
				order by r.run_id desc), '[]')
			from (select * from job_runs o
				where (p_job is null or o.name = p_job)
					and (p_before is null
						or o.run_id < p_before)
				order by o.run_id desc limit p_limit) r
			left join jobs j on j.name = r.name));
$$;

-- A job is due now, and the next who looks for one finds it. due | running |
-- off; null: there is none of that name.
create or replace function keywheel.make_job_due(p_name text)
returns text
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v jobs;
begin
	select * into v from jobs j where j.name = p_name for no key update;
	if not found then
		return null;
	elsif v.claimed_until > now() then
		return 'running';
	elsif v.every_s = 0 then
		return 'off';
	end if;
	update jobs j set next_at = least(j.next_at, now())
	where j.name = p_name;
	update job_look set looked_at = '-infinity';
	return 'due';
end $$;

-- What is known of proxies, by their ids; the scopes of the first p_most keys,
-- the oldest ones, and whether there are further keys; and the job that checks
-- proxies.
create or replace function keywheel.proxy_page(p_most bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'now', utc_text(now()),
		'known', (select coalesce(jsonb_object_agg(p.proxy,
			jsonb_build_object(
				'down_until', utc_text(p.down_until),
				'since', case when p.since > '-infinity'
					then utc_text(p.since) end,
				'strikes', p.strikes,
				'unserved', p.unserved,
				'error', nullif(p.error, ''),
				'error_at', utc_text(p.error_at),
				'checked_at', utc_text(p.checked_at),
				'latency_ms', p.latency_ms)), '{}')
			from proxies p),
		'scopes', (select coalesce(jsonb_agg(distinct k.scope), '[]')
			from (select o.scope from keys o
				where o.state <> 'removed'
				order by o.key_id limit p_most) k),
		'further', exists (select from keys o
			where o.state <> 'removed'
			order by o.key_id offset p_most limit 1),
		'job', (select job_facts(j) from jobs j
			where j.name = 'proxies'));
$$;

-- The files at Google that we know of, those first that were made last: of one
-- token and one state (null: of all), with a text in their names, behind the
-- one that was made at p_at (microseconds since the epoch) and has that name.
--
-- Planned for each call as its arguments are.
create or replace function keywheel.file_page(
	p_token bigint, p_state text, p_text text, p_at bigint, p_name text,
	p_limit bigint)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
	v_after timestamptz := to_timestamp(0)
		+ p_at * interval '1 microsecond';
	v_most constant integer := 1000;
	v_page jsonb;
begin
	select jsonb_build_object(
		'files', coalesce(jsonb_agg(jsonb_build_object(
			'name', f.name, 'scope', f.scope,
			'at', (extract(epoch from f.created_at) * 1000000)
				::bigint,
			'display_name', f.facts ->> 'displayName',
			'mime_type', f.facts ->> 'mimeType',
			'size', case when f.facts ->> 'sizeBytes'
					~ '^[0-9]{1,15}$'
				then (f.facts ->> 'sizeBytes')::bigint end,
			'state', f.facts ->> 'state',
			'token_id', f.token_id, 'token', t.name,
			'key_id', f.key_id, 'hint', k.hint,
			'usable', k.state = 'active',
			'project', k.project,
			'created_at', utc_text(f.created_at),
			'expires_at', case when f.expires_at < 'infinity'
				then utc_text(f.expires_at) end)
			order by f.created_at desc, f.name desc, f.scope),
			'[]'))
	into v_page
	from (select * from resources r
		where r.kind = 'files' and r.expires_at > now()
			and starts_with(r.name, 'files/')
			and (p_token is null or r.token_id = p_token)
			and (p_state is null
				or coalesce(r.facts ->> 'state', '') = p_state)
			and (p_text is null or position(lower(p_text) in lower(
				r.name || ' ' || coalesce(
					r.facts ->> 'displayName', ''))) > 0)
			and (p_at is null
				or (r.created_at, r.name) < (v_after, p_name))
		order by r.created_at desc, r.name desc limit p_limit) f
	left join keys k on k.key_id = f.key_id
	left join tokens t on t.token_id = f.token_id;
	return v_page || jsonb_build_object(
		'all', (select count(*) from (select from resources r
			where r.kind = 'files' and r.expires_at > now()
			limit v_most + 1) n),
		'most', v_most,
		'tokens', (select coalesce(jsonb_agg(jsonb_build_object(
				'token_id', t.token_id, 'name', t.name)
				order by t.name, t.token_id), '[]')
			from tokens t where exists (select from resources r
				where r.token_id = t.token_id
					and r.kind = 'files')));
end $$;

-- Of the files of an array of {"name", "scope"} those that there are, with a key
-- that can delete them at Google; no key, no file.
create or replace function keywheel.chosen_files(p_files jsonb)
returns table (name text, key_id bigint, scope text, pool text, secret bytea)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select r.name, o.key_id, r.scope, pool_of(o.pool), o.secret
	from jsonb_to_recordset(p_files) e (name text, scope text)
	join resources r on r.name = e.name and r.scope = e.scope
		and r.kind = 'files' and r.expires_at > now()
	join key_rotation o on o.key_id = r.key_id
	where starts_with(r.name, 'files/')
	order by r.created_at, r.name;
$$;
