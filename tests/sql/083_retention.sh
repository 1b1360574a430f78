# A day is dropped while requests end and somebody reads: nobody waits for it.
# Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# Somebody's transaction, which stays open until release.
hold() {
	coproc HOLD { "$bindir/psql" -XqAt -d t; }
	printf 'begin;\n%s;\n\\echo held\n' "$1" >&"${HOLD[1]}"
	local said=
	until [[ $said == held ]]; do
		read -r said <&"${HOLD[0]}" || return
	done
}
release() {
	local pid=$HOLD_PID
	printf 'commit;\n\\q\n' >&"${HOLD[1]}"
	wait "$pid" 2>/dev/null
}
# One step: what went, and whether it could.
step() {
	sql t -c "select coalesce(source, 'nothing') || ' ' || busy
		from keywheel.retire(7, 7, null, 1000)"
}
days() {
	sql t -c "select count(*) from keywheel.account_parts()
		where day < (now() at time zone 'UTC')::date"
}
# Requests that end, by several clients; nobody may wait for a second.
traffic() {
	PGOPTIONS='-c lock_timeout=1000' bench t 4 60 "$1" <<'END'
select keywheel.end_request(:client_id, gen_random_uuid(),
	(extract(epoch from now()) * 1000)::bigint, 1, 1, 'm', 'r', false,
	'complete', 200, 1, 5, 0, 0, 7, 1, 2, '', null, null);
END
}

sql t >/dev/null <<'END'
select keywheel.ensure_partition(t, (now() at time zone 'UTC')::date - d)
from unnest(array['requests', 'attempts', 'request_bodies']) t,
	unnest(array[9, 10]) d;
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, total_ms)
select gen_random_uuid(), now() - d * interval '1 day', 1, 1, 'm', 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 1
from unnest(array[9, 10]) d, generate_series(1, 50);
select keywheel.sum_usage(1000);
END
is "$(days)" 6 'two old days, of three tables'

hold 'select count(*) from keywheel.report_requests'
is "$(step)" 'requests true' 'somebody has read: the day cannot go now'
# A day that is made ahead would have to wait for the reader, too.
ahead() {
	sql t -c "select keywheel.ensure_partition('requests',
		(now() at time zone 'UTC')::date + 20)"
}
is "$(ahead)" f 'nor can a day be made'
(
	for ((i = 0; i < 40; i++)); do step; done
) >"$dir/steps" &
tries=$!
traffic 'requests end while it is tried'
is "$(PGOPTIONS='-c lock_timeout=1000' sql t -c "select count(*)
	from keywheel.report_requests where started_at < now() - interval '2 days'")" \
	100 '… and others read'
wait "$tries"
is "$(sort -u "$dir/steps")" 'requests true' '… it was never there'
release
is "$(ahead)" t 'afterwards a day is made'

(
	for ((i = 0; i < 400; i++)); do
		said=$(step)
		printf '%s\n' "$said"
		[[ $said != nothing* ]] || break
	done
) >"$dir/steps" &
tries=$!
traffic 'requests end while days go'
wait "$tries"
is "$(tail -n 1 "$dir/steps")" 'nothing false' 'all old days could go'
is "$(days)" 0 '… and are gone'
is "$(sql t -c 'select count(*) from keywheel.requests')" 480 \
	'the requests of today are all there'
is "$(sql t -c "select sum(requests) from keywheel.usage_now()
	where span = 'day'")" 580 '… and the sums know all of them'

# The clean-up finds a lease that has run out, while its responder, which was not
# dead, takes the next one.
sql t >/dev/null <<'SQL'
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	model, route, streamed)
select i, gen_random_uuid(), now() - interval '1 hour',
	now() - interval '1 minute', 'm', 'r', false
from generate_series(901, 902) i;
update keywheel.revision set maintained_at = '-infinity';
SQL
hold "update keywheel.leases set expires_at = now() + interval '1 hour'
	where responder = 901"
is "$(PGOPTIONS='-c lock_timeout=1000' sql t -c 'select keywheel.maintain()' \
	2>&1)" t 'the clean-up waits for no lease'
release
is "$(sql t -c "select string_agg(responder::text, ' ')
	from keywheel.leases where responder > 900")" 901 \
	'… and takes those that nobody holds'
