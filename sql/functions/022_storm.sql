-- What one answer does not prove: whether Google, or our address, is in
-- trouble rather than the key. Several projects that have nothing to do with
-- each other are asked at the same time; what they agree about is nobody's
-- fault, and nobody is blamed for it. Everybody rests then: scope `*`.
--
-- Whoever comes here holds the rows of all pools (apply_verdict).

-- Has a request been answered that ended since then? Model `*`: any. Those
-- count that began at most half a minute before.
create or replace function keywheel.count_answers(
	p_model text, p_since timestamptz, out answered bigint,
	out failed bigint)
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	select count(*) filter (where r.outcome in
			('complete', 'length', 'blocked')),
		count(*) filter (where r.outcome in
			('limited', 'upstream_error', 'no_key'))
	into answered, failed
	from requests r
	where r.started_at > p_since - interval '30 seconds'
		and (r.model = p_model or p_model = '*')
		and r.attempts > 0
		and r.started_at + r.total_ms * interval '1 millisecond'
			>= p_since;
end $$;

create or replace function keywheel.has_answers(
	p_model text, p_since timestamptz)
returns boolean
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return exists (select from requests r
		where r.started_at > p_since - interval '30 seconds'
			and (r.model = p_model or p_model = '*')
			and r.outcome in ('complete', 'length', 'blocked')
			and r.started_at
				+ r.total_ms * interval '1 millisecond'
				>= p_since);
end $$;

-- Does everybody rest for the model this moment? The reason, or null.
create or replace function keywheel.all_rest(p_model text)
returns text
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
begin
	return (select c.reason from key_cooldown c
	where c.scope = '*' and c.model in (p_model, '*') and c.until > now()
	order by c.until desc limit 1);
end $$;

-- How many projects a pool has; three stand for all above.
create or replace function keywheel.count_scopes(p_pool text)
returns integer
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
declare
	v_seen text[] := '{}';
	v_scope text;
begin
	for i in 1..3 loop
		select r.scope into v_scope from key_rotation r
		where r.pool in (p_pool, p_pool || '/reserve')
			and r.scope <> all (v_seen) limit 1;
		exit when not found;
		v_seen := v_seen || v_scope;
	end loop;
	return cardinality(v_seen);
end $$;

