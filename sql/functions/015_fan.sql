-- More keys for one request: several calls upstream run side by side.

-- Up to p_count keys besides those that p_tried names, each another one, by
-- the ordinary rotation; fewer, or none, if there are no more that are free.
-- The rows are `leased` ones only: nobody waits for a key that rests.
--
-- It locks several rows of the rotation, so the pool's row comes first (see
-- lock_pools).
create or replace function keywheel.lease_more(
	p_pool text, p_model text, p_tried bigint[], p_count bigint)
returns setof keywheel.lease
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v keywheel.lease;
	v_size integer;
	v_tried bigint[] := p_tried;
begin
	perform set_config('synchronous_commit', 'off', true);
	select p.size into v_size from pools p where p.pool = p_pool for update;
	for i in 1..p_count loop
		v := lease_key(v_size, p_pool, p_model, v_tried);
		exit when v.answer is distinct from 'leased';
		return next v;
		v_tried := v_tried || v.key_id;
	end loop;
end $$;
