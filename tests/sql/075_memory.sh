# Memory under many responders at once. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# begun, ended: the two calls of a request in a conversation.
fresh t
sql t >/dev/null <<'END'
select test.add_token(), test.add_keys(1, 10);
create unlogged table test.picks (key_id bigint);
create function test.begun(p_responder bigint, p_talk text)
returns bigint
language plpgsql
as $$
declare
	v record;
begin
	select * into v from keywheel.begin_request(p_responder,
		gen_random_uuid(), '\x01', 'gemini', 'm', 'openai.chat', false,
		60000, jsonb_build_object('conversation', p_talk, 'calls',
			jsonb_build_array('c' || p_talk)));
	if v.answer <> 'leased' then
		raise exception 'answer %, wait %', v.answer, v.wait_ms;
	end if;
	return v.key_id;
end $$;
create function test.ended(p_responder bigint, p_talk text, p_key bigint)
returns void
language sql
as $$
	select keywheel.end_request(p_responder, gen_random_uuid(),
		(extract(epoch from now()) * 1000)::bigint, 1, p_key, 'm',
		'openai.chat', false, 'complete', 200, 1, 1, 0, 0, 1, 5, 9, '',
		null, null, jsonb_build_object('conversation', p_talk,
			'signatures', jsonb_build_object('c' || p_talk, 'S')));
$$;
create function test.plain_spread()
returns numeric
language sql
as $$
	select round(100.0 * (max(n) - min(n)) / avg(n), 1)
	from (select count(*) as n from test.picks
		group by key_id) s;
$$;
END

# Plain requests stay even while conversations keep their keys.
bench t 24 250 '12 clients in conversations beside 12 others' <<'END'
\if :client_id % 2
select test.begun(:client_id, (10 + :client_id)::text) as key \gset
select test.ended(:client_id, (10 + :client_id)::text, :key);
\else
select test.must_lease(:client_id, 'm') as key \gset
insert into test.picks values (:key);
\endif
END
sql t -c "select test.is(sum(uses), 6000::numeric, '… each pick is counted once')
	from keywheel.key_rotation" \
	-c "select test.ok(test.plain_spread() <= 10, '… the others'' counts '
		|| 'within 10 %, ' || test.plain_spread())" \
	-c "select test.is(count(*), 12::bigint, '… a row for each conversation')
		from keywheel.conversations"

# All of them want one key: those who find it held go on at once.
bench t 24 100 '24 clients in one conversation' <<'END'
select test.begun(:client_id, 'ff') as key \gset
select test.ended(:client_id, 'ff', :key);
END

# Nobody waits for a key that somebody holds, and the cursor stands elsewhere.
held() {
	local one
	sql t -c 'begin' -c "select from keywheel.key_rotation
		where key_id = $1 for no key update" -c "select pg_sleep(1)" \
		-c 'commit' >/dev/null &
	one=$!
	for ((i = 0; i < 100; i++)); do
		[[ $(sql t -c "select count(*) from pg_stat_activity
			where query ~ 'pg_sleep' and pid <> pg_backend_pid()
			and datname = 't'") == 1 ]] && break
		sleep 0.02
	done
	sql t -c "set lock_timeout = '300ms'" \
		-c "select key_id from keywheel.begin_request(99,
		gen_random_uuid(), '\\x01', 'gemini', 'm', 'r', false, 60000,
		'{\"conversation\": \"$2\"}')" 2>&1
	wait "$one"
}
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 3)' \
	-c "select test.add_keys(4, 5, '4711')" >/dev/null
sql t -c "select keywheel.remember(1, 3, 'm', '{\"conversation\": \"03\"}')" \
	-c "select keywheel.remember(1, 4, 'm', '{\"conversation\": \"04\"}')"
is "$(held 3 03)" 1 'a preferred key is held: the rotation has its turn'
is "$(held 4 04)" 5 '… another key of its project, if there is one'

# Signatures of the same calls in any order, quirks, verdicts, and the clean-up
# beside them: nobody waits in a circle.
fresh t
sql t -c 'select test.add_token()' -c "select test.add_keys(1, 4, '1')" \
	-c 'select test.add_keys(5, 8)' >/dev/null
bench t 24 60 'everything at once' <<'END'
\set key random(1, 8)
\set one random(1, 6)
\set two random(1, 6)
\set old random(1, 3)
update keywheel.revision set maintained_at = '-infinity' where :old = 1;
select keywheel.maintain();
select keywheel.end_request(:client_id, gen_random_uuid(), (extract(epoch
	from now()) * 1000)::bigint, 1, :key, 'm' || :one, 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null, jsonb_build_object(
	'key', :key, 'name', 'x', 'rest', 'project', 'rest_ms', -60000),
	jsonb_build_object('conversation', '0' || :one, 'bypass', :two = 1,
	'signatures', jsonb_build_object('c' || :one, 'S', 'c' || :two, 'S'),
	'quirks', jsonb_build_array('q' || repeat('x', :one), 'drop:' || :two)));
update keywheel.signatures set expires_at = now() where call_id = (select
	call_id from keywheel.signatures where call_id = 'c' || :two
	for update skip locked);
select keywheel.forget_quirks('m' || :two) where :old = 2;
select keywheel.begin_request(:client_id, gen_random_uuid(), '\x01', 'gemini',
	'm', 'r', false, 60000, jsonb_build_object('conversation', '0' || :two,
	'calls', jsonb_build_array('c' || :one, 'c' || :two)));
END

# One responder fetches the list of models, however many find it old.
fresh t
sql t -c 'create unlogged table test.claims (mine boolean)'
bench t 32 20 '32 clients claim the list of models' <<'END'
insert into test.claims select keywheel.claim_models_fetch(600000);
END
is "$(sql t -c 'select count(*) from test.claims where mine')" 1 \
	'… one gets it'
bench t 16 20 '16 clients put lists' <<'END'
\set n random(1, 5)
select keywheel.put_models((select jsonb_agg(jsonb_build_object('name',
	'models/m' || i)) from generate_series(:n, 5) i), 1);
END
is "$(sql t -c 'select count(*) from keywheel.models')" 5 '… each is there once'

# The ceiling of quirks holds, and each version is one that brought something.
fresh t
bench t 24 20 '24 clients learn quirks' <<'END'
\set n random(1, 60)
select keywheel.learn_quirks('m', jsonb_build_array('drop:' || :n));
END
sql t -c "select test.is(count(*), 32::bigint, '… no more than 32')
	from keywheel.model_quirks" \
	-c "select test.is(settings, 33::bigint, '… each made one version')
	from keywheel.revision"
