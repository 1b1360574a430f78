// What a stack takes: memory of each part while so many streams run at once,
// and the processor's time for a request. The tables of keywheel-install(7)
// come from here.
//
//   builddir=BUILD node tests/bench/sizing.mjs [--pool] [--server NAME]
//       [--limit MB] [N …]
//
// N: how many streams at once (4 16 64 256 1000), each on a stack of its own with
// as many responders. --pool: with PgBouncer. --server: nginx or apache before
// them instead of lighttpd. --limit: all but the client and the fake Gemini in a
// control group (v1, as root) with so much memory, also while a body of 20 MB is
// on its way.
//
// Memory is what a part has for itself and its share of what several use
// (smaps_rollup: Pss), in MB; `each` and `session` are what a responder and a
// session of PostgreSQL's have for themselves (Pss_Anon), the median of them. It
// does not depend on what else the machine does, nor does the processor's time,
// much. Gemini is asked over TLS.
import { chmodSync, mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync }
    from "node:fs";
import path from "node:path";

import { folder, program, root, startStack } from "../e2e/lib/stack.mjs";
import { Authority, Front } from "../e2e/lib/tls.mjs";
import { crowd, until } from "../e2e/lib/until.mjs";
import { startFront } from "./fronts.mjs";

const REQUESTS = 2000;
/* So many at once: it is the client's process that speaks TLS for Gemini. */
const HANDSHAKES = 32;
const MB = 1024 * 1024;

const options = { pool: false, limit: 0, server: null, streams: [] };
for (let words = process.argv.slice(2); words.length > 0;) {
	const word = words.shift();
	if (word === "--pool")
		options.pool = true;
	else if (word === "--server")
		options.server = words.shift();
	else if (word === "--limit")
		options.limit = Number(words.shift());
	else
		options.streams.push(Number(word));
}
if (options.streams.length === 0)
	options.streams = [4, 16, 64, 256, 1000];

// ---- Processes -------------------------------------------------------------

function children(pid) {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
	    .trim().split(" ").filter(Boolean).map(Number);
}

/** {part: its processes}; the responders without their parent. */
async function parts(kw) {
	const postgres = await kw.pid("postgres");
	return {
		responders: children(await kw.pid("responders")),
		parent: [await kw.pid("responders")],
		server: kw.front ? [kw.front.pid, ...children(kw.front.pid)]
		    : [await kw.pid("lighttpd")],
		postgres: [postgres, ...children(postgres)],
		pgbouncer: kw.bouncer ? [kw.bouncer.child.pid] : [],
	};
}

