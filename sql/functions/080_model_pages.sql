-- The pages of models: one call a page.

-- The models there are pages of: those that Gemini lists, and those of Vertex
-- (vertex/NAME) that somebody has used or something was learned of.
create or replace function keywheel.page_models()
returns table (model text, data jsonb, seen_at timestamptz)
language sql stable
set search_path = keywheel, pg_temp
as $$
	select m.model, m.data, m.seen_at from models m
	union all
	select v.model, null, null
	from (select u.model from usage_now() u
		where u.span = 'hour' and u.at > now() - interval '24 hours'
			and starts_with(u.model, 'vertex/')
		union select q.model from model_quirks q
		where starts_with(q.model, 'vertex/')
		union select l.model from limits l
		where starts_with(l.model, 'vertex/')) v;
$$;

-- How many active keys, and how many projects of theirs (a key without one is
-- one by itself), may serve each of these models; which of them rest for it
-- now, and to which of them Gemini does not offer it.
create or replace function keywheel.model_keys(p_models text[])
returns table (model text, keys bigint, projects bigint, resting bigint,
	refused bigint)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with own as materialized (
		select k.key_id, k.scope, k.models, k.pool = 'vertex' as vertex
		from keys k where k.state = 'active'),
	asked as (
		select m.model, starts_with(m.model, 'vertex/') as vertex
		from unnest(p_models) m (model)),
	-- Most keys may serve all: those are counted once.
	whole as (
		select o.vertex, count(*) as keys, count(distinct o.scope) as projects
		from own o where o.models is null group by o.vertex),
	-- Few sets of models are shared by many keys.
	fit as materialized (
		select s.models, s.vertex, a.model
		from (select distinct o.models, o.vertex from own o
			where o.models is not null) s
		join asked a on a.vertex = s.vertex
			and may_serve(s.models, a.model)),
	part as (
		select f.model, count(*) as keys, count(distinct o.scope) filter (
			where not o.beside_whole) as projects
		from fit f
		join (select p.*, exists (select from own w where w.models is null
				and w.vertex = p.vertex and w.scope = p.scope)
				as beside_whole
			from own p where p.models is not null) o
			on o.models = f.models and o.vertex = f.vertex
		group by f.model),
	rest as materialized (
		select c.model as rests, c.reason in ('not_offered',
			'model_unknown') as gone, o.*
		from key_cooldown c join own o on o.scope = c.scope
		where c.until > now()
		union all
		select c.model, c.reason in ('not_offered', 'model_unknown'), o.*
		from key_cooldown c
		join own o on 'key/' || o.key_id = c.scope and o.scope <> c.scope
		where c.until > now()),
	hit as (
		select a.model, r.* from asked a join rest r
			on r.rests = a.model and r.vertex = a.vertex
		union all
		select a.model, r.* from asked a join rest r
			on r.rests = '*' and r.vertex = a.vertex),
	rests as (
		select h.model, count(distinct h.key_id) filter (
				where not h.gone) as resting,
			count(distinct h.key_id) filter (where h.gone) as refused
		from hit h
		left join fit f on f.models = h.models and f.model = h.model
			and f.vertex = h.vertex
		where h.models is null or f.model is not null
		group by h.model)
	select a.model, coalesce(w.keys, 0) + coalesce(p.keys, 0),
		coalesce(w.projects, 0) + coalesce(p.projects, 0),
		coalesce(r.resting, 0), coalesce(r.refused, 0)
	from asked a
	left join whole w on w.vertex = a.vertex
	left join part p on p.model = a.model
	left join rests r on r.model = a.model;
$$;

-- The row of a model: Gemini's own object (null: it lists none) and counts.
create or replace function keywheel.model_rows(p_models text[])
returns table (model text, facts jsonb)
language sql stable
set search_path = keywheel, pg_temp
as $$
	with used as (
		select u.model, sum(u.requests) as requests,
			sum(u.requests) filter (where
				outcome_class(u.outcome) = 'failed') as failed,
			sum(u.prompt + u.thought + u.answer) as tokens
		from usage_now() u
		where u.span = 'hour' and u.at > now() - interval '24 hours'
		group by u.model),
	rest as (
		select c.model, max(c.until) as until from key_cooldown c
		where c.scope = '*' and c.until > now() group by c.model)
	select k.model, jsonb_build_object('model', k.model,
		'object', m.data, 'seen_at', utc_text(m.seen_at),
		'keys', k.keys, 'projects', k.projects, 'resting', k.resting,
		'refused', k.refused,
		'rests_until', (select utc_text(max(r.until)) from rest r
			where r.model in (k.model, '*')),
		'requests', coalesce(u.requests, 0),
		'failed', coalesce(u.failed, 0),
		'tokens', coalesce(u.tokens, 0))
	from model_keys(p_models) k
	left join models m on m.model = regexp_replace(k.model, '^vertex/', '')
	left join used u on u.model = k.model;
$$;

-- About the list as a whole; fetched_at null: none ever came.
create or replace function keywheel.model_list_facts()
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'fetched_at', case when l.fetched_at > '-infinity'
			then utc_text(l.fetched_at) end,
		'error', nullif(l.error, ''), 'error_at', utc_text(l.error_at))
	from model_lists l;
$$;

