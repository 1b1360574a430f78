# Sums of the account while others write, delete and sum up, too. Sourced by
# tests/sql/run.
# shellcheck shell=bash disable=SC2154

# insert COUNT: so many requests of now.
insert() {
	printf "insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		total_ms)
	select gen_random_uuid(), now(), 1, 1, 'm', 'r', false, 'complete', 200,
		1, 1, 0, 0, 1, 1 from generate_series(1, %d)" "$1"
}
shown() {
	sql t -c "select coalesce(sum(requests), 0) from keywheel.usage_now()
		where span = '${1:-day}'"
}
summed() {
	sql t -c "select coalesce(sum(requests), 0) from keywheel.usage
		where span = 'day'"
}
# Somebody's transaction, which stays open until release WORD.
hold() {
	coproc HOLD { "$bindir/psql" -XqAt -d t; }
	printf 'begin;\n%s;\n\\echo held\n' "$1" >&"${HOLD[1]}"
	read -r _ <&"${HOLD[0]}"
}
release() {
	local pid=$HOLD_PID
	printf '%s;\n\\q\n' "$1" >&"${HOLD[1]}"
	wait "$pid" 2>/dev/null
}
sum() { sql t -c "select summed from keywheel.sum_usage(1000)"; }

# One commits late, after others that began later have been summed up.
hold "$(insert 3)"
sql t -c "$(insert 5)"
is "$(shown)" 5 'what is not committed is not shown'
is "$(sum)" 0 '… and nothing is summed up behind it'
release commit
is "$(shown)" 8 'committed late, it is shown at once'
is "$(sum)" 8 '… and summed up'
is "$(shown) $(summed)" '8 8' '… once'

# One that comes to nothing.
hold "$(insert 3)"
sql t -c "$(insert 1)"
release rollback
is "$(sum) $(shown) $(summed)" '1 9 9' 'what was undone is not counted'

# Two that sum up: the second leaves it to the first.
sql t -c "$(insert 4)"
hold 'select summed from keywheel.sum_usage(1000)'
is "$(PGOPTIONS='-c lock_timeout=1000' sum)" 0 'one at a time'
is "$(shown)" 13 '… and who looks meanwhile sees the same'
release rollback
is "$(shown) $(summed)" '13 9' 'one that died has done nothing'
is "$(sum) $(shown) $(summed)" '4 13 13' '… and the next does it'

# Somebody deletes rows that are not summed up, while that is being done.
sql t -c "$(insert 6)"
hold 'select summed from keywheel.sum_usage(1000)'
sql t -c 'delete from keywheel.requests' &
deleter=$!
sleep 0.3
release commit
wait "$deleter"
is "$(sum) $(shown) $(summed)" '0 19 19' 'deleted while it is summed up: once'
sql t -c "$(insert 6)"
hold 'delete from keywheel.requests'
is "$(sum)" 0 'while rows are deleted'
is "$(shown)" 25 '… they are still shown'
release commit
is "$(sum) $(shown) $(summed)" '0 25 25' '… and have been counted'

# Many at once.
(
	for ((i = 0; i < 40; i++)); do sum; done
) >"$dir/sums" &
summer=$!
(
	for ((i = 0; i < 8; i++)); do
		sql t -c 'delete from keywheel.requests r using (
			select o.request_id from keywheel.requests o limit 50
			for update skip locked) o
			where r.request_id = o.request_id'
		sql t -c 'select keywheel.recompute_usage()' >/dev/null
	done
) &
deleter=$!
bench t 6 50 'requests that end meanwhile' <<END
$(insert 2);
END
wait "$summer" "$deleter"
is "$(shown)" 625 'all are shown'
sum >/dev/null
is "$(shown) $(shown hour) $(shown minute) $(summed)" '625 625 625 625' \
	'… and counted once'
