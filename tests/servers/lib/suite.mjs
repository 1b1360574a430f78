// The common suite: what holds whatever runs keywheel. `suite.mjs NAME` on the
// machine of tests/servers/NAME.sh (see machine), whose server runs. Ends on
// the line `NAME: N passed, M failed`.
//
// CANNOT of NAME.sh names what a server cannot do; the test then holds what
// happens instead:
//   break     a responder's death does not break its transfer off
//   chunked   a request without an announced length is refused (411, 501)
//   early     nothing is refused before all of its body has come
//   slash     a path with an encoded slash is refused (404)
//   stop      streams are cut when the server is stopped
//   reload    streams are cut when it is reloaded
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { OwnFake } from "../../e2e/lib/fake.mjs";
import { Connection, events } from "../../e2e/lib/raw.mjs";
import { crowd, sleep, until } from "../../e2e/lib/until.mjs";

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const name = process.argv[2];
const url = new URL(process.env.URL);
const port = Number(url.port || 80);
/* The folder that it is installed below; mostly "". */
const base = url.pathname.replace(/\/$/, "");
const responders = Number(process.env.RESPONDERS);
const cannot = new Set(process.env.CANNOT.split(/\s+/));
const token = readFileSync("/root/token", "utf8").trim();
const keys = readFileSync("/root/keys", "utf8").trim().split("\n");
const MODEL = "gemini-2.5-flash";

const fake = new OwnFake(path.join(process.env.builddir, "fake_gemini"), "/tmp");
fake.port = 9000;
fake.url = "http://127.0.0.1:9000";

/** NAME.sh's function. */
async function server(what) {
	const { stdout } = await run(path.join(here, "machine"),
	    [name, "call", `server_${what}`], { timeout: 60000 });
	return stdout;
}

// ---- Clients ---------------------------------------------------------------

const connections = new Set();

function open({ path: where = "/v1/chat/completions", method = "POST", body,
	headers = {}, auth = { Authorization: `Bearer ${token}` } } = {}) {
	const connection = new Connection(port, url.hostname);
	connections.add(connection);
	return connection.send({ method, path: base + where, body, headers: { Host: url.host, ...auth,
			...(body === undefined ? {}
			    : { "Content-Type": "application/json" }), ...headers } });
}

function chat(text, more = {}) {
	return { model: MODEL, messages: [{ role: "user", content: text }], ...more };
}

const openStream = (text = "Hello") =>
    open({ body: chat(text, { stream: true }) });

async function ask(what, timeout = 30000) {
	const connection = open({ headers: { Connection: "close" }, ...what });
	try {
		return await connection.whole(timeout);
	} finally {
		connection.close();
	}
}

const askShort = (i = 0) => ask({ body: chat(`short ${i}`) });

/** How many events with something in them have come. */
function contents(answer) {
	return events(answer.text).filter(({ json }) =>
	    json?.choices?.[0]?.delta?.content).length;
}

function assertWhole(answer) {
	assert.equal(answer.status, 200, answer.text);
	assert.ok(answer.complete, "the transfer was broken off");
	assert.equal(events(answer.text).at(-1).data, "[DONE]");
}

function assertFine(answer) {
	assert.equal(answer.status, 200, `${answer.status} ${answer.text}`);
	assert.match(answer.json.choices[0].message.content, /./);
}

async function noneOpen(what) {
	await until(async () => (await fake.books()).open === 0,
	    { what, timeout: 8000 });
}

// ---- Responders ------------------------------------------------------------

/** Processes of keywheel.fcgi with an open call to Gemini. */
function callingResponders() {
	const inodes = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)
	    .map((line) => line.trim().split(/\s+/))
	    .filter((f) => f[2]?.endsWith(":2328") && f[3] === "01")
	    .map((f) => `socket:[${f[9]}]`);
	const pids = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) &&
	    comm(pid).startsWith("keywheel"));
	return pids.filter((pid) => descriptors(pid)
	    .some((target) => inodes.includes(target))).map(Number);
}

