-- Several pools: which have keys, and that they take nothing from each other.

select test.is(keywheel.pool_has_keys('gemini'), false, 'no pool: no keys');
select test.add_keys(1, 2);
select test.is(keywheel.pool_has_keys('gemini'), true, 'a pool with keys');
select test.is(keywheel.pool_has_keys('vertex'), false, 'another has none');
do $$ begin perform keywheel.set_key_state(1, 'disabled', 'test'); end $$;
select test.is(keywheel.pool_has_keys('gemini'), true, 'one is left');
do $$ begin perform keywheel.set_key_state(2, 'disabled', 'test'); end $$;
select test.is(keywheel.pool_has_keys('gemini'), false, 'none is active');
do $$ begin perform keywheel.set_key_state(1, 'active', 'test'); end $$;
select test.is(keywheel.pool_has_keys('gemini'), true, 'one is back');

-- Requests for one model that go to two pools by turns: all keys are used.
create function test.by_turns(p_one text, p_other text)
returns text
language plpgsql
as $$
declare
	v_text text;
begin
	update keywheel.key_rotation set uses = 0;
	for i in 1..20 loop
		perform test.pick('m', '{}', p_one);
		perform test.pick('m', '{}', p_other);
	end loop;
	select string_agg(r.key_id || ':' || r.uses, ' ' order by r.key_id)
	into v_text from keywheel.key_rotation r where r.uses > 0;
	return v_text;
end $$;
do $$ begin
	perform keywheel.set_key_state(2, 'active', 'test');
	perform test.add_keys(3, 4, null, 'paid');
	perform test.add_keys(5, 6, null, 'vertex');
end $$;
select test.is(test.by_turns('gemini', 'paid'), '1:10 2:10 3:10 4:10',
	'gemini and paid by turns: even');
select test.is(test.by_turns('paid', 'vertex'), '3:10 4:10 5:10 6:10',
	'paid and vertex by turns: even');
select test.is(test.by_turns('vertex', 'gemini'), '1:10 2:10 5:10 6:10',
	'vertex and gemini by turns: even');