/** Of a process that may have ended: 0. */
function field(pid, name) {
	try {
		const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
		return Number(text.match(RegExp(`^${name}:\\s+(\\d+) kB`, "m"))[1])
		    / 1024;
	} catch {
		return 0;
	}
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const median = (numbers) => [...numbers].sort((a, b) => a - b)
    [Math.floor(numbers.length / 2)] ?? 0;

/** {part: MB, …, total, each, session} */
async function memory(kw) {
	const of = await parts(kw);
	const result = Object.fromEntries(Object.entries(of).map(([part, pids]) =>
	    [part, sum(pids.map((pid) => field(pid, "Pss")))]));
	const own = (pid) => field(pid, "Pss_Anon");
	return { ...result, total: sum(Object.values(result)),
		each: median(of.responders.map(own)),
		session: median(of.postgres.filter((pid) =>
		    /keywheel_app/.test(readFileSync(`/proc/${pid}/cmdline`)))
		    .map(own)) };
}

/* Clock ticks of a hundredth of a second, those of ended children too. */
function ticks(pids) {
	return sum(pids.map((pid) => {
		try {
			return sum(readFileSync(`/proc/${pid}/stat`, "utf8")
			    .split(") ")[1].split(" ").slice(11, 15).map(Number));
		} catch {
			return 0;
		}
	}));
}

/** {part: ms of a processor for a request} */
async function processor(kw) {
	const of = await parts(kw);
	const before = Object.entries(of).map(([part, pids]) => [part, ticks(pids)]);
	await crowd(REQUESTS, 8, () => kw.chat());
	return Object.fromEntries(before.map(([part, was]) =>
	    [part, (ticks(of[part]) - was) * 10 / REQUESTS]));
}

// ---- A stack ---------------------------------------------------------------

const group = `/sys/fs/cgroup/memory/keywheel-sizing-${process.pid}`;
const told = (name) => Number(readFileSync(path.join(group, name), "utf8"));

/* Started again, inside. */
async function confine(kw, responders) {
	mkdirSync(group);
	writeFileSync(path.join(group, "memory.limit_in_bytes"),
	    String(options.limit * MB));
	const quickstart = path.join(root, "quickstart");
	await program(quickstart, ["stop", "--state", kw.state]);
	const { status, err } = await program("sh", ["-c",
		'echo $$ >"$0/cgroup.procs" && exec "$@"', group, quickstart, "up",
		"--state", kw.state, "--port", String(kw.port),
		"--responders", String(responders)]);
	if (status !== 0)
		throw new Error(err);
}

/** n streams that all have begun, and go on for minutes. */
async function streams(kw, n) {
	await kw.fake.script({ text_events: 600, event_delay_ms: 500,
		filler_bytes: 400 });
	const all = [];
	while (all.length < n) {
		const some = Array.from({ length: Math.min(n - all.length, HANDSHAKES) },
		    () => kw.openChat({ stream: true }));
		await Promise.all(some.map((one) => one.when(
		    (answer) => answer.text.includes('"content"'), 120000)));
		all.push(...some);
	}
	return all;
}

/** A picture of 20 MB, in base64, beside the streams. */
async function large(kw) {
	const data = Buffer.alloc(15 * MB, 0xfb);
	data.write("\x89PNG\r\n\x1a\n", "latin1");
	const answer = await kw.chat({ messages: [{ role: "user", content: [{
		type: "image_url", image_url: {
			url: `data:image/png;base64,${data.toString("base64")}` } }] }] },
	{ timeout: 60000 });
	return answer.status;
}

const shown = ["responders", "parent", "server", "postgres", "pgbouncer",
	"total", "each", "session"];

function row(name, values, digits = 1) {
	console.log(name.padEnd(22) + shown.map((part) =>
	    (values[part] === undefined ? "" : values[part].toFixed(digits))
	    .padStart(11)).join(""));
}

async function measure(n) {
	const responders = n + (options.limit > 0 ? 1 : 0);
	const kw = await startStack({ options: ["--responders", String(responders)],
		pool: options.pool ? { default_pool_size: 8,
			max_client_conn: 4300 } : undefined });
	const front = await new Front(certificate, kw.fake.port).start();
	try {
		await kw.set({ BASE_URL: `${front.url}/v1beta` });
		if (options.limit > 0)
			await confine(kw, responders);
		if (options.server) {
			kw.front = await startFront(options.server, kw);
			kw.port = kw.front.port;
		}
		row(`${n} at rest`, await memory(kw));
		const all = await streams(kw, n);
		row(`${n} streams`, await memory(kw));
		if (options.limit > 0) {
			await kw.fake.script();
			console.log(`a body of 20 MB beside them: ${await large(kw)}; ` +
			    `most that was taken: ` +
			    `${told("memory.max_usage_in_bytes") / MB} MB with pages ` +
			    `of files, refused ${told("memory.failcnt")} times, now ` +
			    `${told("memory.usage_in_bytes") / MB} MB`);
		}
		for (const one of all)
			one.close();
		await kw.fake.script();
		await until(() => kw.isIdle(), { timeout: 60000 });
		row(`${n} afterwards`, await memory(kw));
		if (n <= 64)
			row("ms for a request", await processor(kw), 2);
	} finally {
		await kw.front?.stop();
		await front.stop();
		await kw.stop();
		if (options.limit > 0)
			rmdirSync(group);
	}
}

const dir = await folder({ open: true });
const authority = await new Authority(dir, "authority").make();
chmodSync(authority.file, 0o644);
process.env.CA_FILE = authority.file;
const certificate = await authority.issue("DNS:localhost");
console.log("MB".padEnd(22) + shown.map((part) => part.padStart(11)).join(""));
for (const n of options.streams)
	await measure(n);
rmSync(dir, { recursive: true });
