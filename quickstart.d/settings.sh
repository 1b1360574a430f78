# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# Configuration, master key, migration, .env files, tokens.
# A part of ./quickstart, which sources it.

# The command line of this stack.
keywheel() {
	run_as "$PROGRAM/keywheel" --conf "$BASE/keywheel.conf" "$@"
}

write_conf() {
	local url="@/keywheel?host=$BASE/run" databases quoted
	if [[ -z $DATABASE ]]; then
		# Tests put PgBouncer between.
		databases="DATABASE_URL=${KEYWHEEL_POOL_URL:-postgresql://keywheel_app$url}
OWNER_DATABASE_URL=postgresql://keywheel_owner$url"
	else
		quoted=${DATABASE//\\/\\\\}
		databases="DATABASE_URL=\"${quoted//\"/\\\"}\""
	fi
	put keywheel.conf <<-END || true
		# Written by ./quickstart at each start.
		$databases
		MASTER_KEY_FILE=$BASE/master.key
		SQL_DIR=$SHARE/sql
		TEMPLATE_DIR=$SHARE/templates
		MESSAGE_DIR=$PROGRAM/po
		# Less than what \`quickstart stop\` waits.
		STOP_SECONDS=10
		${CA_FILE:+CA_FILE="$CA_FILE"}
	END
}

# The command line for people, whoever they are and wherever they stand.
write_wrapper() {
	local folder=$STATE program=$BUILD/keywheel
	[[ $PROGRAM == "$BUILD" ]] || program=$STATE/program/keywheel
	put keywheel <<-END || return 0
		#!/bin/bash
		# keywheel's command line for this stack; written by ./quickstart.
		exec 9<$(printf %q "$folder") || exit 1
		unset DATABASE_URL MASTER_KEY_FILE SQL_DIR TEMPLATE_DIR \
			MESSAGE_DIR
		exec $(printf %q "$program") --conf /proc/self/fd/9/keywheel.conf "\$@"
	END
	run_as chmod 0700 "$BASE/keywheel"
}

make_master_key() {
	local out
	[[ ! -e $STATE/master.key ]] || return 0
	out=$(run_as "$PROGRAM/keywheel" make-master-key "$BASE/master.key" \
		2>&1) || broken "$out" 'cannot make the master key'
}

# Only when the program or its SQL has changed. A foreign database is asked
# each time, but then it may refuse: the role that migrates is not remembered.
migrate() {
	local stamp=postgres/keywheel.migrated how out
	how=$(
		stamp "$PROGRAM/keywheel"
		stamp_tree "$SHARE/sql"
	)
	[[ -z $DATABASE ]] || stamp=run/migrated
	if [[ -z $DATABASE ]] && holds "$stamp" "$how"; then
		return 0
	fi
	out=$(
		[[ -z $OWNER_DATABASE ]] ||
			export OWNER_DATABASE_URL=$OWNER_DATABASE
		keywheel migrate 2>&1
	) || holds "$stamp" "$how" || broken "$out" 'the migration failed'
	put "$stamp" <<<"$how" || true
	[[ -z $DATABASE ]] || put database-url <<<"$DATABASE" || true
}

# A copy of a .env file that the user who runs keywheel cannot read.
ENV_COPY=

check_env_file() {
	local out
	[[ -n $ENV_FILE ]] || return 0
	if [[ ! -f $ENV_FILE ]] || ! run_as test -r "$ENV_FILE"; then
		ENV_COPY=$BASE/tmp/env.$$
		run_as sh -c 'cat >"$1"' sh "$ENV_COPY" <"$ENV_FILE" ||
			die "cannot read $ENV_FILE"
	fi
	out=$(run_as "$PROGRAM/keywheel" load-env --check \
		"${ENV_COPY:-$ENV_FILE}" 2>&1) || refuse_env_file "$out"
	if [[ -n $DEMO ]] && grep -Eq '^\s*(export\s+)?API_KEYS\s*=.*[a-z]' \
		"${ENV_COPY:-$ENV_FILE}"; then
		die '--demo goes without keys: take API_KEYS out of the .env file'
	fi
}

# Messages name the file that was given.
refuse_env_file() {
	printf '%s\n' "${1//"${ENV_COPY:-$ENV_FILE}"/$ENV_FILE}" >&2
	die "$ENV_FILE is refused; nothing has been changed"
}

load_env_file() {
	local out
	[[ -n $ENV_FILE ]] || return 0
	out=$(keywheel load-env "${ENV_COPY:-$ENV_FILE}" \
		--client-token-file "$BASE/token" \
		--admin-token-file "$BASE/admin-token" 2>&1) ||
		refuse_env_file "$out"
}

# Somebody without tokens of their own gets two.
make_tokens() {
	make_token token client
	make_token admin-token admin --admin
}

# Where a file was lost its token cannot be had again (the database has only
# a hash): there will be another one, of another name.
make_token() {
	local file=$1 name=$2 out n
	shift 2
	[[ ! -s $STATE/$file ]] || return 0
	for n in '' -{2..20}; do
		out=$(keywheel tokens add "$name$n" "$@" \
			--token-file "$BASE/$file" 2>&1) && return 0
		[[ $out == *already* ]] || break
	done
	broken "$out" "cannot make a token for $STATE/$file"
}
