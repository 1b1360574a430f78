# Clearing while others use the tables. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

kw() {
	DATABASE_URL="host=$dir user=owner dbname=t" "$keywheel" "$@" 2>&1
}
# A day that is just being vacuumed is not dropped: here none is.
fill() {
	sql t >/dev/null <<'SQL'
select keywheel.ensure_partition('requests',
	(now() at time zone 'UTC')::date - d) from generate_series(0, 2) d;
select format('alter table %s set (autovacuum_enabled = off)', inhrelid::regclass)
from pg_inherits where inhparent = 'keywheel.requests'::regclass \gexec
insert into keywheel.requests (request_id, started_at, model, route, streamed,
	outcome, status, attempts, prompt_tokens, cached_tokens, thought_tokens,
	answer_tokens, total_ms)
select gen_random_uuid(), now() - d * interval '1 day', 'm', 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 1
from generate_series(0, 2) d, generate_series(1, 6000);
SQL
}
days() {
	sql t -c "select count(*) from pg_inherits
		where inhparent = 'keywheel.requests'::regclass"
}

# Somebody's transaction, which stays open until release.
hold() {
	coproc HOLD { "$bindir/psql" -XqAt -d t; }
	printf 'begin;\n%s;\n\\echo held\n' "$1" >&"${HOLD[1]}"
	read -r _ <&"${HOLD[0]}"
}
release() {
	local pid=$HOLD_PID
	printf 'rollback;\n\\q\n' >&"${HOLD[1]}"
	wait "$pid" 2>/dev/null
}

fresh t
fill
is "$(kw clear logs --older-than 1 --dry-run)" \
	'logs: would remove 12000 requests' 'counted'
is "$(days)" 11 '… and nothing done'

# A request that is just being accounted for: nobody waits for anybody.
hold "insert into keywheel.requests select gen_random_uuid(), now(), 1, 1, 'm',
	'r', false, 'complete', 200, 1, 1, 0, 0, 1, 1, 1, ''"
is "$(PGOPTIONS='-c lock_timeout=1000' kw clear logs --older-than 0)" \
	'logs: removed 18000 requests' 'cleared beside an open transaction'
is "$(days)" 11 '… row by row'
release
is "$(kw clear logs)" 'logs: removed nothing' '… and afterwards'
is "$(days)" 9 '… the days that are over are dropped'

# While somebody reads yesterday's table its rows go, but nobody else waits.
fill
hold "select count(*) from keywheel.requests"
is "$(PGOPTIONS='-c lock_timeout=1000' kw --json clear logs)" \
	'{"what":"logs","dry_run":false,"removed":{"requests":18000},"remains":""}' \
	'cleared beside a reader'
release

# Two at once, and requests that come and go meanwhile: none fails, and what is
# told is what was removed.
fill
sql t -c 'select test.add_token()' -c 'select test.add_keys(1, 4)' >/dev/null
sql t -c 'delete from keywheel.clears' >/dev/null
(for _ in 1 2 3 4; do kw clear logs; done >"$dir/one" 2>&1) &
one=$!
(for _ in 1 2 3 4; do kw clear logs; done >"$dir/two" 2>&1) &
two=$!
bench t 6 200 'requests while it is cleared' <<'SQL'
\set r random(1, 1000000000)
select test.must_lease(:r, 'm');
select keywheel.end_request(:r, (select request_id from keywheel.leases
	where responder = :r), (extract(epoch from now()) * 1000)::bigint, 1, 1,
	'm', 'r', false, 'complete', 200, 1, 1, 0, 0, 1, 1, 1, '', null, null);
SQL
wait "$one" "$two"
is "$(cat "$dir/one" "$dir/two" | grep -vE \
	'removed|being done already')" '' '… nor does a clearing'
kw clear logs >/dev/null
is "$(sql t -c "select sum((removed ->> 'requests')::bigint)
	from keywheel.clears")" 19200 '… each row was removed once'
is "$(sql t -c 'select count(*) from keywheel.requests')" 0 '… all of them'

# The cache: filled, asked and cleared at once.
(for _ in 1 2 3 4 5 6; do kw clear cache; done >"$dir/one" 2>&1) &
one=$!
bench t 6 300 'the cache while it is cleared' <<'SQL'
\set h random(1, 200)
\set b random(1, 3000)
select keywheel.cache_look('\x01', (select settings from keywheel.revision),
	int4send(:h), 60, 2, null);
select keywheel.cache_keep(int4send(:h), 1, 'm',
	convert_to(repeat('x', :b), 'UTF8'), 60, 100000);
select keywheel.cache_hit(gen_random_uuid(),
	(extract(epoch from now()) * 1000)::bigint, 1, 'm', 'r', false,
	'complete', 200, 1, 1, int4send(:h));
select keywheel.trim_cache(100);
SQL
wait "$one"
is "$(grep -cv removed "$dir/one")" 0 '… nor does a clearing'
is "$(sql t -c 'select s.bytes = coalesce(sum(c.size), 0) and s.bytes <= 100000
	from keywheel.cache_state s left join keywheel.cached_answers c on true
	group by s.bytes')" t '… and the bytes are counted right'

# Bad input.
for words in 'clear keys' 'clear logs --older-than x' \
	'clear logs --older-than -1' 'clear logs now' 'clear logs --cache on'; do
	# shellcheck disable=SC2086
	kw $words >/dev/null
	is $? 2 "keywheel $words"
done
is "$(kw --json clear | grep -o '"what":"cache","item":"answers"')" \
	'"what":"cache","item":"answers"' 'keywheel clear: what there is'
