-- What one is told who gets no key. Names are written in full: see 010_lease.

-- When the first key of those rings (p_only: of those keys) is free, and why it is not now; of those
-- that seem to be first so many are looked at closely. all_too_large: the
-- request is too large for all of these.
create or replace function keywheel.first_end(
	p_rings text[], p_model text, p_tokens bigint, p_limited boolean,
	p_look integer, p_only bigint[] default null, out wait_ms bigint, out long_rest boolean, out why text,
	out all_too_large boolean)
language plpgsql stable
as $$
#variable_conflict use_column
begin
	with resting as (
		select r.key_id, r.scope, c.until, c.reason, c.long_rest,
			greatest(c.until, l.full_until) as about
		from keywheel.key_rotation r
		left join lateral (select c.until, c.reason, c.long_rest
			from keywheel.key_cooldown c
			where c.scope in (r.scope, 'key/' || r.key_id)
				and c.model in (p_model, '*')
				and c.until > now() and r.rests_until > now()
			order by c.until desc limit 1) c on true
		-- By its key, row by row: how many are full is what statistics
		-- know least.
		left join lateral (select l.full_until from keywheel.ledger l
			where p_limited and l.scope = r.scope
				and l.model = p_model and l.full_until > now()
			limit 1) l on true
		where r.pool = any (p_rings)
			and (p_only is null or r.key_id = any (p_only))
			and (r.models is null
			or keywheel.may_serve(r.models, p_model))
		order by about nulls first limit p_look),
	ends as (
		select greatest(k.until, f.until) as until,
			case when f.until > k.until or k.until is null
				then f.why else k.reason end as why,
			case when f.until > k.until or k.until is null
				then f.why = 'limit_day'
				else k.long_rest end as long_rest
		from resting k
		left join lateral keywheel.scope_full(
			k.scope, p_model, p_tokens) f on p_limited)
	select greatest(0, coalesce(ceil(extract(epoch
			from e.until - clock_timestamp()) * 1000), 0)),
		coalesce(e.long_rest, false), coalesce(e.why, ''),
		bool_and(coalesce(e.why = 'limit_tokens', false)) over ()
	into wait_ms, long_rest, why, all_too_large
	from ends e
	order by e.until nulls first limit 1;
end $$;

-- Nothing is free: do all rest, or has this request tried those that do not?
-- why and wait_ms are those of the key that is free first. With p_owner only
-- the keys that see what that one has made are looked at; why owner_gone: there
-- is none.
create or replace function keywheel.explain_no_lease(
	p_pool text, p_model text, p_tried bigint[],
	p_more text[] default '{}', p_tokens bigint default 0,
	p_limited boolean default false, p_owner bigint default null)
returns keywheel.lease
language plpgsql stable
as $$
declare
	v keywheel.lease;
	v_only bigint[] := keywheel.keys_beside(p_owner);
	v_rings text[] := p_pool || keywheel.further_rings(p_pool, p_more);
	v_too_large boolean;
	v_look integer;
begin
	select case when count(*) = 0 then 'none'
		when not bool_or(k.may) then 'none'
		when bool_or(k.may and k.key_id = any (p_tried)) then 'tried'
		else 'resting' end,
		case when not bool_or(k.may) then 'not_offered' else '' end
	into v.answer, v.why
	from (select r.key_id, r.models is null
				or keywheel.may_serve(r.models, p_model) as may
		from keywheel.key_rotation r
		where r.pool = any (v_rings)
			and (v_only is null or r.key_id = any (v_only))) k;
	if v.answer = 'none' and v.why = '' and p_owner is not null then
		v.why := 'owner_gone';
	end if;
	if v.answer = 'none' then
		return v;
	end if;

	-- Only those that may be first are looked at closely; more of them where
	-- the request seems too large for every one.
	foreach v_look in array '{10, 100}'::integer[] loop
		select e.wait_ms, e.long_rest, e.why, e.all_too_large
		into v.wait_ms, v.long_rest, v.why, v_too_large
		from keywheel.first_end(v_rings, p_model, p_tokens, p_limited,
			v_look, v_only) e;
		exit when v.why <> 'limit_tokens';
	end loop;
	if v.why = 'limit_tokens' and not v_too_large then
		v.why := 'limit_day';
	end if;
	return v;
end $$;
