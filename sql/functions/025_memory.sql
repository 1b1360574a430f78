-- What is remembered between requests, and the key that goes with it. On the
-- hot path only for requests that bring something: names are written in full
-- as in 010_lease.sql.

-- What is remembered for a request of this token. p_recall: {"conversation":
-- hex, "calls": [ids, the newest last]}, each of them optional; at most 64
-- calls are looked for, the newest.
--
-- recalled: {"bypass": true, "signatures": {id: {"signature", "scope",
-- "model"}}}, null if there is nothing. key_id: the key to prefer, that of
-- the newest call that is known, else the conversation's; null where
-- CONVERSATION_AFFINITY is off.
create or replace function keywheel.recall(
	p_token bigint, p_recall jsonb,
	out key_id bigint, out recalled jsonb)
language plpgsql stable
as $$
declare
	v_signatures jsonb;
	v_call_key bigint;
	v_bypass boolean;
begin
	-- Each call by itself, so that no plan reads the whole table.
	if p_recall ? 'calls' then
		select jsonb_object_agg(c.id, jsonb_build_object(
				'signature', s.signature,
				'scope', s.scope, 'model', s.model)),
			(array_agg(s.key_id order by c.place desc))[1]
		into v_signatures, v_call_key
		from (select e.id, e.place
			from jsonb_array_elements_text(p_recall -> 'calls')
				with ordinality e (id, place)
			order by e.place desc limit 64) c
		cross join lateral (
			select k.key_id, k.signature, k.scope, k.model
			from keywheel.signatures k
			where k.token_id = p_token and k.call_id = c.id
				and k.expires_at > now()
			limit 1) s;
	end if;
	if p_recall ? 'conversation' then
		select c.key_id, nullif(c.bypass, false)
		into key_id, v_bypass
		from keywheel.conversations c
		where c.token_id = p_token
			and c.hash = decode(p_recall ->> 'conversation', 'hex')
			and c.expires_at > now();
	end if;

	key_id := case when not exists (select from keywheel.settings t
			where t.name = 'CONVERSATION_AFFINITY'
				and t.value = 'false')
		then coalesce(v_call_key, key_id) end;
	recalled := nullif(jsonb_strip_nulls(jsonb_build_object(
		'bypass', v_bypass, 'signatures', v_signatures)), '{}');
end $$;

-- Take that key if it is free for the model, else another free one that
-- counts for the same project: signatures are good there too. Keys of the
-- reserve and of further pools are preferred by nobody.
--
-- The cursor is not drawn from, so the others' turns stay as they are. Nobody
-- waits here: a row that somebody holds this instant is passed over.
--
-- answer: leased | held (none, and a row may be locked) | null (none); after
-- the last two the rotation has its turn.
create or replace function keywheel.lease_preferred(
	p_pool text, p_key bigint, p_model text, p_tokens bigint default 0,
	p_limited boolean default false)
returns keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_key bigint;
begin
	if p_key is null then
		return v;
	end if;
	select r.key_id into v_key from keywheel.key_rotation r
	where r.pool = p_pool and r.key_id = p_key
		and (r.models is null
			or keywheel.may_serve(r.models, p_model))
		and (r.rests_until <= now() or not keywheel.is_resting(
			r.scope, r.key_id, p_model))
		and not (p_limited and keywheel.is_full(
			r.scope, p_model, p_tokens))
	for no key update skip locked;
	if v_key is null then
		select r.key_id into v_key
		from keywheel.keys k
		join keywheel.keys o on o.project = k.project
			and o.key_id <> k.key_id
		join keywheel.key_rotation r on r.pool = p_pool
			and r.key_id = o.key_id
		where k.key_id = p_key
			and not exists (select from keywheel.key_cooldown c
				where c.scope = k.scope and c.until > now()
					and c.model in (p_model, '*'))
			and (r.models is null
				or keywheel.may_serve(r.models, p_model))
			and (r.rests_until <= now()
				or not keywheel.is_resting(
					r.scope, r.key_id, p_model))
			and not (p_limited and keywheel.is_full(
				k.scope, p_model, p_tokens))
		order by r.last_used_at nulls first, r.key_id limit 1
		for no key update of r skip locked;
	end if;
	if v_key is not null then
		v := keywheel.take_key(
			v_key, p_pool, p_model, p_tokens, p_limited);
		v.pool := p_pool;
	end if;
	return v;
end $$;

-- Learn what a model has refused: p_quirks is an array of texts. What is new
-- makes a new version of the settings, so that all responders hear of it. The
-- ceilings keep what every responder holds small.
create or replace function keywheel.learn_quirks(p_model text, p_quirks jsonb)
returns void
language plpgsql
as $$
declare
	v_new text[];
begin
	select array_agg(distinct q.quirk) into v_new
	from jsonb_array_elements_text(p_quirks) q (quirk)
	where q.quirk ~ '^([a-z_]{1,40}|drop:[A-Za-z0-9_.]{1,64})$'
		and octet_length(p_model) <= 128
		and not exists (select from keywheel.model_quirks k
			where k.model = p_model and k.quirk = q.quirk);
	if v_new is null then
		return;
	end if;
	-- One at a time, so that the ceilings hold.
	perform from keywheel.revision for update;
	insert into keywheel.model_quirks as k (model, quirk)
	select p_model, n.quirk from unnest(v_new) n (quirk)
	where not exists (select from keywheel.model_quirks k
		where k.model = p_model and k.quirk = n.quirk)
	order by n.quirk limit (select greatest(0, least(
		32 - count(*) filter (where k.model = p_model),
		4096 - count(*))) from keywheel.model_quirks k);
	if found then
		update keywheel.revision set settings = settings + 1;
	end if;
