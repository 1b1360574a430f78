// Do the dashboard and the alerts ask for metrics that there are, by labels that
// these have? With --rules: the dashboard's queries as rules for promtool.
import { readFileSync } from "node:fs";

const read = (file) => readFileSync(file, "utf8");
const faults = [];

/** Metrics and their labels, from the table in C. */
function metrics() {
	const found = new Map();
	const row = /\{"(keywheel_\w+)", (\w+),\s*\{([^}]*)\}/g;
	for (const [, name, type, labels] of
		read("src/gateway/metrics_table.c").matchAll(row)) {
		const own = [...labels.matchAll(/"(\w+)"/g)].map(([, l]) => l);
		if (type !== "HISTOGRAM")
			found.set(name, own);
		for (const end of type === "HISTOGRAM"
			? ["_bucket", "_sum", "_count"] : [])
			found.set(name + end,
			    end === "_bucket" ? [...own, "le"] : own);
	}
	return found;
}

function queriesOf(dashboard) {
	return JSON.parse(read(dashboard)).panels
	    .flatMap((p) => (p.targets ?? []).map(({ expr }) => [p.title, expr]));
}

/** Alerts and their expressions: what is indented below `expr`. */
function alertsOf(file) {
	return read(file).split(/^ +- alert: /m).slice(1).map((text) => [
		text.split("\n")[0],
		text.match(/ expr: (?:>-\n)?([^]*?)\n {8}\w+:/)[1]]);
}

const known = metrics();
const always = ["instance", "job"];

function check(where, expr) {
	const names = expr.match(/keywheel_\w+/g) ?? [];
	if (names.length === 0 && !/\bup\{/.test(expr))
		faults.push(`${where}: asks for nothing of ours`);
	for (const name of names)
		if (!known.has(name))
			faults.push(`${where}: there is no ${name}`);
	for (const [, name, selector] of
		expr.matchAll(/(keywheel_\w+)\{([^}]*)\}/g))
		for (const [, label] of selector.matchAll(/(\w+)\s*[=!]/g))
			if (![...always, ...known.get(name) ?? []].includes(label))
				faults.push(`${where}: ${name} has no ${label}`);
	const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)]
	    .flatMap(([, list]) => list.split(/, */));
	const may = new Set([...always,
		...names.flatMap((name) => known.get(name) ?? [])]);
	for (const label of grouped)
		if (!may.has(label))
			faults.push(`${where}: nothing there has ${label}`);
}

const queries = queriesOf("contrib/grafana/keywheel.json");
const alerts = alertsOf("contrib/prometheus/alerts.yml");
if (process.argv[2] === "--rules") {
	const rules = queries.map(([, expr], i) => ({ record: `query:${i}`,
		expr: expr.replaceAll("$__rate_interval", "5m")
		    .replaceAll("$instance", "a") }));
	console.log(JSON.stringify({ groups: [{ name: "queries", rules }] }));
} else {
	for (const [title, expr] of [...queries, ...alerts])
		check(title, expr);
	const tried = read("contrib/prometheus/alerts_test.yml");
	for (const [name] of alerts)
		if (!tried.includes(`"${name}"`))
			faults.push(`${name}: not tried`);
	const asked = [...queries, ...alerts].map(([, expr]) => expr).join("\n");
	for (const name of known.keys())
		if (!/_(sum|count|bucket)$/.test(name) && !asked.includes(name))
			faults.push(`${name}: nobody asks for it`);
	console.log(faults.join("\n"));
	process.exit(faults.length > 0 || known.size < 20 || alerts.length < 10
	    || queries.length < 20 ? 1 : 0);
}
