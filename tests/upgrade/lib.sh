# What the tests of upgrades and the script that makes their dumps share: a
# PostgreSQL cluster of their own, a fake Gemini, responders. Sourced; $srcdir
# and $builddir are known.
# shellcheck shell=bash disable=SC2034,SC2154

bindir=
for folder in "$(pg_config --bindir 2>/dev/null)" \
	/usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
	[[ -x $folder/initdb && -x $folder/pg_dump ]] && bindir=$folder
done

# The server refuses to run as root.
as_owner=()
user=
if ((EUID == 0)); then
	user=postgres
	id -u "$user" >/dev/null 2>&1 || user=nobody
	as_owner=(setpriv --reuid "$(id -u "$user")"
		--regid "$(id -g "$user")" --clear-groups)
fi
export PGUSER=owner PGDATABASE=postgres PGCONNECT_TIMEOUT=10
unset PGPORT PGPASSWORD PGSERVICE PGOPTIONS PGHOST
unset DATABASE_URL OWNER_DATABASE_URL MASTER_KEY_FILE KEYWHEEL_CONF

# Processes that were begun here, ended in the end.
begun=()
end_begun() {
	local i
	for ((i = ${#begun[@]} - 1; i >= 0; i--)); do
		kill "${begun[i]}" 2>/dev/null && wait "${begun[i]}" 2>/dev/null
	done
}
clean_up() {
	end_begun
	rm -rf "$dir"
}

# wait_for COMMAND…: ten seconds at most.
wait_for() {
	local i
	for ((i = 0; i < 400; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.025
	done
	return 1
}

# start_cluster NAME: the folder is also where its socket is.
start_cluster() {
	mkdir -p "$dir/$1" && { [[ -z $user ]] || chown "$user" "$dir/$1"; } ||
		return
	(cd "$dir/$1" && "${as_owner[@]}" "$bindir/initdb" -D "$dir/$1/data" \
		-U owner -A trust -N --no-locale -E UTF8) \
		>"$dir/$1.initdb.log" 2>&1 ||
		{ cat "$dir/$1.initdb.log"; return 1; }
	(cd "$dir/$1" && exec "${as_owner[@]}" "$bindir/postgres" \
		-D "$dir/$1/data" -k "$dir/$1" -c listen_addresses= \
		-c fsync=off -c jit=off -c max_connections=60 \
		-c log_min_messages=fatal) >"$dir/$1.log" 2>&1 &
	begun+=($!)
	wait_for "$bindir/pg_isready" -q -h "$dir/$1" -d postgres
}

# sql DATABASE [ARGUMENT…]: plain output, stop at the first error.
sql() {
	local database=$1
	shift
	"$bindir/psql" -XqAt -v ON_ERROR_STOP=1 -h "$cluster" -d "$database" "$@"
}

url_of() { printf 'host=%s user=%s dbname=%s' "$cluster" "${2:-owner}" "$1"; }

# kw DATABASE [ARGUMENT…]: the command line, as an operator's.
kw() {
	DATABASE_URL=$(url_of "$1") SQL_DIR=${sql_dir:-$srcdir/sql} \
		MASTER_KEY_FILE=$master TEMPLATE_DIR=$srcdir/templates \
		"${keywheel:-$builddir/keywheel}" "${@:2}"
}

# start_fake: $fake is its port.
start_fake() {
	"${fake_gemini:-$builddir/fake_gemini}" --port 0 \
		--port-file "$dir/fake.port" >/dev/null &
	begun+=($!)
	wait_for test -s "$dir/fake.port" && fake=$(<"$dir/fake.port")
}

# start_responders DATABASE NAME: their socket is $dir/NAME.sock, their log
# $dir/NAME.log, their parent $responders.
start_responders() {
	DATABASE_URL=$(url_of "$1") SQL_DIR=${sql_dir:-$srcdir/sql} \
		MASTER_KEY_FILE=$master TEMPLATE_DIR=$srcdir/templates \
		"${fcgi:-$builddir/keywheel.fcgi}" --listen "$dir/$2.sock" \
		--responders 2 >"$dir/$2.log" 2>&1 &
	responders=$!
	begun+=("$responders")
	wait_for test -S "$dir/$2.sock"
}

# ask NAME METHOD PATH [BODY]: the status and the body that responders answer
# with, by FastCGI.
ask() {
	node "$srcdir/tests/upgrade/ask.mjs" "$dir/$1.sock" "${@:2}"
}
