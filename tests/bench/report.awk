# Makes tables of the lines `stage side name value` that tests/bench/run has
# collected. Of several rounds the median counts. Exit status 1 if a request
# or a stream has failed.

{
	key = $1 " " $2 " " $3
	values[key, ++n[key]] = $4
	if ($3 == "failed")
		failed += $4
	if ($3 == "others")
		values["others", ++n["others"]] = $4
	if ($3 == "asked")
		asked[$1 ~ /^streams/ ? "streams" : "requests"] += $4
}

# Sort the values of a key in place.
function sort(key,    i, j, v) {
	for (i = 2; i <= n[key]; i++) {
		v = values[key, i] + 0
		for (j = i - 1; j > 0 && values[key, j] + 0 > v; j--)
			values[key, j + 1] = values[key, j]
		values[key, j + 1] = v
	}
}

function median(stage, side, name,    key, half) {
	key = stage " " side " " name
	if (!n[key])
		return 0
	sort(key)
	half = int((n[key] + 1) / 2)
	if (n[key] % 2)
		return values[key, half]
	return (values[key, half] + values[key, half + 1]) / 2
}

function most(stage, side, name,    key) {
	key = stage " " side " " name
	sort(key)
	return values[key, n[key]]
}

# 12345.6 -> 12,346; small ones keep three digits.
function figure(v,    text, tail) {
	if (v < 10)
		return sprintf("%.2f", v)
	if (v < 100)
		return sprintf("%.1f", v)
	text = sprintf("%.0f", v)
	while (length(text) > 3) {
		tail = "," substr(text, length(text) - 2) tail
		text = substr(text, 1, length(text) - 3)
	}
	return text tail
}

function ratio(ours, theirs) {
	return theirs == 0 ? "-" : sprintf("%.2f", ours / theirs)
}

# A line of the first table. Times are divided by `unit`.
function row(title, stage, name, unit, suffix,    ours, theirs) {
	ours = median(stage, "keywheel", name) / unit
	theirs = median(stage, "proxy", name) / unit
	printf "| %s | %s%s | %s%s | %s |\n", title, figure(ours), suffix,
		figure(theirs), suffix, ratio(ours, theirs)
}

# The same, with a difference in place of the ratio.
function difference(title, stage, name,    ours, theirs) {
	ours = median(stage, "keywheel", name) / 1000
	theirs = median(stage, "proxy", name) / 1000
	printf "| %s | %s ms | %s ms | %+.2f ms |\n", title, figure(ours),
		figure(theirs), ours - theirs
}

function requests(clients,    stage) {
	stage = "many" clients
	row(clients " clients: requests/s", stage, "rate", 1, "")
	row(clients " clients: median", stage, "p50", 1000, " ms")
	row(clients " clients: p99", stage, "p99", 1000, " ms")
}

function streams(number,    stage) {
	stage = "streams" number
	row(number " streams: first byte, median", stage, "first_p50", 1000,
		" ms")
	row(number " streams: first byte, p99", stage, "first_p99", 1000, " ms")
	row(number " streams: gap, median", stage, "gap_p50", 1000, " ms")
	row(number " streams: gap, p99", stage, "gap_p99", 1000, " ms")
	row(number " streams: gap, longest", stage, "gap_max", 1000, " ms")
}

# The second table has two columns for 64 clients and two for each number of
# streams. Its figures are kept in tenths of a microsecond.
function head(    i) {
	printf "| | 64 clients | proxy |"
	for (i = 1; i <= n_sizes; i++)
		printf " %d streams | proxy |", sizes[i]
	printf "\n|---|---:|---:|"
	for (i = 1; i <= n_sizes; i++)
		printf "---:|---:|"
	print ""
}

# A line of it: a part's time on the processor.
function part(title, name,    i) {
	printf "| %s", title
	used("many64", "keywheel", name, 10)
	used("many64", "proxy", name, 10)
	for (i = 1; i <= n_sizes; i++) {
		used("streams" sizes[i], "keywheel", name, 10000)
		used("streams" sizes[i], "proxy", name, 10000)
	}
	print " |"
}

