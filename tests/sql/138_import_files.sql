-- Files that another gateway has made with keys and for tokens of ours.

select test.add_keys(1, 3);
select test.add_token();
select keywheel.add_token('gone', '\x02', '…gone', false, 'cli') \g /dev/null
select keywheel.revoke_token('gone') \g /dev/null
select keywheel.set_key_state(3, 'removed', 'test') \g /dev/null

create function pg_temp.file(p_name text, p_key bigint, p_token bytea default '\x01',
	p_left interval default '1 hour')
returns jsonb
language sql
as $$
	select jsonb_build_object('name', p_name, 'token', p_token,
		'key', coalesce((select k.hash from keywheel.keys k
			where k.key_id = p_key), '\xff'),
		'created_at', now() - interval '47 hours',
		'expires_at', now() + p_left,
		'facts', '{"displayName": "Name"}'::jsonb);
$$;
create function pg_temp.imported(variadic p_files jsonb[])
returns text
language sql
as $$
	select string_agg(i.result || ' ' || i.files, ', ' order by i.result)
	from keywheel.import_files(to_jsonb(p_files)) i;
$$;

select test.is(pg_temp.imported(pg_temp.file('files/a', 1),
	pg_temp.file('files/b', 2), pg_temp.file('files/b', 2),
	pg_temp.file('files/c', 3), pg_temp.file('files/d', 9),
	pg_temp.file('files/e', 1, '\x02'), pg_temp.file('files/f', 1, '\x03')),
	'no_key 2, no_token 2, taken 2',
	'files of keys and tokens that are here, each once');
select test.is(string_agg(concat_ws(' ', r.name, r.kind, r.key_id, r.token_id,
	r.facts ->> 'displayName', r.expires_at - r.created_at), '; '
	order by r.name),
	'files/a files 1 1 Name 2 days; files/b files 2 1 Name 2 days',
	'… and what is told of them')
from keywheel.resources r;
select test.is(pg_temp.imported(pg_temp.file('files/a', 1),
	pg_temp.file('files/b', 1)),
	'known 1, taken 1', 'a name that another project has is another file');

-- What is here is not overwritten, whoever brings it.
update keywheel.resources set token_id = 7 where name = 'files/a';
select test.is(pg_temp.imported(pg_temp.file('files/a', 1)), 'known 1',
	'a file that is here');
select test.is(r.token_id, 7::bigint, '… stays whose it is')
from keywheel.resources r where r.name = 'files/a';
select test.is(count(*), 0::bigint, 'none')
from keywheel.import_files('[]');
