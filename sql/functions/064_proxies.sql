-- Egress proxies: which ones are down, known to all responders. A change
-- between up and down is a new version of the settings, so that all of them
-- hear of it with their next lease.

-- Tell people about a proxy that went down, or that it is up again.
create or replace function keywheel.proxy_alarm(p_proxy text, p_error text)
returns void
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_subject text := (select p.name || ' ' || left(p.proxy, 8)
		from proxies p where p.proxy = p_proxy);
begin
	if p_error is not null then
		perform raise_alarm('proxy_down', v_subject, p_error);
	else
		perform end_alarm('proxy_down', v_subject);
	end if;
end $$;

-- What responders must know: {proxy: milliseconds until it may be tried} of
-- those that are down.
create or replace function keywheel.get_proxies()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(p.proxy, greatest(0, ceil(extract(
		epoch from p.down_until - now()) * 1000))::bigint), '{}')
	from proxies p where p.down_until is not null;
$$;

-- A proxy has failed: it is down for five seconds, twice as long each time it
-- fails again, up to five minutes; within ten minutes of its return it goes on
-- where it was. The milliseconds that are left. Failures of calls that were
-- under way when it went down do not count. p_unserved: it is Google that does
-- not serve its address.
create or replace function keywheel.proxy_failed(
	p_proxy text, p_name text, p_error text,
	p_unserved boolean default false)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v proxies;
begin
	insert into proxies (proxy, name) values (p_proxy, p_name)
	on conflict do nothing;
	select * into v from proxies p where p.proxy = p_proxy for update;
	if v.down_until is null or v.down_until <= now() then
		v.strikes := case when v.down_until is null
				and v.since < now() - interval '10 minutes'
			then 1 else v.strikes + 1 end;
		update proxies p set strikes = v.strikes,
			down_until = now() + least(interval '5 minutes',
				interval '5 seconds'
					* 2 ^ least(v.strikes - 1, 10)),
			since = case when v.down_until is null then now()
				else v.since end,
			trial_until = '-infinity'
		where p.proxy = p_proxy;
	end if;
	update proxies p set error = p_error, error_at = now(),
		unserved = p_unserved
	where p.proxy = p_proxy;
	if v.down_until is null then
		perform proxy_alarm(p_proxy, p_error);
		update revision set settings = settings + 1;
	end if;
	return (select ceil(extract(epoch from p.down_until - now()) * 1000)
		from proxies p where p.proxy = p_proxy);
end $$;

-- A call has gone through. True if the proxy was down.
create or replace function keywheel.proxy_works(p_proxy text)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update proxies p set down_until = null, since = now(),
		trial_until = '-infinity', unserved = false
	where p.proxy = p_proxy and p.down_until is not null;
	if not found then
		return false;
	end if;
	perform proxy_alarm(p_proxy, null);
	update revision set settings = settings + 1;
	return true;
end $$;

-- May a request try this proxy, whose time is up? One may, until p_ms have
-- passed: then 0, else the milliseconds to wait.
create or replace function keywheel.try_proxy(p_proxy text, p_ms bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update proxies p
	set trial_until = now() + p_ms * interval '1 millisecond'
	where p.proxy = p_proxy and p.down_until <= now()
		and p.trial_until <= now();
	if found then
		return 0;
	end if;
	return coalesce((select greatest(0, ceil(extract(epoch from
			greatest(p.down_until, p.trial_until) - now()) * 1000))
		from proxies p
		where p.proxy = p_proxy and p.down_until is not null), 0);
end $$;

-- All proxies that there are: an array of {proxy, name, works, error,
-- latency_ms}, where works may be null: it cannot be told; or only {proxy}: it
-- was not looked at. What is known of others is forgotten.
--
-- That an answer comes does not mean that Google serves the address: a key's
-- call must show that.
create or replace function keywheel.put_proxy_checks(p_checks jsonb)
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v record;
begin
	-- All of them before the revision, which a call that fails locks after
	-- its proxy.
	insert into proxies (proxy, name)
	select c.proxy, c.name
	from jsonb_to_recordset(p_checks) as c (proxy text, name text)
	where c.name is not null order by c.proxy
	on conflict do nothing;
	perform from proxies p order by p.proxy for update;
	for v in select * from jsonb_to_recordset(p_checks) as c (proxy text,
			name text, works boolean, error text,
			latency_ms integer)
		where c.name is not null order by c.proxy
	loop
		if v.works then
			perform proxy_works(p.proxy) from proxies p
			where p.proxy = v.proxy and not p.unserved;
		elsif not v.works then
			perform proxy_failed(v.proxy, v.name, v.error);
		end if;
		update proxies p set name = v.name, checked_at = now(),
			latency_ms = v.latency_ms,
			error = coalesce(v.error, p.error),
			error_at = case when v.error is null then p.error_at
				else now() end
		where p.proxy = v.proxy;
	end loop;

	for v in select p.proxy from proxies p
		where p.proxy not in (select c ->> 'proxy'
			from jsonb_array_elements(p_checks) c)
		order by p.proxy for update
	loop
		perform proxy_alarm(v.proxy, null);
		delete from proxies p where p.proxy = v.proxy;
	end loop;
end $$;

-- The same for people, and what counts by itself: each scope has a home.
create or replace function keywheel.list_proxies(
	out proxies jsonb, out scopes jsonb)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select (select coalesce(jsonb_object_agg(p.proxy, jsonb_build_object(
			'down_until', utc_text(p.down_until),
			'error', nullif(p.error, ''),
			'error_at', utc_text(p.error_at),
			'checked_at', utc_text(p.checked_at),
			'latency_ms', p.latency_ms)), '{}')
		from proxies p),
		(select coalesce(jsonb_agg(distinct k.scope), '[]')
		from keys k where k.state <> 'removed');
$$;
