-- The pages of operation: jobs, proxies, files.

select test.add_keys(1, 2, 'p');
select test.add_keys(3, 3);
select test.add_token();

-- Jobs.
select keywheel.declare_jobs('[{"name": "a", "every_s": 300},
	{"name": "b", "every_s": 86400, "daily_at": "03:30"},
	{"name": "c", "every_s": 0}]', 'UTC') \g /dev/null
create function pg_temp.job(p_name text, p_member text)
returns text
language sql
as $$
	select j ->> p_member
	from jsonb_array_elements(keywheel.job_page(null, null, 10) -> 'jobs') j
	where j ->> 'name' = p_name;
$$;
update keywheel.jobs set next_at = now() + interval '1 hour';
update keywheel.job_look set looked_at = now();
select test.is(pg_temp.job('a', 'state') || ' ' || pg_temp.job('c', 'state'),
	'new off', 'states of jobs that have not run');
select test.is(keywheel.look_for_jobs(), false, 'nothing is due');
select test.is(keywheel.make_job_due('c'), 'off', 'one that is off stays so');
select test.is(keywheel.make_job_due('x'), null, 'one that there is not');
select test.is(keywheel.make_job_due('b'), 'due', 'one is made due');
select test.is(keywheel.look_for_jobs(), true,
	'… which whoever looks next hears, minute or not');
select test.is(c.name, 'b', '… and does')
from keywheel.claim_job(array['a', 'b', 'c'], 'me', 60000, false) c;
select test.is(pg_temp.job('b', 'state'), 'running', 'it runs');
select test.is(keywheel.make_job_due('b'), 'running', '… once is enough');
update keywheel.jobs set next_at = now() - interval '1 hour'
where name in ('a', 'b');
select test.is(pg_temp.job('a', 'late_s') || ' ' || pg_temp.job('b', 'late_s'),
	'3600 0', 'late is what nobody does');
select keywheel.finish_job(claim, false, 'words', false)
from keywheel.jobs where name = 'b' \g /dev/null
select test.is(pg_temp.job('b', 'state') || pg_temp.job('b', 'message')
	|| pg_temp.job('b', 'failures'), 'failedwords1', 'how it ended');
update keywheel.jobs set next_at = now() - interval '299 seconds'
where name = 'a';
select test.is(pg_temp.job('a', 'late_s'), '0', 'a moment is not late');
select test.is(r ->> 'state', 'failed', 'the runs')
from jsonb_array_elements(keywheel.job_page('b', null, 10) -> 'runs') r;
select test.is(keywheel.job_page('a', null, 10) -> 'runs', '[]',
	'… of one job alone');

-- Proxies.
select test.is(p -> 'scopes', '["key/3", "project/p"]', 'scopes'),
	test.is(p -> 'further', 'false', '… of all keys')
from keywheel.proxy_page(3) p;
select test.is(p -> 'scopes', '["project/p"]', '… of the oldest keys'),
	test.is(p -> 'further', 'true', '… when there are more')
from keywheel.proxy_page(2) p;
select keywheel.proxy_failed(repeat('a', 32), 'http://x:1', 'no') \g /dev/null
select test.is(p #>> array['known', repeat('a', 32), 'error'], 'no',
	'what is known of a proxy')
from keywheel.proxy_page(1) p;

-- Files, the newest first.
insert into keywheel.resources (name, scope, kind, key_id, token_id,
	created_at, expires_at, facts)
select 'files/' || i, 'key/3', 'files', 3, 1, now() - i * interval '1 minute',
	now() + interval '1 hour', jsonb_build_object('sizeBytes', i * 10,
		'state', case when i = 3 then 'FAILED' else 'ACTIVE' end,
		'displayName', 'Name 50%_' || i)
from generate_series(1, 5) i;
insert into keywheel.resources (name, scope, kind, key_id, token_id,
	expires_at)
values ('files/over', 'key/3', 'files', 3, 1, now()),
	('uploads/x', 'key/3', 'files', 3, 1, 'infinity'),
	('batches/x', 'key/3', 'batches', 3, 1, 'infinity');
create function pg_temp.names(p jsonb)
returns text
language sql
as $$
	select string_agg(substr(f ->> 'name', 7), ' ')
	from jsonb_array_elements(p -> 'files') f;
$$;
select test.is(pg_temp.names(keywheel.file_page(null, null, null, null, null,
	10)), '1 2 3 4 5', 'files, and nothing else');
select test.is(pg_temp.names(keywheel.file_page(null, null, null,
	(f ->> 'at')::bigint, f ->> 'name', 2)), '3 4', 'a page behind one')
from jsonb_array_elements(keywheel.file_page(null, null, null, null, null, 10)
	-> 'files') f where f ->> 'name' = 'files/2';
select test.is(pg_temp.names(keywheel.file_page(2, null, null, null, null,
	10)), null, 'of a token');
select test.is(pg_temp.names(keywheel.file_page(1, 'FAILED', null, null, null,
	10)), '3', 'of a state');
select test.is(pg_temp.names(keywheel.file_page(null, null, 'nAME 50%_4', null,
	null, 10)), '4', 'with a text, which is no pattern');
select test.is(f ->> 'size' || (f ->> 'token') || (f ->> 'hint')
	|| (f ->> 'usable'), '10bench…k003true', 'what is told of one')
from jsonb_array_elements(keywheel.file_page(null, null, null, null, null, 1)
	-> 'files') f;
select test.is(string_agg(c.name, ' '), 'files/2 files/1', 'those chosen')
from keywheel.chosen_files('[{"name": "files/1", "scope": "key/3"},
	{"name": "files/2", "scope": "key/3"},
	{"name": "files/3", "scope": "key/1"},
	{"name": "files/over", "scope": "key/3"},
	{"name": "batches/x", "scope": "key/3"}]') c;
select keywheel.set_key_state(3, 'disabled', 'test') \g /dev/null
select test.is(count(*), 0::bigint, 'without its key none can be deleted')
from keywheel.chosen_files('[{"name": "files/1", "scope": "key/3"}]');
