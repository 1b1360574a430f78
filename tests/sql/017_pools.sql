-- Which pools have keys.

select test.is(keywheel.pool_has_keys('gemini'), false, 'no pool: no keys');
select test.add_keys(1, 2);
select test.is(keywheel.pool_has_keys('gemini'), true, 'a pool with keys');
select test.is(keywheel.pool_has_keys('vertex'), false, 'another has none');
select keywheel.set_key_state(1, 'disabled', 'test');
select test.is(keywheel.pool_has_keys('gemini'), true, 'one is left');
select keywheel.set_key_state(2, 'disabled', 'test');
select test.is(keywheel.pool_has_keys('gemini'), false, 'none is active');
select keywheel.set_key_state(1, 'active', 'test');
select test.is(keywheel.pool_has_keys('gemini'), true, 'one is back');
