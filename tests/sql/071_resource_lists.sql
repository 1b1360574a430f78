-- What is kept at once, and whose things lists show.

select test.add_keys(1, 2);
select test.add_token();
select keywheel.add_token('other', '\x02', '…othe', false, 'cli') \g /dev/null
select keywheel.add_token('chief', '\x03', '…chie', true, 'cli') \g /dev/null

select keywheel.note_resources(1, 2, '{"resources": [
	{"name": "batches/a", "kind": "batches", "expires_s": 60},
	{"name": "fileSearchStores/s", "kind": "fileSearchStores"}]}')
\g /dev/null
select keywheel.note_resources(2, 1, '{"resources": [
	{"name": "batches/b", "kind": "batches", "expires_s": 60}]}')
\g /dev/null
select test.is(string_agg(r.name || ' ' || r.key_id || ' ' || r.scope, ', '
	order by r.name), 'batches/a 2 key/2, batches/b 1 key/1, '
	|| 'fileSearchStores/s 2 key/2', 'kept with key and scope')
from keywheel.resources r;
select test.is(r.expires_at, 'infinity', 'without an end: it stays')
from keywheel.resources r where r.name = 'fileSearchStores/s';

create function pg_temp.seen(p_token bigint)
returns jsonb
language sql
as $$
	select keywheel.seen_names(p_token,
		'["batches/a", "batches/b", "batches/unknown", ""]');
$$;
select test.is(pg_temp.seen(1), '["batches/a"]', 'a token sees its own');
select test.is(pg_temp.seen(2), '["batches/b"]', '… and nobody else''s');
select test.is(jsonb_array_length(pg_temp.seen(3)), 4,
	'the operator''s token sees all');
select test.is(keywheel.seen_names(1, '[]'), '[]', 'nothing of nothing');
do $$ begin perform keywheel.put_settings(
	'{"FILES_USER_ISOLATION_ENABLED": "false"}'); end $$;
select test.is(jsonb_array_length(pg_temp.seen(2)), 4,
	'tokens are not kept apart: all');
do $$ begin perform keywheel.put_settings(
	'{"FILES_USER_ISOLATION_ENABLED": null}'); end $$;

update keywheel.resources set expires_at = now() where name = 'batches/a';
select test.is(pg_temp.seen(1), '[]', 'what is over is not there');

select keywheel.note_resources(2, 1, '{"forget": ["batches/b"]}') \g /dev/null
select test.is(pg_temp.seen(2), '[]', 'forgotten');

-- What is no resource, and a key that there is not.
select keywheel.note_resources(1, 99, '{"resources": [{"name": "files/x",
	"kind": "files"}]}') \g /dev/null
select keywheel.note_resources(1, 1, '{}') \g /dev/null
select test.is(count(*), 2::bigint, 'nothing came of it')
from keywheel.resources;

-- What is seen again without an end or facts keeps what it had.
select keywheel.note_resources(1, 2, '{"seen": [{"name": "fileSearchStores/s",
	"kind": "fileSearchStores"}]}') \g /dev/null
select keywheel.note_resources(1, 2, '{"seen": [{"name": "fileSearchStores/s",
	"kind": "fileSearchStores", "facts": {"a": 1}}]}') \g /dev/null
select test.is(r.facts || jsonb_build_object('end', r.expires_at),
	'{"a": 1, "end": "infinity"}', 'seen again')
from keywheel.resources r where r.name = 'fileSearchStores/s';

-- What one token is shown, or makes by the name of another's, changes nothing
-- of that, but for the operator's.
select keywheel.note_resources(2, 2, '{"seen": [{"name": "fileSearchStores/s",
	"kind": "fileSearchStores", "expires_s": 1, "facts": {"a": 2}}],
	"resources": [{"name": "fileSearchStores/s", "kind": "files",
	"expires_s": 1}]}') \g /dev/null
select test.is(r.facts || jsonb_build_object('end', r.expires_at, 'of',
	r.token_id), '{"a": 1, "end": "infinity", "of": 1}', 'another''s')
from keywheel.resources r where r.name = 'fileSearchStores/s';
select keywheel.note_resources(3, 2, '{"seen": [{"name": "fileSearchStores/s",
	"kind": "fileSearchStores", "facts": {"a": 3}}]}') \g /dev/null
select test.is(r.facts ->> 'a' || r.token_id, '31', 'by the operator')
from keywheel.resources r where r.name = 'fileSearchStores/s';

-- Lists are read from their index, whoever asks, however much there is.
insert into keywheel.resources (name, scope, kind, key_id, token_id, created_at,
	expires_at)
select 'files/' || i, 'key/1', 'files', 1, 1 + i % 2,
	now() - i * interval '1 second', now() + interval '1 hour'
from generate_series(1, 20000) i;
analyze keywheel.resources;
create function pg_temp.rows_read()
returns bigint
language sql volatile
as $$
	select seq_tup_read + coalesce(idx_tup_fetch, 0)
	from pg_stat_xact_user_tables
	where schemaname = 'keywheel' and relname = 'resources';
$$;
begin;
select pg_temp.rows_read() as before \gset
select test.is(count(*) || ' ' || max(r.name collate "C"), '10 files/8',
	'the newest of a token') from keywheel.list_resources(1, 'files', 10) r;
select test.is(count(*) || ' ' || max(r.name collate "C"), '10 files/9998',
	'… the next') from keywheel.list_resources(1, 'files', 10, 'files/9990') r;
select test.is(count(*) || ' ' || min(r.name collate "C"), '10 files/9970',
	'… the other way round')
from keywheel.list_resources(1, 'files', 10, 'files/9990', true) r;
select test.is(count(*) || ' ' || max(r.name collate "C"), '10 files/9',
	'those of all') from keywheel.list_resources(3, 'files', 10) r;
select test.is(count(*), 4::bigint, 'the oldest of all')
from keywheel.old_resources('files', 60, 4);
select test.is(string_agg(name, ' '), 'files/19998 files/19997',
	'… behind those that could not be deleted')
from keywheel.old_resources('files', 60, 2, 2);
select test.ok(pg_temp.rows_read() - :before < 200,
	'… of 20000 no more than these are read');
end;