-- {list, rows}: all of them, by name; or those of an array of names that there
-- are, in that order.
create or replace function keywheel.model_list_page(
	p_models jsonb default null)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	with asked as (
		select p.model, coalesce(n.place, 0) as place
		from page_models() p
		left join (select e.name, min(e.place) as place
			from jsonb_array_elements_text(p_models)
				with ordinality e (name, place)
			group by e.name) n on n.name = p.model
		where p_models is null or n.name is not null)
	select jsonb_build_object('list', model_list_facts(),
		'rows', (select coalesce(jsonb_agg(r.facts order by a.place,
				r.model collate "C"), '[]')
			from model_rows((select coalesce(array_agg(a.model), '{}')
				from asked a)) r
			join asked a using (model)));
$$;

-- Whoever rests for a model: by project, first those that rest the longest.
create or replace function keywheel.model_projects(
	p_model text, p_most bigint)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	with own as (
		select k.key_id, k.hint, k.project, k.scope from keys k
		where k.state = 'active'
			and (k.pool = 'vertex') = starts_with(p_model, 'vertex/')
			and (k.models is null or may_serve(k.models, p_model))),
	rest as (
		select o.key_id, c.until, c.reason from key_cooldown c
		join own o on o.scope = c.scope
		where c.model in (p_model, '*') and c.until > now()
		union all
		select o.key_id, c.until, c.reason from key_cooldown c
		join own o on 'key/' || o.key_id = c.scope and o.scope <> c.scope
		where c.model in (p_model, '*') and c.until > now()),
	by_key as (
		select r.key_id, max(r.until) as until,
			(array_agg(r.reason order by r.until desc))[1] as reason
		from rest r group by r.key_id),
	by_project as (
		select o.scope, min(o.project) as project, count(*) as keys,
			count(b.key_id) as resting, max(b.until) as until,
			(array_agg(b.reason order by b.until desc nulls last))[1]
				as reason,
			case when count(*) = 1 then min(o.key_id) end as key_id,
			case when count(*) = 1 then min(o.hint) end as hint
		from own o left join by_key b using (key_id)
		group by o.scope)
	select jsonb_build_object('all', (select count(*) from by_project),
		'rows', (select coalesce(jsonb_agg(jsonb_build_object(
				'project', p.project, 'key_id', p.key_id,
				'hint', p.hint, 'keys', p.keys,
				'resting', p.resting, 'until', utc_text(p.until),
				'reason', p.reason)
				order by p.until desc nulls last, p.scope), '[]')
			from (select * from by_project
				order by until desc nulls last, scope
				limit p_most) p));
$$;

-- The prices of a model that are in force, will be or were, the newest first;
-- those of a pattern (gemini-*) too.
create or replace function keywheel.model_prices(p_model text)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('model', p.model,
		'valid_from', p.valid_from, 'currency', p.currency,
		'prompt', p.prompt::text, 'cached', p.cached::text,
		'answer', p.answer::text, 'by', p.by, 'at', utc_text(p.at),
		'to_come', p.valid_from > (now() at time zone 'UTC')::date)
		order by p.valid_from desc, length(p.model) desc), '[]')
	from prices p
	where p.model = p_model or right(p.model, 1) = '*'
		and starts_with(p_model, left(p.model, -1));
$$;

-- One model: {row, projects, limits, quirks, deadlines, prices, series}. Null:
-- nothing is known of a model of that name.
create or replace function keywheel.model_page(p_model text, p_range text)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('list', model_list_facts(), 'row', r.facts,
		'projects', model_projects(p_model, 50),
		'limits', (select coalesce(jsonb_agg(l order by l.scope, l.kind),
				'[]')
			from (select n.scope, n.kind, n.source, n.used,
					n.value as allowed,
					utc_text(n.resets_at) as resets_at
				from ledger_state() n where n.model = p_model
				order by n.scope, n.kind limit 100) l),
		'quirks', (select coalesce(jsonb_agg(jsonb_build_object(
				'quirk', q.quirk, 'at', utc_text(q.learned_at))
				order by q.quirk), '[]')
			from model_quirks q where q.model = p_model),
		'deadlines', (select coalesce(jsonb_agg(jsonb_build_object(
				'size_class', d.size_class,
				'streamed', d.streamed, 'samples', d.samples,
				'first_byte_ms', d.first_byte_ms,
				'idle_ms', d.idle_ms, 'p50', d.p50, 'p99', d.p99)
				order by d.streamed, d.size_class), '[]')
			from model_deadlines d where d.model = p_model),
		'prices', model_prices(p_model),
		'series', usage_series(p_range,
			jsonb_build_object('model', p_model)))
	from model_rows(array[p_model]) r
	where exists (select from page_models() p where p.model = p_model);
$$;

-- Put a price of a model from a day on, or take it away (all three null).
-- {model, valid_from, currency, prompt, cached, answer}: numbers as texts.
create or replace function keywheel.put_price(p_price jsonb, p_by text)
returns void
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	delete from prices p where p.model = p_price ->> 'model'
		and p.valid_from = (p_price ->> 'valid_from')::date;
	if coalesce(p_price ->> 'prompt', p_price ->> 'cached',
			p_price ->> 'answer') is null then
		return;
	end if;
	insert into prices (model, valid_from, currency, prompt, cached, answer,
		by)
	values (p_price ->> 'model', (p_price ->> 'valid_from')::date,
		p_price ->> 'currency', (p_price ->> 'prompt')::numeric,
		(p_price ->> 'cached')::numeric, (p_price ->> 'answer')::numeric,
		p_by);
end $$;