function used(stage, side, name, unit,    key) {
	key = stage " " side " cpu_" name
	if (!n[key]) {
		printf " | -"
		return
	}
	total[stage, side] += median(stage, side, "cpu_" name)
	printf " | %s", figure(median(stage, side, "cpu_" name) / unit)
}

# What has been printed so far, summed up.
function sums(    i, stage, unit) {
	printf "| all of these"
	for (i = 0; i <= n_sizes; i++) {
		stage = i == 0 ? "many64" : "streams" sizes[i]
		unit = i == 0 ? 10 : 10000
		printf " | %s | %s", figure(total[stage, "keywheel"] / unit),
			figure(total[stage, "proxy"] / unit)
	}
	print " |"
}

function memory(title, side) {
	printf "* Private memory of an idle %s: median %.2f MiB, most %.2f MiB",
		title, median("memory", side, "kb") / 1024,
		most("memory", side, "kb") / 1024
}

END {
	n_sizes = split(streams_at, sizes)
	print "| | keywheel | lighttpd proxy | ratio or difference |"
	print "|---|---:|---:|---:|"
	difference("1 client, 200 requests/s: median", "one", "p50")
	difference("1 client, 200 requests/s: p99", "one", "p99")
	requests(16)
	requests(64)
	for (i = 1; i <= n_sizes; i++)
		streams(sizes[i])

	print ""
	print "Where the time goes: microseconds of processor per request at" \
		" 64 clients, seconds of it per\n1,000 streams."
	print ""
	head()
	part("lighttpd", "lighttpd")
	part("responders", "responders")
	part("PostgreSQL", "postgres")
	part("fake Gemini", "fake")
	sums()
	part("the load", "load")

	print ""
	memory("responder", "responder")
	printf ", after %s requests each.\n", figure(per_responder())
	memory("PostgreSQL backend", "backend")
	print "."
	printf "* Database time per request: %s µs of processor at 64 clients;",
		figure(median("many64", "keywheel", "cpu_postgres") / 10)
	if (n["database calls begin"])
		printf " alone on one\n  connection (pgbench) the first call" \
			" takes %s ms, the last %s ms.\n",
			figure(median("database", "calls", "begin")),
			figure(median("database", "calls", "end"))
	else
		print " (there is no pgbench to time the calls)."
	printf "* Translating alone: %s µs for a request of 1 kB, %s µs for an" \
		" event; %s ms and\n  %.0f MiB at the most for a request of" \
		" 20 MiB with a picture.\n",
		figure(median("translate", "keywheel", "request_ns") / 1000),
		figure(median("translate", "keywheel", "event_ns") / 1000),
		figure(median("translate", "keywheel", "picture_us") / 1000),
		median("translate", "keywheel", "picture_kb") / 1024
	printf "* Failures: %d of %d requests and %d streams, both sides.\n",
		failed, asked["requests"], asked["streams"]
	printf "* Responders: %s for requests, %s for streams.\n",
		most("memory", "responder", "count"), stream_responders
	sort("others")
	printf "* Machine: %s; clients, servers,\n  database and fake Gemini" \
		" together on it. Other programs took %d %% of the\n  processors" \
		" meanwhile (median; at most %d %%).\n", machine,
		values["others", int((n["others"] + 1) / 2)],
		values["others", n["others"]]
	printf "* Streams: 50 events, 20 ms apart; requests and answers of 1" \
		" kB. Medians of the rounds;\n  took %d s.\n", took
	exit failed > 0
}

# Requests of the stack before its memory was taken, for each responder.
function per_responder(    i, k, sum, stages) {
	split("warm one many16 many64", stages)
	for (i in stages) {
		k = stages[i] " keywheel asked"
		for (j = 1; j <= n[k]; j++)
			sum += values[k, j]
	}
	return sum / most("memory", "responder", "count")
}
