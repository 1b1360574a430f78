-- Projects that Google names in its errors.

-- The key belongs to that project: what rests for the project rests for the
-- key, and the other way round. The caller holds the pools of both
-- (lock_pools).
create or replace function keywheel.join_project(
	p_key bigint, p_project text, p_cause text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_own text := 'key/' || p_key;
	v_scope text;
begin
	update keys k set project = p_project
	where k.key_id = p_key and k.project is null
	returning k.scope into v_scope;
	if v_scope is null then
		return;
	end if;

	-- What was the key's for want of a project; what is its own stays.
	insert into key_cooldown as c
		(scope, model, until, since, reason, long_rest, strikes)
	select v_scope, o.model, o.until, o.since, o.reason, o.long_rest,
		o.strikes
	from key_cooldown o
	where o.scope = v_own and o.until > now()
		and o.reason not in ('forbidden', 'stumbles')
	order by o.model
	on conflict (scope, model) do update set until = excluded.until,
		since = excluded.since, reason = excluded.reason,
		long_rest = excluded.long_rest,
		strikes = greatest(c.strikes, excluded.strikes)
	where c.until < excluded.until;
	update key_rotation r set rests_until = c.until
	from (select max(o.until) as until from key_cooldown o
		where o.scope = v_scope) c
	where r.scope = v_scope and r.rests_until < c.until;
	delete from key_cooldown o
	where o.scope = v_own and o.reason not in ('forbidden', 'stumbles');

	perform place_key(p_key);
	insert into key_events (key_id, event, cause, evidence)
	values (p_key, 'project', p_cause, 'it belongs to ' || v_scope);
end $$;
