// README.md and its translation: prints what one has and the other has not,
// one line a fault, and how many there are. Called by tests/messages.
//
//   node tests/readme.mjs README.md TRANSLATION
//
// Section by section both have the same headings, the same blocks of code byte
// for byte in the same order, tables with as many rows and columns, and the same
// names in `…`, links, pictures and figures. What the words say nobody compares.
import { readFileSync } from "node:fs";

const HEADING = /^(#{1,6}) /;
const FENCE = /^(```|~~~)/;

/** Headings, and what stands below: { line, title, depth, blocks, prose }. */
function sectionsOf(text) {
	const sections = [];
	let section = null;
	let block = null;
	let fence = null;

	const add = (kind, line) => {
		if (block?.kind !== kind) {
			block = { kind, lines: [] };
			section.blocks.push(block);
		}
		block.lines.push(line);
	};

	for (const [number, line] of text.split("\n").entries()) {
		const heading = fence ? null : HEADING.exec(line);
		if (heading || section === null) {
			section = { line: number + 1, title: line,
				depth: heading?.[1].length ?? 0, blocks: [], prose: [] };
			sections.push(section);
			block = null;
		} else if (fence) {
			add("code", line);
			if (line.startsWith(fence))
				fence = null;
		} else if (FENCE.test(line)) {
			fence = FENCE.exec(line)[1];
			block = null;
			add("code", line);
		} else if (/^(?: {4}|\t)/.test(line)) {
			add("code", line);
		} else if (line.startsWith("|")) {
			add("table", line);
			section.prose.push(line);
		} else {
			block = null;
			section.prose.push(line);
		}
	}
	return sections;
}

/** Cells of a row, as a count: a | in `…` is none of its borders. */
const columnsOf = (row) => row.replace(/`[^`]*`|\\\|/g, "").split("|").length - 2;

/** What is the same in every language: pattern, and what it is called. */
const PARTS = [
	[/`[^`]+`/g, "name"],
	[/(?<=\]\()[^)]+|(?<=src=")[^"]+/g, "link"],
	[/\d(?:[\d.,]*\d)?/g, "figure"],
];

/** Where the one links to the other. */
const LINKS_OF_LANGUAGES = /^\[[^\]]*\]\(README(?:\.\w+)?\.md\)$/;

function partsOf(section, pattern) {
	const prose = section.prose
	    .filter((line) => !LINKS_OF_LANGUAGES.test(line)).join("\n");
	return new Set((prose.match(pattern) ?? [])
	    .map((part) => part.replace(/\s+/g, " ")));
}

const ofKind = (section, kind) =>
	section.blocks.filter((block) => block.kind === kind);

/** The faults of a section of the translation. */
function* faultsOf(ours, theirs) {
	if (ours.depth !== theirs.depth)
		yield `its heading has the depth ${theirs.depth}, not ${ours.depth}`;

	const code = ofKind(ours, "code");
	const others = ofKind(theirs, "code");
	if (code.length !== others.length)
		yield `${others.length} blocks of code, not ${code.length}`;
	for (const [i, { lines }] of code.entries()) {
		const other = others[i]?.lines ?? lines;
		const at = lines.findIndex((line, n) => line !== other[n]);
		if (at !== -1 || lines.length !== other.length)
			yield `block of code ${i + 1} differs at its line ` +
			    `${(at === -1 ? lines.length : at) + 1}`;
	}

	const shape = (section) => ofKind(section, "table")
	    .map(({ lines }) => `${lines.length} × ${columnsOf(lines[0])}`)
	    .join(", ") || "none";
	if (shape(ours) !== shape(theirs))
		yield `tables of other rows × columns: ${shape(theirs)}, not ${shape(ours)}`;

	for (const [pattern, name] of PARTS) {
		const here = partsOf(ours, pattern);
		const there = partsOf(theirs, pattern);
		for (const part of here)
			if (!there.has(part))
				yield `${name} missing: ${part}`;
		for (const part of there)
			if (!here.has(part))
				yield `${name} that the other has not: ${part}`;
	}
}

const [readme, translation] = process.argv.slice(2, 4)
    .map((file) => sectionsOf(readFileSync(file, "utf8")));
const name = process.argv[3];
let failed = 0;

function say(line, fault) {
	failed++;
	console.log(`${name}:${line}: ${fault}`);
}

const headings = (sections, depth) =>
	sections.filter((section) => section.depth === depth).length;

for (const depth of [0, 1, 2, 3, 4, 5, 6])
	if (headings(readme, depth) !== headings(translation, depth))
		say(1, `${headings(translation, depth)} headings of depth ${depth}, ` +
		    `not ${headings(readme, depth)}`);
/* With a section too many every one behind it would be told. */
if (failed === 0)
	for (const [i, section] of readme.entries())
		for (const fault of faultsOf(section, translation[i]))
			say(translation[i].line, `(${section.title}) ${fault}`);
console.log(`${name}: ${readme.length} sections, ${failed} faults`);
process.exitCode = failed === 0 ? 0 : 1;
