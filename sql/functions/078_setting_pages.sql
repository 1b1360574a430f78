-- Changing the settings, what was changed before, and what their page shows.

-- Of the history the newest 5,000 changes are kept, as far as 8 MB go.
create or replace function keywheel.trim_setting_history()
returns void
language sql
set search_path = keywheel, pg_temp
as $$
	delete from setting_history h using (
		select change_id, row_number() over w as n,
			sum(coalesce(octet_length(old_value), 0)
				+ coalesce(octet_length(new_value), 0)) over w
				as bytes
		from setting_history
		window w as (order by change_id desc)) s
	where h.change_id = s.change_id and s.n > 1
		and (s.n > 5000 or s.bytes > 8388608);
$$;

-- Put {"NAME": "value"} in force, all at once; a null takes the row away,
-- so that the default is in force. The number of rows that changed; -1 and
-- nothing has changed if p_expected, {"NAME": "value" or null}, is not what is
-- stored. p_by: who does it, from where (p_source); p_open: the names that are
-- no secrets, so that the history may have their values.
create or replace function keywheel.put_settings(p_settings jsonb,
	p_by text default '', p_source text default 'sql',
	p_open text[] default '{}', p_expected jsonb default '{}')
returns bigint
language plpgsql security definer
set search_path = keywheel, pg_temp
as $$
declare
	v_version bigint;
	v_changed bigint;
begin
	if not is_time_zone(p_settings ->> 'TIMEZONE') then
		raise exception 'TIMEZONE: there is no time zone "%"',
			p_settings ->> 'TIMEZONE'
		using errcode = 'invalid_parameter_value',
			hint = 'Such as UTC, Europe/Berlin, Asia/Shanghai.';
	end if;
	-- One after the other, so that each sees what the one before has done.
	select r.settings + 1 into v_version from revision r for update;
	if exists (select from jsonb_each_text(p_expected) e
			left join settings s on s.name = e.key
			where s.value is distinct from e.value) then
		return -1;
	end if;
	with change as (
		select e.key as name, s.value as old_value,
			e.value as new_value
		from jsonb_each_text(p_settings) e
		left join settings s on s.name = e.key
		where s.value is distinct from e.value),
	put as (
		insert into settings as s (name, value)
		select c.name, c.new_value from change c
		where c.new_value is not null
		on conflict (name) do update
			set value = excluded.value, updated_at = now()),
	gone as (
		delete from settings s using change c
		where s.name = c.name and c.new_value is null),
	told as (
		insert into setting_history (version, by, source, name, secret,
			old_value, new_value)
		select v_version, left(p_by, 200), p_source, c.name,
			c.name <> all (p_open),
			case when c.name = any (p_open) then c.old_value end,
			case when c.name = any (p_open) then c.new_value end
		from change c order by c.name)
	select count(*) into v_changed from change;
	if v_changed > 0 then
		update revision set settings = v_version;
		perform trim_setting_history();
	end if;
	return v_changed;
end $$;

-- For the page: what is stored, with its version; who changed it last; and the
-- models that there are, to choose from.
create or replace function keywheel.setting_page()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	-- From name to name by the index: there are few, with many changes each.
	with recursive names as (
		(select h.name from setting_history h order by h.name limit 1)
		union all
		select (select h.name from setting_history h
			where h.name > n.name order by h.name limit 1)
		from names n where n.name is not null),
	newest as (
		select h.* from names n
		cross join lateral (select * from setting_history h
			where h.name = n.name
			order by h.change_id desc limit 1) h)
	select jsonb_build_object('version', r.settings,
		'settings', (select coalesce(jsonb_object_agg(
				s.name, s.value), '{}') from settings s),
		'last', (select coalesce(jsonb_object_agg(h.name,
				jsonb_build_object('at', utc_text(h.at),
					'by', h.by, 'source', h.source)), '{}')
			from newest h),
		'models', (select coalesce(jsonb_agg(m.model
				order by m.model collate "C"), '[]')
			from models m))
	from revision r;
$$;

-- Changes before p_before (0: the newest), of the names that hold p_name in any
-- case, p_limit of them and whether there are more.
create or replace function keywheel.setting_changes(
	p_name text, p_before bigint, p_limit integer)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	with found as (
		select h.* from setting_history h
		where (p_before = 0 or h.change_id < p_before)
			and position(upper(p_name) in h.name) > 0
		order by h.change_id desc limit p_limit + 1)
	select jsonb_build_object(
		'more', count(*) > p_limit,
		'changes', coalesce(jsonb_agg(jsonb_build_object(
			'id', f.change_id, 'at', utc_text(f.at), 'by', f.by,
			'source', f.source, 'name', f.name, 'secret', f.secret,
			'old_value', f.old_value, 'new_value', f.new_value)
			order by f.change_id desc)
			filter (where f.n <= p_limit), '[]'))
	from (select *, row_number() over (order by change_id desc) as n
		from found) f;
$$;

-- One of them, with the value that is stored now; null: there is none.
create or replace function keywheel.setting_change(p_id bigint)
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select jsonb_build_object('id', h.change_id, 'at', utc_text(h.at),
		'by', h.by, 'source', h.source, 'name', h.name,
		'secret', h.secret, 'old_value', h.old_value,
		'new_value', h.new_value, 'value', (select s.value
			from settings s where s.name = h.name))
	from setting_history h where h.change_id = p_id;
$$;
