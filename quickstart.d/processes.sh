# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# Processes: finding, starting and ending those of one state folder.
# A part of ./quickstart, which sources it.

# The parts, in the order in which they start; each with its program's name.
PARTS=(postgres fake_gemini responders lighttpd)
declare -A PROGRAM_OF=(
	[postgres]=postgres
	[fake_gemini]=fake_gemini
	[responders]=keywheel.fcgi
	[lighttpd]=lighttpd
)

# Those that this run has started, to be ended if it fails.
STARTED=()

# The answer of find_part.
PID=

# A process is ours if it has our state folder open, or stands in our cluster
# (a postgres that somebody started by hand counts too): a number that has
# passed to another process can never be taken for it.
is_here() {
	[[ /proc/$1/fd/9 -ef $STATE || /proc/$1/cwd -ef $STATE/postgres ]]
}

# And it is program $2.
is_ours() {
	local name
	is_here "$1" && { read -r name <"/proc/$1/comm"; } 2>/dev/null &&
		[[ $name == "$2" ]]
}

pid_file() {
	case $1 in
	postgres) printf '%s\n' "$STATE/postgres/postmaster.pid" ;;
	*) printf '%s\n' "$STATE/run/$1.pid" ;;
	esac
}

# Set PID to the process of part $1; false if it does not run.
find_part() {
	local file
	PID=
	file=$(pid_file "$1")
	{ read -r PID <"$file"; } 2>/dev/null || true
	if [[ ! $PID =~ ^[1-9][0-9]*$ ]] ||
		! is_ours "$PID" "${PROGRAM_OF[$1]}"; then
		PID=
		return 1
	fi
}

# Every process of part $1: children of one that was killed among them.
all_of_part() {
	local dir
	for dir in /proc/[1-9]*; do
		! is_ours "${dir#/proc/}" "${PROGRAM_OF[$1]}" ||
			printf '%s\n' "${dir#/proc/}"
	done
}

# Start part $1 with the command line that follows.
spawn() {
	local part=$1 limit end=$((SECONDS + 20))
	shift
	rotate_log "$part"
	run_as rm -f "$BASE/run/$part.pid"
	STARTED+=("$part")
	(
		# Streams need descriptors; postgres counts its own.
		limit=$(ulimit -Hn)
		if [[ $limit == unlimited ]] || ((limit > 65536)); then
			limit=65536
		fi
		[[ $part == postgres ]] || ulimit -n "$limit"
		close_others
		exec setsid "${AS_RUN[@]}" sh -c 'exec >>"$2" 2>&1
			echo $$ >"$1"; shift 2; exec "$@"' sh "$BASE/run/$part.pid" \
			"$BASE/log/$part.log" "$@" </dev/null
	) &
	disown
	until find_spawned "$part"; do
		((SECONDS <= end)) && kill -0 $! 2>/dev/null || return 1
		sleep 0.01
	done
}

# Nothing that our caller has open is kept open by what stays.
close_others() {
	local fd
	for fd in "/proc/$BASHPID/fd/"*; do
		fd=${fd##*/}
		((fd < 3 || fd == 9)) || exec {fd}>&-
	done
}

# As find_part, while postgres has not yet written its own file.
find_spawned() {
	PID=
	{ read -r PID <"$STATE/run/$1.pid"; } 2>/dev/null || true
	[[ $PID =~ ^[1-9][0-9]*$ ]] && is_ours "$PID" "${PROGRAM_OF[$1]}"
}

# Logs start anew, and one old one is kept, past 16 MB.
rotate_log() {
	local log=log/$1.log size
	size=$(stat -c %s "$STATE/$log" 2>/dev/null || printf 0)
	((size <= 16777216)) || run_as mv -f "$BASE/$log" "$BASE/$log.old"
}

# End part $1: its own signal, some patience, then KILL. False if nothing ran.
end_part() {
	local signal=TERM last=KILL patience=15 pids=()
	case $1 in
	postgres)
		# A fast shutdown; at last one without a checkpoint.
		signal=INT
		last=QUIT
		patience=60
		;;
	lighttpd) signal=INT ;;
	esac
	if find_part "$1"; then
		kill -s "$signal" "$PID" 2>/dev/null || true
		wait_gone "$patience" "$PID" ||
			kill -s "$last" "$PID" 2>/dev/null || true
	fi
	mapfile -t pids < <(all_of_part "$1")
	[[ -n $PID || ${#pids[@]} -gt 0 ]] || return 1
	end_orphans "${pids[@]}"
	run_as rm -f "$BASE/run/$1.pid"
}

# What a killed parent has left behind.
end_orphans() {
	local pid
	(($# > 0)) || return 0
	wait_gone 2 "$@" && return 0
	for pid; do
		kill -s TERM "$pid" 2>/dev/null || true
	done
	wait_gone 3 "$@" && return 0
	for pid; do
		kill -s KILL "$pid" 2>/dev/null || true
	done
	wait_gone 3 "$@" || true
}

# Wait up to $1 seconds until none of the processes that follow is left.
wait_gone() {
	local end=$((SECONDS + $1)) pid
	shift
	for pid; do
		while is_here "$pid"; do
			((SECONDS <= end)) || return 1
			sleep 0.02
		done
	done
}

# A part is left alone while it runs as it would be started now: $2 says how.
is_current() {
	find_part "$1" && holds "run/$1.how" "$2"
}

# What tells one build of a file from another.
stamp() {
	stat -L -c '%n %s %y %i' "$@"
}

# The same for all files of a folder.
stamp_tree() {
	find "$1" -type f -printf '%P %s %T@\n' 2>/dev/null | sort || true
}

# The end of a part's log, for a start that failed.
show_log() {
	local part text
	for part; do
		text=$(run_as tail -n 12 "$BASE/log/$part.log" 2>/dev/null) || continue
		[[ -n $text ]] || continue
		printf -- '--- the end of %s\n%s\n' "$STATE/log/$part.log" "$text" >&2
		case $text in
		*'No space left on device'*) warn 'the disk is full' ;;
		esac
	done
}

# Part $1 did not start.
failed() {
	show_log "$1"
	die "$2"
}

# A command failed that said $1.
broken() {
	printf '%s\n' "$1" | tail -n 15 >&2
	case $1 in
	*'No space left on device'*) warn 'the disk is full' ;;
	esac
	die "$2"
}

# Nothing half-started is left running.
clean_up() {
	local status=$? i
	trap - EXIT
	[[ -z $ENV_COPY ]] || run_as rm -f "$ENV_COPY"
	((status != 0)) || return 0
	for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
		end_part "${STARTED[i]}" || true
	done
	exit "$status"
}
