# The same functions by way of C. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

if [[ -x $builddir/store_calls ]]; then
	DATABASE_URL="host=$dir user=owner dbname=t" "$builddir/store_calls"
	is "$?" 0 'store_calls has come to its end'
else
	not_ok "there is no $builddir/store_calls: make check builds it"
fi

# The command line.
kw() {
	DATABASE_URL="host=$dir user=owner dbname=t" "$keywheel" "$@" 2>&1
}
fresh t
is "$(kw quirks)" 'MODEL  QUIRK  LEARNED' 'keywheel quirks: none yet'
sql t -c "select keywheel.learn_quirks('m', '[\"b\", \"drop:a\"]')" \
	-c "select keywheel.learn_quirks('n', '[\"c\"]')" >/dev/null
is "$(kw quirks | awk '{ print $1, $2 }')" $'MODEL QUIRK\nm b\nm drop:a\nn c' \
	'… a table'
is "$(kw --json quirks | grep -o '"quirk":"[^"]*"' | tr '\n' ' ')" \
	'"quirk":"b" "quirk":"drop:a" "quirk":"c" ' '… and JSON'
said=$(kw quirks forget other)
is "$? $said" '1 keywheel: no quirks of a model other are known' \
	'… forget: there are none of that model'
is "$(kw quirks forget m)" '2 quirks forgotten' '… of a model'
is "$(sql t -c 'select settings from keywheel.revision')" 4 \
	'… in force for the next request'
is "$(kw --json quirks forget)" '{"forgotten":1}' '… of all'
is "$(kw quirks forget)" '0 quirks forgotten' '… there are none'
said=$(kw quirks forget m n)
is "$?" 2 '… one model or all'
