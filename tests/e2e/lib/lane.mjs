// One lane of the runner: a process with a stack of its own, which runs the
// files that it is told to, one after the other. Says by messages
//   {ready}                          the stack answers
//   {file, text, passed, failed}     a file has ended: what it said, how many
//                                    tests passed, the names of those that did
//                                    not
//   {broken}                         it can do no more, and why
import path from "node:path";
import { run } from "node:test";

import { startStack } from "./stack.mjs";

/* A file that takes longer hangs. */
const FILE_MS = 360000;

const stopped = new AbortController();
const starting = startStack();

function show(error) {
	const cause = error?.cause ?? error;
	const how = error?.signal ?? error?.exitCode;
	const text = how ? `the process ended: ${how}`
	    : cause?.stack ?? String(cause);
	return text.split("\n").map((line) => `      ${line}\n`).join("");
}

/* What comes of one file, which runs in a process of its own. */
class Result {
	constructor(file) {
		this.file = file;
		this.tests = 0;
		this.passed = 0;
		this.failed = [];
		this.text = "";
	}

	pass({ name, skip, details }) {
		/* Some versions of Node report the file as a test. */
		if (this.#isFile(name))
			return;
		this.tests++;
		if (skip !== undefined) {
			this.text += `  skip  ${name}: ${skip}\n`;
			return;
		}
		this.passed++;
		this.text += `  ok    ${name} (${Math.round(details.duration_ms)} ms)\n`;
	}

	fail({ name, details: { error } }) {
		if (this.#isFile(name) && this.tests > 0 &&
		    error?.failureType === "subtestsFailed")
			return;
		this.tests++;
		this.failed.push(name);
		this.text += `  FAIL  ${name}\n${show(error)}`;
	}

	/* Nothing failed, for there was nothing. */
	end() {
		if (this.tests === 0)
			this.fail({ name: "has tests", details:
			    { error: new Error("no test ran") } });
		return { file: this.file, text: this.text, passed: this.passed,
			failed: this.failed };
	}

	#isFile(name) {
		return path.basename(name) === path.basename(this.file);
	}
}

function runFile(file) {
	const result = new Result(file);
	return new Promise((resolve) => {
		const stream = run({ files: [file], concurrency: 1,
			timeout: FILE_MS, signal: stopped.signal });
		stream.on("test:pass", (data) => result.pass(data));
		stream.on("test:fail", (data) => result.fail(data));
		stream.on("test:stderr", ({ message }) => { result.text += message; });
		stream.on("test:stdout", ({ message }) => { result.text += message; });
		stream.on("end", () => resolve(result.end()));
		stream.resume();
	});
}

/* The end, by the runner's word or because there is no runner any more. */
async function end(status) {
	if (stopped.signal.aborted)
		return;
	stopped.abort(new Error("cut off: the runner was told to end"));
	try {
		const stack = await starting.catch(() => null);
		await stack?.stop();
	} catch (error) {
		await tell({ broken: `stopping the stack\n${show(error)}` });
		status = 1;
	}
	process.exit(status);
}

const tell = (message) =>
    new Promise((resolve) => process.send(message, resolve));

for (const signal of ["SIGINT", "SIGTERM"])
	process.once(signal, () => end(1));
process.once("disconnect", () => end(1));
process.on("message", async ({ file, stop }) => {
	if (stop)
		return end(0);
	tell(await runFile(file));
});

try {
	process.env.KEYWHEEL_E2E = (await starting).describe();
	tell({ ready: true });
} catch (error) {
	await tell({ broken: `the stack\n${show(error)}` });
	process.exit(1);
}
