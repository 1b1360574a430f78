-- The pages of tokens: one call a page.

-- When each was last used, as far as the account goes back, to the minute. A
-- request that is not over is not in it.
create or replace function keywheel.tokens_last_used(p_tokens bigint[])
returns table (token_id bigint, at timestamptz)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with tail as (
		select r.token_id, max(r.started_at) as at
		from requests_tail() r where r.token_id = any (p_tokens)
		group by r.token_id)
	select t.token_id, greatest(max(t.at), max(s.at), max(tail.at))
	from (select i.token_id, null::timestamptz as at
		from unnest(p_tokens) i (token_id)) t
	left join lateral (
		select (select max(u.at) from usage u
			where u.token_id = t.token_id and u.span = k.span) as at
		from unnest(enum_range(null::usage_span)) k (span)) s on true
	left join tail on tail.token_id = t.token_id
	group by t.token_id;
$$;

-- What a token did, and what is left of its limits.
create or replace function keywheel.token_facts(p_tokens bigint[])
returns table (token_id bigint, facts jsonb)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select c.token_id, jsonb_build_object(
		'last_used_at', utc_text(l.at),
		'counts', to_jsonb(c) - 'token_id')
	from token_counts(p_tokens) c
	left join tokens_last_used(p_tokens) l using (token_id);
$$;

-- {rows, found, totals: {all, active, disabled, expired, revoked}}. p_filter:
-- {state, search (in name, hint and note), skip, limit}; without a state the
-- revoked ones are left out.
create or replace function keywheel.token_list_page(p_filter jsonb)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	with stated as (
		select t.token_id, t.name, t.hint, t.note, token_state(
			t.revoked_at, t.disabled_at, t.expires_at) as state
		from tokens t),
	matching as (
		select s.token_id, s.name, s.state from stated s
		where case when p_filter ->> 'state' is null
				then s.state <> 'revoked'
				else s.state = p_filter ->> 'state' end
			and (p_filter ->> 'search' is null or position(
				lower(p_filter ->> 'search') in lower(s.name
				|| ' ' || s.hint || ' ' || s.note)) > 0)),
	shown as (
		select m.token_id, row_number() over (order by
			m.state <> 'active', lower(m.name), m.token_id) as place
		from matching m
		order by place
		limit (p_filter ->> 'limit')::bigint
		offset (p_filter ->> 'skip')::bigint),
	facts as (
		select f.token_id, f.facts from token_facts(
			(select array_agg(s.token_id) from shown s)) f)
	select jsonb_build_object(
		'found', (select count(*) from matching),
		'totals', (select jsonb_build_object(
				'all', count(*) filter (where state <> 'revoked'),
				'active', count(*) filter (where state = 'active'),
				'disabled', count(*) filter (
					where state = 'disabled'),
				'expired', count(*) filter (where state = 'expired'),
				'revoked', count(*) filter (where state = 'revoked'))
			from stated),
		'rows', (select coalesce(jsonb_agg(
				token_row(t) || f.facts order by s.place), '[]')
			from shown s join tokens t using (token_id)
			join facts f using (token_id)));
$$;

-- One token: {token, secrets (old ones that are still good), used (of its
-- limits), noted (what they
-- would have refused), series, last_requests (at most ten, of
-- the hour of its last use, if that was within a day)}. Null: there is none.
create or replace function keywheel.token_page(p_token bigint, p_range text)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'token', token_row(t) || (select f.facts
			from token_facts(array[p_token]) f),
		'secrets', (select coalesce(jsonb_agg(jsonb_build_object(
				'hint', s.hint, 'ends_at', utc_text(s.ends_at))
				order by s.ends_at), '[]')
			from token_secrets s
			where s.token_id = p_token and s.ends_at > now()),
		'used', token_limits_used(t), 'noted', token_shadow(p_token),
		'series', usage_series(p_range,
			jsonb_build_object('token_id', p_token)),
		'last_requests', (select coalesce(jsonb_agg(jsonb_build_object(
				'request_id', r.request_id,
				'started_at', utc_text(r.started_at),
				'model', r.model, 'route', r.route,
				'outcome', r.outcome, 'status', r.status,
				'tokens', r.prompt_tokens + r.thought_tokens
					+ r.answer_tokens,
				'total_ms', r.total_ms)
				order by r.started_at desc), '[]')
			from (select * from requests q
				where q.token_id = p_token and q.started_at
					> greatest(now() - interval '24 hours',
					(select max(l.at) from tokens_last_used(
						array[p_token]) l)
					- interval '1 hour')
				order by q.started_at desc limit 10) r))
	from tokens t where t.token_id = p_token;
$$;
