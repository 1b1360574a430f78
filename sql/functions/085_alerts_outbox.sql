-- The outbox of alerts: who is told what, once. What a receiver is sent, and
-- how, is C's (src/jobs/alerts.c).

-- The receivers are these now: [{id, name}]. A new one is told of what comes
-- after it came into the setting.
create or replace function keywheel.declare_receivers(p_receivers jsonb)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	insert into alert_receivers as r (receiver, name, since)
	select n.id, n.name, least(now(), coalesce((select s.updated_at
		from settings s where s.name = 'ALERT_WEBHOOKS'), now()))
	from jsonb_to_recordset(p_receivers) as n (id text, name text)
	on conflict (receiver) do update set removed_at = null,
		since = excluded.since, failures = 0, failing_since = null,
		paused_until = '-infinity', error = ''
	where r.removed_at is not null;

	update alert_receivers r set removed_at = now()
	where r.removed_at is null and not exists (
		select from jsonb_array_elements(p_receivers) n
		where n.value ->> 'id' = r.receiver);
	delete from alert_messages m using alert_receivers r
	where r.receiver = m.receiver and r.removed_at is not null
		and m.sent_at is null and m.given_up_at is null;
	delete from alert_receivers r
	where r.removed_at < now() - interval '90 days';
end $$;

-- Write what is new into the outbox. An alarm that is raised again within the
-- quiet time after it was told is told when that is over, if it is still open;
-- its end is told to whoever was told of its beginning. What cannot be
-- delivered within a day is given up.
create or replace function keywheel.queue_alerts(
	p_kinds text[], p_quiet interval)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
begin
	update alert_messages m set given_up_at = now()
	where m.sent_at is null and m.given_up_at is null
		and m.made_at < now() - interval '1 day';

	insert into alert_messages (alarm_id, receiver, state)
	select a.alarm_id, r.receiver, 'raised'
	from alarms a cross join alert_receivers r
	where a.ended_at is null and a.kind = any (p_kinds)
		and r.removed_at is null and a.since >= r.since
		and not exists (select from alert_messages m
			join alarms o using (alarm_id)
			where m.receiver = r.receiver and m.state = 'raised'
				and m.made_at > now() - p_quiet
				and o.kind = a.kind and o.subject = a.subject)
	order by a.alarm_id, r.receiver
	on conflict do nothing;

	insert into alert_messages (alarm_id, receiver, state)
	select m.alarm_id, m.receiver, 'ended'
	from alert_messages m join alarms a using (alarm_id)
	join alert_receivers r using (receiver)
	where m.state = 'raised' and m.given_up_at is null
		and a.ended_at > now() - interval '1 day'
		and r.removed_at is null
	order by a.ended_at, m.receiver
	on conflict do nothing;
end $$;

-- What the job does each minute before it sends: {low_percent, reasons, jobs,
-- kinds, quiet_s, receivers}. Whoever comes meanwhile waits.
create or replace function keywheel.work_alerts(p_with jsonb)
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_reasons text[] := array(
		select jsonb_array_elements_text(p_with -> 'reasons'));
	v_jobs text[] := array(
		select jsonb_array_elements_text(p_with -> 'jobs'));
	v_kinds text[] := array(
		select jsonb_array_elements_text(p_with -> 'kinds'));
begin
	perform from alert_watch w for no key update;
	perform look_for_alarms(
		(p_with ->> 'low_percent')::numeric, v_reasons, v_jobs);
	perform declare_receivers(p_with -> 'receivers');
	perform queue_alerts(v_kinds,
		(p_with ->> 'quiet_s')::bigint * interval '1 second');
end $$;

-- RFC 3339.
create or replace function keywheel.internet_time(p_at timestamptz)
returns text
language sql stable
as $$
	select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
$$;

-- Take the oldest message of a receiver that nobody sends to at the moment,
-- for p_hold_ms; {} if there is none. The end of an alarm follows its
-- beginning. What a run left that was never heard of again is taken up: its
-- message may then come twice.
create or replace function keywheel.claim_alert(p_hold_ms bigint)
returns jsonb
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_receiver text;
	v_claim uuid := gen_random_uuid();
	v alert_messages;
