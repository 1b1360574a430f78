# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# The responders and lighttpd.
# A part of ./quickstart, which sources it.

start_responders() {
	local how command=("$PROGRAM/keywheel.fcgi" --conf "$BASE/keywheel.conf"
		--listen "$BASE/run/fcgi.sock")
	[[ -z $RESPONDERS ]] || command+=(--responders "$RESPONDERS")
	how=$(
		printf '%s\n' "${command[*]}"
		stamp "$PROGRAM/keywheel.fcgi"
		cat "$STATE/keywheel.conf"
		stamp_tree "$SHARE/templates"
		stamp_tree "$PROGRAM/po"
	)
	is_current responders "$how" && return 0
	! end_part responders || say 'The responders are restarted.'
	run_as rm -f "$BASE/run/fcgi.sock"
	spawn responders "${command[@]}" ||
		failed responders 'the responders did not start'
	put run/responders.how <<<"$how" || true
}

start_lighttpd() {
	local how files connections
	files=$(ulimit -Hn)
	if [[ $files == unlimited ]] || ((files > 16384)); then
		files=16384
	fi
	connections=$((files / 4))
	how=$(<"$HERE/lighttpd/quickstart.conf.in")
	how=${how//@BASE@/$BASE}
	how=${how//@PORT@/$PORT}
	how=${how//@MAX_FDS@/$files}
	how=${how//@MAX_CONNECTIONS@/$connections}
	put run/lighttpd.conf <<<"$how" || true
	write_error_bodies
	how+=$'\n'$(stamp "$(command -v lighttpd)")
	is_current lighttpd "$how" && return 0
	! end_part lighttpd || say 'lighttpd is restarted.'
	spawn lighttpd "$(command -v lighttpd)" -D \
		-f "$BASE/run/lighttpd.conf" || lighttpd_failed
	put run/lighttpd.how <<<"$how" || true
	put run/port <<<"$PORT" || true
}

# What lighttpd says itself, when a responder has died or a request is beyond
# its limits, is an error object as well. It wants the names to end in .html.
write_error_bodies() {
	local status type
	for status in 400 404 408 411 413 414 417 431 500 501 502 503 504; do
		type=invalid_request_error
		((status < 500)) || type=server_error
		put "run/error-$status.html" <<-END || true
			{"error":{"message":"The web server refused or lost this request (HTTP $status).","type":"$type","param":null,"code":"http_$status","status":"$status"}}
		END
	done
}

lighttpd_failed() {
	! tail -n 3 "$STATE/log/lighttpd.log" | grep -q 'in use' || port_taken
	failed lighttpd 'lighttpd did not start'
}

# Before anything is started or stopped.
check_port() {
	local least
	least=$(</proc/sys/net/ipv4/ip_unprivileged_port_start) 2>/dev/null ||
		least=1024
	((PORT >= least)) || die "ports below $least are not for ordinary" \
		"users; lighttpd runs as $RUN_USER: take another --port"
	find_part lighttpd && [[ $(port_now) == "$PORT" ]] && return 0
	! is_listening || port_taken
}

port_now() {
	cat "$STATE/run/port" 2>/dev/null || printf '%s\n' "$PORT"
}

# Sockets that listen on our port, on this address or on all of them: their
# inodes.
is_listening() {
	local hex address state inode
	hex=$(printf ':%04X' "$PORT")
	INODE=
	while read -r _ address _ state _ _ _ _ _ inode _; do
		[[ $state == 0A && $address == *"$hex" ]] || continue
		case ${address%:*} in
		0100007F | 00000000) ;;
		*) [[ ${address%:*} =~ ^0+$ ]] && answers_at_port || continue ;;
		esac
		INODE=$inode
		return 0
	done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
	return 1
}

# A socket for IPv6 may or may not hold the port for IPv4 as well.
answers_at_port() {
	(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

port_taken() {
	local fd pid who=
	is_listening || true
	fd=$(find /proc/[1-9]*/fd -lname "socket:\\[${INODE:-none}\\]" \
		-print -quit 2>/dev/null || true)
	if [[ -n $fd ]]; then
		pid=${fd#/proc/}
		pid=${pid%%/*}
		who=" by $(cat "/proc/$pid/comm" 2>/dev/null) (process $pid)"
	fi
	die "port $PORT is in use$who: take another one with --port"
}

health() {
	curl -s -o /dev/null -m 5 --noproxy '*' -w '%{http_code}' \
		"http://127.0.0.1:$1/health" 2>/dev/null || true
}

wait_health() {
	local end=$((SECONDS + 20)) part code
	while code=$(health "$PORT") && [[ $code != 200 ]]; do
		for part in lighttpd responders; do
			if ! find_part "$part"; then
				[[ $part != lighttpd ]] || lighttpd_failed
				failed "$part" "the $part ended"
			fi
		done
		if ((SECONDS > end)); then
			show_log postgres responders lighttpd
			die "http://127.0.0.1:$PORT/health answers $code, not 200"
		fi
		sleep 0.05
	done
}
