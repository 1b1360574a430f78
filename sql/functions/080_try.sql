-- The page that tries requests.

-- The hash of the token that has signed in with that session: what the page
-- asks for is asked in its name. No row: it may not (any more).
create or replace function keywheel.session_token(p_hash bytea)
returns table (hash bytea)
language sql security definer
set search_path = keywheel, pg_temp
as $$
	select t.hash from check_session(p_hash, false) c
	join tokens t on t.token_id = c.token_id;
$$;
