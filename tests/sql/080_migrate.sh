# Migrations: again, two at once, and a database that is newer than this
# version. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# A picture of everything that a migration makes.
picture() {
	"$bindir/pg_dump" -s -n keywheel "$1" |
		grep -Ev '^(--|\\|$|SET )|_[0-9]{8}' | sort | sha256sum
}

sql postgres -c 'create database again'
numbered=$(cd "$srcdir/sql" && printf '%s\n' [0-9]*.sql)
applied=$(cd "$srcdir/sql" && printf 'applied %s\n' [0-9]*.sql)
whole=$(find "$srcdir/sql/functions" "$srcdir/sql/views" -name '*.sql' | wc -l)
is "$(migrate again 2>&1)" "$applied
$whole files of functions and views in force" 'an empty database'
before=$(picture again)
sql again -c "select keywheel.put_settings('{\"A\": \"1\"}')" >/dev/null
is "$(migrate again 2>&1)" "the schema is up to date
$whole files of functions and views in force" 'migrating twice'
is "$(picture again)" "$before" '… changes nothing'
is "$(sql again -c 'select value from keywheel.settings')" 1 \
	'… and keeps what is there'
is "$(sql again -c 'select name from keywheel.schema_migrations
	order by version')" "$numbered" '… and each is recorded once'

# Functions are replaced as a whole, and nobody else may call them.
sql again -c 'create or replace function keywheel.maintain() returns boolean
	language sql as $$ select null::boolean $$' \
	-c 'grant execute on function keywheel.maintain to public'
migrate again >/dev/null 2>&1
is "$(picture again)" "$before" 'a function that was tampered with is mended'

# Two at once, on an empty database.
for round in 1 2 3; do
	sql postgres -c "create database both$round"
	migrate "both$round" >"$dir/one" 2>&1 &
	one=$!
	migrate "both$round" >"$dir/two" 2>&1
	two=$?
	wait "$one"
	is "$? $two" '0 0' "two at once, $round: both succeed"
	is "$(cat "$dir/one" "$dir/two" | grep '^applied')" \
		"$applied" "… one of them has applied it"
	is "$(picture "both$round")" "$before" '… and the schema is right'
done

# Newer than this version: nothing is touched.
sql again -c "insert into keywheel.schema_migrations (version, name)
	values (999, '999_later.sql')" \
	-c 'drop view keywheel.report_errors'
before=$(picture again)
said=$(migrate again 2>&1)
is "$?" 1 'a newer database is refused'
is "$(grep -o '999_later.sql' <<<"$said")" 999_later.sql '… with the reason'
is "$(picture again)" "$before" '… and left alone'

# A file that fails takes everything back.
cp -r "$srcdir/sql" "$dir/broken"
printf 'create table keywheel.half ();\nselect 1 / 0;\n' \
	>"$dir/broken/999_broken.sql"
sql postgres -c 'create database broken'
said=$(migrate broken "$dir/broken" 2>&1)
is "$?" 1 'a file that fails'
is "$(grep -o '999_broken.sql' <<<"$said")" 999_broken.sql '… is named'
is "$(sql broken -c "select count(*) from pg_namespace
	where nspname = 'keywheel'")" 0 '… and nothing is left of the others'

# The owner need be no superuser: without the right to make roles, there are
# none to grant anything to, or those that are there are used.
sql postgres -c 'create role plain login' \
	-c 'create database plain owner plain'
said=$(DATABASE_URL="host=$dir user=plain dbname=plain" \
	SQL_DIR=$srcdir/sql "$keywheel" migrate 2>&1)
is "$? ${said%%$'\n'*}" '0 applied 001_initial.sql' 'a plain owner'
is "$(sql plain -c "select has_function_privilege('keywheel_app',
	'keywheel.maintain()', 'execute')")" t '… the runtime role may call'

# On a shared host those roles are another customer's; that is kept in mind.
sql postgres -c 'create database alone owner plain'
alone() {
	DATABASE_URL="host=$dir user=plain dbname=alone $1" \
		SQL_DIR=$srcdir/sql "$keywheel" migrate 2>&1 | tail -n 1
	sql alone -c "select has_schema_privilege('keywheel_app',
		'keywheel', 'usage')"
}
in_force="$whole files of functions and views in force"
is "$(alone "options='-c keywheel.one_role=on'")" "$in_force
f" 'one role alone: the others get no rights'
is "$(alone '')" "$in_force
f" '… nor by a later migration'
sql alone -c 'comment on schema keywheel is null'
is "$(alone '')" "$in_force
t" '… unless it is taken back'