begin
	for v_receiver in select r.receiver from alert_receivers r
		where r.removed_at is null and r.claimed_until <= now()
			and r.paused_until <= now()
			and exists (select from alert_messages m
				where m.receiver = r.receiver
					and m.sent_at is null
					and m.given_up_at is null)
		order by r.receiver for no key update skip locked
	loop
		select m.* into v from alert_messages m
		where m.receiver = v_receiver and m.sent_at is null
			and m.given_up_at is null
			and (m.state = 'raised' or exists (
				select from alert_messages b
				where b.alarm_id = m.alarm_id
					and b.receiver = m.receiver
					and b.state = 'raised'
					and b.sent_at is not null))
		order by m.message_id limit 1;
		continue when not found;
		update alert_receivers r set claim = v_claim,
			claimed_until =
				now() + p_hold_ms * interval '1 millisecond',
			message_id = v.message_id
		where r.receiver = v_receiver;
		return (select jsonb_build_object('claim', v_claim,
				'receiver', v_receiver, 'state', v.state,
				'id', a.alarm_id, 'kind', a.kind,
				'subject', a.subject, 'text', a.text,
				'since', internet_time(a.since),
				'ended_at', case when v.state = 'ended'
					then internet_time(a.ended_at) end,
				'times', a.times)
			from alarms a where a.alarm_id = v.alarm_id);
	end loop;
	return '{}';
end $$;

-- What came of it: sent, failed (why; the receiver rests for a minute, two,
-- four and so on up to an hour, and not for less than p_retry_after_s), or
-- stopped (it is tried again at once). False: the claim has expired, and
-- somebody else has taken it up.
create or replace function keywheel.finish_alert(
	p_claim uuid, p_result text, p_error text, p_retry_after_s bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_message bigint;
begin
	update alert_receivers r set claim = null,
		claimed_until = '-infinity', message_id = null,
		paused_until = case when p_result <> 'failed'
			then r.paused_until
			else now() + interval '1 second' * greatest(
				least(p_retry_after_s, 86400),
				least(60 * 2 ^ least(r.failures, 20), 3600)) end,
		failures = case p_result when 'sent' then 0
			when 'failed' then r.failures + 1 else r.failures end,
		failing_since = case p_result when 'sent' then null
			when 'failed' then coalesce(r.failing_since, now())
			else r.failing_since end,
		error = case p_result when 'failed' then left(p_error, 300)
			else r.error end,
		sent_at = case p_result when 'sent' then clock_timestamp()
			else r.sent_at end
	from alert_receivers o
	where r.claim = p_claim and o.receiver = r.receiver
	returning o.message_id into v_message;
	if not found then
		return false;
	end if;
	update alert_messages m set
		tries = m.tries + (p_result <> 'stopped')::integer,
		sent_at = case p_result when 'sent' then clock_timestamp() end,
		error = case p_result when 'failed' then left(p_error, 300)
			else '' end
	where m.message_id = v_message and p_result <> 'stopped';
	return true;
end $$;

-- The receivers, as they were seen last, by their ids.
create or replace function keywheel.list_receivers()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(r.receiver, jsonb_build_object(
		'since', utc_text(r.since), 'sent_at', utc_text(r.sent_at),
		'failures', r.failures,
		'failing_since', utc_text(r.failing_since),
		'retry_at', case when r.paused_until > now()
			then utc_text(r.paused_until) end,
		'error', case when r.failures > 0 then r.error end,
		'waiting', (select count(*) from alert_messages m
			where m.receiver = r.receiver and m.sent_at is null
				and m.given_up_at is null))), '{}')
	from alert_receivers r where r.removed_at is null;
$$;

-- An alarm, and what was told of it to whom, for the page.
create or replace function keywheel.alarm_facts(a keywheel.alarms)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('alarm_id', a.alarm_id, 'kind', a.kind,
		'subject', a.subject, 'text', a.text, 'times', a.times,
		'since', utc_text(a.since), 'ended_at', utc_text(a.ended_at),
		'messages', (select coalesce(jsonb_agg(jsonb_build_object(
				'receiver', r.name, 'ended', m.state = 'ended',
				'sent_at', utc_text(m.sent_at),
				'given_up_at', utc_text(m.given_up_at),
				'tries', m.tries, 'error', nullif(m.error, ''))
				order by m.message_id), '[]')
			from alert_messages m
			join alert_receivers r using (receiver)
			where m.alarm_id = a.alarm_id));
$$;

-- The page: the receivers; the alarms that are open (the first 100); and those
-- that are over, before a number, the newest first.
create or replace function keywheel.alert_page(
	p_before bigint, p_limit bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('now', utc_text(now()),
		'known', list_receivers(),
		'open', (select coalesce(jsonb_agg(alarm_facts(o)
				order by o.alarm_id desc), '[]')
			from (select * from alarms a where a.ended_at is null
				order by a.alarm_id desc limit 100) o),
		'over', (select coalesce(jsonb_agg(alarm_facts(o)
				order by o.alarm_id desc), '[]')
			from (select * from alarms a
				where a.ended_at is not null
					and (p_before is null
						or a.alarm_id < p_before)
				order by a.alarm_id desc limit p_limit) o));
$$;
