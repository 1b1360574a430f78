-- More keys for one request: each another one, as even as single picks, and
-- never one that rests.

-- One call a key, as C does it.
create function test.lease_more(p_count bigint, p_tried bigint[] default '{}',
	p_model text default 'm', p_pool text default 'gemini')
returns setof keywheel.lease
language plpgsql
as $$
declare
	v keywheel.lease;
	v_tried bigint[] := p_tried;
begin
	for i in 1..p_count loop
		select * into v from keywheel.lease_more(
			p_pool, p_model, v_tried);
		exit when v.answer is null;
		v_tried := v_tried || v.key_id;
		return next v;
	end loop;
end $$;
create function test.more(p_count bigint, p_tried bigint[] default '{}',
	p_model text default 'm', p_pool text default 'gemini')
returns text
language sql
as $$
	select coalesce(string_agg(l.answer || ' ' || l.key_id, ', '), 'none')
	from test.lease_more(p_count, p_tried, p_model, p_pool) l;
$$;

select test.is(test.more(2), 'none', 'no pool: none');
select test.add_keys(1, 5);
select test.is(test.more(0), 'none', 'none wanted: none');
select test.is(test.more(3), 'leased 1, leased 2, leased 3',
	'three in the order of the rotation');
select test.is(test.more(3), 'leased 4, leased 5, leased 1',
	'the next three go on from there');
select test.is(test.more(2, '{2,3}'), 'leased 4, leased 5',
	'what was tried is passed over');
select test.is(test.more(8), 'leased 1, leased 2, leased 3, leased 4, leased 5',
	'more than there are: each key once');
select test.is(test.more(2, '{1,2,3,4,5}'), 'none', 'all tried: none');
select test.is(convert_from(l.secret, 'UTF8') || ' ' || l.hint || ' '
		|| l.faults, 'SEALED-SECRET-' || l.key_id || ' …k00' || l.key_id
		|| ' 0', 'a lease holds what the caller needs')
from keywheel.lease_more('gemini', 'm', '{}', 1) l;

-- A single pick and three more, as a request does it: even.
create temporary table before as
select key_id, uses from keywheel.key_rotation;
do $$
declare
	v_key bigint;
begin
	for i in 1..100 loop
		v_key := (test.pick()).key_id;
		perform test.more(3, array[v_key]);
	end loop;
end $$;
select test.is(sum(r.uses - b.uses), 400::numeric, 'each lease is counted')
from keywheel.key_rotation r join before b using (key_id);
select test.ok(max(r.uses - b.uses) - min(r.uses - b.uses) <= 2,
	'… evenly: ' || string_agg((r.uses - b.uses)::text, ' '))
from keywheel.key_rotation r join before b using (key_id);

select test.is(count(*), 1::bigint,
	'one who asks for several, as the version before: one')
from keywheel.lease_more('gemini', 'm', '{}', 3);

-- Rests hold for it too, and are not waited for.
select test.judge(1, '{"rest": "key", "rest_ms": 60000}');
select test.judge(2, '{"rest": "key", "rest_ms": 60000}');
select test.is((select array_agg(l.key_id order by l.key_id)
		from test.lease_more(8) l),
	'{3,4,5}', 'keys that rest are left out');
select test.is((select count(*)
		from test.lease_more(8, '{}', 'elsewhere')),
	5::bigint, '… for their model only');
select test.is(test.more(2, '{3,4,5}'), 'none',
	'all others rest: none, at once');
