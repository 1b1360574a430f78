-- What is known of models: the list of them, and what they have refused.

-- The models that Gemini lists and no active key can use, and why: nobody
-- knows them, no key may serve them, or all that may have been refused.
create or replace function keywheel.unusable_models()
returns table (model text, why text)
language plpgsql stable
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	-- Keys of Vertex have models of their own.
	v_any boolean := exists (select from keys k
		where k.state = 'active' and k.pool <> 'vertex');
	v_all boolean := exists (select from keys k
		where k.state = 'active' and k.pool <> 'vertex'
			and k.models is null);
	v record;
begin
	for v in
		select m.model, bool_or(c.scope = '*') as unknown
		from models m
		left join key_cooldown c on c.model = m.model
			and c.until > now()
			and (c.reason = 'model_unknown' or (c.scope <> '*'
				and c.reason = 'not_offered'))
		group by m.model
		having not v_all or count(c.scope) > 0
	loop
		model := v.model;
		if v.unknown then
			why := 'Gemini does not know it at the moment.';
			return next;
		elsif v_any and not exists (select from keys k
				where k.state = 'active' and k.pool <> 'vertex'
					and (k.models is null or may_serve(
						k.models, v.model))
					and not exists (
						select from key_cooldown c
						where c.scope in (k.scope,
								'key/' || k.key_id)
							and c.model = v.model
							and c.until > now()
							and c.reason in (
								'model_unknown',
								'not_offered')))
		then
			why := case when exists (select from keys k
				where k.state = 'active' and k.pool <> 'vertex'
					and (k.models is null or may_serve(
						k.models, v.model)))
			then 'Gemini offers it to none of the keys.'
			else 'No key of this gateway may serve it.' end;
			return next;
		end if;
	end loop;
end $$;

-- Everything that Gemini lists, by name; what no key can use has two members
-- more, available (false) and unavailableReason. age_ms: since the last list
-- came, -1 if none ever did.
create or replace function keywheel.get_models(
	out age_ms bigint, out models jsonb)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select case when l.fetched_at = '-infinity' then -1
		else greatest(0, extract(epoch from now() - l.fetched_at)
			* 1000)::bigint end,
		(select coalesce(jsonb_agg(case when u.why is null then m.data
				else m.data || jsonb_build_object(
					'available', false,
					'unavailableReason', u.why) end
				order by m.model collate "C"), '[]')
			from models m
			left join unusable_models() u using (model))
	from model_lists l;
$$;

-- {model: the most tokens it answers with, or true if that is not known}.
create or replace function keywheel.get_model_names()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(m.model,
		case jsonb_typeof(m.data -> 'outputTokenLimit')
			when 'number' then m.data -> 'outputTokenLimit'
			else 'true' end), '{}')
	from models m;
$$;

-- May the caller ask Gemini for the list? True for one of them, if the last
-- list is older than that. Who does not come back with one has had his claim
-- for a minute.
create or replace function keywheel.claim_models_fetch(p_max_age_ms bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update model_lists set claimed_at = now()
	where fetched_at <= now() - p_max_age_ms * interval '1 millisecond'
		and claimed_at <= now() - interval '1 minute'
		and only_row = (select only_row from model_lists
			for no key update skip locked);
	return found;
end $$;

-- Who has claimed it has not come to ask: anybody else may.
create or replace function keywheel.release_models_fetch()
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	update model_lists set claimed_at = '-infinity';
$$;

create or replace function keywheel.fail_models_fetch(p_error text)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	update model_lists set error = left(p_error, 500), error_at = now();
$$;

-- Put the list that Gemini gave for a key: an array of its model objects.
-- The others stay until no list has named them for three days. A new set of
-- names is a new version of the settings; true then.
create or replace function keywheel.put_models(p_list jsonb, p_key bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_before text[];
	v_changed boolean;
begin
	perform from model_lists for update;
	v_before := array(select m.model from models m order by m.model);
	insert into models as m (model, data, seen_at)
	select distinct on (n.name) n.name, n.data, now()
	from (select regexp_replace(e ->> 'name', '^models/', ''), e
		from jsonb_array_elements(p_list) e) n (name, data)
	where jsonb_typeof(n.data -> 'name') = 'string'
		and n.name ~ '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$'
		and octet_length(n.data::text) <= 65536
	on conflict (model) do update
		set data = excluded.data, seen_at = excluded.seen_at;
	delete from models m where m.seen_at < now() - interval '3 days';
	update model_lists set fetched_at = now(), key_id = p_key,
		claimed_at = '-infinity', error = '', error_at = null;

	v_changed := v_before
		<> array(select m.model from models m order by m.model);
	if v_changed then
		update revision set settings = settings + 1;
	end if;
	return v_changed;
end $$;

-- What models have refused: {"model": ["no_logprobs", …]}.
create or replace function keywheel.get_quirks()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_object_agg(m.model, m.quirks), '{}')
	from (select q.model, jsonb_agg(q.quirk order by q.quirk) as quirks
		from model_quirks q group by q.model) m;
$$;

create or replace function keywheel.list_quirks()
returns table (model text, quirk text, learned_at timestamptz)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select q.model, q.quirk, q.learned_at from model_quirks q
	order by q.model, q.quirk;
$$;

-- Forget the quirks of a model, or all (null); how many those were.
create or replace function keywheel.forget_quirks(p_model text)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_count bigint;
begin
	-- In the order of those who learn.
	perform from revision for update;
	delete from model_quirks q where q.model = p_model or p_model is null;
	get diagnostics v_count = row_count;
	if v_count > 0 then
		update revision set settings = settings + 1;
	end if;
	return v_count;
end $$;
