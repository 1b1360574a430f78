# shellcheck shell=bash disable=SC2034,SC2154
# container/: the image as its Dockerfile says, run as compose.yaml has it, but
# by lib/dockerfile and lib/container, since no engine is needed for that. The
# base image is this machine, and the programs are those that are built. A real
# one, of Debian's packages, takes some minutes; by hand, as root:
#     debootstrap --variant=minbase bookworm /var/tmp/base
#     tests/servers/lib/dockerfile container/Dockerfile . /var/tmp/image \
#         --base /var/tmp/base
#     KEYWHEEL_IMAGE=/var/tmp/image tests/servers/run container
# See lib/machine.

URL=http://keywheel.example.org:8000
# How fast their number grows by need depends on the machine.
RESPONDERS=32

box=/srv/box
log=/var/log/keywheel-container.log

# The build stage is not run: it is what `make install` has put on this machine,
# where it is taken away, so that nothing is there but by the Dockerfile.
make_image() {
	local installed=(bin/keywheel libexec/keywheel share/keywheel)
	if [[ -n ${KEYWHEEL_IMAGE-} ]]; then
		mkdir -p "$box"
		cp -a "$KEYWHEEL_IMAGE/config" "$KEYWHEEL_IMAGE/root" "$box/"
		return
	fi
	mkdir -p "$box/build/image/usr/local"
	(cd /usr/local && cp -a --parents "${installed[@]}" \
		"$box/build/image/usr/local" && rm -r "${installed[@]}")
	"$srcdir/tests/servers/lib/dockerfile" "$srcdir/container/Dockerfile" \
		"$srcdir" "$box" --base / --stage "build=$box/build"
}

# What the libraries of the programs belong to is among the packages of the
# image's own stage.
check_packages() {
	local listed file package
	listed=$(sed -n '/^FROM debian:bookworm-slim$/,$p' \
		"$srcdir/container/Dockerfile")
	while read -r file; do
		# The path may be that of a merged /usr.
		package=$(dpkg -S "$file" 2>/dev/null ||
			dpkg -S "/usr$file") || return
		package=${package%%:*}
		[[ $package == libc6 ]] ||
			grep -qE "^ +$package( |\$)" <<<"$listed" || {
			echo "the image lacks $package"
			return 1
		}
	done < <(for program in /usr/local/bin/keywheel \
		/usr/local/libexec/keywheel/keywheel.fcgi; do
		objdump -p "$program" | sed -n 's/^ *NEEDED *//p' |
			while read -r name; do
				ldd "$program" | awk -v n="$name" '$1 == n { print $3 }'
			done
	done | sort -u)
}

# As compose.yaml has it: passwords by make-secrets, roles by the image of
# PostgreSQL from initdb/, a .env file of gemini-balance's.
make_secrets() {
	cp -r "$srcdir/container" "$box/compose"
	"$box/compose/make-secrets"
	cp -a "$box/compose/secrets" "$box/secrets"
	mkdir -p /run/secrets
	cp "$box/secrets"/*database_url /run/secrets/
	cat >"$box/secrets/env" <<-END
		API_KEYS=$(sed 's/.*/"&"/' /root/keys | paste -sd, |
			sed 's/.*/[&]/')
		ALLOWED_TOKENS=["$(</root/token)"]
		AUTH_TOKEN=sk-container-administrator
		BASE_URL=http://127.0.0.1:9000/v1beta
		MYSQL_HOST=mysql
		TIME_OUT=300
	END
	sed 's/127.0.0.1.*/& postgres/' /etc/hosts >"$box/hosts"
	cat "$box/hosts" >/etc/hosts
	as_postgres psql -Xq -d postgres -c 'drop database keywheel' \
		-c 'drop role keywheel_app, keywheel_owner, keywheel_report'
	as_postgres env POSTGRES_USER=postgres \
		bash "$srcdir/container/initdb/keywheel.sh"
	rm -r /etc/keywheel
}

