-- Limits, rests and alarms, for people: the ledger and the verdicts keep them.

-- Each limit, how much of it is used up, and when it begins anew. Scope '*':
-- of each project that has none of its own.
create or replace function keywheel.list_limits()
returns table (scope text, model text, kind text, value bigint, source text,
	used bigint, resets_at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select l.* from ledger_state() l order by l.scope, l.model, l.kind;
$$;

-- Set a limit, or (null) take it away. True if that changed anything.
create or replace function keywheel.change_limit(
	p_scope text, p_model text, p_kind text, p_value bigint)
returns boolean
language sql security definer
set search_path = keywheel, pg_temp
as $$
	select set_limit(p_scope, p_model, p_kind, p_value);
$$;

-- The models that rest for everybody (022_storm). Model '*': all.
create or replace function keywheel.list_rests()
returns table (model text, reason text, since timestamptz, until timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select c.model, c.reason, c.since, c.until from key_cooldown c
	where c.scope = '*' and c.until > now() order by c.until, c.model;
$$;

-- End those rests, or (null: all) that of a model, by hand, and the alarm with
-- them; how many. It was a mistake, or is over: no strike stays. Whoever
-- imposes one holds all pools.
create or replace function keywheel.end_rests(p_model text, p_cause text)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v record;
	v_count bigint := 0;
begin
	perform lock_pools(null, null, true);
	for v in delete from key_cooldown c
		where c.scope = '*' and c.until > now()
			and c.model = coalesce(p_model, c.model)
		returning c.model
	loop
		v_count := v_count + 1;
		delete from signs s where s.model = v.model;
		perform end_alarm(n.kind, v.model)
		from unnest(array['storm', 'location']) n (kind);
		insert into key_events (key_id, event, model, cause)
		values (null, 'rest_ended', v.model, p_cause);
	end loop;
	return v_count;
end $$;

-- The open alarms, or all; the newest first.
create or replace function keywheel.list_alarms(p_all boolean default false)
returns table (alarm_id bigint, kind text, subject text, text text,
	since timestamptz, last_at timestamptz, times bigint,
	ended_at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select a.alarm_id, a.kind, a.subject, a.text, a.since, a.last_at,
		a.times::bigint, a.ended_at
	from alarms a
	where p_all or a.ended_at is null
	order by a.ended_at is not null, a.last_at desc
	limit 1000;
$$;
