// Runs every *.test.mjs, one after the other, against one shared stack. Ends
// on a plain line: `e2e: N passed, M failed`.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";

import { startStack } from "./stack.mjs";

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/* The logs are looked through when all that can be in them is in them. */
const LAST = "logs.test.mjs";

async function testFiles(wanted) {
	const all = (await readdir(here)).filter((f) => f.endsWith(".test.mjs"));
	return all
	    .filter((f) => wanted.length === 0 ||
		wanted.some((word) => f.startsWith(word)))
	    .sort((a, b) => (a === LAST) - (b === LAST) || (a < b ? -1 : 1))
	    .map((f) => path.join(here, f));
}

function show(error) {
	const cause = error?.cause ?? error;
	const text = cause?.stack ?? String(cause);
	return text.split("\n").map((line) => `      ${line}`).join("\n");
}

/* One file in a process of its own. */
function runFile(file, tally) {
	console.log(path.basename(file, ".test.mjs"));
	return new Promise((resolve) => {
		const stream = run({ files: [file], concurrency: 1, timeout: 240000 });
		const isFile = (data) => path.basename(data.name) === path.basename(file);
		let tests = 0;
		stream.on("test:pass", (data) => {
			/* Some versions of Node report the file as a test. */
			if (isFile(data))
				return;
			tests++;
			if (data.skip === undefined) {
				tally.passed++;
				console.log(`  ok    ${data.name} ` +
				    `(${Math.round(data.details.duration_ms)} ms)`);
			} else {
				console.log(`  skip  ${data.name}: ${data.skip}`);
			}
		});
		stream.on("test:fail", (data) => {
			if (isFile(data) && tests > 0 &&
			    data.details.error?.failureType === "subtestsFailed")
				return;
			tests++;
			tally.failed++;
			tally.names.push(`${path.basename(file)}: ${data.name}`);
			console.log(`  FAIL  ${data.name}\n${show(data.details.error)}`);
		});
		stream.on("test:stderr", (data) => process.stderr.write(data.message));
		stream.on("test:stdout", (data) => process.stdout.write(data.message));
		stream.on("end", resolve);
		stream.resume();
	});
}

const tally = { passed: 0, failed: 0, names: [] };
const files = await testFiles(process.argv.slice(2));
let stack = null;
const stop = async () => {
	const running = stack;
	stack = null;
	await running?.stop();
};
for (const signal of ["SIGINT", "SIGTERM"])
	process.once(signal, async () => {
		await stop();
		process.exit(1);
	});

try {
	stack = await startStack();
	process.env.KEYWHEEL_E2E = stack.describe();
	for (const file of files)
		await runFile(file, tally);
} catch (error) {
	tally.failed++;
	tally.names.push("the stack");
	console.log(error);
}
try {
	await stop();
} catch (error) {
	tally.failed++;
	tally.names.push("stopping the stack");
	console.log(error);
}
for (const name of tally.names)
	console.log(`failed: ${name}`);
console.log(`e2e: ${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed > 0 || tally.passed === 0 ? 1 : 0);