# The first process, as seen from here.
first() {
	local parent
	parent=$(<"$box/parent")
	pgrep -P "$parent"
}

# As `docker exec` does it, and the engine with the health check.
inside() {
	nsenter -t "$(first)" --mount --pid --ipc --uts --root --wd \
		setpriv --reuid 10001 --regid 10001 --clear-groups \
		--inh-caps=-all --bounding-set=-all --no-new-privs \
		env -i PATH=/usr/local/bin:/usr/bin:/bin \
		KEYWHEEL_CONF=/tmp/keywheel/keywheel.conf "$@"
}

is_healthy() {
	local Health
	# shellcheck source=/dev/null
	. "$box/config"
	inside "${Health[@]}" >/dev/null 2>&1
}

# What the first process may, and every one after it.
check_confined() {
	local pid folder
	for pid in $(first) $(pgrep -x keywheel.fcgi) $(pgrep -x lighttpd); do
		awk '/^Uid/ && $2 != 10001 || /^Cap/ && $2 !~ /^0+$/ ||
			/^NoNewPrivs/ && $2 != 1 { print; bad = 1 }
			END { exit bad }' "/proc/$pid/status" || return
	done
	for folder in /usr/local /etc /run /run/secrets /dev /var/lib; do
		! inside touch "$folder/x" 2>/dev/null || return
	done
}

# Processes that nobody waits for are the first one's.
check_reaping() {
	inside bash -c '(exec -a orphan sleep 0.1) & exit'
	for ((i = 0; i < 100; i++)); do
		[[ -n $(pgrep -f '^orphan'; pgrep -r Z -P "$(first)") ]] ||
			return 0
		sleep 0.05
	done
	return 1
}

# What has keys in the database and no master key makes no other.
check_lost_key() {
	mv "$box/volume/master.key" "$box/"
	! run_container >/dev/null && grep -q 'no .*: bring the one that' "$log" &&
		[[ ! -e $box/volume/master.key ]] && mv "$box/master.key" "$box/volume/"
}

# When one of the two has died the container ends, so that the engine starts it
# again; then there is nothing to be made or taken any more.
check_again() {
	local parent
	parent=$(<"$box/parent")
	pkill -KILL -x lighttpd
	for ((i = 0; i < 200; i++)); do
		[[ -d /proc/$parent ]] || break
		sleep 0.05
	done
	! wait "$parent" || return
	check_lost_key || return
	: >"$log"
	run_container
	! grep -E 'applied|settings:|master key|token is in' "$log"
}

run_container() {
	"$srcdir/tests/servers/lib/container" "$box" \
		RESPONDERS=$RESPONDERS LOG_FORMAT=json \
		JOBS_AFTER_REQUESTS=false \
		>>"$log" 2>&1 </dev/null &
	echo $! >"$box/parent"
	for ((i = 0; i < 300; i++)); do
		! is_healthy || return 0
		[[ -d /proc/$(<"$box/parent") ]] || break
		sleep 0.1
	done
	cat "$log"
	return 1
}

server_start() {
	make_image
	check_packages
	make_secrets
	cp -a "$box/root/var/lib/keywheel" "$box/volume"
	run_container
	check_confined
	check_reaping
	check_again
	[[ $(inside keywheel get LOG_FORMAT TIME_OUT | paste -s) == \
		$'LOG_FORMAT=json\tTIME_OUT=300' ]]
}

# Nothing is configured in a container that runs; lighttpd begins anew.
server_reload() {
	kill -HUP "$(first)"
}

# The engine: SIGTERM, and after stop_grace_period SIGKILL.
server_stop() {
	local pid end=$((SECONDS + 45))
	pid=$(first)
	kill -TERM "$pid"
	while [[ -d /proc/$pid ]]; do
		if ((SECONDS > end)); then
			kill -KILL "$pid"
			return 1
		fi
		sleep 0.05
	done
}

server_logs() {
	echo "$log"
}
