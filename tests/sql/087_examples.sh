# The examples for psql, as the report role runs them. Sourced by tests/sql/run.
# KEYWHEEL_EXAMPLES=new writes down what they say; read it before you keep it.
# shellcheck shell=bash disable=SC2154

# What an example is told, and with that says what is in examples/NAME.txt.
told() {
	case $1 in
	errors_by_hour) echo '-v day=2025-03-02' ;;
	slowest_models) echo '-v until=2025-03-03' ;;
	request_trail) echo '-v request=job-5 -v since=2025-01-01' ;;
	keys_to_remove | unused_tokens | quota_left | storage) ;;
	*) echo '-v month=2025-03-01' ;;
	esac
}

# example NAME [OPTION…]: as somebody who may read the reports.
example() {
	local name=$1
	shift
	PGTZ=UTC PGOPTIONS='-c role=keywheel_report' "$bindir/psql" -XqA \
		-F ' | ' -v ON_ERROR_STOP=1 "$@" -d t \
		-f "$srcdir/sql/examples/$name.sql" 2>&1
}

# What is never the same: how long from now, and how large.
steady() {
	case $1 in
	quota_left) sed -E 's/([0-9]+ days? )?[0-9]+:[0-9]{2}:00/TIME/' ;;
	storage) sed -E 's/^(\w+ \| \w+) .*/\1/' | sort ;;
	*) cat ;;
	esac
}

sql t -f "$here/examples/data.sql" >"$dir/data.log" 2>&1 ||
	not_ok "the data: $(tail -n 1 "$dir/data.log")"
is "$(grep -c '^3 false$' "$dir/data.log")" 1 'the data are partly summed up'

for file in "$srcdir"/sql/examples/*.sql; do
	name=$(basename "$file" .sql)
	# shellcheck disable=SC2046
	example "$name" $(told "$name") | steady "$name" >"$dir/$name.txt"
	[[ ${KEYWHEEL_EXAMPLES-} != new ]] ||
		cp "$dir/$name.txt" "$here/examples/"
	if diff -u "$here/examples/$name.txt" "$dir/$name.txt" >"$dir/diff"; then
		ok "$name says what it should"
	else
		not_ok "$name"
		sed 's/^/# /' "$dir/diff"
	fi
	if [[ -n $(told "$name") ]]; then
		if example "$name" >"$dir/untold"; then
			ok "$name needs to be told nothing"
		else
			not_ok "$name: $(cat "$dir/untold")"
		fi
	fi
done
is "$(cd "$here/examples" && printf '%s\n' *.txt)" \
	"$(cd "$srcdir/sql/examples" && printf '%s\n' *.sql |
		sed 's/sql$/txt/')" 'each has its answer, and no other is there'
