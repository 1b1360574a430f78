-- What projects hold, where it cannot wait for the account.

-- Keep what an answer has made before its client can ask for it. p_remember: as
-- keywheel.remember has it, of which only resources are told here.
create or replace function keywheel.note_resources(
	p_token bigint, p_key bigint, p_remember jsonb)
returns void
language plpgsql
security definer set search_path = keywheel, pg_temp
as $$
begin
	perform remember(p_token, p_key, '-', p_remember);
end $$;

-- Those of p_names, an array of texts, that a token may see: all, or where
-- tokens are kept apart what it has made itself. What nobody here has made is
-- nobody's then.
create or replace function keywheel.seen_names(p_token bigint, p_names jsonb)
returns jsonb
language plpgsql stable
security definer set search_path = keywheel, pg_temp
as $$
begin
	if not sees_only_own(p_token) then
		return p_names;
	end if;
	return (select coalesce(jsonb_agg(e.name), '[]')
	from jsonb_array_elements_text(p_names) e (name)
	where exists (select from resources r
		where r.name = e.name and r.token_id = p_token
			and r.expires_at > now()));
end $$;
