# Is each report and each of its columns in keywheel-sql(7), and nothing that is
# not there? Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# A view's columns are what its section has in lines `.It Va`.
awk '/^\.S[hs] / { view = $2 }
	view ~ /^report_/ && /^\.It Va / {
		for (i = 3; i <= NF; i++)
			if ($i != ",")
				print view "." $i
	}' "$srcdir/man/keywheel-sql.7" | LC_ALL=C sort >"$dir/described"
sql t -c "select table_name || '.' || column_name
	from information_schema.columns
	where table_schema = 'keywheel' and table_name ~ '^report_'" |
	LC_ALL=C sort >"$dir/there"
is "$(($(wc -l <"$dir/there") > 200))" 1 'there are columns'
is "$(LC_ALL=C comm -13 "$dir/described" "$dir/there" | xargs)" '' \
	'each column of each report is in the manual'
is "$(LC_ALL=C comm -23 "$dir/described" "$dir/there" | xargs)" '' \
	'… and no other'
is "$(cd "$srcdir/sql/examples" && for file in *.sql; do
	grep -q "^\.It Pa.*\<$file\>" "$srcdir/man/keywheel-sql.7" ||
		echo "$file"
done)" '' 'so is each example'

# What the manual says in SQL is good.
awk '/^\.Sh / { here = $2 == "EXAMPLES"; at = 0 }
	here && /^select/ { at = 1 }
	/^\.Ed/ { at = 0 }
	at' "$srcdir/man/keywheel-sql.7" >"$dir/manual.sql"
is "$(grep -c '^select' "$dir/manual.sql")" 2 'the manual has two examples'
is "$(PGOPTIONS='-c role=keywheel_report' sql t -f "$dir/manual.sql" 2>&1)" '' \
	'… that run'
