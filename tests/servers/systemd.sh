# shellcheck shell=bash disable=SC2034,SC2154
# The units, behind nginx; see lib/machine. No systemd runs in a machine: this
# takes its place, and does what the very unit files say: the socket, the user,
# the command line, how it is reloaded and stopped, the system calls and the file
# system that it may use.

URL=http://keywheel.example.org
# As many as the drop-in of the manual says, so that they are there at once.
RESPONDERS=32

units=/etc/systemd/system

# The value of a line of a unit: unit, name.
of_unit() {
	sed -n "s/^$2=//p" "$units/$1"
}

main_pid() {
	pgrep -o -x keywheel.fcgi
}

# As systemd would run it: nothing of the file system can be written but its own
# /tmp.
start_service() {
	local user socket
	socket=$(of_unit keywheel.socket ListenStream)
	user=$(of_unit keywheel.service User)
	# Words of a command line.
	# shellcheck disable=SC2046
	setsid systemd-socket-activate -l "$socket" \
		unshare -m sh -c '
			mount --bind / / && mount -o remount,bind,ro / &&
			mount -o remount,bind,ro /run && mount -t tmpfs tmp /tmp &&
			exec "$@"' sh \
		setpriv --reuid "$user" --regid "$user" --clear-groups \
		--bounding-set=-all --inh-caps=-all \
		"$srcdir/tests/servers/lib/confine" "$units/keywheel.service" \
		$(of_unit keywheel.service ExecStart) --responders $RESPONDERS \
		>/var/log/keywheel.log 2>&1 </dev/null &
	until grep -qs '^Listening on' /var/log/keywheel.log; do
		kill -0 $! || { cat /var/log/keywheel.log; return 1; }
		sleep 0.02
	done
	chown "$(of_unit keywheel.socket SocketUser):$(of_unit keywheel.socket \
		SocketGroup)" "$socket"
	chmod "$(of_unit keywheel.socket SocketMode)" "$socket"
}

check_units() {
	local unit
	systemd-analyze verify --man=no "$units"/keywheel*
	for unit in keywheel.service keywheel-jobs.service; do
		systemd-analyze security --offline=true --threshold=15 \
			--no-pager "$units/$unit" >/tmp/security || {
			cat /tmp/security
			return 1
		}
	done
}

server_start() {
	local doc=/usr/local/share/doc/keywheel
	cp $doc/systemd/keywheel* $units
	install -D -m 0644 -t /etc/sysusers.d \
		$doc/systemd/sysusers.d/keywheel.conf
	install -D -m 0644 -t /etc/tmpfiles.d \
		$doc/systemd/tmpfiles.d/keywheel.conf
	systemd-sysusers
	systemd-tmpfiles --create keywheel.conf
	check_units || return 1
	start_service
	cp $doc/nginx/keywheel.conf /etc/nginx/sites-available/keywheel
	ln -s ../sites-available/keywheel /etc/nginx/sites-enabled/
	cp $doc/nginx/keywheel-main.conf \
		/etc/nginx/modules-enabled/90-keywheel.conf
	nginx
	# What the timer does; those who ask Gemini find none there yet.
	# shellcheck disable=SC2046
	said=$(runuser -u "$(of_unit keywheel-jobs.service User)" -- \
		"$srcdir/tests/servers/lib/confine" "$units/keywheel-jobs.service" \
		$(of_unit keywheel-jobs.service ExecStart) 2>&1 || true)
	grep '^retention: ok' <<<"$said" >/dev/null
}

server_reload() {
	MAINPID=$(main_pid) sh -c "$(of_unit keywheel.service ExecReload)"
}

server_stop() {
	local pid
	pid=$(main_pid)
	nginx -s quit
	while pgrep -x nginx >/dev/null; do
		sleep 0.1
	done
	kill -TERM "$pid"
	while [[ -e /proc/$pid ]]; do
		sleep 0.1
	done
}

server_logs() {
	echo /var/log/nginx/* /var/log/keywheel.log
}
