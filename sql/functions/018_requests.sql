-- The first and the later calls of a request's way; one round trip each.

-- The first call of a request: is the token good, which version do the
-- settings have, and a key; with p_recall (keywheel.recall) what is remembered
-- too, and the key that goes with it if that one is to be had. answer is that
-- of lease_key, or `unauthorized` or `refused` (keywheel.admit; allowed: by the
-- limit that is in the way), `no_upload` for one that is not known, or
-- `not_yours` or `apart` (owner_of), with
-- recalled's member owner the key that made what the request names, which the
-- later calls want back as p_owner; or `wait`, if the first key is free within
-- p_max_wait_ms: keywheel.wait_request is to be called after wait_ms then.
-- counted: the token has limits, and end_request is to be told (p_charged).
-- rates: what is left of them, for the client (keywheel.token_rates).
create or replace function keywheel.begin_request(
	p_responder bigint, p_request uuid, p_token bytea, p_pool text,
	p_model text, p_route text, p_streamed boolean, p_ttl_ms bigint,
	p_recall jsonb default null, p_more_pools text[] default '{}',
	p_tokens bigint default 0, p_max_wait_ms bigint default 0,
	p_address inet default null, p_unnamed boolean default false,
	p_client_id text default '',
	out settings_version bigint, out token_id bigint, out answer text,
	out key_id bigint, out secret bytea, out hint text,
	out faults integer, out wait_ms bigint, out long_rest boolean,
	out scope text, out recalled jsonb, out pool text, out why text,
	out metered boolean, out allowed text, out counted boolean,
	out rates bigint[])
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_size integer;
	v_limited boolean;
	v_busy boolean;
	v_plain boolean;
	v_preferred bigint;
	v_owner bigint;
	v_home bigint;
	v keywheel.lease;
begin
	-- A lease may be lost in a crash of the database without harm.
	perform set_config('synchronous_commit', 'off', true);

	select r.settings, t.token_id, t.plain, p.size, n.limited,
		n.busy_until > now()
	into settings_version, token_id, v_plain, v_size, v_limited, v_busy
	from revision r
	cross join notices n
	left join tokens t on t.hash = p_token and t.revoked_at is null
	left join pools p on p.pool = p_pool;
	if v_plain is not true then
		select a.answer, a.token_id, a.why, a.allowed, a.wait_ms,
			a.counted, a.rates
		into answer, token_id, why, allowed, wait_ms, counted, rates
		from keywheel.admit(p_token, keywheel.uploader(p_recall),
			p_address, p_model, p_unnamed, p_tokens, p_responder,
			p_request, p_ttl_ms) a;
		if answer = 'unauthorized' and p_recall ? 'upload' then
			answer := 'no_upload';
		end if;
		if answer is not null then
			return;
		end if;
	end if;

	if p_recall is not null then
		select r.key_id, r.recalled into v_preferred, recalled
		from keywheel.recall(token_id, p_recall) r;
	end if;
	if p_recall ?| array['resources', 'sticky'] then
		select w.answer, w.why, w.owner, w.home
		into v.answer, v.why, v_owner, v_home
		from resource_wishes(token_id, p_recall, p_pool, p_model) w;
		recalled := nullif(jsonb_strip_nulls(coalesce(recalled, '{}')
			|| jsonb_build_object('owner', v_owner)), '{}');
	end if;
	if v_limited then
		v_limited := exists (
			select from limits l where l.model = p_model);
	end if;
	if v_busy and v.answer is null then
		v := keywheel.hold_back(p_pool, p_model, p_more_pools,
			p_tokens, v_limited, null, p_max_wait_ms > 0,
			p_owner => v_owner);
	end if;
	if v.answer is null and v_owner is not null then
		v := keywheel.lease_pinned(v_owner, p_pool, p_model, '{}',
			p_more_pools, p_tokens, v_limited);
	end if;
	if v.answer is null and v_home is not null then
		v := keywheel.lease_beside(keywheel.keys_beside(v_home),
			array[p_pool], p_model, '{}', p_tokens, v_limited, false);
	end if;
	if v.answer is null and v_preferred is not null then
		v := keywheel.lease_preferred(
			p_pool, v_preferred, p_model, p_tokens, v_limited);
	end if;
	if v.answer is null or v.answer = 'held' then
		v := keywheel.lease_key(v_size, p_pool, p_model, '{}',
			p_more_pools, p_tokens, v_limited,
			v.answer is not null);
	end if;
	if v_busy then
		v := keywheel.note_trial(v, p_model);
	end if;
	if v.answer <> 'leased' and p_max_wait_ms > 0 then
		v := keywheel.wait_or_not(p_responder, p_request,
			keywheel.line_of(p_pool, v_owner), p_model,
			p_max_wait_ms, null, v);
	end if;
	-- One that never had any is not missed.
	if v.answer = 'none' and v.why is distinct from 'not_offered'
			and v_owner is null
			and exists (select from keys k where k.pool = p_pool
				and k.state <> 'removed') then
		perform raise_alarm('no_key', p_pool, format(
			'The pool %s has no active key', p_pool));
	end if;
	answer := v.answer;
	key_id := v.key_id;
	secret := v.secret;
	hint := v.hint;
	faults := v.faults;
	wait_ms := v.wait_ms;
	long_rest := v.long_rest;
	scope := v.scope;
	pool := v.pool;
	why := v.why;
	metered := v.metered;

	-- What a responder that dies leaves behind.
	insert into leases as l (responder, request_id, started_at,
		expires_at, token_id, key_id, model, route, streamed,
		client_id)
	values (p_responder, p_request, now(),
		now() + p_ttl_ms * interval '1 millisecond',
		token_id, key_id, p_model, p_route, p_streamed, p_client_id)
	on conflict (responder) do update set
		request_id = excluded.request_id,
		started_at = excluded.started_at,
		expires_at = excluded.expires_at,
		token_id = excluded.token_id, key_id = excluded.key_id,
		model = excluded.model, route = excluded.route,
		streamed = excluded.streamed, client_id = excluded.client_id;
end $$;

-- A later attempt: what the last answer meant for its key is put in force,
-- then another key is picked among those that p_tried does not name. It does
-- not stand in line, and a rest of the model for everybody does not stop it:
-- the request is under way. If nothing is free it may wait as a new one does.
create or replace function keywheel.retry_request(
	p_responder bigint, p_request uuid, p_pool text, p_model text,
	p_tried bigint[], p_verdict jsonb,
	p_more_pools text[] default '{}', p_tokens bigint default 0,
	p_max_wait_ms bigint default 0, p_owner bigint default null)
returns keywheel.lease
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v keywheel.lease;
begin
	perform set_config('synchronous_commit', 'off', true);
	-- What follows a verdict may pick in any of these pools: all of them are
	-- locked before it, by name.
	if p_verdict is not null and cardinality(p_more_pools) > 0 then
		perform lock_pools(null, null, true);
	end if;
	perform apply_verdict(p_model, p_verdict);
	if p_owner is not null then
		v := lease_pinned(p_owner, p_pool, p_model, p_tried,
			p_more_pools, p_tokens);
	else
		v := lease_key((select p.size from pools p
			where p.pool = p_pool), p_pool, p_model, p_tried,
			p_more_pools, p_tokens);
	end if;
	v := note_trial(v, p_model);
	v := wait_or_not(p_responder, p_request, line_of(p_pool, p_owner),
		p_model, p_max_wait_ms, null, v);
	update leases l set key_id = v.key_id
	where l.responder = p_responder and l.request_id = p_request
		and v.key_id is not null;
	return v;
end $$;
