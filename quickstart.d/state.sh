# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# The state folder: who runs things, and how they reach it.
# A part of ./quickstart, which sources it.

# Who runs PostgreSQL, the responders and lighttpd: never root. AS_RUN is the
# way from here to there.
RUN_USER=
RUN_UID=$EUID
RUN_GID=
AS_RUN=()

# What the programs call the state folder; see choose_base.
BASE=

# Where the programs are, and sql/ and templates/; see choose_program.
PROGRAM=
SHARE=

choose_run_user() {
	local owner
	if ((EUID != 0)); then
		RUN_USER=$(id -un 2>/dev/null || id -u)
		return 0
	fi

	# A state folder keeps its user.
	owner=$(stat -c %u "$STATE" 2>/dev/null || printf 0)
	if [[ $owner != 0 && -e $STATE/README ]]; then
		RUN_UID=$owner
	elif [[ ${SUDO_UID-0} != 0 ]]; then
		RUN_UID=$SUDO_UID
	else
		RUN_UID=$(id -u postgres 2>/dev/null ||
			id -u www-data 2>/dev/null || id -u nobody)
	fi
	RUN_GID=$(id -g "$RUN_UID" 2>/dev/null || printf '%s' "$RUN_UID")
	RUN_USER=$(id -un "$RUN_UID" 2>/dev/null || printf '%s' "$RUN_UID")
	if have setpriv; then
		AS_RUN=(setpriv --reuid "$RUN_UID" --regid "$RUN_GID"
			--clear-groups --no-new-privs --)
	elif have runuser; then
		AS_RUN=(runuser -u "$RUN_USER" --)
	else
		die 'to start as root I need setpriv or runuser (util-linux)'
	fi
}

# Run a command as that user. Everything that is written into the state
# folder is written this way, so that root follows nobody's symbolic links.
run_as() {
	"${AS_RUN[@]}" "$@"
}

# A folder that is somebody else's, or serves something else, is not taken
# over: an unknown one must be empty or at least private.
check_state() {
	local owner mode
	read -r owner mode < <(stat -c '%u %a' .)
	if ((owner != EUID && owner != RUN_UID)); then
		die "the folder $STATE belongs to user $(stat -c %U .)"
	fi
	[[ ! -e README ]] || return 0
	if [[ $HERE/ == "${STATE%/}"/* || $STATE == "${HOME-/}" ||
		$STATE == /root ]] || { [[ $mode != 700 ]] && is_filled; }; then
		die "$STATE is no state folder: give it one of its own"
	fi
}

is_filled() {
	[[ -n $(find . -mindepth 1 -print -quit) ]]
}

# Make the folder if need be, and hold it open and locked.
open_state() {
	if [[ ! -d $STATE ]]; then
		mkdir -p -- "$(dirname -- "$STATE")" &&
			mkdir -m 0700 -- "$STATE" || die "cannot make $STATE"
	fi
	enter_state
	umask 077
	if [[ $(stat -c '%a %u' .) != "700 $RUN_UID" ]]; then
		chmod 0700 .
		((EUID != 0)) || chown "$RUN_UID:$RUN_GID" .
	fi
	choose_base
	put README <<-END || true
		Made by ./quickstart: a private PostgreSQL (postgres/), its master
		key, tokens, settings and logs. "./quickstart stop --state DIR" ends
		what runs here; after that the folder may be deleted.
	END
	run_as mkdir -p "$BASE"/{log,tmp,run/empty}
}

# For a folder that exists.
enter_state() {
	cd -P -- "$STATE" 2>/dev/null ||
		die "cannot enter the state folder $STATE"
	STATE=$PWD
	choose_run_user
	check_state
	exec 8<. 9<.
	flock -w 1 8 || {
		say 'Waiting for another quickstart...'
		flock -w 180 8 || die 'another quickstart holds the state folder'
	}
}

# What the programs call the state folder: its path, if the user who runs
# them can get there, sockets fit into it (107 bytes) and no configuration
# file has to quote it; else descriptor 9, which works for all of them.
choose_base() {
	BASE=/proc/self/fd/9
	if is_plain "$STATE" && ((${#STATE} <= 89)) &&
		run_as test -x "$STATE"; then
		BASE=$STATE
	fi
	((EUID != 0)) || HOME=$BASE
	cd /
}

is_plain() {
	[[ $1 =~ ^[A-Za-z0-9/._-]+$ ]]
}

# File $1 of the state folder is there and says $2.
holds() {
	[[ -e $STATE/$1 && $(<"$STATE/$1") == "$2" ]]
}

# Write standard input to file $1 of the state folder. True if that changed
# it.
put() {
	local text
	text=$(cat)
	! holds "$1" "$text" || return 1
	run_as sh -c 'cat >"$1.new" && mv -f "$1.new" "$1"' sh "$BASE/$1" \
		<<<"$text" || die "cannot write $STATE/$1"
}

# The programs, sql/ and templates/ for the user who runs them: those of the
# checkout, or a copy where that user cannot read it.
choose_program() {
	PROGRAM=$BUILD
	SHARE=$HERE
	if is_plain "$HERE" && run_as test -x "$BUILD/keywheel.fcgi" \
		-a -r "$BUILD/keywheel.fcgi" -a -r "$HERE/sql"; then
		return 0
	fi
	copy_program
	PROGRAM=$BASE/program
	SHARE=$BASE/program
}

# Copies are new files, never old ones overwritten: those may be running.
copy_program() {
	local file list=()
	for file in build/{keywheel,keywheel.fcgi,fake_gemini,po} sql templates; do
		[[ ! -e $HERE/$file ]] || list+=("$file")
	done
	tar -c -C "$HERE" --mode=u=rwX,go= "${list[@]}" |
		run_as sh -c 'rm -rf "$1.new" && mkdir "$1.new" && cd "$1.new" &&
			tar -x && mv build/* . && rmdir build' \
			sh "$BASE/program" || die 'cannot copy the programs'
	if diff -rq "$STATE/program" "$STATE/program.new" >/dev/null 2>&1; then
		run_as rm -rf "$BASE/program.new"
	else
		run_as rm -rf "$BASE/program"
		run_as mv "$BASE/program.new" "$BASE/program"
	fi
}
