-- Put a key that is in the rotation where its row in keys says.
create or replace function keywheel.place_key(p_key bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	select rotation_add(p_key) where exists (select from key_rotation r
		where r.key_id = p_key);
$$;

-- Google has told a limit by refusing.
create or replace function keywheel.learn_limit(
	p_scope text, p_model text, p_kind text, p_value bigint)
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	insert into limits as l (scope, model, kind, value, source)
	values (p_scope, p_model, p_kind, p_value, 'learned')
	on conflict (scope, model, kind) do update
		set value = excluded.value, at = now()
		where l.source = 'learned' and l.value <> excluded.value;
$$;