end $$;

-- Keep what later requests of this token may recall. p_remember:
-- {"conversation": hex, "bypass": boolean, "signatures": {call id: text},
-- "quirks": [texts], "resources", "seen", "forget" (keywheel.remember_resources)}, each
-- of them optional. p_key, and what it counts for,
-- is the key of the answer. What is too large, or too much, is not kept.
--
-- First what waits for the row of all, then rows that only requests of the
-- same conversation want.
create or replace function keywheel.remember(
	p_token bigint, p_key bigint, p_model text, p_remember jsonb)
returns void
language plpgsql
as $$
begin
	if p_remember ? 'quirks' then
		perform keywheel.learn_quirks(p_model, p_remember -> 'quirks');
	end if;
	if p_token is null or p_key is null then
		return;
	end if;
	if p_remember ?| array['resources', 'seen', 'forget'] then
		perform keywheel.remember_resources(p_token, p_key,
			coalesce(p_remember -> 'resources', '[]'),
			coalesce(p_remember -> 'seen', '[]'),
			coalesce(p_remember -> 'forget', '[]'));
	end if;

	-- A turn within the hour changes nothing, and writes nothing.
	if p_remember ? 'conversation' then
		insert into keywheel.conversations as c
			(token_id, hash, key_id, bypass, expires_at)
		values (p_token, decode(p_remember ->> 'conversation', 'hex'),
			p_key, coalesce((p_remember ->> 'bypass')::boolean,
				false),
			now() + interval '24 hours')
		on conflict (token_id, hash) do update set
			key_id = excluded.key_id,
			bypass = excluded.bypass
				or c.bypass and c.expires_at > now(),
			expires_at = excluded.expires_at
		where c.key_id <> excluded.key_id
			or excluded.bypass and not c.bypass
			or c.expires_at < now() + interval '23 hours';
	end if;

	-- 24 hours are the setting's default in C's table.
	if p_remember ? 'signatures' then
		insert into keywheel.signatures as s (token_id, call_id, key_id,
			scope, model, signature, expires_at)
		select p_token, e.key, p_key, k.scope, p_model, e.value,
			now() + h.hours * interval '1 hour'
		from keywheel.keys k
		cross join (select coalesce((select t.value::integer
			from keywheel.settings t
			where t.name = 'SIGNATURE_HOURS'
				and t.value ~ '^[0-9]{1,4}$'), 24)) h (hours)
		cross join jsonb_each_text(p_remember -> 'signatures') e
		where k.key_id = p_key and h.hours > 0
			and octet_length(e.key) between 1 and 256
			and octet_length(e.value) between 1 and 262144
		order by e.key limit 64
		on conflict (token_id, call_id) do update set
			key_id = excluded.key_id, scope = excluded.scope,
			model = excluded.model, signature = excluded.signature,
			expires_at = excluded.expires_at;
	end if;
end $$;

-- Keep the signatures of an answer before its client goes on with the
-- conversation. p_remember: as keywheel.remember has it.
create or replace function keywheel.keep_signatures(
	p_token bigint, p_key bigint, p_model text, p_remember jsonb)
returns void
language plpgsql
security definer set search_path = keywheel, pg_temp
as $$
begin
	perform set_config('synchronous_commit', 'off', true);
	perform remember(p_token, p_key, p_model, p_remember);
end $$;

-- Delete at most p_batch rows of a table of the two: what has expired, and
-- what is more than p_each rows of one token or p_all rows altogether, those
-- first that would expire first. The number deleted; p_batch: there may be
-- more. Rows that a request holds this instant are left for the next time.
create or replace function keywheel.trim_memory(
	p_table text, p_each integer, p_all integer, p_batch integer)
returns integer
language plpgsql
as $$
declare
	v_oldest constant text := format('delete from keywheel.%1$I d '
		'where d.ctid = any (array(select m.ctid from keywheel.%1$I m '
		'where %2$s order by m.expires_at limit $2 '
		'for update skip locked))', p_table, '%s');
	v_token bigint;
	v_surplus bigint;
	v_end timestamptz;
	v_count integer;
	v_gone integer := 0;
begin
	for v_token, v_surplus in execute format('select m.token_id, '
		'count(*) - $1 from keywheel.%I m group by m.token_id '
		'having count(*) > $1', p_table) using p_each
	loop
		execute format(v_oldest, 'm.token_id = $1')
		using v_token, least(v_surplus, p_batch - v_gone);
		get diagnostics v_count = row_count;
		v_gone := v_gone + v_count;
	end loop;

	-- The newest of those that are one too many.
	execute format('select m.expires_at from keywheel.%I m '
		'order by m.expires_at desc offset $1 limit 1', p_table)
	into v_end using p_all;
	execute format(v_oldest, 'm.expires_at <= $1')
	using greatest(v_end, now()), p_batch - v_gone;
	get diagnostics v_count = row_count;
	return v_gone + v_count;
end $$;
