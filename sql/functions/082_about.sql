-- What the About page tells of the database, next to what /health tells.
create or replace function keywheel.about_page()
returns jsonb
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select to_jsonb(h) || jsonb_build_object(
		'postgres', split_part(current_setting('server_version'), ' ', 1),
		'postgres_since', utc_text(pg_postmaster_start_time()),
		'database_bytes', pg_database_size(current_database()),
		'migrated_at', (select utc_text(max(m.applied_at))
			from schema_migrations m),
		'alarms', (select count(*) from alarms a
			where a.ended_at is null),
		'now', utc_text(now()))
	from health() h;
$$;
