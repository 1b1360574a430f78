# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# The private PostgreSQL cluster.
# A part of ./quickstart, which sources it.

# The PostgreSQL of DATABASE_URL; empty: one of our own. It is remembered.
DATABASE=
OWNER_DATABASE=
PGBIN=

choose_database() {
	OWNER_DATABASE=${OWNER_DATABASE_URL-}
	DATABASE=${DATABASE_URL-}
	if [[ -n $DATABASE && -d $STATE/postgres ]]; then
		die "$STATE has a PostgreSQL of its own:" \
			'take another --state for DATABASE_URL, or unset it'
	fi
	if [[ -z $DATABASE && -r $STATE/database-url ]]; then
		DATABASE=$(<"$STATE/database-url")
	fi

	# Only keywheel.conf counts for what we start; so do libpq's own
	# variables, unless they belong to that PostgreSQL.
	unset DATABASE_URL OWNER_DATABASE_URL MASTER_KEY_FILE SQL_DIR \
		TEMPLATE_DIR MESSAGE_DIR KEYWHEEL_CONF
	[[ -n $DATABASE ]] || unset "${!PG@}"
}

start_postgres() {
	local how
	[[ -z $DATABASE ]] || return 0
	choose_postgres
	[[ -d $STATE/postgres ]] || make_cluster
	how=$(
		stamp "$PGBIN/postgres"
		postgres_settings
	)
	is_current postgres "$how" && return 0
	! end_part postgres || say 'PostgreSQL is restarted with new settings.'
	postgres_settings | put postgres/quickstart.conf || true
	remove_stale_locks
	spawn postgres "$PGBIN/postgres" -D "$BASE/postgres" ||
		failed postgres 'PostgreSQL did not start'
	wait_postgres
	put run/postgres.how <<<"$how" || true
}

# The programs of the version that made the cluster.
choose_postgres() {
	local major=
	if [[ -d $STATE/postgres ]]; then
		major=$(<"$STATE/postgres/PG_VERSION") ||
			die "$STATE/postgres is not a PostgreSQL cluster"
	fi
	PGBIN=$(postgres_bin "$major") || die "the cluster in $STATE/postgres" \
		"needs PostgreSQL $major, which is not installed"
}

# Made beside its place and moved there, so that one that was interrupted is
# never taken for a cluster.
make_cluster() {
	local free out
	free=$(df -Pk "$STATE" | awk 'NR == 2 { print $4 }')
	((free >= 200 * 1024)) ||
		die "the disk is full: a database in $STATE needs 200 MB," \
			"$((free / 1024)) MB are free"
	say 'Making a PostgreSQL cluster...'
	run_as rm -rf "$BASE/postgres.new"
	out=$(run_as "$PGBIN/initdb" -D "$BASE/postgres.new" --no-sync \
		-U keywheel_owner -E UTF8 --locale=C -A trust 2>&1) ||
		broken "$out" 'initdb failed'
	run_as sh -c 'echo "include '\''quickstart.conf'\''" >>"$1/postgresql.conf"
		mv "$1" "$2"' sh "$BASE/postgres.new" "$BASE/postgres"
}

# For a small machine, and for nobody but us.
postgres_settings() {
	local most=64
	if [[ -n $RESPONDERS ]] && ((RESPONDERS > most)); then
		most=$RESPONDERS
	fi
	cat <<-END
		# Written by ./quickstart at each start; settings of your own
		# belong into postgresql.conf, below the line that includes this.

		# No network: a socket in a folder that is closed to others.
		listen_addresses = ''
		unix_socket_directories = '$BASE/run'
		unix_socket_permissions = 0700

		# One connection for each responder, and some for people.
		max_connections = $((most + 20))

		# A small machine, many small statements.
		shared_buffers = 24MB
		huge_pages = off
		jit = off
		max_wal_size = 256MB
		autovacuum_naptime = 15s

		# Nobody replicates from here.
		wal_level = minimal
		max_wal_senders = 0

		# Statements carry secrets: they are never logged.
		log_min_messages = warning
		log_min_error_statement = panic
		log_error_verbosity = terse
		log_statement = none
		log_min_duration_statement = -1
		log_parameter_max_length = 0
		log_parameter_max_length_on_error = 0
		log_line_prefix = '%m [%p] '
		log_timezone = 'UTC'
		timezone = 'UTC'
	END
}

# After a crash the files that say "running" are left over; a number in them
# may by now be anybody's. PostgreSQL then recovers by itself.
remove_stale_locks() {
	find_part postgres || run_as rm -f "$BASE/postgres/postmaster.pid" \
		"$BASE"/run/.s.PGSQL.5432{,.lock}
}

# Its eighth line says "ready" once it takes connections.
wait_postgres() {
	local line end=$((SECONDS + 120))
	while true; do
		line=
		if [[ -e $STATE/postgres/postmaster.pid ]]; then
			line=$(sed -n 8p "$STATE/postgres/postmaster.pid" \
				2>/dev/null || true)
		fi
		[[ $line != ready* ]] || return 0
		find_spawned postgres || failed postgres 'PostgreSQL did not start'
		((SECONDS <= end)) || failed postgres 'PostgreSQL does not get ready'
		sleep 0.02
	done
}

# Roles and the database, once. The empty one that initdb has made is taken,
# which is quicker than to make another.
make_database() {
	local out
	[[ -z $DATABASE && ! -e $STATE/postgres/keywheel.made ]] || return 0
	out=$(database_sql | run_as "$PGBIN/psql" -X -q -v ON_ERROR_STOP=1 \
		-h "$BASE/run" -U keywheel_owner -d template1 2>&1) ||
		broken "$out" 'cannot make the database'
	run_as touch "$BASE/postgres/keywheel.made"
}

database_sql() {
	cat <<-'END'
		select format('create role %I login', name)
		  from unnest(array['keywheel_app', 'keywheel_report']) name
		 where not exists (select from pg_roles where rolname = name) \gexec
		select 'alter database postgres rename to keywheel'
		 where not exists (select from pg_database
		                    where datname = 'keywheel') \gexec
	END
}
