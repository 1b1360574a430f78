# Requests that are bound to a project, many at once. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

fresh t
sql t >/dev/null <<'END'
select test.add_token(), test.add_keys(1, 4), test.add_keys(5, 8, '1'),
	test.add_keys(9, 9, '2', 'paid'), test.add_keys(10, 11, '1', 'paid');
select keywheel.remember(1, k, '-', jsonb_build_object('resources',
	jsonb_build_array(jsonb_build_object('name', 'files/' || k, 'kind',
	'files')))) from generate_series(1, 11) k;
select keywheel.edit_keys('{8}', '{"reserve": true}', 'test');
create unlogged table test.picks (owner bigint, key_id bigint);
create function test.bound(p_responder bigint, p_owner bigint,
	p_model text default 'm')
returns bigint
language plpgsql
as $$
declare
	v record;
begin
	select * into v from keywheel.begin_request(p_responder,
		gen_random_uuid(), '\x01', 'gemini', p_model, 'r', false, 60000,
		jsonb_build_object('resources',
			jsonb_build_array('files/' || p_owner)), '{paid}');
	if v.answer <> 'leased' then
		raise exception 'answer %, why %, wait %', v.answer, v.why,
			v.wait_ms;
	end if;
	insert into test.picks values (p_owner, v.key_id);
	return v.key_id;
end $$;
END

# One key that all want, and keys of a project, beside plain requests.
bench t 24 20 '24 clients with a home' <<'END'
insert into test.picks select -1, key_id from keywheel.begin_request(:client_id,
	gen_random_uuid(), '\x01', 'paid', 'm', 'r', false, 60000,
	'{"sticky": "none"}');
END
sql t -c "select test.is(count(distinct k.scope), 1::bigint, '… all there')
	from test.picks p join keywheel.keys k on k.key_id = p.key_id
	where p.owner = -1" -c 'delete from test.picks'
bench t 24 100 '24 clients bound to one key' <<'END'
select test.bound(:client_id, 2);
END
bench t 24 100 '12 clients bound to projects beside 12 plain ones' <<'END'
\set owner random(1, 11)
\if :client_id % 2
select test.bound(:client_id, :owner);
\else
select test.must_lease(:client_id, 'm');
\endif
END
sql t -c "select test.is(count(*), 0::bigint, '… each by a key of its project')
	from test.picks p join keywheel.keys o on o.key_id = p.owner
	join keywheel.keys k on k.key_id = p.key_id
	where o.scope <> k.scope"

# Verdicts, limits, retries, resources of the same names in any order, the
# clean-up: nobody waits in a circle.
sql t -c "select keywheel.change_limit('*', 'm', 'rpm', 100000)" \
	-c "select keywheel.change_limit('key/3', 'm', 'rpm', 20)" >/dev/null
bench t 24 60 'everything at once' <<'END'
\set owner random(1, 11)
\set key random(1, 11)
\set one random(1, 6)
\set two random(1, 6)
\set old random(1, 3)
update keywheel.revision set maintained_at = '-infinity' where :old = 1;
select keywheel.maintain();
select keywheel.begin_request(:client_id, gen_random_uuid(), '\x01', 'gemini',
	'm', 'r', false, 60000, jsonb_build_object('resources',
	jsonb_build_array('files/' || :owner)), '{paid}', 10, 50);
select keywheel.retry_request(:client_id, (select request_id from
	keywheel.leases where responder = :client_id), 'gemini', 'm', '{}',
	jsonb_build_object('key', :key, 'name', 'x', 'rest', 'project',
	'rest_ms', 1), '{paid}', 10, 50, :owner);
select keywheel.wait_request(:client_id, (select request_id from
	keywheel.leases where responder = :client_id), 'gemini', 'm', 20,
	'{paid}', 10, :owner);
select keywheel.lease_more('gemini', 'm', array[:key], 1, '{paid}', 10, :owner);
select keywheel.end_request(:client_id, gen_random_uuid(), (extract(epoch
	from now()) * 1000)::bigint, 1, :key, 'm', 'r', false, 'complete', 200,
	1, 1, 0, 0, 1, 5, 9, '', null, jsonb_build_object('key', :key, 'name',
	'x', 'rest', 'key', 'rest_ms', 1), jsonb_build_object('resources',
	jsonb_build_array(jsonb_build_object('name', 'batches/' || :one, 'kind',
	'batches', 'expires_s', :old - 2), jsonb_build_object('name',
	'batches/' || :two, 'kind', 'batches')), 'forget',
	jsonb_build_array('batches/' || :two, 'batches/' || :one)));
END

# A key that somebody holds is waited for, by who holds none.
is "$(sql t -c "set lock_timeout = '5s'" -c "select key_id from
	keywheel.begin_request(99, gen_random_uuid(), '\\x01', 'gemini', 'x',
	'r', false, 60000, '{\"resources\": [\"files/2\"]}')" \
	-c "select pg_sleep(0)" | head -n 1 & sql t -c 'begin' -c "select from
	keywheel.key_rotation where key_id = 2 for no key update" \
	-c "select pg_sleep(0.3)" -c 'commit' >/dev/null; wait)" 2 \
	'a key that somebody holds is waited for'
