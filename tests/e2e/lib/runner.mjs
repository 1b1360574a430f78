// Runs every *.test.mjs. Lanes (lane.mjs), each with a stack of its own, take
// the files one after the other, so that the tests of two files meet nowhere
// but on the machine. What a file said is shown when it has ended. Ends on a
// plain line: `e2e: N passed, M failed`.
//
// Environment: KEYWHEEL_E2E_LANES, how many lanes (2); KEYWHEEL_E2E_LATE, by how
// many seconds rows of the account come late, at most (0).
import { fork } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LANE = path.join(here, "lib", "lane.mjs");
const LANES = Number(process.env.KEYWHEEL_E2E_LANES || 2);

/* A stack's logs are looked through when all that can be in them is in them:
 * every lane has this file as its last. */
const LAST = "logs.test.mjs";

/* Files that measure the machine, or whose clock runs fast, have it for
 * themselves. */
const ALONE = ["memory.test.mjs", "quota.test.mjs"];

/* Small, and takes longest: every page in every way. */
const LONGEST = "walk.test.mjs";

/* Else the biggest files take longest, more or less: they go first, so that the
 * lanes end together. */
function testFiles(wanted) {
	return readdirSync(here)
	    .filter((f) => f.endsWith(".test.mjs"))
	    .filter((f) => wanted.length === 0 ||
		wanted.some((word) => f.startsWith(word)))
	    .map((f) => ({ f, size: f === LONGEST ? Infinity
		: statSync(path.join(here, f)).size }))
	    .sort((a, b) => b.size - a.size)
	    .map(({ f }) => f);
}

class Runner {
	constructor(files) {
		this.files = files.filter((f) => f !== LAST && !ALONE.includes(f));
		this.alone = files.filter((f) => ALONE.includes(f));
		this.last = files.includes(LAST);
		this.passed = 0;
		this.failed = []; // names
		this.again = []; // what failed files said
		this.lanes = [];
	}

	async run() {
		const n = Math.max(1, Math.min(LANES, this.files.length));
		this.lanes = Array.from({ length: n }, (_, i) =>
		    new Lane(i + 1, (title, said) => this.#take(title, said)));
		const some = () => this.lanes.find((lane) => lane.works());
		await Promise.all(this.lanes.map((lane) => lane.serve(this.files)));
		await some()?.serve(this.alone);
		for (const file of [...this.files, ...this.alone])
			this.#fail(`${file}: no lane was left to run it`);
		await Promise.all(this.lanes.map(async (lane) => {
			if (this.last && lane.works())
				await lane.serve([LAST], `, lane ${lane.number}`);
			await lane.stop();
		}));
	}

	#fail(...names) {
		this.failed.push(...names);
	}

	/* What a file said, or why a lane broke. */
	#take(title, { file, text, passed = 0, failed }) {
		console.log(`${title}\n${text}`.trimEnd());
		this.passed += passed;
		this.#fail(...failed.map((name) => `${file}: ${name}`));
		if (failed.length > 0)
			this.again.push(`${title}\n${text}`.trimEnd());
	}

	/* Cut off, by a limit most likely. */
	async cut() {
		for (const file of [...this.files, ...this.alone].splice(0))
			this.#fail(`${file}: we were told to end before it`);
		this.files = this.alone = [];
		await Promise.all(this.lanes.map((lane) => lane.stop()));
	}

	end() {
		if (this.again.length > 0)
			console.log("\n---- Once more, what failed ----");
		for (const text of this.again)
			console.log(text);
		for (const name of this.failed)
			console.log(`failed: ${name}`);
		console.log(`e2e: ${this.passed} passed, ${this.failed.length} failed`);
		process.exit(this.failed.length > 0 || this.passed === 0 ? 1 : 0);
	}
}

/* The runner's side of a lane. take(title, result): something has ended. */
class Lane {
	constructor(number, take) {
		this.number = number;
		this.take = take;
		this.file = null;
		this.stopping = false;
		this.child = fork(LANE);
		this.child.on("message", (message) => this.#hear(message));
		this.ended = new Promise((resolve) =>
		    this.child.once("exit", (status, signal) => {
			this.child = null;
			this.#exited(signal ?? status);
			resolve();
		}));
		this.ready = this.#answer();
	}

	works() {
		return this.child !== null && !this.stopping;
	}

	seconds() {
		return Math.round((performance.now() - this.begun) / 1000);
	}

	/** Run files from the front of the list while there are any. */
	async serve(files, addition = "") {
		await this.ready;
		while (this.works() && files.length > 0) {
			this.file = files.shift();
			this.addition = addition;
			this.begun = performance.now();
			this.child.send({ file: path.join(here, this.file) });
			await this.#answer();
		}
	}

	async stop() {
		this.stopping = true;
		if (this.child?.connected)
			this.child.send({ stop: true });
		await this.ended;
	}

	/* Something is said, or never will be. */
	#answer() {
		return new Promise((resolve) => { this.answered = resolve; });
	}

	#hear({ ready, file, broken, ...said }) {
		if (broken)
			this.#broke(broken);
		else if (!ready)
			this.#done({ file: path.basename(file), ...said });
		this.answered();
	}

	#done(result) {
		const name = path.basename(result.file, ".test.mjs");
		this.take(`${name}${this.addition} (${this.seconds()} s)`, result);
		this.file = null;
	}

	#broke(text) {
		this.stopping = true;
		this.take(`lane ${this.number}`, { file: `lane ${this.number}`,
			text, failed: [text.split("\n")[0]] });
	}

	#exited(how) {
		if (!this.stopping)
			this.#broke(`ended (${how})` +
			    (this.file ? ` in ${this.file}` : ""));
		this.answered();
	}
}

const runner = new Runner(testFiles(process.argv.slice(2)));
for (const signal of ["SIGINT", "SIGTERM"])
	process.once(signal, async () => {
		await runner.cut();
		runner.end();
	});
await runner.run();
runner.end();
