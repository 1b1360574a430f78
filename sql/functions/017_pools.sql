-- What is asked about a pool as a whole.

-- Has it a key that is active?
create or replace function keywheel.pool_has_keys(p_pool text)
returns boolean
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select exists (select from pools p where p.pool = p_pool and p.size > 0);
$$;