function comm(pid) {
	try {
		return readFileSync(`/proc/${pid}/comm`, "utf8");
	} catch {
		return "";
	}
}

function descriptors(pid) {
	try {
		return readdirSync(`/proc/${pid}/fd`).map((fd) => {
			try {
				return readlinkSync(`/proc/${pid}/fd/${fd}`);
			} catch {
				return "";
			}
		});
	} catch {
		return [];
	}
}

// ---- The tests -------------------------------------------------------------

const tests = {};

tests["a plain answer"] = async () => {
	const answer = await ask({ body: chat("Hello") });
	assertFine(answer);
	assert.ok(answer.json.usage.total_tokens > 0);
	assert.match(answer.headers["content-type"], /^application\/json/);
};

tests["a token is taken wherever clients put it, and refused where it is wrong"] =
async () => {
	const native = `/v1beta/models/${MODEL}:generateContent`;
	const body = { contents: [{ role: "user", parts: [{ text: "Hi" }] }] };
	for (const [where, auth] of [
		[native, { "x-goog-api-key": token }],
		[`${native}?key=${token}`, {}],
		[native, { Authorization: `Bearer ${token}` }]]) {
		const answer = await ask({ path: where, body, auth });
		assert.equal(answer.status, 200, answer.text);
		assert.ok(answer.json.candidates);
	}
	const answer = await ask({ body: chat("x"), auth: { Authorization: "Bearer no" } });
	assert.equal(answer.status, 401);
	assert.ok(answer.json.error.message);
};

tests["paths arrive as they were sent"] = async () => {
	const one = await ask({ method: "GET", path: `/v1/models/models%2F${MODEL}` });
	assert.equal(one.status, cannot.has("slash") ? 404 : 200, one.text);
	if (!cannot.has("slash"))
		assert.match(one.json.id, /gemini-2\.5-flash$/);
	const none = await ask({ method: "GET", path: cannot.has("slash")
	    ? "/v1/models/a%3Fb%20cd" : "/v1/models/a%3Fb%20c%2F%2Fd" });
	assert.equal(none.status, 404);
	assert.ok(none.json.error, none.text);
	const health = await ask({ method: "GET", path: "/health?a=b", auth: {} });
	assert.equal(health.status, 200, health.text);
};

tests["errors are keywheel's own, with their status"] = async () => {
	const answer = await ask({ body: "{no json" });
	assert.equal(answer.status, 400);
	assert.equal(answer.json.error.type, "invalid_request_error");
	const method = await ask({ method: "DELETE", path: "/v1/chat/completions" });
	assert.equal(method.status, 405);
	assert.ok(method.json.error);
	/* No key rests for it. */
	await fake.script({ error: "bad_request" });
	const upstream = await ask({ body: chat("x") });
	assert.equal(upstream.status, 400, upstream.text);
	assert.ok(upstream.json.error);
};

tests["events come one by one"] = async () => {
	/* What was sent before Gemini fell silent is there: nothing waits for
	 * more to come. */
	await fake.script({ text_events: 6, silence_after_events: 3 });
	const stream = openStream("one two three four five six seven eight nine ten");
	await stream.when((answer) => contents(answer) >= 3);
	assert.equal(contents(stream.answer), 3);
	stream.close();
	await noneOpen("the call upstream ended when the client had left");

	await fake.script({ text_events: 8, event_delay_ms: 40 });
	const answer = await openStream("a b c d e f g h i j k").whole();
	assertWhole(answer);
	const gaps = answer.pieces.slice(1).map((p, i) => p.at - answer.pieces[i].at);
	console.log(`        headers after ${Math.round(answer.headAt -
	    answer.pieces[0].at)} ms of the first event; longest gap ${Math.round(
	    Math.max(...gaps))} ms of 40`);
};

tests["a body of 20 MB"] = async () => {
	const data = "QUJD".repeat(5 * 1024 * 1024);
	const answer = await ask({ body: { model: MODEL, messages: [{ role: "user",
		content: [{ type: "text", text: "See?" }, { type: "image_url",
			image_url: { url: `data:image/png;base64,${data}` } }] }] } });
	assertFine(answer);
	const { body_bytes: bytes } = await fake.only();
	assert.ok(bytes > data.length, `${bytes} bytes arrived`);
};

