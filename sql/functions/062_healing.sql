-- Healing: disabled keys are probed on schedule, and come back when Google
-- takes them again. How often is C's (src/pool/heal.c); that only one host
-- probes a key at a time is made sure of here.

-- Give the keys that were disabled since the last time the date of their first
-- probe: {verdict: seconds after it was disabled}. A reason that is not in it
-- is never probed: a leak, somebody's own hand.
create or replace function keywheel.schedule_probes(p_first_s jsonb)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	update keys k set probe_since = k.state_at, probes = 0,
		probe_at = k.state_at + interval '1 second'
			* (p_first_s ->> k.state_reason)::double precision,
		probe_result = ''
	where k.key_id in (select d.key_id from keys d
		where d.state = 'disabled'
			and d.probe_since is distinct from d.state_at
		for no key update skip locked);
$$;

-- Up to p_most keys whose probe is due, the one that has waited the longest
-- first. Who does not come back (finish_probe) within p_hold_ms has had his
-- turn: they are due again.
create or replace function keywheel.claim_probes(
	p_most bigint, p_hold_ms bigint)
returns table (key_id bigint, pool text, scope text, secret bytea,
	reason text, since timestamptz, probes integer)
language sql security definer
set search_path = keywheel, pg_temp
as $$
	-- Materialized, as it might be done again for each row else.
	with due as materialized (select d.key_id from keys d
		where d.state = 'disabled' and d.probe_at <= now()
			and d.probe_since = d.state_at
		order by d.probe_at limit p_most
		for no key update skip locked)
	update keys k set probe_at =
		now() + p_hold_ms * interval '1 millisecond'
	from due
	where k.key_id = due.key_id
	returning k.key_id, k.pool, k.scope, k.secret, k.state_reason,
		k.state_at, k.probes;
$$;

-- What a probe found. p_found: alive (it is used again, and p_rest, a verdict
-- as apply_verdict takes it, is put in force), dead (for the reason p_verdict;
-- it is probed again after p_next_s), nothing (the same, but it does not
-- count). p_next_s null: never. False: the key's state has changed meanwhile.
create or replace function keywheel.finish_probe(
	p_key bigint, p_since timestamptz, p_model text, p_found text,
	p_verdict text, p_evidence text, p_next_s bigint, p_rest jsonb)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_next timestamptz := now() + p_next_s * interval '1 second';
begin
	perform lock_pools(p_key);
	update keys k set probed_at = now(), probe_result = p_verdict,
		probe_at = case when p_found <> 'alive' then v_next end,
		probes = k.probes + (p_found = 'dead')::integer,
		state_reason = case when p_found = 'dead' then p_verdict
			else k.state_reason end
	where k.key_id = p_key and k.state = 'disabled'
		and k.state_at = p_since;
	if not found then
		return false;
	end if;
	if p_found = 'alive' then
		perform change_key_state(p_key, 'active', 'probe', p_evidence);
		if p_rest is not null then
			perform apply_verdict(p_model, p_rest);
		end if;
	elsif p_found = 'dead' then
		insert into key_events
			(key_id, event, model, until, cause, evidence)
		values (p_key, 'probed', p_model, v_next, p_verdict,
			p_evidence);
		if p_verdict = 'leaked_key' then
			perform raise_leak_alarm(p_key);
		end if;
	end if;
	return true;
end $$;

-- How many disabled keys wait for a probe, and how many of them are due.
create or replace function keywheel.count_probes(
	out waiting bigint, out due bigint)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select count(*), count(*) filter (where k.probe_at <= now())
	from keys k
	where k.state = 'disabled' and k.probe_at is not null
		and k.probe_since = k.state_at;
$$;
