# Many responders at once. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# Counts are even and none is lost, whatever the number of keys.
for keys in 3 10 1000; do
	each=$((keys < 1000 ? 100 : 250))
	fresh t
	sql t -c 'select test.add_token()' -c "select test.add_keys(1, $keys)" \
		>/dev/null
	bench t 64 "$each" "64 clients, $keys keys" <<-'END'
		select test.must_lease(:client_id, 'm');
	END
	is "$(sql t -c 'select sum(uses) from keywheel.key_rotation')" \
		$((64 * each)) \
		"$keys keys: each pick is counted once"
	sql t -c "select test.ok(test.spread() <= 5, '$keys keys: counts '
		|| 'within 5 %, ' || test.spread())"
done

# Several models at once share the keys evenly, too.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 10)' >/dev/null
bench t 32 250 '32 clients, 4 models' <<-'END'
	\set model random(1, 4)
	select test.must_lease(:client_id, 'model-' || :model);
END
sql t -c "select test.ok(test.spread() <= 5, '4 models: counts within 5 %, '
	|| test.spread())"

# Half of the keys rest for the model.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 10)' \
	-c "select test.judge(i, '{\"rest\":\"key\",\"rest_ms\":3600000}')
		from generate_series(1, 5) i" >/dev/null
bench t 16 500 '16 clients, 10 keys, half resting' <<-'END'
	select test.must_lease(:client_id, 'm');
END
sql t -c "select test.ok(test.spread(6, 10) < 5, 'half resting: counts '
	|| 'within 5 %, ' || test.spread(6, 10))" \
	-c "select test.is(sum(uses), 8000::numeric, 'half resting: all of '
	|| 'them on those that do not') from keywheel.key_rotation
	where key_id > 5"

# Nearly all of many rest: the way by the least recently used.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 100)' \
	-c "select test.judge(i, '{\"rest\":\"key\",\"rest_ms\":3600000}')
		from generate_series(1, 95) i" >/dev/null
bench t 16 500 '16 clients, 5 of 100 keys free' <<-'END'
	select test.must_lease(:client_id, 'm');
END
sql t -c "select test.ok(test.spread(96, 100) < 5, '5 of 100 free: counts '
	|| 'within 5 %, ' || test.spread(96, 100))"

# Every pick is a HOT update: nothing bloats.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 20)' >/dev/null
bench t 8 2500 '20,000 picks' <<-'END'
	select test.must_lease(:client_id, 'm');
END
for ((i = 0; i < 50; i++)); do
	hot=$(sql t -c "select n_tup_upd >= 20000
		from pg_stat_user_tables where relname = 'key_rotation'")
	[[ $hot == t ]] && break
	sleep 0.1
done
sql t -c "select test.ok(n_tup_upd >= 20000
		and n_tup_hot_upd >= 0.99 * n_tup_upd,
	'20,000 picks: HOT ' || round(100.0 * n_tup_hot_upd / n_tup_upd, 2) || ' %')
	from pg_stat_user_tables where relname = 'key_rotation'"

# Second attempts: what the first one met is put in force by the same call.
# Responders that rest keys of each other's must not wait in a circle. (The
# rests are over when they are imposed: it is the locks that count here.)
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 12)' >/dev/null
bench t 32 60 'rests and second attempts, one key each' <<-'END'
	select test.must_lease(:client_id, 'm') as key \gset
	select test.must_lease_again(:client_id, 'm', :key,
		'{"rest": "key", "rest_ms": -60000}');
END
fresh t
sql t -c 'select test.add_token()' -c "select test.add_keys(1, 4, '1')" \
	-c "select test.add_keys(5, 8, '2')" -c "select test.add_keys(9, 12)" \
	>/dev/null
bench t 32 60 'rests and second attempts, whole projects' <<-'END'
	\set model random(1, 4)
	select test.must_lease(:client_id, 'm' || :model) as key \gset
	select test.must_lease_again(:client_id, 'm' || :model, :key,
		'{"rest": "project", "rest_ms": -60000}');
