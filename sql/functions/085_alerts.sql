-- Alerts: looking each minute for what nobody else raises an alarm about. The
-- outbox is 085_alerts_outbox.sql.

-- Raise an alarm, or keep the open one's text true; it is not counted again.
create or replace function keywheel.hold_alarm(
	p_kind text, p_subject text, p_text text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update alarms a set text = p_text, last_at = now()
	where a.kind = p_kind and a.subject = p_subject
		and a.ended_at is null and a.text <> p_text;
	if not exists (select from alarms a
			where a.kind = p_kind and a.subject = p_subject
				and a.ended_at is null) then
		perform raise_alarm(p_kind, p_subject, p_text);
	end if;
end $$;

create or replace function keywheel.is_alarmed(p_kind text, p_subject text)
returns boolean
language sql stable
set search_path = keywheel, pg_temp
as $$
	select exists (select from alarms a where a.kind = p_kind
		and a.subject = p_subject and a.ended_at is null);
$$;

-- What can be used of each pool: all keys but those that somebody has disabled
-- by hand; those that died for one of these reasons; and the most that rest
-- long for one model, which is named (* is all of them). A model that nobody
-- is offered empties no pool.
create or replace function keywheel.pool_levels(p_reasons text[])
returns table (pool text, keys bigint, dead bigint, resting bigint, model text)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with sizes as (
		select k.pool, count(*) as keys,
			count(*) filter (where k.state = 'disabled') as dead
		from keys k
		where k.state = 'active' or k.state = 'disabled'
			and k.state_reason = any (p_reasons)
		group by k.pool),
	long as materialized (
		select c.scope, c.model from key_cooldown c
		where c.long_rest and c.until > now() and c.scope <> '*'
			and c.reason <> 'not_offered'),
	-- By the quota that a key shares, and what rests of it alone besides.
	resting as materialized (
		select split_part(r.pool, '/', 1) as pool, r.key_id, l.model
		from key_rotation r join long l using (scope)
		where r.rests_until > now()
		union all
		select split_part(r.pool, '/', 1), r.key_id, l.model
		from key_rotation r join long l
			on l.scope = 'key/' || r.key_id
		where r.rests_until > now() and r.scope not like 'key/%'
			and not exists (select from long o
				where o.scope = r.scope and o.model = l.model)),
	wholly as materialized (
		select distinct r.key_id from resting r where r.model = '*'),
	by_model as materialized (
		select r.pool, r.model, count(*) as keys
		from resting r left join wholly w using (key_id)
		where r.model = '*' or w.key_id is null
		group by r.pool, r.model),
	worst as (
		select distinct on (m.pool) m.pool, m.model, m.keys
			+ coalesce((select o.keys from by_model o
				where o.pool = m.pool and o.model = '*'
					and m.model <> '*'), 0) as keys
		from by_model m order by m.pool, 3 desc, m.model)
	select s.pool, s.keys, s.dead, coalesce(w.keys, 0),
		coalesce(w.model, '*')
	from sizes s left join worst w using (pool);
$$;

-- Pools of which fewer than so many percent can be used; 0: none is looked at.
-- An alarm ends a little above that, not on the edge.
create or replace function keywheel.low_pools(
	p_percent numeric, p_reasons text[])
returns table (subject text, text text)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select l.pool, format('%s of %s keys of the pool %s can be used: '
			'%s are disabled, %s rest for long%s',
			greatest(l.keys - l.dead - l.resting, 0), l.keys,
			l.pool, l.dead, l.resting,
			case when l.resting > 0 and l.model <> '*'
				then format(' (%s)', l.model) else '' end)
	from pool_levels(p_reasons || 'leaked_key'::text) l
	where p_percent > 0 and (l.keys - l.dead - l.resting) * 100
		< l.keys * p_percent * case
			when is_alarmed('pool_low', l.pool) then 1.25
			else 1 end;
$$;

-- Keys that were disabled for one of these reasons: an alarm for each of the
-- first five that died within the hour, one for all others together.
create or replace function keywheel.dead_keys(p_reasons text[])
returns table (subject text, text text)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with told as materialized (
		select a.subject from alarms a
		where a.kind = 'key_died' and a.ended_at is null),
	dead as materialized (
		select k.key_id, k.hint, k.pool, k.project, k.state_reason,
			k.state_at, t.subject is not null as told,
			k.state_at > now() - interval '1 hour' as new
		from keys k left join told t on t.subject = 'key ' || k.key_id
		where k.state = 'disabled'
			and k.state_reason = any (p_reasons || 'leaked_key'::text)
			and k.state_at >= (select w.since from alert_watch w)),
	placed as (
		select d.*, d.told or d.new and row_number() over (
				partition by d.told, d.new
				order by d.state_at, d.key_id)
			<= 5 - (select count(*) from told)
			as alone
		from dead d
		-- A leak is an alarm of its own.
		where d.told or d.state_reason <> 'leaked_key')
	select 'key ' || p.key_id, format('Key %s (%s, pool %s%s) is not used '
		'any more: %s%s', p.key_id, p.hint, p.pool,
		', project ' || p.project, p.state_reason,
		(select '. Google''s words: ' || left(e.evidence, 300)
			from key_events e
			where e.key_id = p.key_id and e.event = 'disabled'
				and e.evidence <> ''
			order by e.event_id desc limit 1))
	from placed p where p.alone
	union all
	select 'others', format('%s more keys are not used any more, by what '
		'Google said of them', count(*))
	from placed p where not p.alone having count(*) > 0;
$$;

-- Those of these jobs that nobody has run for three times its interval and a
-- quarter of an hour, or that have failed three times in a row.
create or replace function keywheel.late_jobs(p_names text[])
returns table (subject text, text text)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select j.name, case when j.failures >= 3
		then format('The job %s has failed %s times in a row: %s',
			j.name, j.failures, j.last_message)
		else format('The job %s has been due since %s, and nobody has '
			'run it', j.name, utc_text(j.next_at)) end
	from jobs j
	where j.name = any (p_names) and j.every_s > 0 and (j.failures >= 3
		or coalesce(j.claimed_until, '-infinity') <= now()
		and j.next_at < now() - interval '1 second'
			* greatest(3 * j.every_s, 900));
$$;

-- Tokens that have cost 80, or 100, percent of their budget in this month, by
-- the same figure that their requests are admitted by.
create or replace function keywheel.spent_budgets()
returns table (kind text, subject text, text text)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select 'budget_' || l.percent, t.name, format('The token %s has cost '
		'%s of the %s %s that it may cost this month (UTC)%s', t.name,
		round(u.used, 2), t.budget, t.budget_currency,
		case when t.shadow
			then '; it is served all the same: its limits are only '
				'counted' else '' end)
	from tokens t
	cross join lateral (select budget_used(t) as used offset 0) u
	cross join (values (80), (100)) as l (percent)
	where t.revoked_at is null and t.budget is not null
		and u.used * 100 >= t.budget * l.percent;
$$;

-- All of that; and end the alarms of these kinds whose reason is gone.
create or replace function keywheel.look_for_alarms(
	p_low_percent numeric, p_reasons text[], p_jobs text[])
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v record;
	v_kept text[] := '{}';
begin
	for v in select 'pool_low' as kind, w.*
			from low_pools(p_low_percent, p_reasons) w
		union all select 'key_died', w.* from dead_keys(p_reasons) w
		union all select 'job_late', w.* from late_jobs(p_jobs) w
		union all select * from spent_budgets()
		order by 1, 2
	loop
		perform hold_alarm(v.kind, v.subject, v.text);
		v_kept := v_kept || (v.kind || ' ' || v.subject);
	end loop;
	perform end_alarm(a.kind, a.subject) from alarms a
	where a.ended_at is null
		and a.kind in ('pool_low', 'key_died', 'job_late', 'budget_80',
			'budget_100')
		and a.kind || ' ' || a.subject <> all (v_kept);
end $$;

