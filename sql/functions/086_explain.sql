-- What `keywheel explain` asks besides keywheel.request_page().

-- The newest requests that their clients call so, p_most of them: [{request_id,
-- at, model, outcome, status}], the last two null for one that is under way. There
-- is no index by a client's names of its requests: days are looked through, the
-- newest first.
create or replace function keywheel.requests_called(
	p_client_id text, p_most bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
set jit = off
as $$
	select coalesce(jsonb_agg(jsonb_build_object(
			'request_id', r.request_id,
			'at', utc_text(r.started_at), 'model', r.model,
			'outcome', r.outcome, 'status', r.status)
			order by r.started_at desc, r.request_id desc), '[]')
	from ((select n.request_id, n.started_at, n.model, n.outcome, n.status
		from requests n
		where n.client_id = p_client_id and p_client_id <> ''
		order by n.started_at desc, n.request_id desc
		limit p_most)
		union all
		select l.request_id, l.started_at, l.model, null, null
		from leases l
		where l.client_id = p_client_id and p_client_id <> ''
			and (find_request(l.request_id)).request_id is null
		order by 2 desc, 1 desc
		limit p_most) r;
$$;
