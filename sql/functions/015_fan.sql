-- More keys for one request: several calls upstream run side by side.

-- One more key besides those that p_tried names, by the ordinary rotation; no
-- row if there is none that is free: nobody waits for a key that rests. With
-- p_owner only those that see what that key has made.
--
-- One key a call, and so a transaction: who has counted in the ledger locks
-- nothing more. p_count is of callers of the version before, who asked for
-- several and take what they get.
create or replace function keywheel.lease_more(
	p_pool text, p_model text, p_tried bigint[], p_count bigint default 1,
	p_more_pools text[] default '{}', p_tokens bigint default 0,
	p_owner bigint default null)
returns setof keywheel.lease
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v keywheel.lease;
begin
	perform set_config('synchronous_commit', 'off', true);
	if p_count > 0 and p_owner is not null then
		v := lease_pinned(p_owner, p_pool, p_model, p_tried,
			p_more_pools, p_tokens);
	elsif p_count > 0 then
		v := lease_key(
			(select p.size from pools p where p.pool = p_pool),
			p_pool, p_model, p_tried, p_more_pools, p_tokens);
	end if;
	if v.answer = 'leased' then
		return next v;
	end if;
end $$;
