-- Files that another gateway has made with keys of ours (`keywheel
-- import-gemini-balance`). p_files: [{name, key, token, created_at, expires_at,
-- facts}], key and token by their hashes. A file whose key or token is not here
-- could be used by nobody. What became of them, by kind:
-- taken | known | no_key | no_token
create or replace function keywheel.import_files(p_files jsonb)
returns table (result text, files bigint)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	return query
	with given as materialized (
		select distinct on (g.name) g.name, g.created_at, g.expires_at,
			coalesce(g.facts, '{}') as facts, k.key_id, k.scope,
			t.token_id
		from jsonb_to_recordset(p_files) as g (name text, key bytea,
			token bytea, created_at timestamptz,
			expires_at timestamptz, facts jsonb)
		left join keys k on k.hash = g.key and k.state <> 'removed'
		left join tokens t on t.hash = g.token and t.revoked_at is null
		where octet_length(g.name) between 1 and 256
		order by g.name, g.expires_at desc),
	taken as (
		insert into resources as r (name, scope, kind, key_id, token_id,
			created_at, expires_at, facts)
		select g.name, g.scope, 'files', g.key_id, g.token_id,
			g.created_at, g.expires_at, g.facts
		from given g
		where g.key_id is not null and g.token_id is not null
			and g.expires_at > now()
		order by g.name
		on conflict on constraint resources_pkey do nothing
		returning r.name)
	select case when g.key_id is null then 'no_key'
			when g.token_id is null then 'no_token'
			when a.name is null then 'known'
			else 'taken' end, count(*)
	from given g left join taken a using (name)
	group by 1;
end $$;
