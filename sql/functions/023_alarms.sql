-- Alarms: what the operator should look at. Open until it is over.

-- Something is wrong, again or for the first time. Within a second the
-- same writes nothing. The text is shown as it is: no secret
-- may be in it.
create or replace function keywheel.raise_alarm(
	p_kind text, p_subject text, p_text text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	if exists (select from alarms a
			where a.kind = p_kind and a.subject = p_subject
				and a.ended_at is null
				and a.last_at > now() - interval '1 second'
				and a.text = p_text) then
		return;
	end if;
	insert into alarms as a (kind, subject, text)
	values (p_kind, p_subject, p_text)
	on conflict (kind, subject) where ended_at is null do update set
		times = a.times + 1, last_at = now(), text = excluded.text;
	insert into key_events (key_id, event, cause, evidence)
	select null, 'alarm', p_kind, p_text
	where not exists (select from alarms a
		where a.kind = p_kind and a.subject = p_subject
			and a.ended_at is null and a.times > 1);
end $$;

create or replace function keywheel.end_alarm(p_kind text, p_subject text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_text text;
begin
	update alarms a set ended_at = now()
	where a.kind = p_kind and a.subject = p_subject and a.ended_at is null
	returning a.text into v_text;
	if v_text is null then
		return false;
	end if;
	insert into key_events (key_id, event, cause, evidence)
	values (null, 'alarm_ended', p_kind, v_text);
	return true;
end $$;

-- Google has the key reported as leaked: somebody must know at once.
create or replace function keywheel.raise_leak_alarm(p_key bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select raise_alarm('leaked_key', 'key ' || p_key, format(
		'Google reports key %s (%s) as leaked. It is disabled for '
		'good: remove it, and find out who has it', p_key, k.hint))
	from keys k where k.key_id = p_key;
$$;

-- End the alarms of this file's neighbours whose reason is gone; their
-- number. For a job that comes every minute or so.
--
-- A storm, or trouble with our address, is over when nobody rests for it any
-- more and an answer has come since, or nobody has asked for an hour. A pool
-- without keys has some again. A leaked key has been removed.
create or replace function keywheel.end_stale_alarms()
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v alarms;
	v_count bigint := 0;
begin
	-- Whoever raises a storm holds signs, then its alarm; here it is the
	-- other way round.
	perform lock_pools(null, null, true);
	for v in select a.* from alarms a where a.ended_at is null
			and a.kind in ('storm', 'location', 'no_key',
				'leaked_key')
		order by a.alarm_id
	loop
		continue when case v.kind
			when 'no_key' then not pool_has_keys(v.subject)
				and exists (select from keys k
					where k.pool = v.subject
						and k.state <> 'removed')
			when 'leaked_key' then exists (select from keys k
				where 'key ' || k.key_id = v.subject
					and k.state <> 'removed')
			else exists (select from key_cooldown c
				where c.scope = '*' and c.until > now()
					and c.model = v.subject)
				or v.last_at > now() - interval '1 hour'
				and not has_answers(v.subject, v.last_at)
			end;
		v_count := v_count + end_alarm(v.kind, v.subject)::integer;
	end loop;

	-- What the signs were about is long over.
	delete from signs where at < now() - interval '1 hour';
	delete from storm_checks where at < now() - interval '1 hour';
	delete from trials where at < now() - interval '1 hour';
	delete from alarms where ended_at < now() - interval '90 days';
	return v_count;
end $$;
