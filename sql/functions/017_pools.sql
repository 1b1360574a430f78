-- What is asked about a pool as a whole.

-- Has it a key that is active?
create or replace function keywheel.pool_has_keys(p_pool text)
returns boolean
language plpgsql stable security definer
set search_path = keywheel, pg_temp
as $$
begin
	return exists (select from pools p
		where p.pool in (p_pool, p_pool || '/reserve') and p.size > 0);
end $$;
