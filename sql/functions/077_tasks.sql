-- Tasks: long work in batches, by whoever is idle. Of an item that was done
-- nothing is done again: its result is written in the transaction of what it
-- does, or it is looked at first whether it has one.
--
-- Locks: items first, which nobody waits for; then pools and what else the work
-- needs; the task's row last.

-- --- making, beginning, ending -----------------------------------------------

-- A task on these items; p_begin: nobody has to say yes. Null if there are no
-- items.
create or replace function keywheel.make_task(
	p_kind text, p_arguments jsonb, p_items bigint[], p_by text,
	p_begin boolean)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_task bigint;
	v_total integer;
begin
	insert into tasks as t (kind, arguments, made_by, state, started_at)
	values (p_kind, p_arguments, p_by,
		case when p_begin then 'going' else 'asked' end,
		case when p_begin then now() end)
	returning t.task_id into v_task;
	insert into task_items (task_id, item)
	select v_task, i from unnest(p_items) i group by i order by i;
	get diagnostics v_total = row_count;
	if v_total = 0 then
		delete from tasks t where t.task_id = v_task;
		return null;
	end if;
	update tasks t set total = v_total where t.task_id = v_task;
	return v_task;
end $$;

-- A task on keys that there are (to restore: that there were), still to be said
-- yes to: of these numbers, of those that fit a filter (matching_keys), or of
-- those that came out of another task with this code. Null if there are none.
create or replace function keywheel.ask_key_task(
	p_kind text, p_by text, p_keys bigint[], p_filter jsonb,
	p_of_task bigint, p_code text)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	return make_task(p_kind, '{}', array(
		select k.key_id from keys k
		where (k.state = 'removed') = (p_kind = 'restore')
			and k.key_id in (
				select unnest(p_keys)
				union
				select matching_keys(p_filter)
				where p_filter is not null
				union
				select i.item from task_items i
				where i.task_id = p_of_task and i.code = p_code
					and i.ended_at is not null)),
		p_by, false);
end $$;

-- Somebody has said yes, and maybe how. False: it is no longer asked.
create or replace function keywheel.begin_task(
	p_task bigint, p_arguments jsonb)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update tasks t set state = 'going', started_at = now(),
		arguments = t.arguments || p_arguments
	where t.task_id = p_task and t.state = 'asked';
	return found;
end $$;