tests["a body without an announced length"] = async () => {
	const connection = open({ headers: { "Transfer-Encoding": "chunked",
		"Content-Type": "application/json", Connection: "close" } });
	const text = JSON.stringify(chat("in pieces"));
	for (const piece of [text.slice(0, 20), text.slice(20)])
		connection.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
	connection.write("0\r\n\r\n");
	const answer = await connection.whole();
	if (cannot.has("chunked"))
		assert.ok([411, 501].includes(answer.status), answer.text);
	else
		assertFine(answer);
	connection.close();
};

tests["a body beyond all limits is refused with an error object"] = async () => {
	const connection = open({ headers: { "Content-Length": 900e6,
		"Content-Type": "application/json", Connection: "close" } });
	if (cannot.has("early")) {
		connection.close();
		return assertFine(await askShort());
	}
	const answer = await connection.when((a) => a.status && a.body.length);
	assert.equal(answer.status, 413);
	await connection.when((a) => a.ended || a.text.trim().endsWith("}"));
	assert.ok(answer.json.error, answer.text);
	connection.close();
};

tests["a connection serves one request after the other"] = async () => {
	const connection = open({ body: chat("first") });
	for (const text of ["second", "third", null]) {
		const answer = await connection.when((a) => a.complete);
		assertFine(answer);
		if (text !== null)
			connection.send({ method: "POST",
				path: `${base}/v1/chat/completions`,
				body: chat(text), headers: { Host: url.host,
					Authorization: `Bearer ${token}` } });
	}
	connection.close();
};

tests["a client that leaves ends the call upstream"] = async () => {
	for (const stream of [true, false])
		for (const leave of ["close", "reset", "half"]) {
			await fake.script({ text_events: 4, ...(stream
			    ? { silence_after_events: 2 } : { silence: true }) });
			const client = open({ body: chat("bye", { stream }) });
			await until(async () => (await fake.books()).open === 1,
			    { what: "the call upstream" });
			client[leave]();
			await noneOpen(`${stream ? "a stream" : "an answer"}'s client ` +
			    `has left by ${leave}: the call upstream ended`);
		}
};

tests["64 at once, and more clients than responders"] = async () => {
	const n = Math.max(64, responders + 16);
	const enough = Math.min(n, responders) / 2;
	let most = 0;
	/* Where responders are started by need, one crowd may be over before
	 * there are many. */
	for (let wave = 1; wave <= 6 && most < enough; wave++) {
		await fake.script({ text_events: 5, event_delay_ms: 150 * wave });
		const answers = await crowd(n, n, async (i) => {
			const stream = openStream(`crowd ${i} of many words`);
			return stream.whole(60000).finally(() => stream.close());
		});
		for (const answer of answers)
			assertWhole(answer);
		({ most_open: most } = await fake.books());
		console.log(`        ${n} clients, ${most} at once upstream`);
	}
	assert.ok(most >= enough, `only ${most} at once`);
};

tests["a reload under load loses nothing"] = async () => {
	await fake.script({ model: MODEL, method: "streamGenerateContent",
		do: { text_events: 20, event_delay_ms: 100 } });
	const stream = openStream("a stream that goes on while the server reloads");
	await stream.when((answer) => contents(answer) >= 1);
	let over = false;
	const short = crowd(8, 8, async (i) => {
		const answers = [];
		while (!over) {
			answers.push(await askShort(i));
			/* The load is not what is tried. */
			await sleep(50);
		}
		return answers;
	});
	await server("reload");
	await until(async () => (await askShort()).status === 200,
	    { what: "an answer after the reload" });
	over = true;
	const answers = (await short).flat();
	for (const answer of answers)
		assertFine(answer);
	console.log(`        ${answers.length} short requests meanwhile`);
	const answer = await stream.whole();
	if (cannot.has("reload"))
		assert.ok(!events(answer.text).some((e) => e.data === "[DONE]"));
	else
		assertWhole(answer);
	stream.close();
};

