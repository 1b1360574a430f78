# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154,SC2119,SC2120,SC2153
#
# The demo: a fake Gemini and made-up keys.
# A part of ./quickstart, which sources it.

# How many keys there are.
count_keys() {
	keywheel --json keys list 2>/dev/null | { grep -o '"key_id"' || true; } |
		wc -l
}

start_demo() {
	local how
	[[ -n $DEMO ]] || return 0
	[[ -x $PROGRAM/fake_gemini ]] || die 'the build made no fake_gemini'
	if keywheel --json keys list | grep -o '"origin":"[^"]*"' |
		grep -v '"demo"' >/dev/null; then
		die "$STATE holds keys of yours: take another --state for --demo"
	fi
	how=$(stamp "$PROGRAM/fake_gemini")
	if ! is_current fake_gemini "$how"; then
		end_part fake_gemini || true
		run_as rm -f "$BASE/run/fake_gemini.port"
		spawn fake_gemini "$PROGRAM/fake_gemini" --port 0 \
			--port-file "$BASE/run/fake_gemini.port" --quiet &&
			wait_fake_gemini ||
			failed fake_gemini 'the fake Gemini did not start'
		put run/fake_gemini.how <<<"$how" || true
	fi
	load_demo "http://127.0.0.1:$(<"$STATE/run/fake_gemini.port")/v1beta" \
		"$DEMO_KEYS"
}

wait_fake_gemini() {
	local try
	for ((try = 0; try < 300; try++)); do
		[[ ! -s $STATE/run/fake_gemini.port ]] || return 0
		sleep 0.01
	done
	return 1
}

# What was loaded last is kept in demo.env.
load_demo() {
	local text="BASE_URL=$1"$'\n'"API_KEYS=$2" out
	! holds demo.env "$text" || return 0
	put tmp/demo.env <<<"$text" || true
	out=$(keywheel load-env "$BASE/tmp/demo.env" --origin demo 2>&1) ||
		broken "$out" 'cannot load the settings of the demo'
	run_as mv -f "$BASE/tmp/demo.env" "$BASE/demo.env"
}

# The first start without --demo takes keys and BASE_URL of the demo back.
end_demo() {
	[[ -z $DEMO ]] || return 0
	end_part fake_gemini || true
	[[ -e $STATE/demo.env ]] || return 0
	load_demo "$GEMINI_URL" '[]'
	run_as rm -f "$BASE/demo.env"
}
