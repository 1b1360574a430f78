-- What lists and pages show of keys. Codes and facts; words are the pages'.

-- What rests of a key: [{model, reason, since, until, own}], those that end
-- last first; own: of the key itself, not of its project.
create or replace function keywheel.rests_of(
	p_scope text, p_key bigint, p_limit integer)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_agg(jsonb_build_object('model', c.model,
			'reason', c.reason, 'since', utc_text(c.since),
			'until', utc_text(c.until),
			'own', c.scope = 'key/' || p_key)
			order by c.until desc, c.model)
	from (select * from key_cooldown c
		where c.scope in (p_scope, 'key/' || p_key) and c.until > now()
		order by c.until desc, c.model limit p_limit) c;
$$;

-- Those keys, in that order, for lists. state: ready, resting, disabled,
-- removed.
create or replace function keywheel.key_rows(p_keys bigint[])
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('key_id', k.key_id,
			'pool', k.pool, 'hint', k.hint, 'project', k.project,
			'scope', k.scope, 'state', case
				when k.state <> 'active' then k.state
				when c.rests is null then 'ready'
				else 'resting' end,
			'reason', k.state_reason,
			'since', utc_text(k.state_at),
			'probe_at', case when k.state = 'disabled'
				and k.probe_since = k.state_at
				then utc_text(k.probe_at) end,
			'rests', c.rests, 'faults', coalesce(r.faults, 0),
			'uses', coalesce(r.uses, k.uses),
			'last_used_at', utc_text(r.last_used_at),
			'weight', k.weight, 'reserve', k.reserve,
			'models', array_to_string(k.models, ', '),
			'note', k.note, 'origin', k.origin,
			'created_at', utc_text(k.created_at),
			'counts', to_jsonb(n) - 'key_id')
		order by p.place), '[]')
	from unnest(p_keys) with ordinality p (key_id, place)
	join keys k using (key_id)
	left join key_rotation r using (key_id)
	left join key_counts(p_keys) n using (key_id)
	cross join lateral (select case when k.state = 'active'
			and r.rests_until > now()
		then rests_of(k.scope, k.key_id, 6) end as rests) c;
$$;

-- One page of the list: {rows, totals, found, capped, now}. found: how many
-- the filter finds; where no total tells it they are counted up to p_most, and
-- capped says that there may be more.
create or replace function keywheel.key_list(
	p_filter jsonb, p_sort text, p_down boolean,
	p_offset bigint, p_limit bigint, p_most bigint)
returns jsonb
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_totals jsonb := key_totals();
	v_known bigint := case
		when p_filter = '{}' then (v_totals ->> 'all')::bigint
		when p_filter - 'state' = '{}'
			then (v_totals ->> (p_filter ->> 'state'))::bigint
		when p_filter - 'pool' = '{}' then coalesce((v_totals -> 'pools'
			->> (p_filter ->> 'pool'))::bigint, 0) end;
	v_found bigint := v_known;
	v_keys bigint[];
begin
	if v_known is null and p_offset + p_limit <= p_most then
		-- Those that are counted are found with those that are shown.
		v_keys := sorted_keys(p_filter, p_sort, p_down, 0, p_most);
		v_found := cardinality(v_keys);
		v_keys := v_keys[p_offset + 1 : p_offset + p_limit];
	else
		v_keys := sorted_keys(
			p_filter, p_sort, p_down, p_offset, p_limit);
		v_found := coalesce(v_found,
			count_matching_keys(p_filter, p_most));
	end if;
	return jsonb_build_object('now', utc_text(now()),
		'totals', v_totals, 'found', v_found,
		'capped', v_known is null and v_found >= p_most,
		'rows', key_rows(v_keys));
end $$;