tests["a responder that crashes takes one request along"] = async () => {
	/* Connections that are kept for the next call end with the fake. */
	await fake.stop();
	await fake.start();
	await fake.script(
	    { times: 1, do: { text_events: 6, silence_after_events: 3 } },
	    { do: { text_events: 6, event_delay_ms: 100 } });
	const victim = openStream("the victim is cut off in the middle of this");
	await victim.when((answer) => contents(answer) >= 2);
	const pids = callingResponders();
	assert.equal(pids.length, 1, `${pids.length} responders call Gemini`);
	const other = openStream("the other one goes on to the end of its words");
	await other.when((answer) => contents(answer) >= 1);
	process.kill(pids[0], "SIGKILL");
	const answer = await victim.whole();
	assert.ok(!events(answer.text).some((e) => e.data === "[DONE]"),
	    "a cut stream looks whole");
	assert.equal(answer.complete, cannot.has("break"));
	assertWhole(await other.whole());
	/* Slow events are for those two. */
	await fake.reset();
	for (const after of await crowd(24, 8, askShort))
		assertFine(after);
	victim.close();
	other.close();
};

tests["the pages: signing in, styles"] = async () => {
	const asked = await ask({ method: "GET", path: "/keys", auth: {} });
	assert.ok([200, 302, 303, 401].includes(asked.status), asked.text);
	const page = await ask({ method: "GET", path: "/", auth: {} });
	assert.match(page.text, /<form/);
	const style = /href="([^"]+\.css[^"]*)"/.exec(page.text)?.[1];
	const css = await ask({ method: "GET", auth: {},
		path: new URL(style, url).pathname.slice(base.length) });
	assert.equal(css.status, 200);
	assert.match(css.headers["content-type"], /^text\/css/);
};

tests["a stop finishes what runs"] = async () => {
	await fake.script({ text_events: 10, event_delay_ms: 100 });
	const stream = openStream("the last words before the server has ended");
	await stream.when((answer) => contents(answer) >= 2);
	const stopping = server("stop");
	const answer = await stream.whole();
	await stopping;
	if (cannot.has("stop"))
		assert.ok(!events(answer.text).some((e) => e.data === "[DONE]"));
	else
		assertWhole(answer);
	stream.close();
	await until(() => !readdirSync("/proc").some((pid) =>
	    comm(pid).startsWith("keywheel.fcgi")),
	    { what: "the end of all responders", timeout: 15000 });
};

const logs = async () =>
	(await server("logs")).trim().split(/\s+/).filter(Boolean);

tests["nothing secret in the logs"] = async () => {
	for (const file of await logs()) {
		const text = readFileSync(file, "latin1");
		for (const secret of [token, ...keys])
			assert.ok(!text.includes(secret), `${file} has a secret`);
	}
};

// ---- Running them ----------------------------------------------------------

/* The last words of each log. */
async function printLogs() {
	for (const file of await logs()) {
		const text = readFileSync(file, "utf8").trimEnd();
		console.log(`        ---- ${file}\n${text.split("\n").slice(-20)
		    .map((line) => `        ${line}\n`).join("")}`);
	}
}

let passed = 0;
let failed = 0;
await fake.start();
await until(async () => (await ask({ method: "GET", path: "/health", auth: {} }))
    .status === 200, { what: "the server's first answer", timeout: 20000 })
    .catch((error) => console.log(`  ${error.message}`));
for (const [title, test] of Object.entries(tests)) {
	const since = performance.now();
	try {
		await fake.reset();
		await test();
		passed++;
		console.log(`  ok    ${title} (${Math.round(performance.now() - since)} ms)`);
	} catch (error) {
		failed++;
		console.log(`  FAIL  ${title}\n        ${error.stack}`);
		await printLogs();
	}
	for (const connection of connections)
		connection.close();
	connections.clear();
}
await fake.stop();
console.log(`${name}: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
