# The job and responders that find the same proxies down. Sourced by
# tests/sql/run.
# shellcheck shell=bash disable=SC2154

# The job has a change to tell, and comes to a proxy that a responder holds,
# which has one to tell too. Nobody may wait in a circle.
fresh t
a=$(printf 'a%.0s' {1..32}) b=$(printf 'b%.0s' {1..32})
sql t -c "select keywheel.proxy_failed('$a', 'http://a:1', 'no way')" \
	-c "insert into keywheel.proxies (proxy, name) values ('$b', 'http://b:1')" \
	>/dev/null
sql t -c 'begin' \
	-c "select from keywheel.proxies where proxy = '$b' for update" \
	-c 'select pg_sleep(0.5)' \
	-c "select keywheel.proxy_failed('$b', 'http://b:1', 'no way')" \
	-c 'commit' >"$dir/one" 2>&1 &
one=$!
sleep 0.2
sql t -c "select keywheel.put_proxy_checks('[
	{\"proxy\": \"$a\", \"name\": \"http://a:1\", \"works\": true},
	{\"proxy\": \"$b\", \"name\": \"http://b:1\", \"works\": true}]')" \
	>"$dir/two" 2>&1
ends=$?
wait "$one"
is "$ends $? $(grep -h ERROR "$dir/one" "$dir/two")" '0 0 ' \
	'a check, and a call that fails meanwhile'
