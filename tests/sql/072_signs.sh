# Many responders that are told at once what may be everybody's trouble.
# Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# Two pools that share projects; each attempt fails in another way. Nobody may
# wait in a circle, and nobody may be lost.
fresh t
sql t -c 'select test.add_token()' -c "select test.add_keys(1, 6, '1')" \
	-c 'select test.add_keys(7, 12)' \
	-c "select test.add_keys(13, 16, '1', 'paid')" \
	-c "select test.add_keys(17, 20, null, 'paid')" >/dev/null
bench t 32 60 'signs of every kind' <<-'END'
	\set key random(1, 20)
	\set kind random(1, 6)
	\set model random(1, 3)
	select test.judge(:key, (array[
		'{"sign": "storm", "name": "overloaded"}',
		'{"sign": "storm", "name": "rate_unknown", "rest": "project",
			"rest_ms": 1, "cap_ms": 2}',
		'{"sign": "storm", "name": "internal", "stumble": true}',
		'{"sign": "location", "name": "location", "rest": "project",
			"rest_ms": 1, "all_models": true}',
		'{"sign": "model", "name": "model_unknown", "rest": "project",
			"rest_ms": 1}',
		'{"rest": "project", "rest_ms": 1, "project": "2"}']
		)[:kind]::jsonb, 'm' || :model);
	select test.judge(:key, '{"clear": true}', 'm' || :model);
	select keywheel.end_stale_alarms() where :client_id = 0;
END
sql t -c "select test.ok(test.is_dense(), 'signs of every kind: dense')" \
	-c "select test.is(count(*), 20::bigint, 'signs of every kind: no key '
	|| 'is lost') from keywheel.keys where state = 'active'" \
	-c "select test.is(count(*), 0::bigint, 'signs of every kind: whose '
	|| 'quota they count for agrees') from keywheel.keys k
	join keywheel.key_rotation r using (key_id)
	where r.scope <> k.scope" \
	-c "select test.ok(count(*) > 0, 'signs of every kind: alarms')
	from keywheel.alarms"

# Two that learn of one project at the same time, each with a key of the other
# pool: certain to meet.
fresh t
sql t -c 'select test.add_keys(1, 1)' \
	-c "select test.add_keys(2, 2, null, 'paid')" >/dev/null
learn() {
	sql t -c 'begin' -c "select test.judge($1, '{\"project\": \"5\",
		\"rest\": \"project\", \"rest_ms\": 1000, \"sign\": \"storm\"}')" \
		-c 'select pg_sleep(0.5)' -c "select test.judge($2,
		'{\"project\": \"5\", \"sign\": \"storm\"}')" -c 'commit' 2>&1
}
learn 1 2 >"$dir/one" &
one=$!
learn 2 1 >"$dir/two"
ends=$?
wait "$one"
is "$ends $? $(grep -h ERROR "$dir/one" "$dir/two")" '0 0 ' \
	'two that learn one project at once'
sql t -c "select test.is(string_agg(distinct scope, ' '), 'project/5',
	'… and both have') from keywheel.key_rotation"
