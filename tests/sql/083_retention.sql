-- Retention: which days go, and that the sums stay.

select test.add_keys(1, 2);
select test.add_token();

create function test.day(p_ago integer)
returns date
language sql
as $$ select (now() at time zone 'UTC')::date - p_ago; $$;
-- Days of the account, each with some requests, attempts and bodies.
create function test.add_day(p_ago integer, p_rows integer default 10)
returns void
language plpgsql
as $$
begin
	perform keywheel.ensure_partition(t, test.day(p_ago))
	from unnest(array['requests', 'attempts', 'request_bodies']) t;
	with r as (insert into keywheel.requests (request_id, started_at,
			token_id, key_id, model, route, streamed, outcome,
			status, attempts, prompt_tokens, cached_tokens,
			thought_tokens, answer_tokens, total_ms)
		select gen_random_uuid(), (test.day(p_ago)::timestamp
				+ interval '1 second' * i) at time zone 'UTC',
			1, 1, 'm', 'r', false, 'complete', 200, 2, 1, 0, 0, 1, 1
		from generate_series(1, p_rows) i returning *),
	a as (insert into keywheel.attempts (request_id, started_at, attempt,
			key_id, model, verdict, status, total_ms, prompt_tokens)
		select r.request_id, r.started_at, 1, 2, 'm', 'x', 503, 1, 5
		from r)
	insert into keywheel.request_bodies (request_id, started_at, size, body)
	select r.request_id, r.started_at, 1, '\x00' from r;
end $$;
-- The days that there are: 3 for three days ago; R, A, B for each table.
create function test.days()
returns text
language sql
as $$
	select string_agg(d.ago || d.parts, ' ' order by d.ago desc)
	from (select test.day(0) - p.day as ago, string_agg(
			upper(left(replace(p.source, 'request_', ''), 1)), ''
			order by p.source) as parts
		from keywheel.account_parts() p
		where p.day <= test.day(0) group by 1) d;
$$;
-- Steps until nothing is left to go: how many, and rows.
create function test.retire(p_attempts bigint, p_requests bigint,
	p_max bigint default null)
returns text
language plpgsql
as $$
declare
	v record;
	v_steps integer := 0;
	v_rows bigint := 0;
begin
	loop
		select * into v from keywheel.retire(p_attempts, p_requests,
			p_max, 7);
		exit when v.source is null or v.busy or v_steps > 100;
		v_steps := v_steps + 1;
		v_rows := v_rows + v.rows;
	end loop;
	return v_steps || ' ' || v_rows || case when v.busy then ' busy'
		else '' end;
end $$;
create view test.shown as
select (select sum(requests) from keywheel.usage_now() where span = 'day')
	|| ' ' || (select sum(attempts) || ' ' || sum(prompt)
		from keywheel.key_failures_now() where span = 'day');

select test.add_day(d) from unnest(array[9, 8, 5, 3, 1, 0]) d \g /dev/null
analyze keywheel.requests;
analyze keywheel.attempts;
analyze keywheel.request_bodies;
select test.is(test.days(), '9ABR 8ABR 5ABR 3ABR 1ABR 0ABR',
	'some days, today and yesterday among them');
select test.is((select * from test.shown), '60 60 300', 'what happened');
select test.is(test.retire(null, null), '0 0', 'kept for ever');
select test.is(test.retire(1, 1), '0 0 busy',
	'nothing goes that is not summed up');
select test.is(s.more, false, 'summed up') from keywheel.sum_usage(1000) s;
select test.is(test.retire(7, null), '4 40', 'failed attempts, and the bodies');
select test.is(test.days(), '9R 8R 5ABR 3ABR 1ABR 0ABR', '… whole days');
select test.is(test.retire(null, 4), '4 40', 'requests');
select test.is(test.days(), '5A 3ABR 1ABR 0ABR',
	'… no body is kept without its request');
select test.is((select * from test.shown), '60 60 300', 'the sums stay');
do $$ begin perform keywheel.recompute_usage(); end $$;
select test.is((select * from test.shown), '60 60 300',
	'… also when they are computed anew');

-- By size: a day more fits, or does not.
create function test.size()
returns bigint
language sql
as $$ select sum(bytes)::bigint from keywheel.account_parts(); $$;
select test.is(test.retire(null, null, test.size()), '0 0', 'it fits');
select test.is(test.retire(null, null, test.size() - 1), '1 10',
	'a little too large: the oldest day');
select test.is(test.days(), '3ABR 1ABR 0ABR', '… goes');
select test.is(test.retire(1, null, 1), '6 60', 'far too large');
select test.is(test.days(), '0ABR', '… but never today');

-- A request that is under way may have begun yesterday.
select test.add_day(1) \g /dev/null
analyze keywheel.requests;
analyze keywheel.attempts;
analyze keywheel.request_bodies;
select test.is(s.more, false, 'summed up') from keywheel.sum_usage(1000) s;
insert into keywheel.leases values (5, gen_random_uuid(),
	now() - interval '1 day', now() + interval '1 hour', 1, 1, 'm', 'r', true);
select test.is(test.retire(null, null, 1), '0 0', 'a day is not over');
delete from keywheel.leases;
select test.is(test.retire(null, null, 1), '3 30', '… until then');

-- Rows without a day.
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, total_ms)
select gen_random_uuid(), now() - i * interval '1 day', 1, 1, 'm', 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 1
from generate_series(10, 29) i;
select test.is(test.retire(null, 20), '2 10', 'rows of the default partition');
select test.is(count(*), 10::bigint, '… go by their age')
from keywheel.requests_default;
select test.is((select * from test.shown), '90 70 350', '… and are counted');
select test.is(test.retire(null, null, test.size()), '0 0', '… or stay, if they fit');
select test.is(test.retire(null, null, 1), '2 10', '… or go, if they do not');
select test.is((select * from test.shown), '90 70 350', '… and are counted, too');

-- What the page is told.
select test.is(string_agg((d ->> 'day') || ' ' || ((d ->> 'requests')::bigint
		> 0), ','), test.day(0) || ' true', 'today''s room')
from jsonb_array_elements(keywheel.account_days()) d where d ->> 'day' is not null;