-- Take back what was imposed on single keys or projects since then, with its
-- strike: it was not theirs. Model `*`: of all models.
create or replace function keywheel.take_back_rests(
	p_model text, p_reason text, p_since timestamptz, p_cause text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v record;
begin
	for v in update key_cooldown c set until = now(),
			strikes = greatest(c.strikes - 1, 0)
		where c.scope <> '*' and c.reason = p_reason
			and (c.model = p_model or p_model = '*')
			and c.since >= p_since and c.until > now()
		returning c.scope, c.model
	loop
		insert into key_events (key_id, event, model, cause)
		select min(k.key_id), 'rest_ended', v.model, p_cause
		from keys k where k.scope = v.scope;
	end loop;
	delete from key_cooldown c where c.scope <> '*' and c.strikes = 0
		and c.reason = p_reason and c.until <= now();
end $$;

-- A sign was seen, of p_scope in p_pool. True: it is everybody's trouble, and
-- nothing of it may be held against the key.
create or replace function keywheel.note_sign(
	p_kind text, p_pool text, p_scope text, p_model text, p_verdict text,
	p_evidence text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_model text := case p_kind when 'location' then '*' else p_model end;
	v_window interval := case p_kind when 'storm' then '10 seconds'
		when 'model' then '10 minutes' else '1 hour' end::interval;
	v_scopes integer;
	v_since timestamptz;
begin
	if p_model = '-' then
		return false;
	elsif all_rest(p_model) is not null then
		return true;
	end if;
	insert into signs as s (kind, model, scope, since, at, verdict)
	values (p_kind, v_model, p_scope, now(), now(), p_verdict)
	on conflict (kind, model, scope) do update set
		since = case when s.since > now() - v_window then s.since
			else now() end,
		times = case when s.since > now() - v_window then s.times + 1
			else 1 end,
		at = now(), verdict = excluded.verdict;
	select count(*), min(s.since) into v_scopes, v_since
	from (select t.since from signs t
		where t.kind = p_kind and t.model = v_model
			and t.at > now() - v_window
		order by t.at desc limit 100) s;

	return case p_kind
		when 'storm' then sense_storm(
			p_pool, v_model, v_scopes, v_since, p_evidence)
		when 'model' then sense_unknown_model(
			p_pool, v_model, v_scopes, p_evidence)
		else sense_location(v_scopes, v_since, p_evidence) end;
end $$;

-- A storm is one if three projects, or all of a pool that has two, are in it,
-- and at least half of the requests that ended meanwhile failed. Those that
-- are still being tried have no end yet: a request gives four signs or so
-- before it fails.
create or replace function keywheel.sense_storm(
	p_pool text, p_model text, p_scopes integer, p_since timestamptz,
	p_evidence text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_signs bigint;
	v_quota bigint;
	v_first timestamptz;
	v_ended record;
	v_reason text;
begin
	if p_scopes < 2 or p_scopes < least(3, count_scopes(p_pool)) then
		return false;
	end if;
	-- The account is looked through once a second at most.
	insert into storm_checks as c (model, at) values (p_model, now())
	on conflict (model) do update set at = now()
	where c.at < now() - interval '1 second';
	if not found then
		return false;
	end if;
	select * into v_ended from count_answers(p_model, p_since);
	select sum(s.times), count(*) filter (where s.verdict = 'rate_unknown')
	into v_signs, v_quota
	from signs s where s.kind = 'storm' and s.model = p_model
		and s.at > now() - interval '10 seconds';
	if v_ended.answered > greatest(v_ended.failed, v_signs / 4) then
		return false;
	end if;

	v_reason := case when v_quota > 0 then 'storm' else 'overloaded' end;
	perform rest(null, '*', p_model, 5000, 60000, false, v_reason,
		p_evidence);
	perform take_back_rests(p_model, 'rate_unknown', p_since, v_reason);
	delete from signs s where s.kind = 'storm' and s.model = p_model;
	perform raise_alarm('storm', p_model, format(case v_reason
		when 'storm' then '%s projects were refused within %s s '
			'without a quota being named: Google or our address '
			'is in trouble with %s'
		else '%s projects were told within %s s that Google cannot '
			'serve %3$s' end, p_scopes,
		greatest(1, ceil(extract(epoch from now() - p_since))),
		p_model));
	return true;
end $$;

-- Two projects that are both told that Google does not serve our address,
-- while nobody is answered: it is the address. All keys rest.
create or replace function keywheel.sense_location(
	p_scopes integer, p_since timestamptz, p_evidence text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if p_scopes < 2 or has_answers('*', p_since) then
		return false;
	end if;
	perform rest(null, '*', '*', 60000, 3600000, false, 'location',
		p_evidence);
	perform take_back_rests('*', 'location', p_since, 'location');
	delete from signs s where s.kind = 'location';
	perform raise_alarm('location', '*', 'Google does not serve the '
		'address of this gateway: ' || p_evidence);
	return true;
end $$;

-- Two projects do not know the model, or the only one of the pool does not:
-- nobody does, and for ten minutes nobody is asked.
--
-- The same refusal comes for a wrong method of a model that is good, one that
-- is listed, or has answered in the last minute or often enough for deadlines of
-- its own. There only a project that alone says so, and says so again, has not
-- got it.
create or replace function keywheel.sense_unknown_model(
	p_pool text, p_model text, p_scopes integer, p_evidence text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if octet_length(p_model) > 128 then
		return true;
	elsif exists (select from models m
				where m.model = regexp_replace(p_model, '^vertex/', ''))
			or exists (select from model_deadlines d
				where d.model = p_model)
			or has_answers(p_model, now() - interval '1 minute') then
		if p_scopes = 1 and count_scopes(p_pool) > 1 then
			return (select s.times < 2 from signs s
				where s.kind = 'model' and s.model = p_model);
		end if;
		delete from signs s
		where s.kind = 'model' and s.model = p_model;
		return true;
	end if;
	if p_scopes < least(2, count_scopes(p_pool)) then
		return false;
	end if;
	perform rest(null, '*', p_model, 600000, 0, false, 'model_unknown',
		p_evidence);
	-- What clients make up would fill the table else.
	delete from key_cooldown c where c.reason = 'model_unknown'
		and (c.until <= now() or c.scope <> '*' and c.model = p_model);
	delete from signs s where s.kind = 'model'
		and (s.model = p_model or s.at < now() - interval '10 minutes');
	return true;
end $$;