-- Stop it: what is under way ends, nothing more is begun. False: it has ended.
create or replace function keywheel.cancel_task(p_task bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update tasks t set state = 'cancelled', ended_at = now()
	where t.task_id = p_task and t.state in ('asked', 'going');
	return found;
end $$;

-- Forget tasks that ended days ago, and what nobody has said yes to within the
-- hour. How many are gone.
create or replace function keywheel.trim_tasks(p_days bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_gone bigint;
begin
	delete from key_drafts d where d.made_at < now() - interval '1 hour';
	with gone as (
		delete from tasks t where t.task_id in (
			select o.task_id from tasks o
			where o.ended_at < now() - p_days * interval '1 day'
				or (o.state = 'asked' and o.made_at
					< now() - interval '1 hour')
			order by o.task_id limit 5 for update skip locked)
		returning t.task_id),
	items as (
		delete from task_items i using gone g
		where i.task_id = g.task_id)
	select count(*) into v_gone from gone;
	return v_gone;
end $$;

-- --- working -----------------------------------------------------------------

-- Tasks that wait for work, the one that has waited the longest first.
create or replace function keywheel.open_tasks()
returns table (task_id bigint, kind text, arguments jsonb, made_by text)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select t.task_id, t.kind, t.arguments, t.made_by from tasks t
	where t.state = 'going'
	order by t.worked_at nulls first, t.task_id limit 20;
$$;

-- So many items more are done; the last one ends the task.
create or replace function keywheel.count_task(
	p_task bigint, p_done bigint, p_failed bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	update tasks t set done = t.done + p_done, failed = t.failed + p_failed,
		worked_at = clock_timestamp(),
		state = case when t.state = 'going'
				and t.done + p_done >= t.total then 'done'
			else t.state end,
		ended_at = case when t.state = 'going'
				and t.done + p_done >= t.total
				then clock_timestamp()
			else t.ended_at end
	where t.task_id = p_task;
$$;

-- Take up to p_most items of a task for p_hold_ms, but no more than p_lanes of
-- it in all.
create or replace function keywheel.claim_task_items(
	p_task bigint, p_most bigint, p_lanes bigint, p_hold_ms bigint)
returns setof bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_free bigint;
	v_items bigint[];
begin
	-- Who claims does so alone: the lanes are counted.
	perform from tasks t where t.task_id = p_task and t.state = 'going'
	for no key update;
	if not found then
		return;
	end if;
	select p_lanes - count(*) into v_free from task_items i
	where i.task_id = p_task and i.ended_at is null
		and i.claimed_until > now();
	-- By itself: within the update it might be done again for each row, and
	-- give others each time.
	v_items := array(select o.item from task_items o
		where o.task_id = p_task and o.ended_at is null
			and coalesce(o.claimed_until, '-infinity') <= now()
		order by o.item
		limit greatest(least(p_most, v_free), 0)
		for no key update skip locked);
	return query
	update task_items i set claimed_until =
		now() + p_hold_ms * interval '1 millisecond'
	where i.task_id = p_task and i.item = any (v_items)
	returning i.item;
end $$;

-- Claims that came to nothing: somebody else may have them at once.
create or replace function keywheel.release_task_items(
	p_task bigint, p_items bigint[])
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	update task_items i set claimed_until = null
	where i.task_id = p_task and i.item = any (p_items)
		and i.ended_at is null;
$$;

-- What came of items: [{item, code, failed, words}]. Those that have a result
-- keep it. How many got one.
create or replace function keywheel.end_task_items(
	p_task bigint, p_results jsonb)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_done bigint;
	v_failed bigint;
begin
	with r as (
		update task_items i set ended_at = clock_timestamp(),
			code = g.code, failed = coalesce(g.failed, false),
			words = coalesce(g.words, ''), claimed_until = null
		from jsonb_to_recordset(p_results) as g (item bigint,
			code text, failed boolean, words text)
		where i.task_id = p_task and i.item = g.item
			and i.ended_at is null
		returning i.failed)
	select count(*), count(*) filter (where r.failed)
	into v_done, v_failed from r;
	if v_done > 0 then
		perform count_task(p_task, v_done, v_failed);
	end if;
	return v_done;
end $$;

-- --- keys: what the database does by itself ----------------------------------

-- One key; the word for what came of it.
create or replace function keywheel.do_key_action(
	p_kind text, p_key bigint, p_cause text)
returns text
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_state text := (select k.state from keys k where k.key_id = p_key);
begin
	if v_state = 'removed' and p_kind = 'restore' then
		perform set_key_state(p_key, 'active', p_cause);
		return 'restored';
	elsif coalesce(v_state, 'removed') = 'removed' then
		return 'gone';
	end if;
	case p_kind
	when 'enable' then
		return case when not set_key_state(p_key, 'active', p_cause)
			then 'enabled_already'
			when v_state = 'active' then 'rests_ended'
			else 'enabled' end;
	when 'disable' then
		return case when set_key_state(p_key, 'disabled', p_cause)
			then 'disabled' else 'disabled_already' end;
	when 'delete' then
		return case when set_key_state(p_key, 'removed', p_cause)
			then 'deleted' else 'gone' end;
	when 'reset' then
		return case when reset_key(p_key, p_cause)
			then 'reset' else 'reset_already' end;
	when 'restore' then
		return 'restored_already';
	end case;
end $$;

-- Several keys: [{item, code, failed}].
create or replace function keywheel.do_key_actions(
	p_kind text, p_arguments jsonb, p_keys bigint[], p_cause text)
returns jsonb
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_moved bigint[];
begin
	-- They may be of any pool, and share projects with others.
	perform from pools p order by p.pool for update;
	if p_kind <> 'move' then
		return (select jsonb_agg(jsonb_build_object('item', d.key,
				'code', d.code, 'failed', d.code = 'gone'))
			from (select k as key,
					do_key_action(p_kind, k, p_cause)
						as code
				from unnest(p_keys) k) d);
	end if;
	v_moved := array(select edit_keys(p_keys, p_arguments, p_cause));
	return (select jsonb_agg(jsonb_build_object('item', k.key_id,
			'code', case when k.state = 'removed' then 'gone'
				when k.key_id = any (v_moved) then 'moved'
				else 'moved_already' end,
			'failed', k.state = 'removed'))
		from keys k where k.key_id = any (p_keys));
end $$;

-- Forget faults and rests of a key, whatever its state. False: it had none.
create or replace function keywheel.reset_key(p_key bigint, p_cause text)
returns boolean
language plpgsql
set search_path = keywheel, pg_temp
as $$
declare
	v_rests bigint;
	v_faults bigint;
begin
	delete from key_cooldown c using keys k
	where k.key_id = p_key and c.scope in (k.scope, 'key/' || k.key_id);
	get diagnostics v_rests = row_count;
	update key_rotation r set rests_until = '-infinity',
		faults = 0, stumbles = 0
	where r.key_id = p_key and (r.faults > 0 or r.stumbles > 0
		or r.rests_until > '-infinity');
	get diagnostics v_faults = row_count;
	if v_rests + v_faults = 0 then
		return false;
	end if;
	insert into key_events (key_id, event, cause)
	values (p_key, 'reset', p_cause);
	return true;
end $$;

-- Do a task that is to enable, disable, delete, restore, move or reset keys,
-- for the next p_most of them. How many were done; 0: others are at the rest.
create or replace function keywheel.work_key_task(
	p_task bigint, p_most bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_task tasks;
	v_keys bigint[];
begin
	select * into v_task from tasks t
	where t.task_id = p_task and t.state = 'going';
	select array_agg(o.item) into v_keys from (
		select i.item from task_items i
		where i.task_id = v_task.task_id and i.ended_at is null
		order by i.item limit p_most
		for no key update skip locked) o;
	if v_keys is null then
		return 0;
	end if;
	return end_task_items(p_task, do_key_actions(v_task.kind,
		v_task.arguments, v_keys, v_task.made_by));
end $$;

-- --- keys: trying them -------------------------------------------------------

-- Take keys of a task to try them, as claim_task_items does. Those that are
-- gone get their result.
create or replace function keywheel.claim_task_keys(
	p_task bigint, p_most bigint, p_lanes bigint, p_hold_ms bigint)
returns table (key_id bigint, pool text, scope text, secret bytea,
	state text, reason text, since timestamptz, probes integer)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_keys bigint[] := array(select c from claim_task_items(
		p_task, p_most, p_lanes, p_hold_ms) c);
begin
	perform end_task_items(p_task, (
		select jsonb_agg(jsonb_build_object('item', c, 'code', 'gone',
			'failed', true))
		from unnest(v_keys) c
		where not exists (select from keys k
			where k.key_id = c and k.state <> 'removed')));
	return query
	select k.key_id, k.pool, k.scope, k.secret, k.state, k.state_reason,
		k.state_at, k.probes
	from keys k where k.key_id = any (v_keys) and k.state <> 'removed'
	order by k.key_id;
end $$;

-- A key was tried. p_verdict: as apply_verdict takes it, for a key that is
-- active, or null; p_found, p_next_s: as finish_probe takes them, for one that
-- is disabled and may come back, or null. Once for each key of the task; false:
-- it had its result.
create or replace function keywheel.end_task_key(
	p_task bigint, p_result jsonb, p_since timestamptz, p_model text,
	p_verdict jsonb, p_found text, p_next_s bigint)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_key bigint := (p_result ->> 'item')::bigint;
begin
	perform from task_items i
	where i.task_id = p_task and i.item = v_key and i.ended_at is null
	for no key update;
	if not found then
		return false;
	end if;
	if p_found is not null then
		perform finish_probe(v_key, p_since, p_model, p_found,
			p_result ->> 'code', coalesce(p_result ->> 'words', ''),
			p_next_s, p_verdict);
	elsif p_verdict is not null and exists (select from keys k
			where k.key_id = v_key and k.state = 'active') then
		perform apply_verdict(p_model, p_verdict);
	end if;
	return end_task_items(p_task, jsonb_build_array(p_result)) = 1;
end $$;

-- --- pages -------------------------------------------------------------------

-- A task without its items; null if there is none.
create or replace function keywheel.describe_task(p_task bigint)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('task_id', t.task_id, 'kind', t.kind,
		'arguments', t.arguments, 'state', t.state,
		'made_by', t.made_by, 'made_at', utc_text(t.made_at),
		'started_at', utc_text(t.started_at),
		'ended_at', utc_text(t.ended_at), 'total', t.total,
		'done', t.done, 'failed', t.failed)
	from tasks t where t.task_id = p_task;
$$;

-- Groups of a task's results by their code, the failed ones first, with the
-- first p_shown keys of each that come after p_after.
create or replace function keywheel.list_task_groups(
	p_task bigint, p_code text, p_after bigint, p_shown bigint)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(jsonb_build_object('code', g.code,
			'failed', g.failed, 'count', g.n, 'items', (
			select jsonb_agg(jsonb_build_object('item', i.item,
				'hint', i.hint, 'words', i.words,
				'state', i.state) order by i.item)
			from (select i.item, i.words, k.hint, k.state
				from task_items i
				left join keys k on k.key_id = i.item
				where i.task_id = p_task and i.code = g.code
					and i.ended_at is not null
					and i.item > p_after
				order by i.item limit p_shown) i))
			order by g.failed desc, g.n desc, g.code), '[]')
	from (select i.code, bool_or(i.failed) as failed, count(*) as n
		from task_items i
		where i.task_id = p_task and i.ended_at is not null
			and (p_code is null or i.code = p_code)
		group by i.code) g;
$$;

-- What is to be known before somebody says yes: the keys by their states, and
-- the first of them.
create or replace function keywheel.describe_task_keys(
	p_task bigint, p_shown bigint)
returns jsonb
language sql stable
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object(
		'active', (select count(*) from task_items i
			join keys k on k.key_id = i.item
			where i.task_id = p_task and k.state = 'active'),
		'disabled', (select count(*) from task_items i
			join keys k on k.key_id = i.item
			where i.task_id = p_task and k.state = 'disabled'),
		'keys', (select jsonb_agg(jsonb_build_object(
				'item', k.key_id, 'hint', k.hint,
				'note', k.note, 'state', k.state)
				order by k.key_id)
			from (select k.* from task_items i
				join keys k on k.key_id = i.item
				where i.task_id = p_task
				order by i.item limit p_shown) k),
		'pools', (select jsonb_agg(p.pool order by p.pool) from pools p
			where p.pool not like '%/%'));
$$;

-- The page of a task; null if there is none. p_code: only this group of its
-- results, from the item after p_after on.
create or replace function keywheel.task_page(
	p_task bigint, p_code text, p_after bigint, p_shown bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select t || case when t ->> 'state' = 'asked'
		then jsonb_build_object('question',
			describe_task_keys(p_task, p_shown))
		else jsonb_build_object('groups',
			list_task_groups(p_task, p_code, p_after, p_shown)) end
	from describe_task(p_task) t;
$$;

-- The newest tasks that were begun.
create or replace function keywheel.list_tasks(p_shown bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select coalesce(jsonb_agg(describe_task(t.task_id)
		order by t.task_id desc), '[]')
	from (select t.task_id from tasks t
		where t.state <> 'asked' and t.started_at is not null
		order by t.task_id desc limit p_shown) t;
$$;

-- --- keys in the clear -------------------------------------------------------

-- The next p_most sealed secrets of a task on keys, which somebody has proved
-- to be allowed to see. Told in the keys' histories.
create or replace function keywheel.reveal_task_keys(
	p_task bigint, p_after bigint, p_most bigint, p_by text)
returns table (key_id bigint, pool text, secret bytea, project text,
	note text, state text)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_keys bigint[] := array(
		select i.item from task_items i
		join tasks t using (task_id)
		join keys k on k.key_id = i.item and k.state <> 'removed'
		where i.task_id = p_task and t.kind = 'export'
			and t.state = 'asked'
			and t.made_at > now() - interval '1 hour'
			and i.item > p_after
		order by i.item limit p_most);
begin
	insert into key_events (key_id, event, cause)
	select k, 'revealed', p_by from unnest(v_keys) k;
	return query
	select k.key_id, k.pool, k.secret, k.project, k.note, k.state
	from keys k where k.key_id = any (v_keys) order by k.key_id;
end $$;

-- --- keys that are pasted ----------------------------------------------------

create or replace function keywheel.put_key_draft(
	p_draft uuid, p_part bigint, p_keys jsonb)
returns void
language sql security definer
set search_path = keywheel, pg_temp
as $$
	insert into key_drafts (draft_id, part, keys)
	values (p_draft, p_part, p_keys);
$$;

-- Adding a draft is these four, in one transaction: all of its keys, or none.
-- They are gathered in a task that is to verify them. Null: there is no such
-- draft (any more).
create or replace function keywheel.begin_key_draft(p_draft uuid, p_by text)
returns bigint
language sql security definer
set search_path = keywheel, pg_temp
as $$
	insert into tasks (kind, made_by)
	select 'verify', p_by
	where exists (select from key_drafts d where d.draft_id = p_draft
		and d.made_at > now() - interval '1 hour')
	returning task_id;
$$;

-- The next part of it: how many keys became what. more: there are others.
create or replace function keywheel.add_key_draft_part(
	p_draft uuid, p_task bigint, p_by text,
	out added bigint, out restored bigint, out known bigint,
	out more boolean)
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
#variable_conflict use_column
declare
	v_keys jsonb;
begin
	delete from key_drafts d where (d.draft_id, d.part) = (
		select o.draft_id, o.part from key_drafts o
		where o.draft_id = p_draft order by o.part limit 1)
	returning d.keys into v_keys;
	with a as materialized (
		select * from add_keys(v_keys, 'page', false, p_by)),
	noted as (
		insert into task_items (task_id, item)
		select p_task, a.key_id from a where a.result <> 'known'
		on conflict do nothing)
	select count(*) filter (where a.result = 'added'),
		count(*) filter (where a.result = 'restored'),
		count(*) filter (where a.result = 'known')
	into added, restored, known from a;
	more := exists (select from key_drafts d where d.draft_id = p_draft);
end $$;

-- Into the rotation with the next of them; the last one's number, null: there
-- are no more.
create or replace function keywheel.enter_key_draft(
	p_task bigint, p_after bigint, p_most bigint)
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_keys bigint[] := array(
		select i.item from task_items i
		where i.task_id = p_task and i.item > p_after
		order by i.item limit p_most);
begin
	perform rotation_add_many(v_keys);
	return v_keys[cardinality(v_keys)];
end $$;

-- The task is begun, or not wanted. True: it is.
create or replace function keywheel.end_key_draft(
	p_task bigint, p_verify boolean)
returns boolean
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
begin
	update tasks t set state = 'going', started_at = now(), total = (
		select count(*) from task_items i where i.task_id = p_task)
	where t.task_id = p_task and p_verify and exists (
		select from task_items i where i.task_id = p_task);
	if not found then
		delete from task_items i where i.task_id = p_task;
		delete from tasks t where t.task_id = p_task;
		return false;
	end if;
	return true;
end $$;