END

# The same where it would be certain to happen: each of two has imposed its
# verdict and then wants the other's key.
crossed() {
	local one ends
	sql t -c 'begin' -c "select test.judge(1, '$2')" \
		-c 'select pg_sleep(0.5)' -c "$3" -c 'commit' \
		>"$dir/one" 2>&1 &
	one=$!
	sql t -c 'begin' -c "select test.judge(2, '$2')" \
		-c 'select pg_sleep(0.5)' -c "$4" -c 'commit' \
		>"$dir/two" 2>&1
	ends=$?
	wait "$one"
	is "$ends $? $(grep -h ERROR "$dir/one" "$dir/two")" '0 0 ' "$1"
}
fresh t
sql t -c 'select test.add_keys(1, 2)' >/dev/null
crossed 'two rests and second attempts' '{"rest": "key", "rest_ms": -60000}' \
	"select test.pick('m', '{1}')" "select test.pick('m', '{2}')"
crossed 'two faults, and both keys are disabled' '{"disable_after": 9}' \
	"select test.judge(2, '{\"disable_after\": 1}')" \
	"select test.judge(1, '{\"disable_after\": 1}')"
fresh t
sql t -c "select test.add_keys(1, 4, '1')" >/dev/null
crossed 'two rests of one project' '{"rest": "project", "rest_ms": -60000}' \
	"select test.judge(3, '{\"rest\": \"project\", \"rest_ms\": 1}', 'x')" \
	"select test.judge(4, '{\"rest\": \"project\", \"rest_ms\": 1}', 'y')"

# Keys that die in numbers, while others are brought back.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 40)' >/dev/null
bench t 16 100 'keys die and come back' <<-'END'
	\set other random(1, 40)
	select test.must_lease(:client_id, 'm') as key \gset
	select test.must_lease_again(:client_id, 'm', :key,
		'{"disable_after": 1}');
	select keywheel.set_key_state(:key, 'active', 'test');
	select keywheel.set_key_state(:other, 'active', 'test');
END
sql t -c "select test.ok(test.is_dense(), 'keys die and come back: dense')" \
	-c "select test.is(size, 40, 'keys die and come back: all are there')
		from keywheel.pools"

# The account and the clean-up beside it.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 3)' >/dev/null
bench t 16 100 'whole requests beside the clean-up' <<-'END'
	update keywheel.revision set maintained_at = '-infinity'
		where :client_id = 0;
	select keywheel.maintain();
	select test.must_lease(:client_id, 'm') as key \gset
	select keywheel.end_request(:client_id, request_id,
		(extract(epoch from started_at) * 1000)::bigint, 1, :key, 'm',
		'openai.chat', false, 'complete', 200, 1, 1, 0, 0, 1, 5, 9, '',
		'[{"attempt": 1, "key": 1, "verdict": "internal",
		"status": 500, "total_ms": 3, "evidence": ""}]',
		jsonb_build_object('key', :key, 'clear', true))
	from keywheel.leases where responder = :client_id;
END
sql t -c "select test.is(count(*), 1600::bigint, 'each request has its row')
	from keywheel.requests" \
	-c "select test.is(count(*), 1600::bigint, '… and its failed attempt')
	from keywheel.attempts"

# Requests of several calls take more keys at once; they must not wait in a
# circle either, neither with each other nor with single picks and rests.
fresh t
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 6)' >/dev/null
bench t 32 60 'single picks, several keys at once, and rests' <<-'END'
	\set model random(1, 3)
	select test.must_lease(:client_id, 'model-' || :model) as key \gset
	select count(*) from keywheel.lease_more('gemini', 'model-' || :model,
		array[:key]::bigint[], 1 + :client_id % 7);
	select test.must_lease_again(:client_id, 'model-' || :model, :key,
		'{"rest": "key", "rest_ms": -60000}');
END
