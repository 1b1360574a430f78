// What people read at the end.
import { FIELDS, agree } from "./sums.mjs";

const text = (n) => n === undefined ? "-" : n.toLocaleString("en");

function lines(rows) {
	const widths = rows[0].map((_, i) =>
	    Math.max(...rows.map((row) => row[i].length)));
	return rows.map((row) => row.map((cell, i) => i === 0
	    ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  "))
	    .join("\n");
}

/** The sums of all sources, and how each that differs does from `right`. */
export function table(title, sources, right) {
	const rows = [[title, ...FIELDS]];
	for (const [name, sums] of Object.entries(sources)) {
		rows.push([name, ...FIELDS.map((field) => text(sums[field]))]);
		if (right !== undefined && !agree(sums, right))
			rows.push(["  differs by", ...FIELDS.map((field) =>
			    text(sums[field] === undefined ||
				right[field] === undefined ? undefined
				    : sums[field] - right[field]))]);
	}
	return lines(rows);
}

const short = (o) => JSON.stringify(o, (name, value) =>
    ["body", "headers"].includes(name) ? undefined : value).slice(0, 1500);

/** Faults by kind, with a few examples of each. */
export function faults(list, most = 3) {
	const kinds = new Map();
	for (const { what, about } of list)
		kinds.set(what, [...(kinds.get(what) ?? []), about]);
	return [...kinds].flatMap(([what, all]) => [`${what}: ${all.length}`,
		...all.slice(0, most).map((one) => `    ${short(one)}`)]).join("\n");
}

export const counts = (all) => lines(Object.entries(all)
    .map(([name, n]) => [name, text(n)]));
