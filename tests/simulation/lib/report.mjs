// The figures as one Markdown table.

const percent = (share) => share === null ? "–" : `${(share * 100).toFixed(2)} %`;
const number = (n, digits = 2) => n === null ? "–" : n.toFixed(digits);

const COLUMNS = [
	["phase", (r) => r.phase],
	["side", (r) => r.side],
	["asked", (r) => r.asked],
	["success", (r) => percent(r.rate)],
	["calls per success", (r) => number(r.callsPerSuccess)],
	["wasted calls", (r) => percent(r.wasted)],
	["of these dead keys", (r) => r.wastedDead],
	["healthy keys lost", (r) => r.lost.length],
	["fairness", (r) => number(r.jain, 3)],
	["p50 ms", (r) => number(r.p50, 0)],
	["p99 ms", (r) => number(r.p99, 0)],
	["recovered after", (r) => r.recoveryMs === undefined ? ""
	    : `${number(r.recoveryMs / 1000, 1)} s`],
];

const row = (cells) => `| ${cells.join(" | ")} |`;

function statuses(rows) {
	return rows.filter(({ statuses }) => Object.keys(statuses).length > 0)
	    .map(({ phase, side, statuses }) => `* ${phase}, ${side}: ` +
		Object.entries(statuses).sort().map(([name, n]) =>
		    `${name} × ${n}`).join(", "));
}

function told(rows) {
	return rows.filter(({ phase, told }) =>
	    phase === "above" && told.refused > 0)
	    .map(({ side, told }) => `* ${side}: ${told.refused} × 429, ` +
		`${percent(told.withTime)} with a time; too early ` +
		`${percent(told.early)}, in the middle ` +
		`${number(told.medianOff)} s later than the first room; ` +
		`${percent(told.roomAtRefusal)} refused while there was room`);
}

export function table({ results, restart, length, seed, speed }) {
	const sides = Object.keys(results);
	const rows = Object.keys(results[sides[0]]).flatMap((phase) =>
	    sides.map((side) => ({ phase, side, ...results[side][phase] })));
	return [
		`Simulation, ${length}, seed ${seed}, a minute in ` +
		    `${60 / speed} seconds`, "",
		row(COLUMNS.map(([name]) => name)),
		row(COLUMNS.map(() => "---")),
		...rows.map((r) => row(COLUMNS.map(([, fn]) => fn(r)))),
		"", "Not served:", ...statuses(rows),
		"", "Told above capacity:", ...told(rows),
		...(restart ? ["", `Restart: down for ${number(restart.downMs / 1000, 1)}` +
		    ` s; ${restart.limits} limits and ${restart.rests} rests kept, ` +
		    `${restart.forgotten.length} things forgotten.`] : []),
		"",
	].join("\n");
}
