-- The helper schema of the SQL tests: assertions that print one line each,
-- and short ways to keys, picks and verdicts. tests/sql/run loads it.
create schema test;
grant usage on schema test to public;

create function test.ok(p_condition boolean, p_name text)
returns text
language sql
as $$
	select case when p_condition then 'ok - ' else 'not ok - ' end || p_name;
$$;

create function test.is(p_got anyelement, p_want anyelement, p_name text)
returns text
language sql
as $$
	select case when p_got is not distinct from p_want
		then 'ok - ' || p_name
		else format('not ok - %s: got %s, expected %s', p_name,
			coalesce(p_got::text, 'null'),
			coalesce(p_want::text, 'null')) end;
$$;

-- Does the statement fail with this SQLSTATE?
create function test.fails(p_sql text, p_state text, p_name text)
returns text
language plpgsql
as $$
begin
	execute p_sql;
	return format('not ok - %s: no error', p_name);
exception when others then
	return test.is(sqlstate, p_state, p_name);
end $$;

-- Keys p_from to p_to with secrets that are easily recognised.
create function test.add_keys(p_from integer, p_to integer,
	p_project text default null, p_pool text default 'gemini')
returns void
language plpgsql
as $$
begin
	for i in p_from..p_to loop
		perform keywheel.add_key(p_pool,
			sha256(convert_to(p_pool || i, 'UTF8')),
			convert_to('SEALED-SECRET-' || i, 'UTF8'),
			'…k' || lpad(i::text, 3, '0'), p_project, 'cli');
	end loop;
end $$;

-- Pick as a request does; p_tried: keys that it has had.
create function test.pick(p_model text default 'm',
	p_tried bigint[] default '{}', p_pool text default 'gemini')
returns keywheel.lease
language sql
as $$
	select * from keywheel.lease_key(
		(select size from keywheel.pools where pool = p_pool),
		p_pool, p_model, p_tried);
$$;

create function test.picks(p_times integer, p_model text default 'm')
returns void
language plpgsql
as $$
begin
	for i in 1..p_times loop
		perform test.pick(p_model);
	end loop;
end $$;

-- The same, with what was picked.
create function test.picked(p_times integer, p_model text default 'm',
	p_pool text default 'gemini')
returns setof keywheel.lease
language plpgsql
as $$
begin
	for i in 1..p_times loop
		return next test.pick(p_model, '{}', p_pool);
	end loop;
end $$;

-- A verdict on a key, by members written as JSON.
create function test.judge(p_key bigint, p_members jsonb,
	p_model text default 'm')
returns void
language sql
as $$
	select keywheel.apply_verdict(p_model,
		jsonb_build_object('key', p_key, 'name', 'rate_minute',
			'evidence', 'Google''s words') || p_members);
$$;

-- Let time pass for rests: as if they had begun p_ms earlier.
create function test.pass(p_ms bigint)
returns void
language plpgsql
as $$
declare
	v_by interval := p_ms * interval '1 millisecond';
begin
	update keywheel.key_cooldown set until = until - v_by,
		since = since - v_by;
	update keywheel.key_rotation set rests_until = rests_until - v_by
	where rests_until > '-infinity';
end $$;

-- How long (scope, model) still rests, in whole seconds; null: not at all.
create function test.rests_s(p_scope text, p_model text default 'm')
returns integer
language sql
as $$
	select round(extract(epoch from until - now()))::integer
	from keywheel.key_cooldown
	where scope = p_scope and model = p_model and until > now();
$$;

-- Spread of the uses of those keys in percent of their mean.
create function test.spread(p_from bigint default 0,
	p_to bigint default 1000000)
returns numeric
language sql
as $$
	select round(100.0 * (max(uses) - min(uses)) / greatest(avg(uses), 1), 1)
	from keywheel.key_rotation where key_id between p_from and p_to;
$$;

-- Are the slots of every ring 0..size-1, with exactly the active keys that
-- belong there, each as often as it weighs?
create function test.is_dense()
returns boolean
language sql
as $$
	select coalesce(bool_and(p.size = s.n and coalesce(s.low, 0) = 0
		and coalesce(s.high, -1) = p.size - 1), true)
		and not exists (
			select from (
				select s.pool, s.key_id, count(*) as n
				from keywheel.key_slots s group by 1, 2) s
			full join (
				select keywheel.ring_of(k.pool, k.reserve)
						as pool, k.key_id, k.weight as n
				from keywheel.keys k where k.state = 'active') k
				on (k.pool, k.key_id, k.n)
					= (s.pool, s.key_id, s.n)
			full join keywheel.key_rotation r
				on (r.pool, r.key_id) = (k.pool, k.key_id)
			where s.key_id is null or k.key_id is null
				or r.key_id is null)
	from keywheel.pools p
	cross join lateral (select count(*) as n, min(slot) as low,
		max(slot) as high from keywheel.key_slots s
		where s.pool = p.pool) s;
$$;

create function test.key_state(p_key bigint)
returns text
language sql
as $$
	select state from keywheel.keys where key_id = p_key;
$$;

-- One request's first call, for pgbench: fails unless a key was leased.
create function test.must_lease(p_responder bigint, p_model text)
returns bigint
language plpgsql
as $$
declare
	v record;
begin
	select * into v from keywheel.begin_request(p_responder,
		gen_random_uuid(), '\x01', 'gemini', p_model, 'openai.chat',
		false, 60000);
	if v.answer <> 'leased' then
		raise exception 'answer %, wait %', v.answer, v.wait_ms;
	end if;
	return v.key_id;
end $$;

-- A later attempt that must find another key.
create function test.must_lease_again(p_responder bigint, p_model text,
	p_key bigint, p_members jsonb default null)
returns bigint
language plpgsql
as $$
declare
	v record;
begin
	select * into v from keywheel.retry_request(p_responder,
		(select request_id from keywheel.leases
			where responder = p_responder),
		'gemini', p_model, array[p_key],
		jsonb_build_object('key', p_key, 'name', 'test') || p_members);
	if v.answer <> 'leased' or v.key_id = p_key then
		raise exception 'answer %, key % after %, wait %', v.answer,
			v.key_id, p_key, v.wait_ms;
	end if;
	return v.key_id;
end $$;

-- The token that they use.
create function test.add_token()
returns void
language sql
as $$
	select keywheel.add_token('bench', '\x01', '…test', false, 'cli');
$$;
